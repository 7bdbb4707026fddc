/* Queues batches by urgency and runs them one after another. Never decides, never writes by itself: plan_store does. */
#include "door.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "clock.h"
#include "log.h"
#include "memory.h"
#include "organisation_store.h"
#include "policy.h"
#include "statement_decide.h"

#define AGAIN_US (US_PER_SECOND / 50)
#define LOST_US (US_PER_SECOND / 5)
#define CONFLICTS_MOST 50 /* then somebody holds a lock for ever: worth a line, and going on */

TAILQ_HEAD(door_queue, door_visit);

struct door {
	struct door_config config;
	struct organisation_snapshot *snapshot; /* NULL: not read yet */
	struct policy policy;
	bool loading;
	bool shut;
	struct door_queue queues[DOOR_RANKS];
	struct door_visit *inside;  /* NULL while busy: it left */
	bool busy;
	struct event *turn;
	struct plan_access access;  /* of the transaction under way */
};

static void
door_turn_in(struct door *door, int64_t us)
{
	struct timeval wait = {.tv_sec = us / US_PER_SECOND, .tv_usec = us % US_PER_SECOND};

	evtimer_add(door->turn, &wait);
}

/* ---- who is there to decide for ---- */

/* Deadlines reach so far ahead: thirty working days and the holidays between. */
#define CALENDAR_AHEAD 42

/* An administrator should hear of it before the first deadline is counted without the moved days. */
static void
tell_missing_calendar(const struct door *door)
{
	struct day day = {clock_today(door->config.clock).n + CALENDAR_AHEAD};
	bool known = true;

	(void)calendar_works(door->policy.calendar, day, &known);
	if (!known)
		log_line(LOG_WARNING,
			"there is no work calendar of %d: its deadlines are counted Monday to"
			" Friday; name it in service { calendar ...; } and run needwatch init",
			day_civil(day).year);
}

static void
on_organisation(void *owner, struct organisation_snapshot *snapshot, const char *error)
{
	struct door *door = owner;
	bool moved;

	door->loading = false;
	if (!snapshot) {
		log_line(LOG_WARNING, "offices cannot be read: %s", error);
		door_turn_in(door, LOST_US);
		return;
	}
	moved = door->snapshot && door->snapshot->version != snapshot->version;
	organisation_snapshot_free(door->snapshot);
	door->snapshot = snapshot;
	door->policy.organisation = snapshot->organisation;
	door->policy.calendar = snapshot->calendar;
	tell_missing_calendar(door);
	door_turn_in(door, 0);
	if (moved)
		door->config.organisation_moved(door->config.owner);
}

static void
load_organisation(struct door *door)
{
	if (door->loading)
		return;
	door->loading = true;
	organisation_load(door->config.db, on_organisation, door);
}

static void
on_version(void *owner, const struct db_result *result)
{
	struct door *door = owner;

	if (result->status != DB_OK || db_result_rows(result) != 1 || !door->snapshot)
		return;
	/* A transaction under way borrows the present one: it will be told that it moved. */
	if (db_int(result, 0, 0) != door->snapshot->version && !door->busy)
		load_organisation(door);
}

void
door_look_at_organisation(struct door *door)
{
	db_ask(door->config.db, decide_statement(SQL_ORGANISATION_VERSION), NULL, on_version, door);
}

const struct policy *
door_policy(const struct door *door)
{
	return door->snapshot ? &door->policy : NULL;
}

int64_t
door_organisation_version(const struct door *door)
{
	return door->snapshot ? door->snapshot->version : 0;
}

/* ---- one transaction ---- */

static void
visit_end(struct door *door, struct door_visit *visit, enum plan_fault fault, const char *error,
	const struct plan_batch *batch)
{
	const struct plan_result *results = NULL;
	size_t count = 0;

	if (fault == PLAN_OK)
		count = plan_batch_results(batch, &results);
	if (fault == PLAN_OK)
		door->config.committed(door->config.owner, results, count);
	if (visit) {
		visit->inside = false;
		visit->done(visit->owner, fault, error, results, count);
	}
}

/* Back to the head of its queue, for another attempt. */
static void
visit_again(struct door *door, struct door_visit *visit, int64_t us)
{
	if (visit)
		TAILQ_INSERT_HEAD(&door->queues[visit->rank], visit, link);
	door_turn_in(door, us);
}

