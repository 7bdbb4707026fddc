/* What each rule says of the household and of which rows; the outcomes are those of the verdict itself. */
#include <stdlib.h>
#include <string.h>

#include "kernel.h"
#include "why_parts.h"

const char *
verdict_word(enum verdict_word verdict)
{
	static const char *const words[] = {
#define X(name, word, meaning) word,
		VERDICTS(X)
#undef X
	};

	return words[verdict];
}

/* ---- thresholds ---- */

static size_t
household_class(struct why *why)
{
	const struct ruleset *set = why->question.ruleset;
	struct vector class;

	if (set->class_define < 0)
		return 0;
	class = eval(&why->batch, set->defines[set->class_define].body, why->batch.root);
	return class.known[0] ? (size_t)class.value[0] : set->class_count;
}

static void
look_at_thresholds(struct why *why)
{
	const struct question *question = &why->question;
	size_t class = household_class(why);

	for (size_t i = 0; i < question->ruleset->threshold_count; i++) {
		struct threshold_seen *seen = &why->thresholds[i];

		seen->known = thresholds_find(question->thresholds, i, why->assessment.area, class,
			population_household_residence(question->population, why->household),
			question->as_of, &seen->value, &seen->row);
	}
	for (size_t i = 0; i < question->ruleset->threshold_count; i++)
		why->thresholds[i].hidden = !why->detail && depth_threshold(why, (int)i);
}

/* ---- rows ---- */

/* The hit of the k-th row whose condition is yes; NULL: none with points, or a stronger one has its event key. */
static const struct raw_hit *
hit_of(const struct outcome *outcome, size_t k)
{
	for (const struct raw_hit *hit = outcome->hits; hit; hit = hit->next)
		if (hit->row == k)
			return hit;
	return NULL;
}

static void
add_name(struct part_row *seen, const char *name, const char *value)
{
	seen->names[seen->name_count] = name;
	seen->values[seen->name_count++] = value;
}

static void
name_set(struct why *why, const struct set *set, struct rows *one, struct part_row *seen)
{
	struct node variable = {.op = OP_SLOT, .type = set->type, .slot = set->slot,
		.field = set->field, .kind = set->kind, .kind_index = set->kind_index};
	struct vector value = rows_slot(&why->batch, one, set->slot);

	if (depth_hides_set(why, set))
		return;
	add_name(seen, set->variable ? set->variable : set->name, part_value(why, &variable, value));
	if (set->type == TYPE_FACT && value.known[0])
		seen->facts[seen->fact_count++] =
			part_fact(why, set->kind, set->kind_index, value.value[0]);
}

static void
name_row(struct why *why, const struct rule *rule, struct rows *one, struct part_row *seen)
{
	size_t most = rule->set_count + rule->let_count + 1;

	seen->names = arena_array(why->arena, most, sizeof(*seen->names));
	seen->values = arena_array(why->arena, most, sizeof(*seen->values));
	seen->facts = arena_array(why->arena, rule->set_count + 1, sizeof(*seen->facts));
	for (size_t i = 0; i < rule->set_count; i++)
		name_set(why, &rule->sets[i], one, seen);
	for (size_t i = 0; i < rule->let_count; i++) {
		struct node slot = {.op = OP_SLOT, .slot = rule->lets[i].slot};

		if (!depth_hides(why, &slot))
			add_name(seen, rule->lets[i].name,
				part_value(why, rule->lets[i].value,
					rows_slot(&why->batch, one, rule->lets[i].slot)));
	}
}

static void
add_step(struct why *why, const struct conditional *c, struct rows *one, struct part_row *seen,
	bool floor)
{
	struct part_step *step = &seen->steps[seen->step_count];
	struct vector points;

	if (!c->when)
		return;
	seen->step_count++;
	step->floor = floor ? c->level : LEVEL_NONE;
	step->part = part_look(why, c->when, one, 0);
	if (floor || !c->value)
		return;
	points = eval(&why->batch, c->value, one);
	step->points = points.known[0] ? (int32_t)points.value[0] : 0;
}

static void
look_at_steps(struct why *why, const struct rule *rule, struct rows *one, struct part_row *seen)
{
	seen->steps = arena_array(why->arena, rule->point_count + rule->floor_count + 1,
		sizeof(*seen->steps));
	for (size_t i = 0; i < rule->point_count; i++)
		add_step(why, &rule->points[i], one, seen, false);
	for (size_t i = 0; i < rule->floor_count; i++)
		add_step(why, &rule->floors[i], one, seen, true);
}

static struct part_row
look_at_row(struct why *why, const struct rule *rule, struct rows *rows, uint32_t row,
	const struct raw_hit *hit)
{
	uint32_t *only = arena_alloc(why->arena, sizeof(*only));
	struct part_row seen = {.on = {DAY_NONE}};
	struct rows *one;

	*only = row;
	one = rows_new(&why->batch, rows, only, 1);
	name_row(why, rule, one, &seen);
	seen.part = part_look(why, rule->when, one, 0);
	look_at_steps(why, rule, one, &seen);
	seen.cost = part_cost(&seen.part, true);
	seen.hit = hit != NULL;
	if (hit) {
		seen.points = hit->hit.points;
		seen.on = hit->hit.on;
		seen.cost = -1 - (int64_t)hit->hit.points;
	}
	return seen;
}

