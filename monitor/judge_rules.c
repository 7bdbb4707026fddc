/* The rule set and the thresholds that hold, and the id under which the judge keeps apart what
 * was judged by which. Compiles no rules. */
#include <stdio.h>
#include <stdlib.h>

#include "db.h"
#include "judge_parts.h"
#include "log.h"
#include "memory.h"
#include "rule_store.h"
#include "statement.h"
#include "store.h"
#include "threshold.h"

struct judge_verdict *
judge_verdict_new(struct verdict *verdict)
{
	struct judge_verdict *held = xcalloc(1, sizeof(*held));

	*held = (struct judge_verdict){verdict, 1};
	return held;
}

void
judge_verdict_leave(struct judge_verdict *verdict)
{
	if (!verdict || --verdict->users > 0)
		return;
	verdict_free(verdict->verdict);
	free(verdict);
}

/* Silences name rules of the verdict. */
static void
forget_silences(struct judge *judge)
{
	judge->status.silence_count = 0;
}

void
judge_take_verdict(struct judge *judge)
{
	const struct kind *const *kinds;
	size_t count;

	forget_silences(judge);
	judge_verdict_leave(judge->verdict);
	judge->verdict = judge_verdict_new(judge->coming);
	judge->coming = NULL;
	kinds = ruleset_kinds(judge->verdict->verdict->ruleset, &count);
	store_set_kinds(judge->config.reading, kinds, count);
	judge->thresholds_read = false;
}

/* Rules and thresholds may go back to what they were: the instant of the last change makes each
 * time another set. */
static void
name_set(struct judge *judge)
{
	const char *hash = ruleset_hash(judge->verdict->verdict->ruleset);
	uint64_t changed = judge->changed.us == INSTANT_NONE ? 0 : (uint64_t)judge->changed.us;

	snprintf(judge->set, sizeof(judge->set), "%.16s%016llx", hash,
		(unsigned long long)changed);
	snprintf(judge->hash, sizeof(judge->hash), "%.32s.%llx", hash,
		(unsigned long long)changed);
	judge->turn.wanted = true;
	judge->marks = true;
	log_line(LOG_INFO, "judging by rules %.16s with thresholds of %016llx", hash,
		(unsigned long long)changed);
}

/* ---- thresholds ---- */

static void
take_thresholds(struct judge *judge, size_t added, size_t left_out)
{
	struct verdict *verdict = judge->verdict->verdict;

	forget_silences(judge);
	thresholds_free(verdict->thresholds);
	verdict->thresholds = judge->thresholds;
	judge->thresholds = NULL;
	judge->thresholds_read = true;
	judge->changed = judge->changing;
	if (left_out)
		log_line(LOG_WARNING,
			"thresholds: %zu rows hold, %zu are left out: the rules do "
			"not know their name or class, or their value is out of bounds",
			added, left_out);
	name_set(judge);
}

/* Thresholds that are being read belong to nobody while the judge goes away. */
struct threshold_reading {
	struct judge_caller *caller;
	struct thresholds *thresholds;
	struct ruleset *ruleset;
};

static void
on_thresholds(void *owner, size_t added, size_t left_out, const char *error)
{
	struct threshold_reading *reading = owner;
	struct judge *judge = judge_answer(reading->caller);

	if (judge && !error) {
		judge->thresholds = reading->thresholds;
		reading->thresholds = NULL;
		take_thresholds(judge, added, left_out);
	} else if (judge) {
		judge_pause(judge, "thresholds cannot be read", error);
	}
	thresholds_free(reading->thresholds);
	ruleset_unref(reading->ruleset);
	free(reading);
	if (judge)
		judge_set_reader(judge, READER_FREE);
}

static void
read_thresholds(struct judge *judge)
{
	struct threshold_reading *reading = xcalloc(1, sizeof(*reading));

	reading->caller = judge_call(judge);
	reading->ruleset = ruleset_ref(judge->verdict->verdict->ruleset);
	reading->thresholds = thresholds_new(reading->ruleset);
	judge_set_reader(judge, READER_THRESHOLDS);
	threshold_read(judge->db, reading->thresholds, (struct instant){INSTANT_NONE},
		on_thresholds, reading);
}

/* The instant is read before the rows: a change in between makes another instant the next time.
 */
static void
on_changed(void *owner, const struct db_result *result)
{
	struct judge *judge = owner;
	struct instant newest = {INSTANT_NONE};

	if (result->status != DB_OK || db_result_rows(result) != 1) {
		judge_pause(judge, "thresholds cannot be read", result->error);
		judge_set_reader(judge, READER_FREE);
		return;
	}
	for (int column = 0; column < 3; column++) {
		struct instant at = db_instant(result, 0, column);

		newest = at.us > newest.us ? at : newest;
	}
	judge->changed_wanted = false;
	judge->changing = newest;
	if (judge->thresholds_read && newest.us == judge->changed.us)
		judge_set_reader(judge, READER_FREE);
	else
		read_thresholds(judge);
}

void
judge_ask_changed(struct judge *judge)
{
	struct db_params params = {0};

	judge_set_reader(judge, READER_CHANGED);
	db_add_day(&params, clock_today(judge->config.clock));
	db_ask(judge->db, statement(STATEMENT_JUDGE_CHANGED), &params, on_changed, judge);
}

/* ---- what cannot be judged for want of a threshold ---- */

static void
note_silence(struct judge *judge, const struct judge_silence *silence)
{
	size_t count = judge->status.silence_count;

	for (size_t i = 0; i < count; i++) {
		struct judge_silence *known = &judge->silences[i];

		/* Names of one rule set: equal if they are the same. */
		if (known->county == silence->county && known->rule == silence->rule &&
			known->threshold == silence->threshold) {
			known->households++;
			return;
		}
	}
	if (count == SILENCES_MOST)
		return;
	if (!judge->silences)
		judge->silences = xcalloc(SILENCES_MOST, sizeof(*judge->silences));
	judge->silences[count] = *silence;
	judge->status.silence_count++;
	log_line(LOG_WARNING, "county %06d has no value of %s: rule %s is silent there",
		(int)silence->county, silence->threshold, silence->rule);
}

void
judge_note_silences(struct judge *judge, const struct assessment *assessment)
{
	for (size_t i = 0; i < assessment->unknown_count; i++) {
		const struct unjudged *unjudged = &assessment->unknown[i];
		struct judge_silence silence = {
			.county = area_county(assessment->area),
			.households = 1,
			.threshold = unjudged->threshold,
			.rule = judge->verdict->verdict->faces[unjudged->rule]->id,
		};

		/* Nobody knows which county's value somebody without a residence would need;
		 * nor does the canary. */
		if (silence.county && unjudged->threshold)
			note_silence(judge, &silence);
	}
}
