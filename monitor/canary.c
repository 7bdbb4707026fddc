/* Makes beats and waits for them; a day that turns under way loses a beat, and the next is made
 * at once. Judges no one: verdict.c holds its kind and rule. */
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
#include "log.h"
#include "memory.h"
#include "plan_batch.h"
#include "verdict.h"

#define LOOK_US (US_PER_SECOND / 2)
#define BEAT_TEXT 24

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
	struct mono next;     /* when the next beat is made */
	struct mono made;     /* when the one under way was made */
	struct mono moved;    /* when the line moved last, or was idle */
	struct day told;      /* day of the beat under way */
	char beat[BEAT_TEXT]; /* its number */
	bool making;
	bool looking;
	bool still; /* no progress: said once */
	struct canary_status counts;
};

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

	canary->counts.under_way = false;
	canary->counts.arrived++;
	canary->counts.travel_us = clock_mono().us - canary->made.us;
	canary->counts.arrived_at = clock_real();
	canary->moved = clock_mono();
	db_add_int(&params, CANARY_COUNTY);
	db_add_text(&params, CANARY_RULE);
	db_add_text(&params, canary->beat);
	db_ask(canary->config.db, decide_statement(SQL_CANARY_FORGET), &params, NULL, canary);
}

/* ---- looking for it ---- */

static void
on_looked(void *owner, const struct db_result *result)
{
	struct canary *canary = owner;

	canary->looking = false;
	if (result->status == DB_OK && db_result_rows(result) == 1 && canary->counts.under_way)
		arrived(canary);
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
	db_add_text(&params, canary->beat);
	db_ask(canary->config.db, decide_statement(SQL_CANARY_ARRIVED), &params, on_looked,
		canary);
}

/* ---- sending it ---- */

static void
on_made(void *owner, const struct db_result *result)
{
	struct canary *canary = owner;

	canary->making = false;
	if (result->status != DB_OK)
		return;
	snprintf(canary->beat, sizeof(canary->beat), "%lld", (long long)db_int(result, 0, 0));
	canary->counts.under_way = true;
	canary->counts.beats++;
}

/* A beat that is not made is under way, too: the store is part of the line. */
static void
make_beat(struct canary *canary)
{
	struct db_params params = {0};

	canary->making = true;
	canary->counts.under_way = true;
	canary->beat[0] = '\0';
	canary->made = clock_mono();
	canary->next.us = canary->made.us + canary->config.every_us;
	canary->told = clock_today(canary->config.clock);
	db_add_day(&params, canary->told);
	db_ask(canary->config.db, decide_statement(SQL_CANARY_BEAT), &params, on_made, canary);
}

/* Its fact is a finding on its own day alone. */
static bool
day_has_turned(const struct canary *canary)
{
	return clock_today(canary->config.clock).n != canary->told.n;
}

static void
on_timer(evutil_socket_t fd, short what, void *owner)
{
	struct canary *canary = owner;
	bool lost = canary->counts.under_way && !canary->making && !canary->beat[0];

	(void)fd;
	(void)what;
	wait_for(canary, LOOK_US);
	if (canary->making)
		return;
	if (!canary->counts.under_way && clock_mono().us >= canary->next.us) {
		canary->moved = clock_mono(); /* all its patience */
		make_beat(canary);
	} else if (canary->counts.under_way && (lost || day_has_turned(canary))) {
		make_beat(canary);
	} else if (canary->counts.under_way) {
		look(canary);
	}
}

/* ---- what it tells ---- */

void
canary_committed(struct canary *canary, const struct plan_result *results, size_t count)
{
	canary->moved = clock_mono();
	for (size_t i = 0; i < count; i++) {
		if (results[i].county == CANARY_COUNTY && canary->counts.under_way &&
			canary->beat[0]) {
			look(canary);
			return;
		}
	}
}

static void
note_progress(struct canary *canary, bool progress, int64_t still_us)
{
	if (!progress && !canary->still)
		log_line(LOG_ERR, "the line has made no progress for %lld s: %s",
			(long long)(still_us / US_PER_SECOND),
			canary->config.every_us ? "the canary does not arrive"
						: "the door commits nothing");
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

	if (idle && !canary->counts.under_way)
		canary->moved = now;
	still_us = now.us - canary->moved.us;
	progress = still_us < canary->config.patience_us;
	if (!progress && canary->config.every_us && !canary->counts.under_way) {
		canary->moved.us = now.us;
		canary->next.us = now.us;
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
