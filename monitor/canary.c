/* Makes beats and waits for them; a day that turns before one is judged loses it, and the next is
 * made at once. Judges no one: verdict.c holds its kind and rule. */
#include "canary.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "clock.h"
#include "config.h"
#include "db.h"
#include "diag.h"
#include "judge.h"
#include "log.h"
#include "memory.h"
#include "outbox.h"
#include "plan_batch.h"
#include "verdict.h"

#define LOOK_US (US_PER_SECOND / 2)
#define SOON_US (US_PER_SECOND / 50) /* after the door: delivery is quick */

/* Its source, in the words of the configuration. It has no number: somebody of its own, matched
 * with nobody. */
static const char source_text[] = "source canary \"自检\" {\n"
				  "	connect    dbname = needwatch;\n"
				  "	query      \"select id, beat, told, null::text as "
				  "number from needwatch.canary\";\n"
				  "	key        id;\n"
				  "	cursor     beat;\n"
				  "	every 500ms;\n"
				  "	reconcile  never;\n"
				  "	area       \"990099\";\n"
				  "	person     number else lead;\n"
				  "	fact canary { on told as date; beat = beat as int; }\n"
				  "}\n";

struct canary {
	struct canary_config config;
	struct config *sources; /* holds what `source_config` points to */
	struct source_config source_config;
	struct source *source;
	struct event *timer;  /* the next beat, or the next look */
	struct mono next;     /* when it sets out next */
	struct mono made;     /* when it set out last */
	struct mono moved;    /* the last sign of progress */
	struct day told;      /* day of the newest beat */
	int64_t first, last;  /* beats of the journey, any of which may arrive; 0: none is made yet */
	int64_t news_judged;  /* by then, at the last look */
	bool making;
	bool looking;
	bool still; /* no progress: said once */
	struct canary_status counts;
};

const char *
canary_place_word(enum canary_place place)
{
	static const char *const words[] = {
#define X(name, word, meaning) [name] = word,
		CANARY_PLACES(X)
#undef X
	};

	return words[place];
}

static bool
under_way(const struct canary *canary)
{
	return canary->counts.place != CANARY_AT_HOME;
}

/* What stands in this file cannot be wrong. */
static void
read_source(struct canary *canary)
{
	const struct source_text text = {"(canary)", source_text, sizeof(source_text) - 1};
	struct diags *diags = diags_new();

	canary->sources = config_parse(&text, 1, diags);
	config_bind(canary->sources, canary->config.kinds, canary->config.kind_count, diags);
	assert(diags_errors(diags) == 0 && config_source_count(canary->sources) == 1);
	diags_free(diags);
	canary->source_config = *config_source(canary->sources, 0);
	canary->source_config.name = "(canary)"; /* no name that a configuration could give */
	canary->source_config.connect = canary->config.conninfo;
	canary->source_config.overlap_us = 0; /* a number has no past to read again */
}

static void
wait_for(struct canary *canary, int64_t us)
{
	struct timeval wait;

	if (us < 0)
		us = 0;
	wait = (struct timeval){.tv_sec = us / US_PER_SECOND, .tv_usec = us % US_PER_SECOND};
	evtimer_add(canary->timer, &wait);
}

static void
arrived(struct canary *canary)
{
	struct db_params params = {0};
	char beat[24];

	snprintf(beat, sizeof(beat), "%lld", (long long)canary->last);
	canary->counts.place = CANARY_AT_HOME;
	canary->counts.arrived++;
	canary->counts.travel_us = clock_mono().us - canary->made.us;
	canary->counts.arrived_at = clock_real();
	canary->moved = clock_mono();
	db_add_int(&params, CANARY_COUNTY);
	db_add_text(&params, CANARY_RULE);
	db_add_text(&params, OUTBOX_CANARY);
	db_add_text(&params, beat);
	db_ask(canary->config.db, decide_statement(SQL_CANARY_FORGET), &params, NULL, canary);
}

/* ---- looking for it ---- */

/* Its mark waits its turn. News that came before it is judged before it: that the queue moves on is
 * progress, and what is judged past it is none. */
static void
note_queue(struct canary *canary, struct instant since)
{
	struct judge_news news = judge_news(canary->config.judge);

	if (news.judged != canary->news_judged && news.since.us <= since.us)
		canary->moved = clock_mono();
	canary->news_judged = news.judged;
}

static void
on_looked(void *owner, const struct db_result *result)
{
	enum { QUEUED, LEASED, SENT }; /* of outbox.state */
	struct canary *canary = owner;

	canary->looking = false;
	if (result->status != DB_OK || db_result_rows(result) != 1 || !under_way(canary))
		return;
	if (!db_null(result, 0, 0) && db_int(result, 0, 0) == SENT) {
		arrived(canary);
	} else if (!db_null(result, 0, 0)) {
		canary->counts.place = CANARY_AT_SENDER;
	} else if (!db_null(result, 0, 1)) {
		canary->counts.place = CANARY_AT_JUDGE;
		note_queue(canary, db_instant(result, 0, 1));
	} else {
		canary->counts.place = CANARY_AT_SOURCE;
	}
}

static void
look(struct canary *canary)
{
	struct db_params params = {0};

	if (canary->looking)
		return;
	canary->looking = true;
	db_add_int(&params, CANARY_COUNTY);
	db_add_text(&params, CANARY_RULE);
	db_add_text(&params, OUTBOX_CANARY);
	db_add_int(&params, canary->first);
	db_add_int(&params, canary->last);
	db_ask(canary->config.db, decide_statement(SQL_CANARY_PLACE), &params, on_looked, canary);
}

