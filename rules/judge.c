/* Runs one rule over a batch: which rows are hits, with which points, and what was missing. */
#include <string.h>

#include "kernel.h"
#include "outcome.h"

/* ---- points ---- */

static struct day
day_at(struct batch *batch, const struct node *node, struct rows *rows, size_t row)
{
	struct vector day;

	if (!node)
		return (struct day){DAY_NONE};
	day = eval(batch, node, rows);
	return (struct day){day.known[row] ? (int32_t)day.value[row] : DAY_NONE};
}

/* What is left `age` days after the end of the full points; integer division truncates (kinds.md 2). */
static int64_t
faded(const struct decay *decay, int64_t points, int64_t age)
{
	int64_t days = decay->fade_days;

	switch (decay->fade) {
	case FADE_NONE:
		return 0;
	case FADE_LINEAR:
		return age < days ? points * (days - age) / days : 0;
	case FADE_HALF:
		return age / days < 62 ? points / (INT64_C(1) << age / days) : 0;
	}
	return 0;
}

/* The points of a row on which nothing but time has worked since the day of the hit. */
static int64_t
decayed(struct batch *batch, const struct rule *rule, int64_t points, struct day on, struct rows *rows,
	size_t row)
{
	const struct decay *decay = &rule->decay;
	struct day end = day_at(batch, decay->hold_to, rows, row);
	int64_t age;

	if (!decay->fades)
		return points;
	if (decay->hold_to) {
		age = end.n == DAY_NONE ? 0 : (int64_t)batch->question->as_of.n - end.n;
		return age <= 0 ? points : faded(decay, points, age);
	}
	age = on.n == DAY_NONE ? 0 : (int64_t)batch->question->as_of.n - on.n;
	if (age < decay->hold_days || (age <= 0 && decay->fade != FADE_NONE))
		return points;
	return faded(decay, points, age - decay->hold_days);
}

/* The last of the conditional values whose condition is yes; 0 without one. */
static int64_t
points_at(struct batch *batch, const struct rule *rule, struct rows *rows, size_t row)
{
	int64_t points = 0;

	for (size_t i = 0; i < rule->point_count; i++) {
		const struct conditional *c = &rule->points[i];
		struct vector value = eval(batch, c->value, rows);

		if (c->when && eval(batch, c->when, rows).value[row] != TRUTH_YES)
			continue;
		points = value.known[row] ? value.value[row] : 0;
	}
	return points < -1000 ? -1000 : points > 1000 ? 1000 : points;
}

static enum level
floor_at(struct batch *batch, const struct rule *rule, struct rows *rows, size_t row)
{
	enum level floor = LEVEL_NONE;

	for (size_t i = 0; i < rule->floor_count; i++) {
		const struct conditional *c = &rule->floors[i];

		if (c->when && eval(batch, c->when, rows).value[row] != TRUTH_YES)
			continue;
		floor = c->level > floor ? c->level : floor;
	}
	return floor;
}

static const char *
key_at(struct batch *batch, const struct rule *rule, struct rows *rows, size_t row)
{
	const char *key = "";

	for (size_t i = 0; i < rule->key_count; i++) {
		const struct node *node = rule->key[i];
		struct vector value = eval(batch, node, rows);
		const char *text = value_text(batch, node, value, row);

		/* Neither the label of a person nor that of a word stays the same for ever. */
		if (node->type == TYPE_PERSON && value.known[row] && value.value[row] >= 0)
			text = population_person_key(batch->population, (uint32_t)value.value[row]);
		if (node->type == TYPE_CODE && value.known[row])
			text = node->field->words[value.value[row]];

		key = i == 0 ? text : arena_printf(batch->keep, "%s/%s", key, text);
	}
	return key;
}

/* ---- hits ---- */

static bool
stronger(const struct raw_hit *a, const struct raw_hit *b)
{
	if (a->hit.points != b->hit.points)
		return a->hit.points > b->hit.points;
	if (a->hit.on.n != b->hit.on.n)
		return a->hit.on.n > b->hit.on.n;
	return strcmp(a->hit.event_key, b->hit.event_key) < 0;
}

/* Keeps one hit for each event key, the strongest first. */
static void
keep(struct outcome *outcome, struct raw_hit *hit)
{
	struct raw_hit **at;

	for (at = &outcome->hits; *at; at = &(*at)->next) {
		if (strcmp((*at)->hit.event_key, hit->hit.event_key) != 0)
			continue;
		if (!stronger(hit, *at))
			return;
		*at = (*at)->next;
		break;
	}
	for (at = &outcome->hits; *at && !stronger(hit, *at); at = &(*at)->next)
		;
	hit->next = *at;
	*at = hit;
}

