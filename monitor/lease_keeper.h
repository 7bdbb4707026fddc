/* The lease of this daemon: taken, renewed on a beat, given back. Says when it is held and when it must be taken as lost;
 * writes nothing else. */
#ifndef NEEDWATCH_LEASE_KEEPER_H
#define NEEDWATCH_LEASE_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

struct db;
struct event_base;
struct lease_keeper;

/* X(enum, word, what it means) */
#define KEEPER_STATES(X) \
	X(KEEPER_IDLE, "idle", "not asked for, or given back") \
	X(KEEPER_ASKING, "asking", "another daemon has it, or the store does not answer") \
	X(KEEPER_HELD, "held", "ours, and renewed three times in its length") \
	X(KEEPER_RELEASING, "releasing", "being given back")

enum keeper_state {
#define X(name, word, meaning) name,
	KEEPER_STATES(X)
#undef X
};

/* Each may call anything of the keeper but lease_keeper_free(). */
struct lease_keeper_face {
	void (*held)(void *owner, int64_t fence);
	/* Another daemon has it; told when that is news. */
	void (*waiting)(void *owner, const char *holder);
	/* Nothing more may be written; lease_keeper_start() asks for it anew. */
	void (*lost)(void *owner, const char *reason);
	/* Given back, or the store did not answer in time: then it ends by itself. */
	void (*released)(void *owner);
};

/* Borrowed, and must outlive the keeper. */
struct lease_keeper_config {
	struct event_base *base;
	struct db *db;      /* the keeper's own: nothing else may hold up a renewal */
	const char *name;
	const char *holder; /* of this process alone */
	int64_t length_us;
};

struct lease_keeper *
lease_keeper_new(const struct lease_keeper_config *config, const struct lease_keeper_face *face,
	void *owner);

/* Gives nothing back; its connection goes first, since answers may be under way. NULL is fine. */
void
lease_keeper_free(struct lease_keeper *keeper);

void
lease_keeper_start(struct lease_keeper *keeper);

void
lease_keeper_release(struct lease_keeper *keeper);

/* Somebody else found out: as if a renewal had said so. */
void
lease_keeper_lose(struct lease_keeper *keeper, const char *reason);

enum keeper_state
lease_keeper_state(const struct lease_keeper *keeper);

const char *
keeper_state_word(enum keeper_state state);

/* Of the lease that is held; 0: none. */
int64_t
lease_keeper_fence(const struct lease_keeper *keeper);

/* Who has it, as the store said last; "" nobody, or not known. */
const char *
lease_keeper_holder(const struct lease_keeper *keeper);

#endif
