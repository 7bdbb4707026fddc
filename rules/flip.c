/* Looks for changes of one thing that change the level. First each thing is moved by one step, which tells how fast the
 * sides of every comparison move with it; that gives the places at which a comparison turns; and each place, the nearest
 * first, is tried by judging anew. Tells nothing that was not tried. */
#include "flip.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "ast.h"
#include "flip_pairs.h"
#include "household_copy.h"
#include "memory.h"
#include "outcome.h"

#define THINGS_MOST 200  /* thresholds and numbers in facts that are moved */
#define CHANGES_MOST 2000
#define TRIES_MOST 200
#define FOUND_MOST 4     /* besides the one that time brings */
#define DAYS_MOST 366
#define WEIGHT_MOST INT64_C(10000000) /* ten times the value: nobody would call that near */
#define MILLION INT64_C(1000000)

/* In this order. */
enum phase {
	PHASE_PROBE,
	PHASE_TRY,
	PHASE_DAYS,
	PHASE_DONE,
};

struct flip_search {
	struct question question;
	size_t household;
	struct arena *arena; /* lives as long as the search */
	struct arena *scratch; /* of one try */
	struct assessment now;
	struct pairs pairs;
	struct flip *things; /* `from` is the present value; `to` is not used */
	size_t thing_count;
	struct flip *changes;
	size_t change_count;
	struct flip found[FOUND_MOST + 1];
	size_t found_count;
	enum phase phase;
	size_t at; /* thing, change or day */
};

/* ---- judging anew ---- */

/* The question with the change in it; what it made must be given back. */
struct changed {
	struct question question;
	size_t household;
	struct thresholds *thresholds;
	struct population *population;
};

static void
changed_free(struct changed *changed)
{
	thresholds_free(changed->thresholds);
	population_unref(changed->population);
}

/* False: the change is not allowed. */
static bool
changed_make(const struct flip_search *search, const struct flip *flip, int64_t to,
	struct changed *ret_changed)
{
	const struct question *now = &search->question;
	struct cell_change cell = {flip->index, flip->field, flip->fact, to};

	*ret_changed = (struct changed){.question = *now, .household = search->household};
	switch (flip->change) {
	case FLIP_THRESHOLD:
		ret_changed->thresholds = thresholds_copy(now->thresholds);
		ret_changed->question.thresholds = ret_changed->thresholds;
		return thresholds_override(ret_changed->thresholds,
			       thresholds_name(now->thresholds, flip->index), to) == THRESHOLD_OK;
	case FLIP_FACT:
		ret_changed->population = household_copy(now, search->household, &cell);
		ret_changed->question.population = ret_changed->population;
		ret_changed->household = (size_t)population_find_household(
			ret_changed->population, search->now.household);
		return true;
	case FLIP_DAYS:
		ret_changed->question.as_of.n += (int32_t)to;
		return true;
	}
	return false;
}

/* The same number for the same findings that rest on sensitive fields. */
static int64_t
sensitive_findings(const struct ruleset *set, const struct assessment *assessment)
{
	int64_t sum = 0;

	for (size_t i = 0; i < assessment->finding_count; i++) {
		const struct finding *finding = &assessment->findings[i];

		if (set->rules[finding->rule].face.sensitive)
			sum += ((int64_t)finding->rule + 1) * 4096 + finding->points + 1;
	}
	return sum;
}

/* The level that the change gives; false: it is not allowed. */
static bool
try_change(struct flip_search *search, const struct flip *flip, struct flip *ret_flip)
{
	struct changed changed;
	struct assessment assessment;
	bool allowed = changed_make(search, flip, flip->to, &changed);

	*ret_flip = *flip;
	if (allowed) {
		evaluate(&changed.question, changed.household, 1, search->scratch, &assessment);
		ret_flip->level = assessment.level;
		ret_flip->score = assessment.score;
		ret_flip->sensitive =
			sensitive_findings(search->question.ruleset, &assessment) !=
			sensitive_findings(search->question.ruleset, &search->now);
	}
	changed_free(&changed);
	arena_reset(search->scratch);
	return allowed;
}

/* ---- things that can be moved ---- */

static void
add_thing(struct flip_search *search, struct flip thing)
{
	if (search->thing_count < THINGS_MOST)
		search->things[search->thing_count++] = thing;
}

static size_t
household_class(struct batch *batch)
{
	int define = batch->ruleset->class_define;
	struct vector class;

	if (define < 0)
		return 0;
	class = eval(batch, batch->ruleset->defines[define].body, batch->root);
	return class.known[0] ? (size_t)class.value[0] : batch->ruleset->class_count;
}

static void
add_thresholds(struct flip_search *search, struct batch *batch)
{
	const struct question *q = &search->question;
	size_t class = household_class(batch);

	for (size_t i = 0; thresholds_name(q->thresholds, i); i++) {
		struct flip thing = {.change = FLIP_THRESHOLD, .index = i};

		if (thresholds_find(q->thresholds, i, search->now.area, class,
			    population_household_residence(q->population, search->household), q->as_of,
			    &thing.from, NULL))
			add_thing(search, thing);
	}
}