static void
take_hit(struct batch *batch, const struct rule *rule, struct rows *rows, size_t row,
	struct outcome *outcome)
{
	struct raw_hit *hit = arena_alloc(batch->arena, sizeof(*hit));
	bool scores = rule->stage != STAGE_RULE || rule->face.kind == FINDING_RISK;
	struct day on = day_at(batch, rule->on ? rule->on : rule->since, rows, row);

	hit->hit.on = on;
	hit->hit.since = rule->since ? day_at(batch, rule->since, rows, row) : on;
	hit->hit.points = (int32_t)decayed(batch, rule, points_at(batch, rule, rows, row), on, rows, row);
	if (scores && hit->hit.points == 0)
		return; /* a hit with 0 points is no hit */
	hit->hit.event_key = key_at(batch, rule, rows, row);
	hit->floor = floor_at(batch, rule, rows, row);
	hit->rows = rows;
	hit->row = row;
	keep(outcome, hit);
}

struct rows *
rule_rows(struct batch *batch, const struct rule *rule)
{
	struct rows *rows = rows_expand_all(batch, batch->root, rule->sets, rule->set_count);

	for (size_t i = 0; i < rule->let_count; i++)
		rows_bind(batch, rows, rule->lets[i].slot,
			eval(batch, rule->lets[i].value, rows));
	return rows;
}

/* Without its authorisations a rule does not know. */
static void
ask_authorisations(struct batch *batch, const struct rule *rule, const uint32_t *household,
	size_t count, struct vector truth)
{
	for (size_t s = 0; s < batch->ruleset->scope_count; s++) {
		struct vector given;

		if (!(rule->scope_mask >> s & 1))
			continue;
		given = truth_of(batch, batch->ruleset->scopes[s].when, batch->root);
		for (size_t i = 0; i < count; i++)
			if (given.value[household[i]] != TRUTH_YES && truth.value[i] == TRUTH_YES)
				truth.value[i] = TRUTH_UNKNOWN;
	}
}

void
judge(struct batch *batch, const struct rule *rule, struct outcome *ret_outcomes)
{
	struct rows *rows = rule_rows(batch, rule);
	struct vector when = eval(batch, rule->when, rows);
	const uint32_t *household = rows_ancestors(batch, rows, batch->root);
	struct vector truth = vector_new(batch, rows->count);
	struct rows *hits;
	const uint32_t *above;

	memset(ret_outcomes, 0, batch->root->count * sizeof(*ret_outcomes));
	for (size_t i = 0; i < rows->count; i++)
		truth.value[i] = when.known[i] ? when.value[i] : TRUTH_UNKNOWN;
	ask_authorisations(batch, rule, household, rows->count, truth);
	for (size_t i = 0; i < rows->count; i++) {
		if (truth.value[i] == TRUTH_UNKNOWN)
			ret_outcomes[household[i]].unknown = 1;
	}
	hits = rows_where(batch, rows, truth);
	above = rows_ancestors(batch, hits, batch->root);
	for (size_t i = 0; i < hits->count; i++) {
		ret_outcomes[above[i]].unknown = 0;
		take_hit(batch, rule, hits, i, &ret_outcomes[above[i]]);
	}
	for (size_t i = 0; i < rows->count; i++)
		if (truth.value[i] == TRUTH_YES)
			ret_outcomes[household[i]].unknown = 0;
}

/* ---- what was missing ---- */

static const char *
leaf_name(struct batch *batch, const struct node *node)
{
	switch (node->op) {
	case OP_FIELD:
		return arena_printf(batch->keep, "%s.%s", node->kind->name, node->field->name);
	case OP_MATCHES:
		return leaf_name(batch, node->args[0]);
	case OP_THRESHOLD:
		return batch->ruleset->thresholds[node->index].name;
	case OP_SEX:
		return "person.sex";
	case OP_PERSON_AREA:
		return "person.area";
	case OP_REGISTER_AREA:
		return "person.register_area";
	case OP_RESIDENCE:
	case OP_HOUSEHOLD_RESIDENCE:
		return "person.residence";
	default:
		return "person.birth";
	}
}

/* Depth first, through definitions; a definition that was not unknown itself has no unknown leaf. */
static const struct node *
find_missing(struct batch *batch, const struct node *node, size_t household, int depth)
{
	const struct node *found = NULL;

	if (!node || depth > 100)
		return NULL;
	if (batch->unknown[node->id] && batch->unknown[node->id][household])
		return node;
	for (size_t i = 0; !found && i < node->arg_count; i++)
		found = find_missing(batch, node->args[i], household, depth + 1);
	if (!found && node->op == OP_CALL)
		found = find_missing(batch, batch->ruleset->defines[node->index].body, household,
			depth + 1);
	if (!found && node->op == OP_AGGREGATE)
		found = find_missing(batch, node->where, household, depth + 1);
	return found;
}

