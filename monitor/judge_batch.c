/* A batch of households on its way: facts are read, judged, and the assessments put through the
 * door. Decides nothing: alerts/ does, behind the door. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "evaluate.h"
#include "judge_parts.h"
#include "log.h"
#include "memory.h"
#include "statement.h"

static int
household_order(const void *left, const void *right)
{
	const struct batch_household *a = left, *b = right;

	return (a->ref.household > b->ref.household) - (a->ref.household < b->ref.household);
}

struct batch *
batch_new(struct judge *judge, enum batch_cause cause, const struct touched *touched,
	size_t count)
{
	struct batch *batch = xcalloc(1, sizeof(*batch));

	batch->judge = judge;
	batch->cause = cause;
	batch->households = xcalloc(count + 1, sizeof(*batch->households));
	batch->count = count;
	batch->arena = arena_new();
	batch->begun_us = clock_mono().us;
	for (size_t i = 0; i < count; i++)
		batch->households[i] = (struct batch_household){
			.ref = {touched[i].county, touched[i].household},
			.position = touched[i].position,
			.since = touched[i].since,
		};
	qsort(batch->households, count, sizeof(*batch->households), household_order);
	TAILQ_INSERT_TAIL(&judge->batches, batch, link);
	return batch;
}

/* The population's kinds belong to the verdict: it goes first. */
void
batch_free(struct batch *batch)
{
	if (batch->judge)
		TAILQ_REMOVE(&batch->judge->batches, batch, link);
	population_unref(batch->population);
	judge_verdict_leave(batch->verdict);
	arena_free(batch->arena);
	free(batch->reads);
	free(batch->households);
	free(batch);
}

bool
batch_holds(const struct batch *batch, int64_t household)
{
	struct batch_household wanted = {.ref = {.household = household}};

	return bsearch(&wanted, batch->households, batch->count, sizeof(wanted),
		       household_order) != NULL;
}

/* It is over; unless `well`, its marks and its turn stand as before. */
static void
batch_end(struct batch *batch, bool well)
{
	struct judge *judge = batch->judge;

	if (batch->cause == BATCH_TURN)
		judge_turn_batch_done(judge, well);
	judge->marks = true; /* those touched meanwhile were left until now */
	if (judge->cautious)
		judge->cautious--;
	batch_free(batch);
	judge_go_on(judge);
}

/* ---- at the door ---- */

static void
fill(void *owner, struct plan_batch *plan_batch)
{
	struct batch *batch = owner;

	for (size_t i = 0; i < batch->count; i++) {
		const struct batch_household *household = &batch->households[i];

		if (!household->skipped)
			plan_batch_assessed(plan_batch, household->ref.county,
				household->ref.household, &household->assessed);
	}
}

static void
count_results(struct judge *judge, const struct plan_result *results, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (results[i].stale)
			judge->status.stale++;
		else if (results[i].seen)
			judge->status.seen++;
		else
			judge->status.outcomes[results[i].plan->outcome]++;
	}
}

static void
count_household(struct judge *judge, const struct batch *batch,
	const struct batch_household *household, struct instant now)
{
	struct judge_status *status = &judge->status;
	const struct assessment *assessment = household->assessed.assessment;

	status->judged++;
	status->judged_history += batch->cause == BATCH_HISTORY;
	status->judged_turn += batch->cause == BATCH_TURN;
	status->unjudged += assessment->unknown_count > 0;
	status->empty += assessment->area.code == 0 && assessment->finding_count == 0;
	if (batch->cause == BATCH_NEWS && household->since.us != INSTANT_NONE)
		histogram_add(&status->latency,
			now.us > household->since.us ? now.us - household->since.us : 0, 1);
}

static void
count_news(struct judge *judge, const struct batch *batch)
{
	judge->news.judged += (int64_t)batch->count;
	judge->news.since.us = INSTANT_NONE;
	for (size_t i = 0; i < batch->count; i++)
		if (batch->households[i].since.us > judge->news.since.us)
			judge->news.since = batch->households[i].since;
}

static void
count_batch(struct judge *judge, const struct batch *batch, const struct plan_result *results,
	size_t count)
{
	struct instant now = clock_now(judge->config.clock);

	count_results(judge, results, count);
	if (batch->cause == BATCH_NEWS)
		count_news(judge, batch);
	for (size_t i = 0; i < batch->count; i++)
		if (!batch->households[i].skipped)
			count_household(judge, batch, &batch->households[i], now);
}

