/* Asks the store what is due, reads the clocks of those alerts, and has the door decide, a
 * batch at a time. Keeps no deadline in memory: the store's are the only ones. */
#include "due.h"

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "alert_store.h"
#include "arena.h"
#include "clock.h"
#include "door.h"
#include "log.h"
#include "memory.h"

#define BATCH 200
/* The next moment is asked for at least this often: another program may have changed it. */
#define BEAT_US US_PER_SECOND
/* A round that changed nothing is not repeated at once. */
#define PAUSE_US US_PER_SECOND

enum due_step {
	DUE_RESTING,
	DUE_ASKING,   /* which alerts? */
	DUE_READING,  /* their clocks */
	DUE_DECIDING, /* at the door */
};

struct due_item {
	struct alert alert; /* county, id, household and clocks alone */
	struct alert_event event;
};

struct due {
	struct due_config config;
	struct event *timer;
	enum due_step step;
	struct arena *arena; /* of the round */
	struct due_item *items;
	size_t count;
	size_t first;   /* of the batch at the door */
	size_t size;    /* events of a batch: one by one after a refusal */
	size_t waiting; /* clocks that are not read yet */
	bool failed;
	bool posts;            /* the round is about posts */
	int64_t posts_version; /* the organisation for which all posts were looked at */
	int64_t posts_next;    /* the one that is being looked at */
	struct door_visit visit;
	bool shut;
	struct due_counts counts;
};

static void
rest(struct due *due, int64_t us)
{
	struct timeval wait;

	due->step = DUE_RESTING;
	if (us > BEAT_US)
		us = BEAT_US;
	wait = (struct timeval){.tv_sec = us / US_PER_SECOND, .tv_usec = us % US_PER_SECOND};
	evtimer_add(due->timer, &wait);
}

/* ---- at the door ---- */

static void
enter_door(struct due *due, size_t first);

static void
fill(void *owner, struct plan_batch *batch)
{
	struct due *due = owner;

	for (size_t i = due->first; i < due->count && i < due->first + due->size; i++)
		plan_batch_event(batch, due->items[i].alert.county,
			due->items[i].alert.household, due->items[i].alert.id,
			&due->items[i].event);
}

static bool
any_news(const struct plan_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!results[i].seen && results[i].plan->line_count > 0)
			return true;
	return false;
}

/* The next batch, or the end of the round. */
static void
go_on(struct due *due, bool news)
{
	if (due->first + due->size < due->count && !due->shut) {
		enter_door(due, due->first + due->size);
		return;
	}
	if (due->posts)
		due->posts_version = due->posts_next;
	rest(due, news ? 0 : PAUSE_US);
}

/* One event that the store refuses holds up no other: the batch is taken apart, and the one is left
 * for the next round. The door has told of it. */
static void
on_decided(void *owner, enum plan_fault fault, const char *error,
	const struct plan_result *results, size_t count)
{
	struct due *due = owner;

	(void)error;
	if (fault == PLAN_OK) {
		*(due->posts ? &due->counts.posts : &due->counts.clocks) += (int64_t)count;
		go_on(due, any_news(results, count));
	} else if (due->size > 1 && !due->shut) {
		due->size = 1;
		enter_door(due, due->first);
	} else {
		go_on(due, false);
	}
}

static void
enter_door(struct due *due, size_t first)
{
	due->step = DUE_DECIDING;
	due->first = first;
	due->visit = (struct door_visit){
		.rank = DOOR_CLOCKS,
		.fill = fill,
		.done = on_decided,
		.owner = due,
	};
	door_enter(due->config.door, &due->visit);
}

/* ---- clocks that have run out ---- */

static void
make_due(struct due *due, struct due_item *item)
{
	enum stage stage = STAGE_COUNT;
	struct instant at = alert_wake(&item->alert, &stage);

	if (stage == STAGE_COUNT)
		return;
	item->event.kind = EVENT_DUE;
	item->event.due = (struct event_due){.stage = stage, .at = at};
	item->event.id = event_id_due(due->arena, &item->alert, &item->event.due);
}

/* An alert that was closed meanwhile has no clock that runs: it is left out. */
static void
all_read(struct due *due)
{
	size_t count = 0;

	for (size_t i = 0; i < due->count; i++) {
		make_due(due, &due->items[i]);
		if (due->items[i].event.id)
			due->items[count++] = due->items[i];
	}
	due->count = count;
	if (due->failed || count == 0) {
		rest(due, PAUSE_US);
		return;
	}
	due->size = BATCH;
	enter_door(due, 0);
}