/* ---- sending it ---- */

static void
on_made(void *owner, const struct db_result *result)
{
	struct canary *canary = owner;

	canary->making = false;
	if (result->status != DB_OK) {
		canary->told.n = DAY_NONE; /* lost: made again */
		return;
	}
	canary->last = db_int(result, 0, 0);
	if (!canary->first)
		canary->first = canary->last;
	canary->counts.beats++;
}

static void
make_beat(struct canary *canary)
{
	struct db_params params = {0};

	canary->making = true;
	canary->told = clock_today(canary->config.clock);
	db_add_day(&params, canary->told);
	db_ask(canary->config.db, decide_statement(SQL_CANARY_BEAT), &params, on_made, canary);
}

/* Its journey begins before its beat is made: the store is part of the line. */
static void
set_out(struct canary *canary)
{
	canary->counts.place = CANARY_AT_SOURCE;
	canary->made = clock_mono();
	canary->moved = canary->made; /* all its patience */
	canary->next.us = canary->made.us + canary->config.every_us;
	canary->first = canary->last = 0;
	canary->news_judged = judge_news(canary->config.judge).judged;
}

/* A beat that its source found at its first load would be history, which waits for the first loads
 * of all sources; made behind it, it is news, which goes before all history. */
static bool
is_followed(const struct canary *canary)
{
	struct source_status source;

	source_status(canary->source, &source);
	return source.state == SOURCE_FOLLOWING;
}

/* Its fact is a finding on its own day alone; once its message stands, the day does not matter. */
static bool
is_lost(const struct canary *canary)
{
	return clock_today(canary->config.clock).n != canary->told.n &&
	       canary->counts.place != CANARY_AT_SENDER;
}

static void
on_timer(evutil_socket_t fd, short what, void *owner)
{
	struct canary *canary = owner;

	(void)fd;
	(void)what;
	wait_for(canary, LOOK_US);
	if (!under_way(canary) && clock_mono().us >= canary->next.us)
		set_out(canary);
	if (!under_way(canary) || canary->making)
		return;
	if ((!canary->last || is_lost(canary)) && is_followed(canary))
		make_beat(canary);
	else if (canary->last)
		look(canary);
}

/* ---- what it tells ---- */

void
canary_committed(struct canary *canary, const struct plan_result *results, size_t count)
{
	if (!under_way(canary)) {
		canary->moved = clock_mono();
		return;
	}
	for (size_t i = 0; i < count; i++) {
		if (results[i].county == CANARY_COUNTY) {
			wait_for(canary, SOON_US);
			return;
		}
	}
}

static void
note_progress(struct canary *canary, bool progress, int64_t still_us)
{
	if (!progress && !canary->still && canary->config.every_us)
		log_line(LOG_ERR,
			"the line has made no progress for %lld s: the canary has not arrived, "
			"it is %s",
			(long long)(still_us / US_PER_SECOND),
			canary_place_word(canary->counts.place));
	else if (!progress && !canary->still)
		log_line(LOG_ERR,
			"the line has made no progress for %lld s: the door commits nothing",
			(long long)(still_us / US_PER_SECOND));
	else if (progress && canary->still)
		log_line(LOG_NOTICE, "the line makes progress again");
	canary->still = !progress;
}

bool
canary_sees_progress(struct canary *canary)
{
	bool idle = canary->config.idle(canary->config.owner);
	struct mono now = clock_mono();
	int64_t still_us;
	bool progress;

	if (idle && !under_way(canary))
		canary->moved = now;
	still_us = now.us - canary->moved.us;
	progress = still_us < canary->config.patience_us;
	if (!progress && canary->config.every_us && !under_way(canary)) {
		set_out(canary);
		wait_for(canary, 0);
		progress = true;
	}
	note_progress(canary, progress, still_us);
	return progress;
}

void
canary_status(const struct canary *canary, struct canary_status *ret_status)
{
	struct source_status source;

	*ret_status = canary->counts;
	ret_status->flies = canary->config.every_us > 0;
	ret_status->still_us = clock_mono().us - canary->moved.us;
	ret_status->source = SOURCE_STOPPED;
	ret_status->reason = "";
	if (canary->source) {
		source_status(canary->source, &source);
		ret_status->source = source.state;
		ret_status->reason = source.reason;
	}
}

/* ---- the outer face ---- */

struct canary *
canary_new(const struct canary_config *config)
{
	struct canary *canary = xcalloc(1, sizeof(*canary));

	canary->config = *config;
	canary->counts.travel_us = -1;
	canary->counts.arrived_at.us = INSTANT_NONE;
	canary->moved = clock_mono();
	canary->timer = evtimer_new(config->world.base, on_timer, canary);
	if (config->every_us > 0) {
		read_source(canary);
		canary->source = source_new(&canary->source_config, &config->world);
	}
	return canary;
}

void
canary_start(struct canary *canary)
{
	if (!canary->source)
		return;
	source_start(canary->source);
	wait_for(canary, 0);
}

void
canary_stop(struct canary *canary)
{
	if (!canary->source)
		return;
	source_stop(canary->source);
	evtimer_del(canary->timer);
}

void
canary_free(struct canary *canary)
{
	if (!canary)
		return;
	db_forget(canary->config.db, canary);
	source_free(canary->source);
	event_free(canary->timer);
	config_free(canary->sources);
	free(canary);
}
