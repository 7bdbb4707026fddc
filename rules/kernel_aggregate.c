/* Aggregates: many rows under a row become one value; no policy. */
#include "kernel.h"

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

struct vector
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