static void
go_to_door(struct batch *batch);

/* One of them is to blame: the next batches have one household each, and the one that is
 * refused alone is set aside. */
static void
on_refused(struct batch *batch, const char *error)
{
	struct judge *judge = batch->judge;

	judge->status.refused += (int64_t)batch->count;
	judge_pause(judge, "the store refuses a plan", error);
	if (batch->count > 1) {
		judge->cautious = batch->count + 1;
	} else if (batch->cause == BATCH_TURN && !batch->households[0].skipped) {
		batch->households[0].skipped = true;
		go_to_door(batch);
		return;
	} else {
		judge_hold(judge, &batch->households[0]);
	}
	batch_end(batch, false);
}

static void
on_done(void *owner, enum plan_fault fault, const char *error,
	const struct plan_result *results, size_t count)
{
	struct batch *batch = owner;
	struct judge *judge = batch->judge;

	if (!judge) {
		batch_free(batch);
		return;
	}
	judge->at_door--;
	if (fault != PLAN_OK) {
		on_refused(batch, error);
		return;
	}
	count_batch(judge, batch, results, count);
	batch_end(batch, true);
}

static void
make_step(struct batch *batch)
{
	struct turn_step *turn = &batch->turn;
	struct judge *judge = batch->judge;

	snprintf(
		turn->county, sizeof(turn->county), "%d", (int)batch->households[0].ref.county);
	day_format(batch->as_of, turn->as_of);
	snprintf(turn->rule_set, sizeof(turn->rule_set), "%s", judge->turn.now.rule_set);
	snprintf(turn->next, sizeof(turn->next), "%" PRId64,
		batch->households[batch->count - 1].ref.household + 1);
	turn->step = (struct plan_step){.statement = statement(STATEMENT_JUDGE_TURN_ADVANCE),
		.params = {turn->county, turn->as_of, turn->rule_set, turn->next}};
	batch->visit.steps = &turn->step;
	batch->visit.step_count = 1;
}

static void
go_to_door(struct batch *batch)
{
	struct judge *judge = batch->judge;

	batch->visit.rank = batch->cause == BATCH_NEWS ? DOOR_NEWS : DOOR_SWEEP;
	batch->visit.fill = fill;
	batch->visit.done = on_done;
	batch->visit.owner = batch;
	if (batch->cause == BATCH_TURN && !batch->visit.steps)
		make_step(batch);
	judge->at_door++;
	door_enter(judge->config.door, &batch->visit);
}

/* ---- judging ---- */

/* A sweep's batch grows and shrinks until it takes half of what it may. */
static void
adapt_size(struct judge *judge, int64_t us)
{
	size_t most = judge->config.batch_most;

	if (us > SWEEP_US && judge->sweep_size > BATCH_LEAST)
		judge->sweep_size /= 2;
	else if (us < SWEEP_US / 2 && 2 * judge->sweep_size <= most)
		judge->sweep_size *= 2;
}

static const struct assessment *
assessment_of(
	const struct batch *batch, const struct assessment *assessments, int64_t household)
{
	char key[POPULATION_KEY_SIZE];
	int64_t row;

	population_key(household, key);
	row = population_find_household(batch->population, key);
	/* Nobody is left in it: no finding. */
	return row >= 0 ? &assessments[row]
			: verdict_of(batch->verdict->verdict, batch->population, key,
				  batch->as_of, batch->arena);
}

static struct event_assessed
event_of(const struct batch *batch, const struct batch_household *household,
	const struct household_read *read, const struct assessment *assessment)
{
	const struct verdict *verdict = batch->verdict->verdict;

	return (struct event_assessed){
		.assessment = assessment,
		.rules = verdict->faces,
		.ruleset_hash = arena_strdup(batch->arena, batch->judge->hash),
		.cause = batch->assessed_cause,
		.history = batch->cause == BATCH_HISTORY,
		.canary = household->ref.county == CANARY_COUNTY,
		.register_area = read->register_area,
		.emergency_area = verdict_emergency(verdict, batch->population, assessment),
		.position = household->position,
		.read_to = read->position,
	};
}

/* Those that were asked for are the first of the population, side by side: their keys are
 * digits. */
static size_t
count_present(const struct batch *batch)
{
	size_t present = 0;

	for (size_t i = 0; i < batch->count; i++)
		present += batch->reads[i].persons > 0;
	return present;
}

