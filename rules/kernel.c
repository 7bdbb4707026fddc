/* Expressions over row-sets, a vector at a time; three values, saturating integers, no policy. */
#include <string.h>

#include <pcre2.h>

#include "bounds.h"
#include "rows.h"
#include "truth.h"

static struct vector
constant(struct batch *batch, const struct rows *rows, int64_t value, bool known)
{
	struct vector out = vector_new(batch, rows->count);

	for (size_t i = 0; i < rows->count; i++)
		out.value[i] = value;
	memset(out.known, known, rows->count);
	return out;
}

/* A condition from a vector that may be `unknown` by itself. */
static struct vector
truth_of(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector in = eval(batch, node, rows);
	struct vector out;

	if (node->type == TYPE_TRUTH && node->op != OP_CHOOSE && node->op != OP_CALL &&
		node->op != OP_SLOT)
		return in;
	out = vector_new(batch, rows->count);
	for (size_t i = 0; i < rows->count; i++)
		out.value[i] = in.known[i] ? in.value[i] : TRUTH_UNKNOWN;
	memset(out.known, 1, rows->count);
	return out;
}

/* ---- leaves ---- */

/* Remembers for which households this leaf was unknown, so that a rule can say what was missing. */
static void
note_unknown(struct batch *batch, const struct node *node, struct rows *rows,
	struct vector vector)
{
	const uint32_t *household = NULL;
	uint8_t **unknown = &batch->unknown[node->id];

	for (size_t i = 0; i < rows->count; i++) {
		if (vector.known[i])
			continue;
		if (!household)
			household = rows_ancestors(batch, rows, batch->root);
		if (!*unknown)
			*unknown = arena_array(batch->arena, batch->root->count, 1);
		(*unknown)[household[i]] = 1;
	}
}

static const uint32_t *
fact_rows(struct batch *batch, struct vector facts, size_t count)
{
	uint32_t *rows = arena_array(batch->arena, count, sizeof(*rows));

	for (size_t i = 0; i < count; i++)
		rows[i] = (uint32_t)facts.value[i];
	return rows;
}

static struct vector
eval_field(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector out = vector_new(batch, rows->count);
	struct vector facts = eval(batch, node->args[0], rows);

	population_cells(batch->population, (size_t)node->kind_index, (size_t)node->field_index,
		fact_rows(batch, facts, rows->count), rows->count, out.value, out.known);
	/* Of somebody who is not listed nothing is known: neither that he is well nor that he is not. */
	for (size_t i = 0; node->type == TYPE_PERSON && i < rows->count; i++)
		out.known[i] &= out.value[i] != PERSON_UNLISTED;
	if (node->type != TYPE_CODE && node->type != TYPE_TEXT)
		note_unknown(batch, node, rows, out);
	return out;
}

/* What every fact has: its days, its subject, its area. */
static struct vector
eval_fact_part(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector out = constant(batch, rows, 0, true);
	struct vector facts = eval(batch, node->args[0], rows);
	struct fact_columns c = population_facts(batch->population, (size_t)node->kind_index);

	for (size_t i = 0; i < rows->count; i++) {
		uint32_t fact = (uint32_t)facts.value[i];

		if (node->op == OP_ON)
			out.value[i] = c.on[fact];
		else if (node->op == OP_UNTIL)
			out.value[i] = c.until[fact];
		else if (node->op == OP_PERSON)
			out.value[i] = c.subject[fact];
		else
			out.value[i] = population_fact_area(batch->population,
				(size_t)node->kind_index, fact).code;
		if (node->op == OP_UNTIL && c.until[fact] == INT32_MAX) {
			out.value[i] = 0;
			out.known[i] = 0;
		}
	}
	return out;
}

static struct vector
eval_person_part(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector out = vector_new(batch, rows->count);
	struct vector person = eval(batch, node->args[0], rows);
	const int32_t *births = population_births(batch->population);
	const char *sexes = population_sexes(batch->population);

	for (size_t i = 0; i < rows->count; i++) {
		if (!person.known[i] || person.value[i] < 0)
			continue;
		if (node->op == OP_BIRTH) {
			out.known[i] = births[person.value[i]] != DAY_NONE;
			out.value[i] = out.known[i] ? births[person.value[i]] : 0;
		} else {
			out.known[i] = sexes[person.value[i]] != 0;
			out.value[i] = sexes[person.value[i]] == 'F';
		}
	}
	note_unknown(batch, node, rows, out);
	return out;
}