static int
row_order(const void *left, const void *right)
{
	const struct part_row *a = left, *b = right;

	return (a->cost > b->cost) - (a->cost < b->cost);
}

/* qsort() is not stable: a tie goes by the order of the rows. */
static void
sort_rows(struct part_row *rows, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && row_order(&rows[k - 1], &rows[k]) > 0; k--) {
			struct part_row row = rows[k];

			rows[k] = rows[k - 1];
			rows[k - 1] = row;
		}
}

/* True if a row's condition is yes. */
static bool
look_at_rows(struct why *why, const struct rule *rule, const struct outcome *outcome,
	struct rule_seen *seen)
{
	struct rows *rows = rule_rows(&why->batch, rule);
	struct vector truth = truth_of(&why->batch, rule->when, rows);
	size_t yes = 0;

	seen->row_total = rows->count;
	seen->rows = arena_array(why->arena, ROWS_LOOKED, sizeof(*seen->rows));
	for (uint32_t i = 0; i < rows->count; i++) {
		const struct raw_hit *hit = NULL;

		if (truth.value[i] == TRUTH_YES)
			hit = hit_of(outcome, yes++);
		if (seen->row_count < ROWS_LOOKED - 1 || hit)
			seen->rows[seen->row_count < ROWS_LOOKED ? seen->row_count++ : ROWS_LOOKED - 1] =
				look_at_row(why, rule, rows, i, hit);
	}
	sort_rows(seen->rows, seen->row_count);
	if (seen->row_count > ROWS_SHOWN)
		seen->row_count = ROWS_SHOWN;
	return yes > 0;
}

/* ---- verdicts ---- */

static bool
waived(struct why *why, const struct rule *rule)
{
	const struct ruleset *set = why->question.ruleset;

	for (size_t q = 0; q < set->require_count; q++)
		if (set->requires[q].kinds[rule->face.kind] &&
			truth_of(&why->batch, set->requires[q].when, why->batch.root).value[0] != TRUTH_YES)
			return true;
	return false;
}

static uint32_t
authorisations(struct why *why)
{
	const struct ruleset *set = why->question.ruleset;
	uint32_t given = 0;

	for (size_t s = 0; s < set->scope_count; s++)
		if (truth_of(&why->batch, set->scopes[s].when, why->batch.root).value[0] == TRUTH_YES)
			given |= UINT32_C(1) << s;
	return given;
}

static bool
any_risk(const struct why *why)
{
	const struct ruleset *set = why->question.ruleset;

	for (size_t r = 0; r < set->rule_count; r++)
		if (set->rules[r].stage == STAGE_RULE && set->rules[r].face.kind == FINDING_RISK &&
			why->outcomes[r]->hits)
			return true;
	return false;
}

static enum verdict_word
verdict_of_rule(struct why *why, const struct rule *rule, const struct outcome *outcome, bool risk,
	bool yes)
{
	bool authorised = (rule->scope_mask & ~authorisations(why)) == 0; /* else it does not know */

	if (rule->stage != STAGE_RULE && !risk)
		return VERDICT_IDLE;
	if (outcome->hits)
		return VERDICT_FIRES;
	if (outcome->unknown)
		return authorised ? VERDICT_UNKNOWN : VERDICT_UNAUTHORISED;
	if (waived(why, rule))
		return VERDICT_WAIVED;
	return yes ? VERDICT_FADED : VERDICT_SILENT;
}

static void
look_at_rule(struct why *why, size_t r, bool risk)
{
	const struct rule *rule = &why->question.ruleset->rules[r];
	const struct outcome *outcome = why->outcomes[r];
	struct rule_seen *seen = &why->rules[r];
	bool yes;

	why->rule = rule;
	why->fires = outcome->hits != NULL && (rule->stage == STAGE_RULE || risk);
	seen->hidden = !why->detail && rule->face.sensitive;
	yes = look_at_rows(why, rule, outcome, seen);
	seen->authorised = authorisations(why);
	seen->verdict = verdict_of_rule(why, rule, outcome, risk, yes);
	for (size_t i = 0; i < why->assessment.finding_count; i++)
		if (why->assessment.findings[i].rule == r)
			seen->finding = &why->assessment.findings[i];
	if (outcome->unknown)
		seen->missing = unjudged_of(&why->batch, r, 0).missing;
	why->rule = NULL;
}

static bool
class_hidden(struct why *why)
{
	int define = why->question.ruleset->class_define;

	return define >= 0 && depth_hides(why, why->question.ruleset->defines[define].body);
}

void
rules_look(struct why *why)
{
	bool risk = any_risk(why);

	look_at_thresholds(why);
	why->class_hidden = class_hidden(why);
	for (size_t r = 0; r < why->question.ruleset->rule_count; r++)
		look_at_rule(why, r, risk);
}
