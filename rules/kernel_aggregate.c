/* Aggregates: the many rows under a row become one value; no policy. */
#include "kernel.h"

#include <stdlib.h>
#include <string.h>

/* Rows on their way to the row above each. */
struct under {
	struct batch *batch;
	struct rows *rows;     /* those that come out */
	const uint32_t *above; /* of each row that goes in */
	size_t count;
};

static struct under
under_of(struct batch *batch, struct rows *inner, struct rows *rows)
{
	return (struct under){batch, rows, rows_ancestors(batch, inner, rows), inner->count};
}

/* Where a vector is unknown its value is 0. */
static struct vector
settled(struct under u, struct vector out)
{
	for (size_t i = 0; i < u.rows->count; i++)
		if (!out.known[i])
			out.value[i] = 0;
	return out;
}

/* ---- conditions ---- */

static struct vector
reduce_any(struct under u, struct vector condition)
{
	struct vector out = constant(u.batch, u.rows, TRUTH_NO, true);

	for (size_t i = 0; i < u.count; i++)
		if (condition.value[i] > out.value[u.above[i]])
			out.value[u.above[i]] = condition.value[i];
	return out;
}

/* Each row keeps the law "if its condition, then its value". */
static struct vector
reduce_all(struct under u, struct vector condition, struct vector value)
{
	struct vector out = constant(u.batch, u.rows, TRUTH_YES, true);

	for (size_t i = 0; i < u.count; i++) {
		int64_t excused = TRUTH_YES - condition.value[i];
		int64_t kept = value.value[i] > excused ? value.value[i] : excused;

		if (kept < out.value[u.above[i]])
			out.value[u.above[i]] = kept;
	}
	return out;
}

/* ---- counts ---- */

/* Counts conditions that are yes; one that is unknown makes the count unknown. */
static struct vector
reduce_count(struct under u, struct vector condition)
{
	struct vector out = constant(u.batch, u.rows, 0, true);

	for (size_t i = 0; i < u.count; i++) {
		out.value[u.above[i]] += condition.value[i] == TRUTH_YES;
		if (condition.value[i] == TRUTH_UNKNOWN)
			out.known[u.above[i]] = 0;
	}
	return settled(u, out);
}

struct counted {
	uint32_t above;
	int64_t value;
};

static int
counted_order(const void *left, const void *right)
{
	const struct counted *a = left, *b = right;

	if (a->above != b->above)
		return a->above < b->above ? -1 : 1;
	return (a->value > b->value) - (a->value < b->value);
}

static struct vector
reduce_distinct(struct under u, struct vector condition, struct vector value)
{
	struct vector out = constant(u.batch, u.rows, 0, true);
	struct counted *all = arena_array(u.batch->arena, u.count, sizeof(*all));
	size_t count = 0;

	for (size_t i = 0; i < u.count; i++) {
		if (condition.value[i] == TRUTH_UNKNOWN)
			out.known[u.above[i]] = 0;
		if (condition.value[i] == TRUTH_YES && value.known[i])
			all[count++] = (struct counted){u.above[i], value.value[i]};
	}
	if (count)
		qsort(all, count, sizeof(*all), counted_order);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || counted_order(&all[i - 1], &all[i]) != 0)
			out.value[all[i].above]++;
	return settled(u, out);
}

/* ---- values of the rows whose condition is yes ---- */

static struct vector
reduce_sum(struct under u, struct vector value, bool sure)
{
	struct vector out = constant(u.batch, u.rows, 0, true);

	for (size_t i = 0; i < u.count; i++) {
		int64_t *sum = &out.value[u.above[i]];

		if (value.known[i])
			*sum = calculate(OP_ADD, *sum, value.value[i]);
		else if (sure)
			out.known[u.above[i]] = 0;
	}
	return settled(u, out);
}

static struct vector
reduce_mean(struct under u, struct vector value)
{
	struct vector out = reduce_sum(u, value, false);
	int64_t *counts = arena_array(u.batch->arena, u.rows->count, sizeof(*counts));

	for (size_t i = 0; i < u.count; i++)
		counts[u.above[i]] += value.known[i];
	for (size_t i = 0; i < u.rows->count; i++) {
		out.known[i] = counts[i] > 0;
		if (counts[i])
			out.value[i] = calculate(OP_DIV, out.value[i], counts[i]);
	}
	return out;
}

