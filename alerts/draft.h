/* A plan while decide() writes it: the alert's copy, lines and messages. Known inside alerts/ only. */
#ifndef NEEDWATCH_DRAFT_H
#define NEEDWATCH_DRAFT_H

#include "arena.h"
#include "decide.h"

struct draft {
	struct arena *arena;
	const struct policy *policy;
	const struct alert_file *file;
	struct instant now;
	struct alert *alert; /* a copy to write to; NULL: none yet */
	struct alert_hit *hits; /* a copy, with room for those of a new assessment */
	size_t hit_count;
	enum level level_seen;
	bool remembers;
	bool known_year;
	struct plan *plan;
	size_t line_room;
	size_t message_room;
};

/* What a line or message is about beyond its reason. */
struct draft_topic {
	struct post_ref from;
	struct post_ref to;
	enum stage stage;
	const char *text;
};

#define TOPIC_NONE ((struct draft_topic){.stage = STAGE_COUNT})

/* `room` more hits than the file remembers may be added. */
struct draft *
draft_new(const struct policy *policy, const struct alert_file *file, struct instant now,
	size_t room, struct arena *arena);

void
draft_line(struct draft *draft, enum reason reason, struct draft_topic topic);

/* Tells a post of the alert; one that nobody can be reached at is told one tier up. A post gets one
 * message of a plan: the first. */
void
draft_tell(struct draft *draft, struct plan_message message);

/* Tells no post and no person: the message lies in the canary's own inbox. No alert may stand. */
void
draft_answer_canary(struct draft *draft);

/* Tells all who were ever told, except those who have a message of this plan. */
void
draft_tell_all(struct draft *draft, enum message_template template, enum reason reason);

/* The line of the profile that the alert is under now. */
const struct profile_line *
draft_profile(const struct draft *draft);

/* Starts a clock at `from` if the profile has one; a running clock keeps its deadline if that is earlier. */
void
draft_clock_start(struct draft *draft, enum stage stage, struct instant from);

void
draft_clock_stop(struct draft *draft, enum stage stage);

void
draft_clocks_stop(struct draft *draft);

/* Runs the clock again from now, counting what was missed. */
void
draft_clock_again(struct draft *draft, enum stage stage, const struct clock_span *span);

/* Gives the lead to another post, with a line and a message; the former one stays told. Of the topic only stage
 * and text are read. */
void
draft_lead(struct draft *draft, struct post_ref owner, enum reason reason,
	struct draft_topic topic);

/* Lifts the alert to the next reachable post if its owner is not; says what came of it. */
enum reason
draft_lift_owner(struct draft *draft);

/* Everything seen so far is no longer news. */
void
draft_spend_hits(struct draft *draft);

const struct plan *
draft_finish(struct draft *draft, enum reason outcome);

const struct plan *
draft_refuse(struct draft *draft, enum reason rule);

/* One function for each kind of event. */
const struct plan *
decide_assessed(const struct policy *policy, const struct alert_file *file,
	const struct event_assessed *assessed, struct instant now, struct arena *arena);

const struct plan *
decide_action(struct draft *draft, const struct event_action *action);

const struct plan *
decide_due(struct draft *draft, const struct event_due *due);

const struct plan *
decide_undeliverable(struct draft *draft, const struct event_undeliverable *undeliverable);

const struct plan *
decide_post_changed(struct draft *draft);

#endif
