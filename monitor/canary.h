/* The canary: a household of nobody that travels the whole line on a beat, from a table of its own through source, journal,
 * judge, door and outbox to an inbox of its own, where it has arrived when delivery says that its message is sent. By it
 * the daemon knows that the line makes progress, and not only that its loop turns. */
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
struct judge;
struct plan_result;

/* Borrowed, and must outlive it. */
struct canary_config {
	struct source_world world;  /* of its source: a store with a connection of its own */
	const char *conninfo;       /* of the store, which is its department */
	const struct kind *const *kinds;
	size_t kind_count;
	struct db *db;
	const struct clock *clock;
	const struct judge *judge;
	int64_t every_us;           /* real time; 0: it stays at home */
	int64_t patience_us;        /* a journey may take this long */
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

/* Does the line make progress? While a beat is under way only its own arrival counts, and that it comes nearer to its
 * turn: older news is judged before it, however much there is after a start. While it is at home whatever is committed
 * counts; in doubt it is sent at once, and tells within the patience. */
bool
canary_sees_progress(struct canary *canary);

/* Where the beat under way is, as the store has it. X(enum, word, what it means) */
#define CANARY_PLACES(X) \
	X(CANARY_AT_HOME, "at home", "the next beat is not due yet") \
	X(CANARY_AT_SOURCE, "at its source", "its row is not made, or not in the journal") \
	X(CANARY_AT_JUDGE, "at the judge", "its mark stands: not judged, or its plan not committed") \
	X(CANARY_AT_SENDER, "at the sender", "its message is in the outbox, and not sent")

enum canary_place {
#define X(name, word, meaning) name,
	CANARY_PLACES(X)
#undef X
};

const char *
canary_place_word(enum canary_place place);

struct canary_status {
	bool flies;               /* false: service.canary is 0s */
	enum canary_place place;
	int64_t beats;            /* made by this process */
	int64_t arrived;
	int64_t travel_us;        /* of the last one that arrived; -1: none has */
	struct instant arrived_at; /* INSTANT_NONE: none has */
	int64_t still_us;         /* without progress */
	enum source_state source;
	const char *reason;       /* of the source; "" none */
};

void
canary_status(const struct canary *canary, struct canary_status *ret_status);

#endif