static void
add_cells(struct flip_search *search, const struct kind *kind, size_t index, uint32_t fact)
{
	for (size_t f = 0; f < kind->field_count; f++) {
		struct flip thing = {.change = FLIP_FACT, .index = index, .field = f, .fact = fact};
		enum field_type type = kind->fields[f].type;
		uint8_t known;

		if (type != FIELD_MONEY && type != FIELD_INT && type != FIELD_FLAG)
			continue;
		population_cells(search->question.population, index, f, &fact, 1, &thing.from, &known);
		if (known)
			add_thing(search, thing);
	}
}

/* The newest facts of each kind come first: the others are past change. */
static void
add_facts(struct flip_search *search, const struct kind *kind, size_t index)
{
	struct fact_columns facts = population_facts(search->question.population, index);
	uint32_t first = (uint32_t)search->household, end = first + 1;

	if (kind->subject == SUBJECT_AREA)
		return;
	if (kind->subject == SUBJECT_PERSON)
		population_persons(search->question.population, search->household, &first, &end);
	for (uint32_t f = facts.start[end]; f > facts.start[first]; f--)
		add_cells(search, kind, index, f - 1);
}

/* ---- changes that are worth a try ---- */

static int64_t
size_of(int64_t number)
{
	return number == INT64_MIN ? INT64_MAX : number < 0 ? -number : number;
}

static int64_t
weight_of(int64_t from, int64_t to)
{
	int64_t by = size_of(to - from), of = size_of(from);

	return by > INT64_MAX / MILLION ? INT64_MAX : by * MILLION / (of ? of : 1);
}

static bool
is_flag(const struct flip_search *search, const struct flip *thing)
{
	size_t count;

	return thing->change == FLIP_FACT &&
	       ruleset_kinds(search->question.ruleset, &count)[thing->index]->fields[thing->field].type ==
		       FIELD_FLAG;
}

static void
add_change(struct flip_search *search, const struct flip *thing, const struct pair *pair, int64_t to)
{
	struct flip change = *thing;

	change.to = to;
	change.node = pair ? pair->node : NULL;
	change.rule = pair ? pair->rule : NULL;
	change.weight = weight_of(change.from, to);
	if (to == change.from || search->change_count == CHANGES_MOST || change.weight > WEIGHT_MOST ||
		(to < 0 && change.from >= 0))
		return;
	search->changes[search->change_count++] = change;
}

/* To where the distance of the sides has to go for the comparison to turn; two places for an equality that holds. */
static size_t
turns(const struct pair *pair, int64_t ret_targets[2])
{
	int64_t apart = pair->apart;

	ret_targets[1] = -1;
	switch (pair->node->op) {
	case OP_GT:
	case OP_LE:
		ret_targets[0] = apart <= 0 ? 1 : 0;
		return 1;
	case OP_GE:
	case OP_LT:
		ret_targets[0] = apart >= 0 ? -1 : 0;
		return 1;
	default: /* OP_EQ, OP_NE */
		ret_targets[0] = apart == 0 ? 1 : 0;
		return apart == 0 ? 2 : 1;
	}
}

/* `slope`: by how much the sides move apart when the thing grows by one. */
static void
add_turns(struct flip_search *search, const struct flip *thing, const struct pair *pair,
	int64_t slope)
{
	int64_t targets[2];
	size_t count = turns(pair, targets);

	for (size_t i = 0; i < count; i++) {
		int64_t gap, steps;

		if (__builtin_sub_overflow(targets[i], pair->apart, &gap) || gap == INT64_MIN ||
			slope == INT64_MIN)
			continue;
		steps = size_of(gap) / size_of(slope) + (size_of(gap) % size_of(slope) != 0);
		steps = (gap < 0) == (slope < 0) ? steps : -steps;
		if (!__builtin_add_overflow(thing->from, steps, &gap))
			add_change(search, thing, pair, gap);
	}
}

static void
compare_pairs(struct flip_search *search, const struct flip *thing, struct pairs moved)
{
	for (size_t i = 0; i < search->pairs.count && i < moved.count; i++) {
		const struct pair *now = &search->pairs.all[i];
		int64_t slope;

		if (now->node != moved.all[i].node)
			return; /* other rows: what follows does not lie side by side */
		if (now->known && moved.all[i].known &&
			!__builtin_sub_overflow(moved.all[i].apart, now->apart, &slope) && slope != 0)
			add_turns(search, thing, now, slope);
	}
}

/* A flag has one other value. Others are moved by one step, down if they may not go up. */
static void
probe(struct flip_search *search, const struct flip *thing)
{
	struct changed changed = {.thresholds = NULL};
	struct assessment assessment;
	struct batch batch;

	if (is_flag(search, thing)) {
		add_change(search, thing, NULL, 1 - thing->from);
		return;
	}
	if (thing->from < INT64_MAX && changed_make(search, thing, thing->from + 1, &changed)) {
		evaluate_one(&changed.question, changed.household, search->scratch, &batch,
			&assessment);
		compare_pairs(search, thing, pairs_collect(&batch));
	}
	changed_free(&changed);
	arena_reset(search->scratch);
}