static struct vector
eval_area(struct batch *batch, struct rows *rows)
{
	struct vector out = constant(batch, rows, 0, true);

	for (size_t i = 0; i < rows->count; i++)
		out.value[i] = population_household_area(batch->population, batch->first + i).code;
	return out;
}

/* The class is worked out by a definition of the rule files; a rule set without classes has one class. */
static struct vector
household_class(struct batch *batch)
{
	int define = batch->ruleset->class_define;

	if (define < 0)
		return constant(batch, batch->root, 0, true);
	return eval(batch, batch->ruleset->defines[define].body, batch->root);
}

static struct vector
eval_threshold(struct batch *batch, const struct node *node, struct rows *root)
{
	struct vector out = vector_new(batch, root->count);
	struct vector class = household_class(batch);
	const struct population *p = batch->population;

	for (size_t i = 0; i < root->count; i++) {
		size_t household = batch->first + i;

		out.known[i] = thresholds_find(batch->question->thresholds, (size_t)node->index,
			population_household_area(p, household),
			class.known[i] ? (size_t)class.value[i] : batch->ruleset->class_count,
			population_household_residence(p, household), batch->question->as_of,
			&out.value[i], NULL);
		if (!out.known[i])
			out.value[i] = 0;
	}
	note_unknown(batch, node, root, out);
	return out;
}

static struct vector
eval_staged(struct batch *batch, const struct node *node, struct rows *root)
{
	struct vector out = constant(batch, root, 0, true);
	const int32_t *from = batch->latest_dated;

	if (node->op == OP_FAMILY)
		from = batch->family_points[node->index];
	else if (node->index >= 0)
		from = batch->latest_hit[node->index];
	for (size_t i = 0; i < root->count; i++)
		out.value[i] = from[i];
	return out;
}

/* A definition sees its parameters alone; without any it is worked out once a household. */
static struct vector
eval_call(struct batch *batch, const struct node *node, struct rows *rows)
{
	const struct define *define = &batch->ruleset->defines[node->index];
	struct rows *frame;

	if (define->parameter_count == 0)
		return rows_broadcast(batch, rows, batch->root,
			eval(batch, define->body, batch->root));
	frame = rows_new(batch, rows, NULL, rows->count);
	for (size_t i = 0; i < define->parameter_count; i++)
		rows_bind(batch, frame, define->parameters[i].slot,
			eval(batch, node->args[i], rows));
	return eval(batch, define->body, frame);
}

/* ---- logic ---- */

static struct vector
eval_and_or(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector a = truth_of(batch, node->args[0], rows);
	struct vector b = truth_of(batch, node->args[1], rows);
	struct vector out = constant(batch, rows, TRUTH_NO, true);

	for (size_t i = 0; i < rows->count; i++)
		out.value[i] = node->op == OP_AND
				       ? (a.value[i] < b.value[i] ? a.value[i] : b.value[i])
				       : (a.value[i] > b.value[i] ? a.value[i] : b.value[i]);
	return out;
}

static struct vector
eval_one_truth(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector a = truth_of(batch, node->args[0], rows);
	struct vector out = constant(batch, rows, TRUTH_NO, true);

	for (size_t i = 0; i < rows->count; i++) {
		if (node->op == OP_NOT)
			out.value[i] = TRUTH_YES - a.value[i];
		else if (node->op == OP_SURELY)
			out.value[i] = a.value[i] == TRUTH_YES ? TRUTH_YES : TRUTH_NO;
		else
			out.value[i] = a.value[i] == TRUTH_NO ? TRUTH_NO : TRUTH_YES;
	}
	return out;
}

static struct vector
eval_is_known(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector a = eval(batch, node->args[0], rows);
	struct vector out = constant(batch, rows, TRUTH_NO, true);
	bool truth = node->args[0]->type == TYPE_TRUTH;

	for (size_t i = 0; i < rows->count; i++)
		if (a.known[i] && (!truth || a.value[i] != TRUTH_UNKNOWN))
			out.value[i] = TRUTH_YES;
	return out;
}

/* ---- numbers ---- */

static int64_t
saturated(bool negative)
{
	return negative ? INT64_MIN : INT64_MAX;
}