static void
on_done(void *owner, struct plan_batch *batch, enum plan_fault fault, const char *error)
{
	struct door *door = owner;
	struct door_visit *visit = door->inside;

	door->busy = false;
	door->inside = NULL;
	door_turn_in(door, 0);
	switch (fault) {
	case PLAN_ORGANISATION_MOVED:
		visit_again(door, visit, 0);
		load_organisation(door);
		break;
	case PLAN_AGAIN:
		if (visit && ++visit->attempts % CONFLICTS_MOST == 0)
			log_line(LOG_WARNING, "plans are held up by conflicts: %s", error);
		visit_again(door, visit, AGAIN_US);
		break;
	case PLAN_LOST:
		visit_again(door, visit, LOST_US);
		break;
	case PLAN_LEASE_LOST:
		door->shut = true;
		visit_again(door, visit, 0);
		door->config.lease_lost(door->config.owner, error);
		break;
	case PLAN_REFUSED:
		log_line(LOG_ERR, "the store refuses a plan: %s", error);
		visit_end(door, visit, fault, error, batch);
		break;
	case PLAN_OVERTAKEN:
	case PLAN_OK:
		visit_end(door, visit, fault, error, batch);
		break;
	}
	plan_batch_free(batch);
}

static void
door_run(struct door *door, struct door_visit *visit)
{
	const struct policy *policy = visit->policy ? visit->policy : &door->policy;
	struct plan_batch *batch = plan_batch_new(policy, door->snapshot->version,
		clock_now(door->config.clock));

	door->busy = true;
	door->inside = visit;
	visit->fill(visit->owner, batch);
	door->access = (struct plan_access){
		.lease = door->config.lease,
		.fence = door->config.fence,
		.before_writing = visit->steps,
		.before_writing_count = visit->step_count,
	};
	plan_store_run(door->config.db, batch, &door->access, on_done, door);
}

static void
on_turn(evutil_socket_t fd, short what, void *owner)
{
	struct door *door = owner;

	(void)fd;
	(void)what;
	if (door->busy || door->shut || door->loading)
		return;
	if (!door->snapshot) {
		load_organisation(door);
		return;
	}
	for (int rank = 0; rank < DOOR_RANKS; rank++) {
		struct door_visit *visit = TAILQ_FIRST(&door->queues[rank]);

		if (visit) {
			TAILQ_REMOVE(&door->queues[rank], visit, link);
			door_run(door, visit);
			return;
		}
	}
}

void
door_enter(struct door *door, struct door_visit *visit)
{
	visit->inside = true;
	visit->attempts = 0;
	TAILQ_INSERT_TAIL(&door->queues[visit->rank], visit, link);
	if (!door->busy)
		door_turn_in(door, 0);
}

void
door_leave(struct door *door, struct door_visit *visit)
{
	if (!visit->inside)
		return;
	visit->inside = false;
	if (door->inside == visit)
		door->inside = NULL;
	else
		TAILQ_REMOVE(&door->queues[visit->rank], visit, link);
}

bool
door_idle(const struct door *door)
{
	return !door->busy && !door->loading;
}

bool
door_quiet(const struct door *door)
{
	for (int rank = 0; rank < DOOR_RANKS; rank++)
		if (!TAILQ_EMPTY(&door->queues[rank]))
			return false;
	return door_idle(door);
}

void
door_shut(struct door *door)
{
	door->shut = true;
}

struct door *
door_new(const struct door_config *config)
{
	struct door *door = xcalloc(1, sizeof(*door));

	door->config = *config;
	door->policy.profile = profile_default();
	door->policy.channels = config->channels;
	door->policy.channel_count = config->channel_count;
	for (int rank = 0; rank < DOOR_RANKS; rank++)
		TAILQ_INIT(&door->queues[rank]);
	door->turn = evtimer_new(config->base, on_turn, door);
	door_turn_in(door, 0);
	return door;
}

void
door_free(struct door *door)
{
	if (!door)
		return;
	db_forget(door->config.db, door);
	event_free(door->turn);
	organisation_snapshot_free(door->snapshot);
	free(door);
}