/* The lines between the levels are not compared in any rule. */
static void
add_level_lines(struct flip_search *search)
{
	const struct ruleset *set = search->question.ruleset;

	for (size_t t = 0; t < search->thing_count; t++)
		for (int level = LEVEL_BLUE; level <= LEVEL_RED; level++)
			if (search->things[t].change == FLIP_THRESHOLD &&
				set->levels[level] == (int)search->things[t].index) {
				add_change(search, &search->things[t], NULL, search->now.score);
				add_change(search, &search->things[t], NULL, search->now.score + INT64_C(1));
			}
}

/* ---- the search ---- */

struct flip_search *
flip_search_new(const struct question *question, size_t household)
{
	struct flip_search *search = xcalloc(1, sizeof(*search));
	struct batch batch;
	const struct kind *const *kinds;
	size_t count;

	search->question = *question;
	search->household = household;
	search->arena = arena_new();
	search->scratch = arena_new();
	search->things = arena_array(search->arena, THINGS_MOST, sizeof(*search->things));
	search->changes = arena_array(search->arena, CHANGES_MOST, sizeof(*search->changes));
	evaluate_one(&search->question, household, search->arena, &batch, &search->now);
	search->pairs = pairs_collect(&batch);
	add_thresholds(search, &batch);
	kinds = ruleset_kinds(question->ruleset, &count);
	for (size_t i = 0; i < count; i++)
		add_facts(search, kinds[i], i);
	return search;
}

void
flip_search_free(struct flip_search *search)
{
	if (!search)
		return;
	arena_free(search->arena);
	arena_free(search->scratch);
	free(search);
}

static int
change_order(const void *left, const void *right)
{
	const struct flip *a = left, *b = right;

	if (a->weight != b->weight)
		return (a->weight > b->weight) - (a->weight < b->weight);
	if (a->change != b->change)
		return a->change < b->change ? -1 : 1;
	if (a->index != b->index)
		return a->index < b->index ? -1 : 1;
	if (a->field != b->field)
		return a->field < b->field ? -1 : 1;
	/* The newer fact first. */
	if (a->fact != b->fact)
		return a->fact > b->fact ? -1 : 1;
	return (a->to > b->to) - (a->to < b->to);
}

static bool
same_change(const struct flip *a, const struct flip *b)
{
	return a->change == b->change && a->index == b->index && a->field == b->field &&
	       a->fact == b->fact && a->to == b->to;
}

/* The smallest change of a thing in each direction is enough; of several facts of a sum the one that moves least. */
static bool
is_news(const struct flip_search *search, const struct flip *flip)
{
	enum level now = search->now.level;

	for (size_t i = 0; i < search->found_count; i++)
		if (search->found[i].change == flip->change && search->found[i].index == flip->index &&
			search->found[i].field == flip->field &&
			(search->found[i].level > now) == (flip->level > now))
			return false;
	return true;
}

static void
keep(struct flip_search *search, const struct flip *flip)
{
	search->found[search->found_count++] = *flip;
	qsort(search->found, search->found_count, sizeof(*flip), change_order);
}

static void
try_next(struct flip_search *search)
{
	const struct flip *change = &search->changes[search->at];
	struct flip flip;

	if (search->at > 0 && same_change(change, change - 1))
		return;
	if (try_change(search, change, &flip) && flip.level != search->now.level &&
		is_news(search, &flip))
		keep(search, &flip);
}

/* True: time has brought another level. */
static bool
try_day(struct flip_search *search, int64_t days)
{
	struct flip change = {.change = FLIP_DAYS, .to = days, .weight = days * MILLION / 365};
	struct flip flip;

	if (search->question.as_of.n + days > DAY_MAX)
		return true;
	if (!try_change(search, &change, &flip) || flip.level == search->now.level)
		return false;
	keep(search, &flip);
	return true;
}

static void
enter(struct flip_search *search, enum phase phase)
{
	search->phase = phase;
	search->at = 0;
	if (phase == PHASE_TRY && search->change_count)
		qsort(search->changes, search->change_count, sizeof(*search->changes), change_order);
}

bool
flip_search_step(struct flip_search *search)
{
	switch (search->phase) {
	case PHASE_PROBE:
		if (search->at == search->thing_count) {
			add_level_lines(search);
			enter(search, PHASE_TRY);
		} else {
			probe(search, &search->things[search->at++]);
		}
		return true;
	case PHASE_TRY:
		if (search->at == search->change_count || search->at == TRIES_MOST ||
			search->found_count == FOUND_MOST) {
			enter(search, PHASE_DAYS);
		} else {
			try_next(search);
			search->at++;
		}
		return true;
	case PHASE_DAYS:
		if (++search->at > DAYS_MOST || try_day(search, (int64_t)search->at))
			enter(search, PHASE_DONE);
		return true;
	case PHASE_DONE:
		return false;
	}
	return false;
}

const struct flip *
flip_search_found(const struct flip_search *search, size_t *ret_count)
{
	*ret_count = search->found_count;
	return search->found;
}
