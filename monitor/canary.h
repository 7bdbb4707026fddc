/* The canary: a household of nobody that travels the whole line on a beat, from a table of its own through source, journal,
 * judge and door. By it the daemon knows that the line makes progress, and not only that its loop turns. */
#ifndef NEEDWATCH_CANARY_H
#define NEEDWATCH_CANARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kind.h"
#include "source.h"

struct canary;
struct clock;
struct db;
struct plan_result;

/* Nobody lives there. */
#define CANARY_COUNTY 990099

/* Borrowed, and must outlive it. */
struct canary_config {
	struct source_world world;  /* of its source: a store with a connection of its own */
	const char *conninfo;       /* of the store, which is its department */
	const struct kind *const *kinds;
	size_t kind_count;
	struct db *db;
	const struct clock *clock;
	int64_t every_us;           /* real time; 0: it stays at home */
	int64_t patience_us;        /* the line may stand still this long */
	/* Nothing waits anywhere on the line. */
	bool (*idle)(void *owner);
	void *owner;
};

struct canary *
canary_new(const struct canary_config *config);

void
canary_free(struct canary *canary); /* NULL is fine */

void
canary_start(struct canary *canary);

void
canary_stop(struct canary *canary);

/* The door has committed a batch: the line moves, and the canary may be in it. */
void
canary_committed(struct canary *canary, const struct plan_result *results, size_t count);

/* Does the line make progress? In doubt the canary is sent at once, and tells within the patience. */
bool
canary_sees_progress(struct canary *canary);

struct canary_status {
	bool flies;               /* false: service.canary is 0s */
	bool under_way;
	int64_t beats;            /* made by this process */
	int64_t arrived;
	int64_t travel_us;        /* of the last one that arrived; -1: none has */
	struct instant arrived_at; /* INSTANT_NONE: none has */
	int64_t still_us;         /* since the line moved last, or was idle */
	enum source_state source;
	const char *reason;       /* of the source; "" none */
};

void
canary_status(const struct canary *canary, struct canary_status *ret_status);

#endif
