/* The daemon's way to the one door: batches of events go through decide() and into the store, one transaction at a time,
 * the urgent ones first, each as often as conflicts and lost connections ask for. Makes no event of its own. */
#ifndef NEEDWATCH_DOOR_H
#define NEEDWATCH_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "plan_store.h"

struct clock;
struct door;
struct event_base;

/* Who goes first. */
enum door_rank {
	DOOR_NEWS,   /* households whose facts have changed */
	DOOR_CLOCKS, /* deadlines, failed deliveries, vacant posts */
	DOOR_SWEEP,  /* the turn of the day, a new rule set, history */
	DOOR_RANKS
};

/* One batch of events. Belongs to its owner, and must stay until it is done or has left. */
struct door_visit {
	enum door_rank rank;
	const struct policy *policy; /* NULL: the door's own */
	/* Adds the events; called for every attempt. What it borrows stays until done. */
	void (*fill)(void *owner, struct plan_batch *batch);
	/* Results live until it returns; none unless `fault` is PLAN_OK. PLAN_REFUSED: the store says no.
	 * PLAN_OVERTAKEN: a step that must change a row changed none. */
	void (*done)(void *owner, enum plan_fault fault, const char *error,
		const struct plan_result *results, size_t count);
	void *owner;
	const struct plan_step *steps; /* in the same transaction, before writing; NULL: none */
	size_t step_count;
	/* the door's own */
	TAILQ_ENTRY(door_visit) link;
	bool inside;
	int attempts;
};

struct door_config {
	struct event_base *base;
	struct db *db;
	const struct clock *clock;
	const char *const *channels; /* every message goes to each */
	size_t channel_count;
	const char *lease;
	int64_t fence;
	/* Another daemon has taken over: nothing more may be written. */
	void (*lease_lost)(void *owner, const char *reason);
	/* Offices, posts or the calendar are others than before. */
	void (*organisation_moved)(void *owner);
	/* A batch was committed. */
	void (*committed)(void *owner, const struct plan_result *results, size_t count);
	void *owner;
};

/* Texts of the configuration are borrowed. */
struct door *
door_new(const struct door_config *config);

void
door_free(struct door *door); /* NULL is fine; visits are forgotten */

void
door_enter(struct door *door, struct door_visit *visit);

/* The visit will not hear of its end, which may be either. */
void
door_leave(struct door *door, struct door_visit *visit);

/* Nothing is being carried out. */
bool
door_idle(const struct door *door);

/* And nobody waits for it. */
bool
door_quiet(const struct door *door);

/* Nothing new is begun; what runs is finished. */
void
door_shut(struct door *door);

/* NULL until it has been read. Lives until organisation_moved. */
const struct policy *
door_policy(const struct door *door);

int64_t
door_organisation_version(const struct door *door);

/* Reads offices and posts again, if the store has another version. */
void
door_look_at_organisation(struct door *door);

#endif
