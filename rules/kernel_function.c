/* Functions of values, persons and facts, and patterns over texts; a distinct text is matched once. */
#include <pcre2.h>

#include "bounds.h"
#include "kernel.h"

/* ---- texts ---- */

static bool
pattern_matches(const struct pattern *pattern, const char *text, pcre2_match_data_8 *match,
	pcre2_match_context_8 *context)
{
	return pcre2_match_8(pattern->code, (PCRE2_SPTR8)text, PCRE2_ZERO_TERMINATED, 0, 0, match,
		context) >= 0;
}

/* Each distinct text is matched once a batch. */
struct vector
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
