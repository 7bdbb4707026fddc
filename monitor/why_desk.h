/* Answers the question `why`: reads one household from the store as the judge does, and looks into the verdict. Decides
 * nothing, writes nothing; the depth is the asker's word, for only those who may ask at all do. */
#ifndef NEEDWATCH_WHY_DESK_H
#define NEEDWATCH_WHY_DESK_H

#include <jansson.h>

struct clock;
struct event_base;
struct judge;
struct question_call;
struct source_set;
struct store;
struct why_desk;

/* All borrowed until why_desk_free(). */
struct why_desk_config {
	struct event_base *base;
	/* of a connection that only reads; its kinds are those of the judge's verdict */
	struct store *store;
	struct judge *judge;
	struct source_set *sources;
	const struct clock *clock;
};

struct why_desk *
why_desk_new(const struct why_desk_config *config);

/* Those who wait are refused. NULL is fine. */
void
why_desk_free(struct why_desk *desk);

/* {"county": n, "household": n} or {"county": n, "alert": n}; "plain": true for the depth of a village. Answers later. */
void
why_desk_ask(struct why_desk *desk, struct question_call *call, const json_t *asked);

#endif