static void
judge_households(struct batch *batch)
{
	const struct verdict *verdict = batch->verdict->verdict;
	struct question question = {
		verdict->ruleset, batch->population, verdict->thresholds, batch->as_of};
	size_t present = count_present(batch);
	struct assessment *assessments =
		arena_array(batch->arena, present + 1, sizeof(*assessments));

	evaluate(&question, 0, present, batch->arena, assessments);
	for (size_t i = 0; i < batch->count; i++) {
		struct batch_household *household = &batch->households[i];
		const struct assessment *assessment =
			assessment_of(batch, assessments, household->ref.household);

		if (household->skipped)
			continue;
		judge_note_silences(batch->judge, assessment);
		household->assessed = event_of(batch, household, &batch->reads[i], assessment);
	}
}

static void
judge_batch(struct batch *batch)
{
	struct judge *judge = batch->judge;
	int64_t start = clock_mono().us;

	judge_households(batch);
	batch->spent_us += clock_mono().us - start;
	histogram_add(&judge->status.evaluation, batch->spent_us, 1);
	if (batch->cause != BATCH_NEWS)
		adapt_size(judge, clock_mono().us - batch->begun_us);
	go_to_door(batch);
	judge_set_reader(judge, READER_FREE);
}

/* ---- reading ---- */

static void
give_up(struct batch *batch, const char *what, const char *error)
{
	struct judge *judge = batch->judge;

	judge->status.read_failures++;
	judge_pause(judge, what, error);
	batch_end(batch, false);
	judge_set_reader(judge, READER_FREE);
}

/* A household with a mark is left to that: its history must not become news by the turn of a
 * day. Asked behind the snapshot, so that whatever mark it shows is seen. */
static void
on_marked(void *owner, const struct db_result *result)
{
	struct judge *judge = owner;
	struct batch *batch = TAILQ_LAST(&judge->batches, batch_queue);

	if (result->status != DB_OK) {
		give_up(batch, "marks cannot be read", result->error);
		return;
	}
	for (int row = 0; row < db_result_rows(result); row++) {
		struct batch_household wanted = {.ref = {.household = db_int(result, row, 0)}};
		struct batch_household *household = bsearch(&wanted, batch->households,
			batch->count, sizeof(wanted), household_order);

		if (household)
			household->skipped = true;
	}
	judge_batch(batch);
}

static void
look_at_marks(struct batch *batch)
{
	struct db_params params = {0};

	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < batch->count; i++)
		db_item_int(&params, batch->households[i].ref.county);
	db_add_array(&params, DB_ARRAY_INT8);
	for (size_t i = 0; i < batch->count; i++)
		db_item_int(&params, batch->households[i].ref.household);
	db_ask(batch->judge->db, statement(STATEMENT_JUDGE_MARKED), &params, on_marked,
		batch->judge);
}

static void
on_read(void *owner, struct population_builder *builder, const struct household_read *reads,
	size_t count, const char *error)
{
	struct batch *batch = owner;
	int64_t start = clock_mono().us;

	if (!builder) {
		give_up(batch, "facts cannot be read", error);
		return;
	}
	batch->population = population_build(builder, batch->as_of, NULL);
	batch->reads = xcalloc(count + 1, sizeof(*batch->reads));
	memcpy(batch->reads, reads, count * sizeof(*reads));
	batch->spent_us = clock_mono().us - start;
	if (batch->cause != BATCH_TURN) {
		judge_batch(batch);
		return;
	}
	for (size_t i = 0; i < count; i++)
		batch->households[i].position = reads[i].position;
	look_at_marks(batch);
}

void
batch_read(struct batch *batch)
{
	struct judge *judge = batch->judge;
	struct household_ref *refs = xcalloc(batch->count + 1, sizeof(*refs));
	bool turn = batch->cause == BATCH_TURN;

	judge_set_reader(judge, READER_POPULATION);
	judge->verdict->users++;
	batch->verdict = judge->verdict;
	batch->as_of = turn ? judge->turn.now.as_of : clock_today(judge->config.clock);
	batch->assessed_cause = turn ? judge->turn.cause : ASSESSED_TOUCHED;
	for (size_t i = 0; i < batch->count; i++)
		refs[i] = batch->households[i].ref;
	population_read(judge->config.reading, refs, batch->count, NULL, 0, on_read, batch);
	free(refs);
}
