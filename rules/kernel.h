/* Between the kernel's files: each evaluates some operators over a row-set; kernel.c hands them out. */
#ifndef NEEDWATCH_KERNEL_H
#define NEEDWATCH_KERNEL_H

#include "rows.h"
#include "truth.h"

struct vector
constant(struct batch *batch, const struct rows *rows, int64_t value, bool known);

/* A condition from an expression that may be `unknown` by itself: known throughout. */
struct vector
truth_of(struct batch *batch, const struct node *node, struct rows *rows);

/* Remembers for which households this leaf was unknown, so that a rule can say what was missing. */
void
note_unknown(struct batch *batch, const struct node *node, struct rows *rows,
	struct vector vector);

/* Stops at the largest number; the divisor is not 0. */
int64_t
calculate(enum op op, int64_t a, int64_t b);

/* ---- kernel_operator.c ---- */

struct vector
eval_and_or(struct batch *batch, const struct node *node, struct rows *rows);

struct vector
eval_one_truth(struct batch *batch, const struct node *node, struct rows *rows);

struct vector
eval_is_known(struct batch *batch, const struct node *node, struct rows *rows);

struct vector
eval_arithmetic(struct batch *batch, const struct node *node, struct rows *rows);

struct vector
eval_negation(struct batch *batch, const struct node *node, struct rows *rows);

struct vector
eval_comparison(struct batch *batch, const struct node *node, struct rows *rows);

struct vector
eval_in(struct batch *batch, const struct node *node, struct rows *rows);

struct vector
eval_choose(struct batch *batch, const struct node *node, struct rows *rows);

/* ---- kernel_function.c, kernel_aggregate.c ---- */

struct vector
eval_matches(struct batch *batch, const struct node *node, struct rows *rows);

struct vector
eval_function(struct batch *batch, const struct node *node, struct rows *rows);

struct vector
eval_aggregate(struct batch *batch, const struct node *node, struct rows *rows);

#endif
