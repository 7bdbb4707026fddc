/* What is to be done after an event: the alert afterwards, ledger lines, messages and the next wake-up, each with
 * its reason. A value in an arena; carries out nothing. */
#ifndef NEEDWATCH_PLAN_H
#define NEEDWATCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "alert.h"
#include "alert_event.h"

/* What a message says. No name, number or diagnosis is ever in one: number of the alert, level, deadline.
 * X(name, word, Chinese); placeholders {alert} {level} {due} {reason}. */
#define MESSAGE_TEMPLATES(X) \
	X(NEW, "new", "【预警】{level} 编号{alert}：{reason}。请于{due}前签收。") \
	X(EXECUTE, "execute", "【预警】{level} 编号{alert}：{reason}。请于{due}前入户。") \
	X(COPY, "copy", "【抄送】{level} 编号{alert}：{reason}。") \
	X(REMIND, "remind", "【提醒】{level} 编号{alert}：{reason}。请于{due}前完成。") \
	X(OVERDUE, "overdue", "【逾期】{level} 编号{alert}：{reason}。请于{due}前办理。") \
	X(CHANGED, "changed", "【变更】{level} 编号{alert}：{reason}。") \
	X(WITHDRAWN, "withdrawn", "【撤回】编号{alert}：{reason}。无需办理。") \
	X(CANARY, "canary", "【自检】{reason}。")

enum message_template {
#define X(name, word, chinese) MESSAGE_##name,
	MESSAGE_TEMPLATES(X)
#undef X
	MESSAGE_TEMPLATE_COUNT
};

struct plan_message {
	struct post_ref to; /* office OFFICE_NONE: the canary's own inbox */
	bool lead; /* otherwise a copy */
	enum level level;
	enum message_template template;
	enum reason reason;
	struct instant due;        /* INSTANT_NONE: the message names no deadline */
	struct instant not_before; /* quiet hours */
};

/* One line of the ledger. */
struct plan_line {
	enum reason reason;
	enum stage stage;          /* STAGE_COUNT: concerns no clock */
	struct post_ref from;      /* office OFFICE_NONE: nobody */
	struct post_ref to;
	enum level level;
	const char *text;          /* the actor's words, or a rule and event key, or NULL */
};

struct plan {
	enum reason outcome;       /* the one answer to "what came of it" */
	bool refused;              /* outcome is the rule that forbids; nothing else is in the plan */
	/* NULL: no alert stands after it (silence, or none before) */
	const struct alert *after;
	const struct alert_hit *hits; /* the lane's memory afterwards, whole */
	size_t hit_count;
	enum level level_seen;
	bool remembers;            /* hits or level_seen differ from the file's: they are to be stored */
	bool refreshes;            /* score, texts or residence of the alert differ from the file's: they are to be stored,
				    * with no line and no new version where nothing else happened */
	struct plan_line *lines;   /* none: the event changed nothing that needs the ledger */
	size_t line_count;
	struct plan_message *messages;
	size_t message_count;
	struct instant wake;       /* INSTANT_NONE: nothing to wait for */
	/* office OFFICE_NONE: none; else organisation_count_history() */
	struct post_ref history_slot;
};

const char *
message_template_name(enum message_template template);

const char *
message_template_chinese(enum message_template template);

struct buffer;

/* The message as people read it. */
void
plan_message_text(const struct plan_message *message, int64_t alert, struct buffer *out);

/* One line per fact of the plan, for tests, `needwatch route` and logs: no personal data. */
void
plan_print(const struct plan *plan, const struct organisation *organisation, struct buffer *out);

#endif