static int64_t
calculate(enum op op, int64_t a, int64_t b)
{
	int64_t out;

	switch (op) {
	case OP_ADD:
		return __builtin_add_overflow(a, b, &out) ? saturated(a < 0) : out;
	case OP_SUB:
		return __builtin_sub_overflow(a, b, &out) ? saturated(a < 0) : out;
	case OP_MUL:
		return __builtin_mul_overflow(a, b, &out) ? saturated((a < 0) != (b < 0)) : out;
	default: /* OP_DIV: toward zero; b is not 0 */
		return a == INT64_MIN && b == -1 ? INT64_MAX : a / b;
	}
}

static struct vector
eval_arithmetic(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector a = eval(batch, node->args[0], rows);
	struct vector b = eval(batch, node->args[1], rows);
	struct vector out = vector_new(batch, rows->count);

	for (size_t i = 0; i < rows->count; i++) {
		out.known[i] = a.known[i] && b.known[i] &&
			       (node->op != OP_DIV || b.value[i] != 0);
		if (out.known[i])
			out.value[i] = calculate(node->op, a.value[i], b.value[i]);
	}
	return out;
}

static struct vector
eval_negation(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector a = eval(batch, node->args[0], rows);
	struct vector out = vector_new(batch, rows->count);

	memcpy(out.known, a.known, rows->count);
	for (size_t i = 0; i < rows->count; i++)
		out.value[i] = calculate(OP_SUB, 0, a.value[i]);
	return out;
}

static bool
holds(enum op op, int64_t a, int64_t b)
{
	switch (op) {
	case OP_EQ:
		return a == b;
	case OP_NE:
		return a != b;
	case OP_LT:
		return a < b;
	case OP_LE:
		return a <= b;
	case OP_GT:
		return a > b;
	default:
		return a >= b;
	}
}

/* An empty code or text equals no word: its test is no, not unknown. */
static bool
empty_is_no(const struct node *node)
{
	return node->op == OP_FIELD && (node->type == TYPE_CODE || node->type == TYPE_TEXT);
}

