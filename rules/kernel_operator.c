/* Operators over row-sets: three values, saturating integers; no policy. */
#include <string.h>

#include "kernel.h"

/* ---- logic ---- */

struct vector
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

struct vector
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

struct vector
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

int64_t
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

struct vector
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

struct vector
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

struct vector
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

struct vector
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
struct vector
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
