/* Puts together what each part says of itself, and a few counts from the store. Waits for the
 * store a moment, not longer. */
#include "status.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

#include <event2/event.h>

#include "answer.h"
#include "canary.h"
#include "clock.h"
#include "db.h"
#include "judge.h"
#include "lease_keeper.h"
#include "line.h"
#include "memory.h"
#include "outbox_sender.h"
#include "question.h"
#include "ruleset.h"
#include "setup.h"
#include "source_set.h"
#include "statement.h"
#include "statement_decide.h"
#include "verdict.h"

#define STORE_US (2 * US_PER_SECOND)
#define HELD_REASONS 5 /* of a source's quarantine: the rest shows when these are mended */

/* An answer on its way. */
struct report {
	LIST_ENTRY(report) link;
	struct question_call *call; /* NULL: answered */
	json_t *answer;
	json_t *outbox; /* by channel, from the sender; counts of the store are added */
	int waiting;    /* counts under way */
	struct event *late;
};

struct status_reports {
	LIST_HEAD(, report) waiting;
};

/* ---- the daemon, its lease and its rules ---- */

static json_t *
daemon_object(const struct status_about *about)
{
	int64_t day_us = config_number(about->setup->config, SETTING_SERVICE_DAY);

	return json_pack("{s:s, s:o, s:o, s:s, s:i, s:o, s:I, s:b, s:s}", "state", about->state,
		"since", answer_instant(about->since), "started", answer_instant(about->started),
		"reason", about->reason, "pid", (int)getpid(), "now",
		answer_instant(clock_now(about->clock)), "day_seconds",
		(json_int_t)(day_us / US_PER_SECOND), "progress", (int)about->progress,
		"configuration", about->setup->path);
}

static json_t *
lease_object(const struct lease_keeper *keeper)
{
	return json_pack("{s:s, s:I, s:s}", "state",
		keeper_state_word(lease_keeper_state(keeper)), "fence",
		(json_int_t)lease_keeper_fence(keeper), "holder", lease_keeper_holder(keeper));
}

static json_t *
rules_object(const struct setup *setup)
{
	size_t kinds;

	ruleset_kinds(setup->ruleset, &kinds);
	return json_pack("{s:s, s:I, s:I}", "hash", ruleset_hash(setup->ruleset), "rules",
		(json_int_t)ruleset_rule_count(setup->ruleset), "kinds", (json_int_t)kinds);
}

/* ---- the judge ---- */

static json_t *
histogram_object(const struct histogram *histogram)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "count", (json_int_t)histogram->count,
		"p50_us", (json_int_t)histogram_percentile(histogram, 50), "p90_us",
		(json_int_t)histogram_percentile(histogram, 90), "p99_us",
		(json_int_t)histogram_percentile(histogram, 99), "most_us",
		(json_int_t)histogram->most_us);
}

static json_t *
outcomes_object(const struct judge_status *status)
{
	json_t *object = json_object();

	for (int reason = 0; reason < REASON_COUNT; reason++)
		if (status->outcomes[reason] > 0)
			answer_number(object, reason_name((enum reason)reason),
				status->outcomes[reason]);
	return object;
}

static json_t *
judge_object(const struct judge_status *status)
{
	json_t *object = json_object();
	char day[DAY_TEXT_SIZE];

	json_object_set_new(object, "idle", json_boolean(status->idle));
	answer_number(object, "waiting_news", status->waiting_news);
	answer_number(object, "waiting_history", status->waiting_history);
	answer_number(object, "waiting_areas", status->waiting_areas);
	answer_number(object, "turns_open", status->turns_open);
	if (status->turned.n == DAY_NONE)
		json_object_set_new(object, "turned", json_null());
	else
		json_object_set_new(
			object, "turned", (day_format(status->turned, day), json_string(day)));
	answer_number(object, "judged", status->judged);
	answer_number(object, "judged_history", status->judged_history);
	answer_number(object, "judged_turn", status->judged_turn);
	answer_number(object, "empty", status->empty);
	answer_number(object, "unjudged", status->unjudged);
	answer_number(object, "seen", status->seen);
	answer_number(object, "stale", status->stale);
	answer_number(object, "refused", status->refused);
	answer_number(object, "read_failures", status->read_failures);
	json_object_set_new(object, "outcomes", outcomes_object(status));
	json_object_set_new(object, "latency", histogram_object(&status->latency));
	json_object_set_new(object, "evaluation", histogram_object(&status->evaluation));
	return object;
}