static struct vector
reduce_extreme(struct under u, struct vector value, bool most)
{
	struct vector out = vector_new(u.batch, u.rows->count);

	for (size_t i = 0; i < u.count; i++) {
		int64_t *best = &out.value[u.above[i]];

		if (!value.known[i])
			continue;
		if (!out.known[u.above[i]] ||
			(most ? value.value[i] > *best : value.value[i] < *best))
			*best = value.value[i];
		out.known[u.above[i]] = 1;
	}
	return out;
}

/* The fact with the earliest or latest day. Among those of one day the rows decide, which lie in the order of the
 * fields: nobody's input order shows. */
static struct vector
reduce_earliest(struct under u, struct vector facts, int kind, bool last)
{
	struct vector out = vector_new(u.batch, u.rows->count);
	const int32_t *on = population_facts(u.batch->population, (size_t)kind).on;

	for (size_t i = 0; i < u.count; i++) {
		int64_t *best = &out.value[u.above[i]];
		uint8_t *known = &out.known[u.above[i]];

		if (!facts.known[i])
			continue;
		if (!*known || (last ? on[facts.value[i]] >= on[*best] : on[facts.value[i]] < on[*best]))
			*best = facts.value[i];
		*known = 1;
	}
	return out;
}

/* ---- the one entrance ---- */

static struct vector
argument(struct batch *batch, const struct node *node, struct rows *inner)
{
	const struct node *value = node->args[0];

	return value->type == TYPE_TRUTH ? truth_of(batch, value, inner) : eval(batch, value, inner);
}

static struct vector
reduce_values(struct batch *batch, const struct node *node, struct rows *inner, struct rows *rows)
{
	struct under u = under_of(batch, inner, rows);

	switch ((enum aggregate)node->index) {
	case AGG_SUM:
		return reduce_sum(u, argument(batch, node, inner), false);
	case AGG_SURE_SUM:
		return reduce_sum(u, argument(batch, node, inner), true);
	case AGG_MEAN:
		return reduce_mean(u, argument(batch, node, inner));
	case AGG_MIN:
		return reduce_extreme(u, argument(batch, node, inner), false);
	case AGG_MAX:
		return reduce_extreme(u, argument(batch, node, inner), true);
	case AGG_FIRST:
	case AGG_LAST:
		return reduce_earliest(u,
			rows_slot(batch, inner, node->sets[node->set_count - 1].slot),
			node->kind_index, node->index == AGG_LAST);
	case AGG_ANY: case AGG_ALL: case AGG_COUNT: case AGG_DISTINCT:
		break; /* look at the condition themselves */
	}
	__builtin_unreachable();
}

static struct vector
reduce_conditions(struct batch *batch, const struct node *node, struct rows *inner,
	struct vector condition, struct rows *rows)
{
	switch ((enum aggregate)node->index) {
	case AGG_ANY:
		return reduce_any(under_of(batch, inner, rows), condition);
	case AGG_ALL:
		return reduce_all(under_of(batch, inner, rows), condition,
			argument(batch, node, inner));
	case AGG_COUNT:
		return reduce_count(under_of(batch, inner, rows), condition);
	case AGG_DISTINCT:
		return reduce_distinct(under_of(batch, inner, rows), condition,
			argument(batch, node, inner));
	case AGG_SUM: case AGG_SURE_SUM: case AGG_MEAN: case AGG_MIN: case AGG_MAX:
	case AGG_FIRST: case AGG_LAST:
		break; /* see the rows whose condition is yes alone */
	}
	return reduce_values(batch, node, rows_where(batch, inner, condition), rows);
}

struct vector
eval_aggregate(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct rows *inner = rows_expand_all(batch, rows, node->sets, node->set_count);
	struct vector condition = node->where ? truth_of(batch, node->where, inner)
					      : constant(batch, inner, TRUTH_YES, true);

	return reduce_conditions(batch, node, inner, condition, rows);
}
