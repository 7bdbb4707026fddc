/* From facts to assessments, batch by batch: rules, families, combinations, mitigations, score, level. */
#include "evaluate.h"

#include <string.h>

#include "check.h"
#include "outcome.h"
#include "truth.h"

#define BATCH 512 /* households: their columns stay in the first two cache levels */

/* ---- a batch ---- */

/* What one call of evaluate() works with. */
struct work {
	const struct question *question;
	struct arena *scratch; /* dies with each batch */
	struct arena *lasting; /* dies with the call */
	struct arena *keep;    /* the caller's */
	uint8_t **matched;     /* by pattern */
};

static struct batch
batch_new(const struct work *work, size_t first, size_t count)
{
	const struct ruleset *set = work->question->ruleset;
	struct arena *arena = work->scratch;
	struct batch batch = {
		.question = work->question,
		.ruleset = set,
		.population = work->question->population,
		.arena = arena,
		.keep = work->keep,
		.first = first,
		.sets = arena_array(arena, set->define_count, sizeof(*batch.sets)),
		.unknown = arena_array(arena, set->node_count + 1, sizeof(*batch.unknown)),
		.lasting = work->lasting,
		.matched = work->matched,
	};
	struct vector household = vector_new(&batch, count);

	for (size_t i = 0; i < count; i++)
		household.value[i] = (int64_t)(first + i);
	memset(household.known, 1, count);
	batch.root = rows_new(&batch, NULL, NULL, count);
	rows_bind(&batch, batch.root, 0, household);
	return batch;
}

static void
judge_stage(struct batch *batch, enum rule_stage stage, struct outcome **outcomes)
{
	for (size_t r = 0; r < batch->ruleset->rule_count; r++) {
		if (batch->ruleset->rules[r].stage != stage)
			continue;
		outcomes[r] = arena_array(batch->arena, batch->root->count, sizeof(**outcomes));
		judge(batch, &batch->ruleset->rules[r], outcomes[r]);
	}
}

/* Takes back what was found where the kind of rule asks for something that is not so. */
static void
apply_requires(struct batch *batch, struct outcome **outcomes)
{
	const struct ruleset *set = batch->ruleset;

	for (size_t q = 0; q < set->require_count; q++) {
		struct vector when = eval(batch, set->requires[q].when, batch->root);

		for (size_t r = 0; r < set->rule_count; r++) {
			if (!outcomes[r] || !set->requires[q].kinds[set->rules[r].face.kind])
				continue;
			for (size_t h = 0; h < batch->root->count; h++)
				if (when.value[h] != TRUTH_YES)
					outcomes[r][h] = (struct outcome){0};
		}
	}
}

/* ---- families ---- */

static bool
is_risk(const struct rule *rule)
{
	return rule->stage == STAGE_RULE && rule->face.kind == FINDING_RISK;
}

static void
sum_families(struct batch *batch, struct outcome **outcomes)
{
	const struct ruleset *set = batch->ruleset;
	size_t count = batch->root->count;

	batch->family_points =
		arena_array(batch->arena, set->family_count, sizeof(*batch->family_points));
	for (size_t f = 0; f < set->family_count; f++)
		batch->family_points[f] = arena_array(batch->arena, count, sizeof(int32_t));
	for (size_t r = 0; r < set->rule_count; r++) {
		const struct rule *rule = &set->rules[r];

		if (!is_risk(rule))
			continue;
		for (size_t h = 0; h < count; h++)
			batch->family_points[rule->family][h] += outcome_points(rule, &outcomes[r][h]);
	}
	for (size_t f = 0; f < set->family_count; f++)
		for (size_t h = 0; h < count; h++)
			if (batch->family_points[f][h] > set->families[f].cap)
				batch->family_points[f][h] = set->families[f].cap;
}