static json_t *
silences_array(const struct judge_status *status)
{
	json_t *array = json_array();

	for (size_t i = 0; i < status->silence_count; i++) {
		const struct judge_silence *silence = &status->silences[i];

		json_array_append_new(
			array, json_pack("{s:i, s:s, s:s, s:I}", "county", (int)silence->county,
				       "threshold", silence->threshold, "rule", silence->rule,
				       "households", (json_int_t)silence->households));
	}
	return array;
}

/* ---- the canary ---- */

static json_t *
canary_object(const struct canary *canary)
{
	struct canary_status status;

	canary_status(canary, &status);
	return json_pack("{s:b, s:s, s:I, s:I, s:I, s:o, s:I, s:s, s:s}", "flies",
		(int)status.flies, "place", canary_place_word(status.place), "beats",
		(json_int_t)status.beats, "arrived", (json_int_t)status.arrived, "travel_us",
		(json_int_t)status.travel_us, "arrived_at", answer_instant(status.arrived_at),
		"still_us", (json_int_t)status.still_us, "source",
		source_state_word(status.source), "reason", status.reason);
}

/* ---- counts of the store ---- */

static void
report_send(struct report *report)
{
	if (!report->call)
		return;
	json_object_set(report->answer, "outbox", report->outbox);
	question_answer(report->call, report->answer);
	report->call = NULL;
}

static void
report_end(struct report *report)
{
	report_send(report);
	LIST_REMOVE(report, link);
	json_decref(report->outbox);
	event_free(report->late);
	free(report);
}

static void
report_done(struct report *report)
{
	if (--report->waiting == 0)
		report_end(report);
}

static json_t *
lane_of(json_t *outbox, const char *channel)
{
	json_t *lane;
	size_t i;

	json_array_foreach(
		outbox, i, lane) if (strcmp(json_string_value(json_object_get(lane, "channel")),
					     channel) == 0) return lane;
	/* Messages of a channel that the configuration no longer names. */
	lane = json_pack("{s:s, s:n}", "channel", channel, "kind");
	json_array_append_new(outbox, lane);
	return lane;
}

/* In the order of outbox.state. */
static const char *const outbox_states[] = {"queued", "leased", "sent", "dead"};

static void
on_outbox(void *owner, const struct db_result *result)
{
	struct report *report = owner;
	size_t i;
	json_t *lane;

	if (result->status == DB_OK)
		json_array_foreach(report->outbox, i, lane) for (int state = 0; state < 4;
								 state++)
			answer_number(lane, outbox_states[state], 0);
	for (int row = 0; result->status == DB_OK && row < db_result_rows(result); row++) {
		int64_t state = db_int(result, row, 1);

		if (state >= 0 && state < 4)
			answer_number(lane_of(report->outbox, db_text(result, row, 0)),
				outbox_states[state], db_int(result, row, 2));
	}
	report_done(report);
}

static json_t *
source_of(const struct report *report, const char *name)
{
	json_t *source;
	size_t i;

	json_array_foreach(json_object_get(report->answer, "sources"), i, source)
	{
		if (strcmp(json_string_value(json_object_get(source, "name")), name) == 0)
			return source;
	}
	return NULL;
}

/* Columns: source, rows of all reasons, reason, column, rows, an example's value and key. */
static void
add_held(json_t *source, const struct db_result *result, int row)
{
	json_t *why = json_object_get(source, "held_why");

	answer_number(source, "held", db_int(result, row, 1));
	if (!why)
		json_object_set_new(source, "held_why", why = json_array());
	json_array_append_new(
		why, json_pack("{s:s, s:s, s:I, s:s, s:s}", "reason", db_text(result, row, 2),
			     "column", db_text(result, row, 3), "rows",
			     (json_int_t)db_int(result, row, 4), "value",
			     db_text(result, row, 5), "key", db_text(result, row, 6)));
}