/* The authorisation that the rule asks for and the household has not given, or NULL. */
static const struct declared_scope *
missing_scope(struct batch *batch, const struct rule *rule, size_t household)
{
	for (size_t s = 0; s < batch->ruleset->scope_count; s++) {
		const struct declared_scope *scope = &batch->ruleset->scopes[s];

		if (rule->scope_mask >> s & 1 &&
			truth_of(batch, scope->when, batch->root).value[household] != TRUTH_YES)
			return scope;
	}
	return NULL;
}

struct unjudged
unjudged_of(struct batch *batch, size_t index, size_t household)
{
	const struct rule *rule = &batch->ruleset->rules[index];
	const struct declared_scope *scope = missing_scope(batch, rule, household);
	const struct node *leaf = find_missing(batch, rule->when, household, 0);
	struct unjudged unjudged = {.rule = index, .missing = ""};

	for (size_t i = 0; !leaf && i < rule->let_count; i++)
		leaf = find_missing(batch, rule->lets[i].value, household, 0);
	if (leaf)
		unjudged.missing = leaf_name(batch, leaf);
	if (leaf && leaf->op == OP_THRESHOLD)
		unjudged.threshold = unjudged.missing;
	if (scope)
		unjudged.missing = arena_printf(batch->keep, "authorised %s", scope->name);
	return unjudged;
}

/* ---- findings ---- */

int32_t
outcome_points(const struct rule *rule, const struct outcome *outcome)
{
	int32_t points = 0, left = rule->adds ? rule->adds : 1;

	for (const struct raw_hit *hit = outcome->hits; hit && left > 0; hit = hit->next, left--)
		points += hit->hit.points;
	return points;
}

static void
add_evidence(struct batch *batch, const struct set *set, struct vector facts, size_t at,
	struct finding *finding)
{
	size_t kind = (size_t)set->kind_index;
	uint32_t row = (uint32_t)facts.value[at];

	if (!facts.known[at])
		return; /* the first or the last of none */
	finding->evidence[finding->evidence_count++] = (struct evidence){
		.kind = set->kind->name,
		.source = population_fact_source(batch->population, kind, row),
		.record = population_fact_record(batch->population, kind, row),
		.on = {population_facts(batch->population, kind).on[row]},
	};
}

/* The fact that the rule is about, and those that its evidence statement names. */
static void
collect_evidence(struct batch *batch, const struct rule *rule, const struct raw_hit *hit,
	struct finding *finding)
{
	const uint32_t only = (uint32_t)hit->row;
	struct rows *one = rows_new(batch, hit->rows, &only, 1);
	struct rows *facts = NULL;

	if (rule->evidence && rule->evidence->type == TYPE_FACT) {
		facts = rows_expand(batch, one, rule->evidence);
		if (rule->evidence_where)
			facts = rows_where(batch, facts, eval(batch, rule->evidence_where, facts));
	}
	finding->evidence = arena_array(batch->keep,
		rule->set_count + (facts ? facts->count : 0), sizeof(*finding->evidence));
	for (size_t i = 0; i < rule->set_count; i++)
		if (rule->sets[i].type == TYPE_FACT)
			add_evidence(batch, &rule->sets[i],
				rows_slot(batch, one, rule->sets[i].slot), 0, finding);
	for (size_t i = 0; facts && i < facts->count; i++)
		add_evidence(batch, rule->evidence, rows_slot(batch, facts, rule->evidence->slot), i,
			finding);
}

static void
collect_hits(struct batch *batch, const struct outcome *outcome, struct finding *finding)
{
	for (const struct raw_hit *h = outcome->hits; h; h = h->next)
		finding->hit_count++;
	finding->hits = arena_array(batch->keep, finding->hit_count, sizeof(*finding->hits));
	finding->hit_count = 0;
	for (const struct raw_hit *h = outcome->hits; h; h = h->next) {
		finding->hits[finding->hit_count++] = h->hit;
		finding->floor = h->floor > finding->floor ? h->floor : finding->floor;
	}
}

struct finding
finding_of(struct batch *batch, size_t index, const struct outcome *outcome)
{
	const struct rule *rule = &batch->ruleset->rules[index];
	const struct raw_hit *best = outcome->hits;
	struct finding finding = {
		.rule = index,
		.kind = rule->face.kind,
		.points = outcome_points(rule, outcome),
		.on = best->hit.on,
	};

	collect_hits(batch, outcome, &finding);
	finding.because = message_text(batch, &rule->because, best->rows, best->row);
	if (rule->detail.piece_count)
		finding.detail = message_text(batch, &rule->detail, best->rows, best->row);
	collect_evidence(batch, rule, best, &finding);
	return finding;
}