static struct due_item *
item_of(struct due *due, int64_t alert)
{
	for (size_t i = 0; i < due->count; i++)
		if (due->items[i].alert.id == alert)
			return &due->items[i];
	return NULL;
}

static void
on_clocks(void *owner, const struct db_result *result)
{
	struct due *due = owner;
	int rows = result->status == DB_OK ? db_result_rows(result) : 0;

	due->failed = due->failed || result->status != DB_OK;
	for (int row = 0; row < rows; row++) {
		struct due_item *item = item_of(due, db_int(result, row, 1));

		if (item)
			alert_clock_take(result, row, &item->alert);
	}
	if (--due->waiting == 0)
		all_read(due);
}

static void
take_keys(struct due *due, const struct db_result *result)
{
	arena_reset(due->arena);
	due->count = (size_t)db_result_rows(result);
	due->items = arena_array(due->arena, due->count + 1, sizeof(*due->items));
	for (size_t i = 0; i < due->count; i++) {
		struct alert_key key = alert_key_read(result, (int)i);

		due->items[i].alert.county = key.county;
		due->items[i].alert.id = key.alert;
		due->items[i].alert.household = key.household;
	}
}

static void
on_due(void *owner, const struct db_result *result)
{
	struct due *due = owner;

	if (result->status != DB_OK || db_result_rows(result) == 0) {
		rest(due, PAUSE_US);
		return;
	}
	take_keys(due, result);
	due->step = DUE_READING;
	due->posts = false;
	due->failed = false;
	due->waiting = due->count;
	for (size_t i = 0; i < due->count; i++)
		alert_ask_clocks(due->config.db, due->items[i].alert.county,
			due->items[i].alert.household, on_clocks, due);
}

static void
on_next(void *owner, const struct db_result *result)
{
	struct due *due = owner;
	struct instant at = {INSTANT_NONE};
	int64_t us;

	if (result->status == DB_OK && db_result_rows(result) == 1)
		at = db_instant(result, 0, 0);
	us = at.us == INSTANT_NONE ? BEAT_US : clock_wait_us(due->config.clock, at);
	if (due->shut || us > 0)
		rest(due, us);
	else
		alert_ask_due(due->config.db, clock_now(due->config.clock), BATCH, on_due, due);
}

/* ---- posts in which nobody is any more ---- */

static void
make_changed(struct due *due, struct due_item *item)
{
	item->event.kind = EVENT_POST_CHANGED;
	item->event.id = event_id_post_changed(due->arena, &item->alert, due->posts_next);
}

static void
on_unreachable(void *owner, const struct db_result *result)
{
	struct due *due = owner;

	if (result->status != DB_OK) {
		rest(due, PAUSE_US);
		return;
	}
	take_keys(due, result);
	due->posts = true;
	for (size_t i = 0; i < due->count; i++)
		make_changed(due, &due->items[i]);
	if (due->count > 0) {
		log_line(LOG_NOTICE, "%zu open alerts belong to posts that nobody holds",
			due->count);
		due->size = BATCH;
		enter_door(due, 0);
		return;
	}
	due->posts_version = due->posts_next;
	rest(due, 0);
}

/* ---- rounds ---- */

/* Posts first: a clock that runs out should find somebody. */
static void
on_timer(evutil_socket_t fd, short what, void *owner)
{
	struct due *due = owner;
	int64_t version = door_organisation_version(due->config.door);

	(void)fd;
	(void)what;
	if (due->shut)
		return;
	door_look_at_organisation(due->config.door);
	due->step = DUE_ASKING;
	if (version == 0) {
		rest(due, PAUSE_US);
	} else if (version != due->posts_version) {
		due->posts_next = version;
		alert_ask_unreachable(due->config.db, on_unreachable, due);
	} else {
		alert_ask_next_wake(due->config.db, on_next, due);
	}
}

void
due_wake(struct due *due)
{
	if (due->step == DUE_RESTING && !due->shut)
		rest(due, 0);
}

void
due_shut(struct due *due)
{
	due->shut = true;
}

struct due_counts
due_counts(const struct due *due)
{
	return due->counts;
}

struct due *
due_new(const struct due_config *config)
{
	struct due *due = xcalloc(1, sizeof(*due));

	due->config = *config;
	due->arena = arena_new();
	due->timer = evtimer_new(config->base, on_timer, due);
	rest(due, 0);
	return due;
}

void
due_free(struct due *due)
{
	if (!due)
		return;
	db_forget(due->config.db, due);
	if (due->step == DUE_DECIDING)
		door_leave(due->config.door, &due->visit);
	event_free(due->timer);
	arena_free(due->arena);
	free(due);
}