/* The id that the texts of a field give a literal text; -1, which no text has, if it does not occur. */
static int64_t
literal_id(struct batch *batch, const struct node *field, const char *text)
{
	size_t kind = (size_t)field->kind_index, index = (size_t)field->field_index;
	size_t low = 0, high = population_text_count(batch->population, kind, index);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(population_text(batch->population, kind, index, middle), text);

		if (order == 0)
			return (int64_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

/* An operand; a literal text takes its meaning from the field on the other side. */
static struct vector
eval_operand(struct batch *batch, const struct node *node, const struct node *other,
	struct rows *rows)
{
	if (node->op == OP_STRING)
		return constant(batch, rows, literal_id(batch, other, node->text), true);
	return eval(batch, node, rows);
}

static struct vector
eval_comparison(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector a = eval_operand(batch, node->args[0], node->args[1], rows);
	struct vector b = eval_operand(batch, node->args[1], node->args[0], rows);
	struct vector out = constant(batch, rows, TRUTH_UNKNOWN, true);
	bool empty = empty_is_no(node->args[0]) || empty_is_no(node->args[1]);

	for (size_t i = 0; i < rows->count; i++) {
		if (a.known[i] && b.known[i])
			out.value[i] = holds(node->op, a.value[i], b.value[i]) ? TRUTH_YES : TRUTH_NO;
		else if (empty)
			out.value[i] = node->op == OP_NE ? TRUTH_YES : TRUTH_NO;
	}
	return out;
}

static struct vector
eval_in(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector a = eval(batch, node->args[0], rows);
	struct vector out = constant(batch, rows, TRUTH_NO, true);
	bool empty = empty_is_no(node->args[0]);

	for (size_t k = 1; k < node->arg_count; k++) {
		struct vector b = eval_operand(batch, node->args[k], node->args[0], rows);

		for (size_t i = 0; i < rows->count; i++) {
			int64_t one = TRUTH_UNKNOWN;

			if (a.known[i] && b.known[i])
				one = a.value[i] == b.value[i] ? TRUTH_YES : TRUTH_NO;
			else if (empty)
				one = TRUTH_NO;
			out.value[i] = one > out.value[i] ? one : out.value[i];
		}
	}
	return out;
}

/* The first value whose condition is yes, else the last. */
static struct vector
eval_choose(struct batch *batch, const struct node *node, struct rows *rows)
{
	size_t last = node->arg_count - 1;
	struct vector out = vector_new(batch, rows->count);
	uint8_t *done = arena_array(batch->arena, rows->count, 1);

	for (size_t k = 0; k <= last; k += 2) {
		struct vector value = eval(batch, node->args[k], rows);
		struct vector when = {0};

		if (k < last)
			when = truth_of(batch, node->args[k + 1], rows);
		for (size_t i = 0; i < rows->count; i++) {
			if (done[i] || (k < last && when.value[i] != TRUTH_YES))
				continue;
			done[i] = 1;
			out.value[i] = value.value[i];
			out.known[i] = value.known[i];
		}
	}
	return out;
}

/* ---- texts ---- */

static bool
pattern_matches(const struct pattern *pattern, const char *text, pcre2_match_data_8 *match,
	pcre2_match_context_8 *context)
{
	return pcre2_match_8(pattern->code, (PCRE2_SPTR8)text, PCRE2_ZERO_TERMINATED, 0, 0, match,
		context) >= 0;
}

/* Each distinct text is matched once a batch. */
static struct vector
eval_matches(struct batch *batch, const struct node *node, struct rows *rows)
{
	const struct node *field = node->args[0];
	const struct pattern *pattern = &batch->ruleset->patterns[node->index];
	size_t kind = (size_t)field->kind_index, index = (size_t)field->field_index;
	struct vector text = eval(batch, field, rows);
	struct vector out = constant(batch, rows, TRUTH_NO, true);
	uint8_t **matched = &batch->matched[node->index];
	pcre2_match_data_8 *match = pcre2_match_data_create_8(1, NULL);
	pcre2_match_context_8 *context = pcre2_match_context_create_8(NULL);

	pcre2_set_match_limit_8(context, PATTERN_MATCH_LIMIT);
	if (!*matched)
		*matched = arena_array(batch->arena,
			population_text_count(batch->population, kind, index), 1);
	for (size_t i = 0; i < rows->count; i++) {
		uint8_t *known;

		if (!text.known[i])
			continue;
		known = &(*matched)[text.value[i]];
		if (!*known)
			*known = 1 + pattern_matches(pattern,
				population_text(batch->population, kind, index, (size_t)text.value[i]),
				match, context);
		out.value[i] = *known == 2 ? TRUTH_YES : TRUTH_NO;
	}
	pcre2_match_data_free_8(match);
	pcre2_match_context_free_8(context);
	return out;
}

/* ---- functions ---- */

static struct day
as_day(int64_t n)
{
	n = n < DAY_MIN ? DAY_MIN : n > DAY_MAX ? DAY_MAX : n;
	return (struct day){(int32_t)n};
}

static bool
make_date(int64_t year, int64_t month, int64_t day, int64_t *ret_value)
{
	struct day found;

	if (year < 1900 || year > 9999 || month < 1 || month > 12 || day < 1 || day > 31 ||
		!day_from_civil((int)year, (int)month, (int)day, &found))
		return false;
	*ret_value = found.n;
	return true;
}

/* `value` holds the arguments, which are all known. False: the result is unknown. */
static bool
apply(enum function function, const int64_t *value, int64_t *ret_value)
{
	switch (function) {
	case FN_YEAR:
		*ret_value = day_civil(as_day(value[0])).year;
		return true;
	case FN_MONTH:
		*ret_value = day_month(as_day(value[0]));
		return true;
	case FN_DAY_OF_MONTH:
		*ret_value = day_civil(as_day(value[0])).day;
		return true;
	case FN_DATE:
		return make_date(value[0], value[1], value[2], ret_value);
	case FN_MONTH_START:
		if (value[0] < 1900 * 12 || value[0] > 9999 * 12 + 11)
			return false;
		*ret_value = day_of_month((int32_t)value[0]).n;
		return true;
	case FN_ADD_MONTHS:
		*ret_value = day_add_months(as_day(value[0]),
			(int)(value[1] < -100000 ? -100000 : value[1] > 100000 ? 100000 : value[1])).n;
		return true;
	case FN_LEAST:
		*ret_value = value[0] < value[1] ? value[0] : value[1];
		return true;
	case FN_GREATEST:
		*ret_value = value[0] > value[1] ? value[0] : value[1];
		return true;
	case FN_ABS:
		*ret_value = value[0] < 0 ? calculate(OP_SUB, 0, value[0]) : value[0];
		return true;
	case FN_AGE:
	case FN_IN_FORCE:
		break; /* read columns: eval_age(), eval_in_force() */
	}
	return false;
}

static struct vector
eval_age(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector person = eval(batch, node->args[0], rows);
	struct vector on = eval(batch, node->args[1], rows);
	struct vector out = vector_new(batch, rows->count);
	const int32_t *births = population_births(batch->population);

	for (size_t i = 0; i < rows->count; i++) {
		if (!person.known[i] || person.value[i] < 0 || !on.known[i])
			continue;
		if (births[person.value[i]] == DAY_NONE)
			continue;
		out.known[i] = 1;
		out.value[i] = day_age((struct day){births[person.value[i]]}, as_day(on.value[i]));
	}
	note_unknown(batch, node, rows, out);
	return out;
}

static struct vector
eval_in_force(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector facts = eval(batch, node->args[0], rows);
	struct vector on = eval(batch, node->args[1], rows);
	struct vector out = constant(batch, rows, TRUTH_UNKNOWN, true);
	struct fact_columns c =
		population_facts(batch->population, (size_t)node->args[0]->kind_index);

	for (size_t i = 0; i < rows->count; i++) {
		uint32_t fact = (uint32_t)facts.value[i];

		if (on.known[i])
			out.value[i] = c.on[fact] <= on.value[i] && on.value[i] <= c.until[fact]
					       ? TRUTH_YES
					       : TRUTH_NO;
	}
	return out;
}

static struct vector
eval_function(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector args[3];
	struct vector out;

	if (node->index == FN_AGE)
		return eval_age(batch, node, rows);
	if (node->index == FN_IN_FORCE)
		return eval_in_force(batch, node, rows);
	out = vector_new(batch, rows->count);
	for (size_t k = 0; k < node->arg_count; k++)
		args[k] = eval(batch, node->args[k], rows);
	for (size_t i = 0; i < rows->count; i++) {
		int64_t values[3];
		bool known = true;

		for (size_t k = 0; k < node->arg_count; k++) {
			known &= args[k].known[i];
			values[k] = args[k].value[i];
		}
		out.known[i] = known && apply((enum function)node->index, values, &out.value[i]);
	}
	return out;
}

/* ---- aggregates ---- */

static struct vector
reduce_any(struct batch *batch, struct rows *rows, struct vector condition,
	const uint32_t *above, size_t count)
{
	struct vector out = constant(batch, rows, TRUTH_NO, true);

	for (size_t i = 0; i < count; i++)
		if (condition.value[i] > out.value[above[i]])
			out.value[above[i]] = condition.value[i];
	return out;
}

/* Counts conditions that are yes; one that is unknown makes the count unknown. */
static struct vector
reduce_count(struct batch *batch, struct rows *rows, struct vector condition,
	const uint32_t *above, size_t count)
{
	struct vector out = constant(batch, rows, 0, true);

	for (size_t i = 0; i < count; i++) {
		out.value[above[i]] += condition.value[i] == TRUTH_YES;
		if (condition.value[i] == TRUTH_UNKNOWN)
			out.known[above[i]] = 0;
	}
	for (size_t i = 0; i < rows->count; i++)
		if (!out.known[i])
			out.value[i] = 0;
	return out;
}

static struct vector
reduce_sum(struct batch *batch, struct rows *rows, struct vector value, const uint32_t *above,
	size_t count, bool sure)
{
	struct vector out = constant(batch, rows, 0, true);

	for (size_t i = 0; i < count; i++) {
		int64_t *sum = &out.value[above[i]];

		if (value.known[i])
			*sum = calculate(OP_ADD, *sum, value.value[i]);
		else if (sure)
			out.known[above[i]] = 0;
	}
	for (size_t i = 0; i < rows->count; i++)
		if (!out.known[i])
			out.value[i] = 0;
	return out;
}

static struct vector
reduce_extreme(struct batch *batch, struct rows *rows, struct vector value,
	const uint32_t *above, size_t count, bool most)
{
	struct vector out = vector_new(batch, rows->count);

	for (size_t i = 0; i < count; i++) {
		int64_t *best = &out.value[above[i]];

		if (!value.known[i])
			continue;
		if (!out.known[above[i]] || (most ? value.value[i] > *best : value.value[i] < *best))
			*best = value.value[i];
		out.known[above[i]] = 1;
	}
	return out;
}

static struct vector
eval_aggregate(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct rows *inner = rows_expand_all(batch, rows, node->sets, node->set_count);
	enum aggregate aggregate = (enum aggregate)node->index;
	struct vector condition, value;
	const uint32_t *above;

	condition = node->where ? truth_of(batch, node->where, inner)
				: constant(batch, inner, TRUTH_YES, true);
	if (aggregate == AGG_ANY || aggregate == AGG_COUNT) {
		above = rows_ancestors(batch, inner, rows);
		return aggregate == AGG_ANY
			       ? reduce_any(batch, rows, condition, above, inner->count)
			       : reduce_count(batch, rows, condition, above, inner->count);
	}
	inner = rows_where(batch, inner, condition);
	above = rows_ancestors(batch, inner, rows);
	value = node->args[0]->type == TYPE_TRUTH ? truth_of(batch, node->args[0], inner)
						  : eval(batch, node->args[0], inner);
	if (aggregate == AGG_SUM || aggregate == AGG_SURE_SUM)
		return reduce_sum(batch, rows, value, above, inner->count,
			aggregate == AGG_SURE_SUM);
	return reduce_extreme(batch, rows, value, above, inner->count, aggregate == AGG_MAX);
}

/* ---- the one entrance ---- */

static struct vector
compute(struct batch *batch, const struct node *node, struct rows *rows)
{
	switch (node->op) {
	case OP_NUMBER:
	case OP_TRUTH:
		return constant(batch, rows, node->value, true);
	case OP_UNKNOWN:
		return constant(batch, rows, 0, false);
	case OP_AS_OF:
		return constant(batch, rows, batch->question->as_of.n, true);
	case OP_HOUSEHOLD_AREA:
		return rows_broadcast(batch, rows, batch->root, eval_area(batch, batch->root));
	case OP_THRESHOLD:
		return rows_broadcast(batch, rows, batch->root,
			eval_threshold(batch, node, batch->root));
	case OP_FAMILY:
	case OP_LATEST_HIT:
		return rows_broadcast(batch, rows, batch->root,
			eval_staged(batch, node, batch->root));
	case OP_SLOT:
		return rows_slot(batch, rows, node->slot);
	case OP_FIELD:
		return eval_field(batch, node, rows);
	case OP_ON: case OP_UNTIL: case OP_PERSON: case OP_FACT_AREA:
		return eval_fact_part(batch, node, rows);
	case OP_BIRTH: case OP_SEX:
		return eval_person_part(batch, node, rows);
	case OP_CALL:
		return eval_call(batch, node, rows);
	case OP_AND: case OP_OR:
		return eval_and_or(batch, node, rows);
	case OP_NOT: case OP_SURELY: case OP_POSSIBLY:
		return eval_one_truth(batch, node, rows);
	case OP_IS_KNOWN:
		return eval_is_known(batch, node, rows);
	case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV:
		return eval_arithmetic(batch, node, rows);
	case OP_NEG:
		return eval_negation(batch, node, rows);
	case OP_EQ: case OP_NE: case OP_LT: case OP_LE: case OP_GT: case OP_GE:
		return eval_comparison(batch, node, rows);
	case OP_IN:
		return eval_in(batch, node, rows);
	case OP_MATCHES:
		return eval_matches(batch, node, rows);
	case OP_CHOOSE:
		return eval_choose(batch, node, rows);
	case OP_FUNCTION:
		return eval_function(batch, node, rows);
	case OP_AGGREGATE:
		return eval_aggregate(batch, node, rows);
	case OP_STRING: case OP_NAME: case OP_DOT: case OP_APPLY:
		break; /* the checker left them in no such place */
	}
	__builtin_unreachable();
}

struct vector
eval(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct memo **list = &rows->memos[node->id % MEMO_LISTS];
	struct memo *memo;

	for (memo = *list; memo; memo = memo->next)
		if (memo->id == node->id)
			return memo->vector;
	memo = arena_alloc(batch->arena, sizeof(*memo));
	memo->id = node->id;
	memo->vector = compute(batch, node, rows);
	memo->next = *list;
	*list = memo;
	return memo->vector;
}