/* What lies in quarantine now, whoever put it there. */
static void
on_held(void *owner, const struct db_result *result)
{
	struct report *report = owner;
	json_t *source;
	size_t i;

	if (result->status != DB_OK || !report->call) {
		report_done(report);
		return;
	}
	json_array_foreach(json_object_get(report->answer, "sources"), i, source)
		answer_number(source, "held", 0);
	for (int row = 0; row < db_result_rows(result); row++) {
		source = source_of(report, db_text(result, row, 0));
		if (source)
			add_held(source, result, row);
	}
	report_done(report);
}

static void
on_alerts(void *owner, const struct db_result *result)
{
	struct report *report = owner;
	json_t *levels;

	if (result->status == DB_OK && report->call) {
		levels = json_object();
		for (int level = LEVEL_NONE; level <= LEVEL_RED; level++)
			answer_number(levels, level_name((enum level)level), 0);
		for (int row = 0; row < db_result_rows(result); row++)
			answer_number(levels, level_name((enum level)db_int(result, row, 0)),
				db_int(result, row, 1));
		json_object_set_new(report->answer, "alerts", levels);
	}
	report_done(report);
}

/* The store is slow: what is known goes out, and the report stays until its counts have come.
 */
static void
on_late(evutil_socket_t fd, short what, void *owner)
{
	(void)fd;
	(void)what;
	report_send(owner);
}

static void
ask_counts(struct report *report, const struct status_about *about)
{
	struct db *db = line_reading(about->line);
	struct timeval wait = {.tv_sec = STORE_US / US_PER_SECOND};
	struct db_params params = {0};

	report->waiting = 3;
	report->late = evtimer_new(about->base, on_late, report);
	evtimer_add(report->late, &wait);
	db_add_int(&params, CANARY_COUNTY);
	db_ask(db, decide_statement(SQL_OUTBOX_COUNTS), &params, on_outbox, report);
	db_add_int(&params, CANARY_COUNTY);
	db_ask(db, decide_statement(SQL_ALERT_COUNTS_OPEN), &params, on_alerts, report);
	db_add_int(&params, HELD_REASONS);
	db_ask(db, statement(STATEMENT_QUARANTINE_HELD), &params, on_held, report);
}

static void
add_line(json_t *answer, struct line *line)
{
	const struct judge_status *judge = judge_status(line_judge(line));

	json_object_set_new(answer, "store", line_connections(line));
	json_object_set_new(answer, "sources", source_set_status(line_sources(line)));
	json_object_set_new(answer, "judge", judge_object(judge));
	json_object_set_new(answer, "thresholds_missing", silences_array(judge));
	json_object_set_new(answer, "due", line_due(line));
	json_object_set_new(answer, "canary", canary_object(line_canary(line)));
}

void
status_answer(struct question_call *call, const struct status_about *about)
{
	json_t *answer = json_object();
	struct report *report;

	json_object_set_new(answer, "daemon", daemon_object(about));
	json_object_set_new(answer, "lease", lease_object(about->keeper));
	json_object_set_new(answer, "rules", rules_object(about->setup));
	json_object_set_new(answer, "alerts", json_null());
	if (!about->line) {
		question_answer(call, answer);
		return;
	}
	add_line(answer, about->line);
	report = xcalloc(1, sizeof(*report));
	report->call = call;
	report->answer = answer;
	report->outbox = outbox_sender_status(line_sender(about->line));
	LIST_INSERT_HEAD(&about->reports->waiting, report, link);
	ask_counts(report, about);
}

struct status_reports *
status_reports_new(void)
{
	struct status_reports *reports = xcalloc(1, sizeof(*reports));

	LIST_INIT(&reports->waiting);
	return reports;
}

void
status_reports_end(struct status_reports *reports)
{
	while (!LIST_EMPTY(&reports->waiting))
		report_end(LIST_FIRST(&reports->waiting));
}

void
status_reports_free(struct status_reports *reports)
{
	free(reports);
}
