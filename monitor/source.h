/* One department's database being watched: its state, its beats, and what is shown of it. */
#ifndef NEEDWATCH_SOURCE_H
#define NEEDWATCH_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "instant.h"

struct event_base;
struct source;
struct store;

/* X(enum, word, what it means) */
#define SOURCE_STATES(X) \
	X(SOURCE_STOPPED, "stopped", "not started, or told to stop") \
	X(SOURCE_STARTING, "starting", "asking the store where it left off") \
	X(SOURCE_RESTING, "resting", "outside the permitted hours") \
	X(SOURCE_CONNECTING, "connecting", "opening the one connection") \
	X(SOURCE_CHECKING, "checking", "are all columns there, and of the same types?") \
	X(SOURCE_LOADING, "loading", "first load: history, not news") \
	X(SOURCE_FOLLOWING, "following", "polling forward on its beat") \
	X(SOURCE_COMPARING, "comparing", "keys and contents against the journal") \
	X(SOURCE_WAITING, "waiting for accept", "too much would vanish; `needwatch source accept` goes on") \
	X(SOURCE_BROKEN, "broken", "the query does not fit the database; asked again every minute") \
	X(SOURCE_BACKING_OFF, "backing off", "down or slow; comes back by itself")

enum source_state {
#define X(name, word, meaning) name,
	SOURCE_STATES(X)
#undef X
};

const char *
source_state_word(enum source_state state);

/* All texts live as long as the source does not change; copy them. */
struct source_status {
	const char *name;
	const char *label;       /* or NULL */
	struct area area;
	enum source_state state;
	struct instant since;    /* of the state */
	struct instant blind_since; /* INSTANT_NONE: it can be seen */
	const char *reason;      /* last fault, one line; "" none */
	const char *cursor;      /* NULL: none yet */
	int64_t rows;            /* read since the start */
	int64_t changed;
	int64_t late;            /* found by the overlap or a comparison */
	int64_t quarantined;     /* rows of this run */
	int64_t losses;          /* characters that could not be decoded */
	int64_t polls;
	int64_t clock_ahead_us;  /* the source's clock less ours */
	int64_t known;           /* last comparison: keys known ... */
	int64_t vanished;        /* ... and not found */
	/* First load or comparison under way. */
	int64_t pass_rows;
	int64_t pass_expected;   /* 0: not known */
	double rate;             /* rows per second of the pass */
	int64_t seconds_left;    /* -1: not known */
};

/* What the source needs of its daemon; borrowed, and must outlive it. */
struct source_world {
	struct event_base *base;
	struct store *store;
	/* A store with a connection of the source's own, so that a slow one holds up no other; NULL: `store`. */
	struct store *(*store_of)(void *owner, const struct source_config *source);
	const char *credentials; /* folder of password files; NULL: $CREDENTIALS_DIRECTORY */
	/* Business time (may run fast in demonstrations), for "today" and what is stored. */
	struct instant (*now)(void *owner);
	/* Called at every change of state; may be NULL. Never with personal data. */
	void (*log)(void *owner, int level, const char *line);
	/* Rows were committed: households may be touched. May be NULL. */
	void (*committed)(void *owner, const struct source *source, int64_t changed);
	void *owner;
};

/* `config` is borrowed, and bound. */
struct source *
source_new(const struct source_config *config, const struct source_world *world);

void
source_free(struct source *source); /* NULL is fine; safe at any time */

void
source_start(struct source *source);

void
source_stop(struct source *source);

void
source_status(const struct source *source, struct source_status *ret_status);

/* Goes on with the comparison that waits, as far as what it showed. False if nothing waits. */
bool
source_accept(struct source *source);

/* Reads the source again for the keys in quarantine. False if it is not following just now. */
bool
source_release(struct source *source);

/* Compares now instead of tonight. False if it is not following just now. */
bool
source_reconcile(struct source *source);

#endif
