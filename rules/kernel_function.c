/* Functions of values, persons and facts, and patterns over texts; a distinct text is matched once. */
#include "kernel.h"

#include <pcre2.h>

#include "bounds.h"

/* ---- texts ---- */

/* PCRE2 at work for one vector. */
struct matcher {
	const struct pattern *pattern;
	pcre2_match_data_8 *match;
	pcre2_match_context_8 *context;
};

/* A match that was given up is not a no: nobody knows. */
static enum truth
match_text(const struct matcher *m, const char *text)
{
	int found;

	if (m->pattern->list)
		return code_list_holds(m->pattern->list, text) ? TRUTH_YES : TRUTH_NO;
	found = pcre2_match_8(m->pattern->code, (PCRE2_SPTR8)text, PCRE2_ZERO_TERMINATED, 0, 0, m->match,
		m->context);
	if (found == PCRE2_ERROR_MATCHLIMIT || found == PCRE2_ERROR_DEPTHLIMIT ||
		found == PCRE2_ERROR_HEAPLIMIT)
		return TRUTH_UNKNOWN;
	return found >= 0 ? TRUTH_YES : TRUTH_NO;
}

/* By text of the field: 0 not matched yet, else 1 + enum truth. It lasts as long as the whole evaluation, so that a
 * distinct text is matched once. */
static uint8_t *
matched_texts(struct batch *batch, const struct node *node)
{
	const struct node *field = node->args[0];
	uint8_t **matched = &batch->matched[node->index];

	if (!*matched)
		*matched = arena_array(batch->lasting, population_text_count(batch->population,
			(size_t)field->kind_index, (size_t)field->field_index), 1);
	return *matched;
}

static void
match_vector(struct batch *batch, const struct node *node, const struct matcher *m,
	struct vector text, struct vector out, size_t count)
{
	const struct node *field = node->args[0];
	uint8_t *matched = matched_texts(batch, node);

	for (size_t i = 0; i < count; i++) {
		uint8_t *known = &matched[text.value[i]];

		if (!text.known[i])
			continue;
		if (!*known)
			*known = (uint8_t)(1 + match_text(m, population_text(batch->population,
				(size_t)field->kind_index, (size_t)field->field_index,
				(size_t)text.value[i])));
		out.value[i] = *known - 1;
	}
}

/* What was given up is missing. */
static void
note_given_up(struct batch *batch, const struct node *node, struct rows *rows, struct vector out)
{
	struct vector told = constant(batch, rows, 0, true);

	for (size_t i = 0; i < rows->count; i++)
		told.known[i] = out.value[i] != TRUTH_UNKNOWN;
	note_unknown(batch, node, rows, told);
}

struct vector
eval_matches(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector text = eval(batch, node->args[0], rows);
	struct vector out = constant(batch, rows, TRUTH_NO, true);
	struct matcher m = {
		.pattern = &batch->ruleset->patterns[node->index],
		.match = pcre2_match_data_create_8(1, NULL),
		.context = pcre2_match_context_create_8(NULL),
	};

	pcre2_set_match_limit_8(m.context, PATTERN_MATCH_LIMIT);
	match_vector(batch, node, &m, text, out, rows->count);
	if (!m.pattern->list)
		note_given_up(batch, node, rows, out);
	pcre2_match_data_free_8(m.match);
	pcre2_match_context_free_8(m.context);
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

		if (facts.known[i] && on.known[i])
			out.value[i] = c.on[fact] <= on.value[i] && on.value[i] <= c.until[fact]
					       ? TRUTH_YES
					       : TRUTH_NO;
	}
	return out;
}

struct vector
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
