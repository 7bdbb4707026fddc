/* Row-sets: lists of persons, facts or values, each row under a row of an outer set. Every binder of the
 * language makes one; every expression is a vector over one. All of it lies in the batch's scratch arena. */
#ifndef NEEDWATCH_ROWS_H
#define NEEDWATCH_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "ast.h"
#include "evaluate.h"

/* A value for each row. Where known[i] is 0, value[i] is 0. Conditions hold enum truth in value, and known is 1
 * throughout. */
struct vector {
	int64_t *value;
	uint8_t *known;
};

struct binding {
	struct binding *next;
	int slot;
	struct vector vector;
};

struct memo {
	struct memo *next;
	uint32_t id; /* of the node */
	struct vector vector;
};

#define MEMO_LISTS 32 /* a power of two; the root holds hundreds of memos, most row-sets a few */

struct rows {
	struct rows *outer;
	const uint32_t *parent; /* row of `outer`; NULL: the same row */
	size_t count;
	struct binding *bindings;
	struct memo *memos[MEMO_LISTS]; /* by the low bits of the node's id */
};

/* One batch of households on its way. */
struct batch {
	const struct question *question;
	const struct ruleset *ruleset;
	const struct population *population;
	struct arena *arena; /* scratch: rows and vectors die with the batch */
	struct arena *keep;  /* what an assessment holds */
	size_t first;       /* household of row 0 of the root */
	struct rows *root;  /* the households; slot 0 */
	struct rows **sets; /* members of each `set` of the rule files over the root, or NULL */
	uint8_t **unknown;  /* by node id: households for which that field or threshold was unknown */
	int32_t **family_points; /* by family, by household; set after the rules */
	int32_t **latest_hit;    /* by rule, by household: day.n, DAY_MIN without a hit */
	int32_t **latest_tagged; /* by tag, by household */
	struct arena *lasting; /* of the whole evaluation: */
	uint8_t **matched;     /* by pattern, for each text of its field: see kernel_function.c */
};

struct vector
vector_new(struct batch *batch, size_t count);

/* A row-set of `count` rows under `outer`. */
struct rows *
rows_new(struct batch *batch, struct rows *outer, const uint32_t *parent, size_t count);

void
rows_bind(struct batch *batch, struct rows *rows, int slot, struct vector vector);

/* The value of a variable for each row. */
struct vector
rows_slot(struct batch *batch, struct rows *rows, int slot);

/* A vector over `ancestor` (rows itself or one further out), seen from each row. */
struct vector
rows_broadcast(struct batch *batch, struct rows *rows, struct rows *ancestor,
	struct vector vector);

/* Row of `ancestor` above each row. */
const uint32_t *
rows_ancestors(struct batch *batch, struct rows *rows, struct rows *ancestor);

/* Only the rows for which `condition` is yes. */
struct rows *
rows_where(struct batch *batch, struct rows *rows, struct vector condition);

/* One row for each member of the set, under each row. */
struct rows *
rows_expand(struct batch *batch, struct rows *rows, const struct set *set);

/* Through all sets from left to right. */
struct rows *
rows_expand_all(struct batch *batch, struct rows *rows, const struct set *sets, size_t count);

/* kernel.c: the value of an expression for each row. */
struct vector
eval(struct batch *batch, const struct node *node, struct rows *rows);

/* message.c: a text with its values put in, for one row. */
const char *
message_text(struct batch *batch, const struct message *message, struct rows *rows, size_t row);

/* A single value as a text; "不明" when unknown. */
const char *
value_text(struct batch *batch, const struct node *node, struct vector vector, size_t row);

#endif
