/* Walks through all conditions and collects what they compare; compares nothing itself. */
#include "flip_pairs.h"

#include "kernel.h"
#include "outcome.h"

#define PAIRS_MOST 8192
#define WALK_DEPTH 40

struct walk {
	struct batch *batch;
	const struct rule *rule;
	struct pairs pairs;
	uint8_t *seen; /* definitions without parameters: once */
};

static void
walk(struct walk *w, const struct node *node, struct rows *rows, int depth);

static bool
compares_numbers(const struct node *node)
{
	bool comparison = node->op == OP_EQ || node->op == OP_NE || node->op == OP_LT ||
			  node->op == OP_LE || node->op == OP_GT || node->op == OP_GE;

	return comparison &&
	       (node->args[0]->type == TYPE_INT || node->args[0]->type == TYPE_MONEY);
}

static void
add_pairs(struct walk *w, const struct node *node, struct rows *rows)
{
	struct vector a = eval(w->batch, node->args[0], rows);
	struct vector b = eval(w->batch, node->args[1], rows);

	for (size_t i = 0; i < rows->count && w->pairs.count < PAIRS_MOST; i++)
		w->pairs.all[w->pairs.count++] = (struct pair){node, w->rule,
			a.known[i] && b.known[i], calculate(OP_SUB, a.value[i], b.value[i])};
}

static void
walk_call(struct walk *w, const struct node *node, struct rows *rows, int depth)
{
	const struct define *define = &w->batch->ruleset->defines[node->index];
	struct rows *frame;

	if (define->parameter_count == 0) {
		if (!w->seen[node->index]++)
			walk(w, define->body, w->batch->root, depth + 1);
		return;
	}
	frame = rows_new(w->batch, rows, NULL, rows->count);
	for (size_t i = 0; i < define->parameter_count; i++)
		rows_bind(w->batch, frame, define->parameters[i].slot,
			eval(w->batch, node->args[i], rows));
	walk(w, define->body, frame, depth + 1);
}

static void
walk(struct walk *w, const struct node *node, struct rows *rows, int depth)
{
	if (rows->count == 0 || depth > WALK_DEPTH || w->pairs.count == PAIRS_MOST)
		return;
	if (compares_numbers(node))
		add_pairs(w, node, rows);
	if (node->op == OP_CALL)
		walk_call(w, node, rows, depth);
	if (node->op == OP_AGGREGATE) {
		rows = rows_expand_all(w->batch, rows, node->sets, node->set_count);
		if (node->where)
			walk(w, node->where, rows, depth + 1);
	}
	for (size_t i = 0; i < node->arg_count; i++)
		walk(w, node->args[i], rows, depth + 1);
}

static void
walk_conditionals(struct walk *w, const struct conditional *all, size_t count, struct rows *rows)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].when)
			walk(w, all[i].when, rows, 0);
}

static void
walk_rule(struct walk *w, const struct rule *rule)
{
	struct rows *rows = rule_rows(w->batch, rule);

	w->rule = rule;
	walk(w, rule->when, rows, 0);
	for (size_t i = 0; i < rule->let_count; i++)
		walk(w, rule->lets[i].value, rows, 0);
	walk_conditionals(w, rule->points, rule->point_count, rows);
	walk_conditionals(w, rule->floors, rule->floor_count, rows);
}

struct pairs
pairs_collect(struct batch *batch)
{
	const struct ruleset *set = batch->ruleset;
	struct walk w = {
		.batch = batch,
		.pairs = {.all = arena_array(batch->arena, PAIRS_MOST, sizeof(*w.pairs.all))},
		.seen = arena_array(batch->arena, set->define_count, 1),
	};

	/* Rules of the other kinds have no part in a level. */
	for (size_t r = 0; r < set->rule_count; r++)
		if (set->rules[r].stage != STAGE_RULE || set->rules[r].face.kind == FINDING_RISK)
			walk_rule(&w, &set->rules[r]);
	return w.pairs;
}
