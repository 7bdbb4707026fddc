/* Everything that can happen to an alert: the one thing that decide() takes. Borrows all it points to. */
#ifndef NEEDWATCH_ALERT_EVENT_H
#define NEEDWATCH_ALERT_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "alert.h"
#include "assessment.h"

enum alert_event_kind {
	EVENT_ASSESSED,
	EVENT_ACTION,
	EVENT_DUE,
	EVENT_UNDELIVERABLE,
	EVENT_POST_CHANGED,
	EVENT_KIND_COUNT
};

/* Why the household was assessed: says what to call a lost basis. */
enum assessed_cause {
	ASSESSED_TOUCHED,  /* a fact changed */
	ASSESSED_DAY,      /* the day turned */
	ASSESSED_RULES,    /* a rule set or threshold changed */
};

struct event_assessed {
	const struct assessment *assessment;
	const struct rule_face *const *rules; /* by finding.rule: ruleset_rule() of each; ends with NULL */
	const char *ruleset_hash;
	enum assessed_cause cause;
	bool history;              /* made by the first load of a source */
	bool canary;               /* of nobody: what is new is answered to needwatchd alone */
	struct area register_area; /* code 0: unknown */
	struct area emergency_area;/* where an emergency happened; code 0: none */
	int64_t position;          /* of the home county's journal; also touched is deleted at it alone */
	int64_t read_to;           /* the same journal's end when the facts were read */
};

/* What a person does. Numbers are stored. X(name, word, Chinese) */
#define ACTIONS(X) \
	X(SIGN, "sign", "签收") \
	X(VISIT, "visit", "入户") \
	X(ATTEMPT, "attempt", "尝试联系") \
	X(SCREEN, "screen", "甄别") \
	X(VERIFY_TRUE, "verify_true", "核实属实") \
	X(VERIFY_FALSE, "verify_false", "核实不属实") \
	X(UNREACHABLE, "unreachable", "联系不上") \
	X(MOVED_AWAY, "moved_away", "已迁离") \
	X(FILE, "file", "建档") \
	X(DISPOSE, "dispose", "处置") \
	X(FOLLOW, "follow", "回访") \
	X(CLOSE, "close", "办结") \
	X(REOPEN, "reopen", "重开") \
	X(TRANSFER, "transfer", "移交") \
	X(HELP, "help", "帮扶") \
	X(REFER, "refer", "转介") \
	X(EVALUATE, "evaluate", "评估") \
	X(FEED_BACK, "feed_back", "反馈") \
	X(NOTE, "note", "备注")

enum action {
#define X(name, word, chinese) ACTION_##name,
	ACTIONS(X)
#undef X
	ACTION_COUNT
};

struct event_action {
	enum action action;
	int64_t account;
	struct post_ref actor;
	int32_t version;            /* the alert's version that the actor saw; 0: any */
	const char *text;           /* the actor's own words, or NULL; erasable, never in a message */
	const char *cause;          /* cause code of domain.md 4.7, or NULL */
	enum disposition disposition;
	int32_t target;             /* office of a transfer or referral */
};

struct event_due {
	enum stage stage;
	struct instant at; /* reminder or due time that came */
};

struct event_undeliverable {
	struct post_ref post;
	const char *channel;
};

struct alert_event {
	/* Unique for ever in the home county's ledger; event_id_*() make it. */
	const char *id;
	enum alert_event_kind kind;
	union {
		struct event_assessed assessed;
		struct event_action action;
		struct event_due due;
		struct event_undeliverable undeliverable;
		/* post_changed carries nothing: the organisation given to decide() is the news. */
	};
};

struct arena;

/* assessed: lane + household + position + rule set + as_of. */
const char *
event_id_assessed(struct arena *arena, const struct alert_file *file,
	const struct event_assessed *assessed);

/* due: alert + clock + due time. */
const char *
event_id_due(struct arena *arena, const struct alert *alert, const struct event_due *due);

/* action: account + the caller's idempotency key. */
const char *
event_id_action(struct arena *arena, int64_t account, const char *idempotency_key);

/* undeliverable: the message + the lease under which it died, so that another death after a replay is another event. */
const char *
event_id_undeliverable(struct arena *arena, const char *message_key, int64_t fence);

const char *
event_id_post_changed(struct arena *arena, const struct alert *alert, int64_t organisation_version);

const char *
event_kind_name(enum alert_event_kind kind);

const char *
action_name(enum action action);

const char *
action_chinese(enum action action);

enum action
action_find(const char *name); /* ACTION_COUNT: no such word */

#endif