/* A day for each household: of the latest hit of one rule. */
static int32_t *
latest_of(struct batch *batch, const struct outcome *outcomes)
{
	int32_t *latest = arena_array(batch->arena, batch->root->count, sizeof(*latest));

	for (size_t h = 0; h < batch->root->count; h++) {
		latest[h] = DAY_MIN;
		for (const struct raw_hit *hit = outcomes ? outcomes[h].hits : NULL; hit; hit = hit->next)
			latest[h] = hit->hit.on.n > latest[h] ? hit->hit.on.n : latest[h];
	}
	return latest;
}

static void
take_later(const struct batch *batch, int32_t *latest, const int32_t *other)
{
	for (size_t h = 0; h < batch->root->count; h++)
		latest[h] = other[h] > latest[h] ? other[h] : latest[h];
}

static void
find_latest(struct batch *batch, struct outcome **outcomes)
{
	const struct ruleset *set = batch->ruleset;
	size_t tags = set->label_counts[LABEL_TAG];

	batch->latest_hit = arena_array(batch->arena, set->rule_count, sizeof(*batch->latest_hit));
	batch->latest_tagged = arena_array(batch->arena, tags, sizeof(*batch->latest_tagged));
	for (size_t t = 0; t < tags; t++)
		batch->latest_tagged[t] = latest_of(batch, NULL);
	for (size_t r = 0; r < set->rule_count; r++) {
		const struct rule *rule = &set->rules[r];

		batch->latest_hit[r] = latest_of(batch, outcomes[r]);
		for (size_t i = 0; i < rule->tag_count; i++)
			take_later(batch,
				batch->latest_tagged[find_label(set, LABEL_TAG, rule->tags[i].name)],
				batch->latest_hit[r]);
	}
}

/* ---- score and level ---- */

static bool
has_risk(const struct batch *batch, struct outcome **outcomes, size_t household)
{
	for (size_t r = 0; r < batch->ruleset->rule_count; r++)
		if (is_risk(&batch->ruleset->rules[r]) && outcomes[r][household].hits)
			return true;
	return false;
}

/* Combinations stand beside the families; a mitigation lowers its family, not below 0, or the total. */
static int32_t
score_of(const struct batch *batch, struct outcome **outcomes, size_t household)
{
	const struct ruleset *set = batch->ruleset;
	int64_t total = 0;

	for (size_t f = 0; f < set->family_count; f++) {
		int64_t points = batch->family_points[f][household];

		for (size_t r = 0; r < set->rule_count; r++)
			if (set->rules[r].stage == STAGE_MITIGATION &&
				set->rules[r].family == (int)f)
				points += outcome_points(&set->rules[r], &outcomes[r][household]);
		total += points > 0 ? points : 0;
	}
	for (size_t r = 0; r < set->rule_count; r++)
		if (set->rules[r].stage == STAGE_COMBINATION ||
			(set->rules[r].stage == STAGE_MITIGATION && set->rules[r].family < 0))
			total += outcome_points(&set->rules[r], &outcomes[r][household]);
	return (int32_t)(total < 0 ? 0 : total > 100 ? 100 : total);
}

static enum level
level_of(struct batch *batch, const struct assessment *assessment, size_t household)
{
	enum level level = LEVEL_NONE;
	struct node node = {.op = OP_THRESHOLD};
	const struct population *p = batch->population;

	for (int l = LEVEL_BLUE; l <= LEVEL_RED; l++) {
		int64_t value;

		node.index = batch->ruleset->levels[l];
		if (node.index >= 0 &&
			thresholds_find(batch->question->thresholds, (size_t)node.index,
				assessment->area, batch->ruleset->class_count,
				population_household_residence(p, batch->first + household),
				assessment->as_of, &value, NULL) &&
			assessment->score >= value)
			level = (enum level)l;
	}
	for (size_t i = 0; i < assessment->finding_count; i++)
		if (assessment->findings[i].kind == FINDING_RISK &&
			assessment->findings[i].floor > level)
			level = assessment->findings[i].floor;
	return level;
}

/* ---- assessments ---- */

/* How many rules have something to say, so that an assessment holds no more than that. */
static void
reserve(struct batch *batch, struct outcome **outcomes, size_t household,
	struct assessment *assessment)
{
	size_t hits = 0, unknown = 0;

	for (size_t r = 0; r < batch->ruleset->rule_count; r++) {
		hits += outcomes[r][household].hits != NULL;
		unknown += outcomes[r][household].unknown;
	}
	assessment->findings = arena_array(batch->keep, hits, sizeof(*assessment->findings));
	assessment->unknown = arena_array(batch->keep, unknown, sizeof(*assessment->unknown));
}

static void
collect_findings(struct batch *batch, struct outcome **outcomes, size_t household, bool risk,
	struct assessment *assessment)
{
	const struct ruleset *set = batch->ruleset;

	reserve(batch, outcomes, household, assessment);
	for (size_t r = 0; r < set->rule_count; r++) {
		const struct outcome *outcome = &outcomes[r][household];

		if (set->rules[r].stage != STAGE_RULE && !risk)
			continue;
		if (outcome->hits)
			assessment->findings[assessment->finding_count++] =
				finding_of(batch, r, outcome);
		else if (outcome->unknown && set->rules[r].stage == STAGE_RULE)
			assessment->unknown[assessment->unknown_count++] =
				unjudged_of(batch, r, household);
	}
}

static const char *
class_name(struct batch *batch, size_t household)
{
	int define = batch->ruleset->class_define;
	struct vector class;

	if (define < 0)
		return "";
	class = eval(batch, batch->ruleset->defines[define].body, batch->root);
	return class.known[household] ? batch->ruleset->classes[class.value[household]] : "";
}

static void
assess(struct batch *batch, struct outcome **outcomes, size_t household,
	struct assessment *assessment)
{
	bool risk = has_risk(batch, outcomes, household);

	*assessment = (struct assessment){
		.household = population_household_key(batch->population, batch->first + household),
		.area = population_household_area(batch->population, batch->first + household),
		.as_of = batch->question->as_of,
		.class = class_name(batch, household),
	};
	collect_findings(batch, outcomes, household, risk, assessment);
	if (!risk)
		return;
	assessment->score = score_of(batch, outcomes, household);
	assessment->level = level_of(batch, assessment, household);
}

static struct outcome **
evaluate_batch(struct batch *batch, struct assessment *ret_assessments)
{
	struct outcome **outcomes =
		arena_array(batch->arena, batch->ruleset->rule_count, sizeof(*outcomes));

	judge_stage(batch, STAGE_RULE, outcomes);
	apply_requires(batch, outcomes);
	sum_families(batch, outcomes);
	find_latest(batch, outcomes);
	judge_stage(batch, STAGE_COMBINATION, outcomes);
	judge_stage(batch, STAGE_MITIGATION, outcomes);
	for (size_t i = 0; i < batch->root->count; i++)
		assess(batch, outcomes, i, &ret_assessments[i]);
	return outcomes;
}

void
evaluate(const struct question *question, size_t first, size_t count, struct arena *arena,
	struct assessment *ret_assessments)
{
	struct work work = {question, arena_new(), arena_new(), arena, NULL};

	work.matched = arena_array(work.lasting, question->ruleset->pattern_count,
		sizeof(*work.matched));
	for (size_t at = 0; at < count; at += BATCH) {
		struct batch batch =
			batch_new(&work, first + at, count - at < BATCH ? count - at : BATCH);

		evaluate_batch(&batch, ret_assessments + at);
		arena_reset(work.scratch);
	}
	arena_free(work.scratch);
	arena_free(work.lasting);
}

struct outcome **
evaluate_one(const struct question *question, size_t household, struct arena *arena,
	struct batch *ret_batch, struct assessment *ret_assessment)
{
	struct work work = {question, arena, arena, arena, NULL};

	work.matched =
		arena_array(arena, question->ruleset->pattern_count, sizeof(*work.matched));
	*ret_batch = batch_new(&work, household, 1);
	return evaluate_batch(ret_batch, ret_assessment);
}
