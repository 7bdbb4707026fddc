/* Types of operators, and the one entrance for every expression; never evaluates anything. */
#include "check.h"

static const char *const type_names[] = {
	[TYPE_ERROR] = "an error", [TYPE_TRUTH] = "a condition", [TYPE_INT] = "a number",
	[TYPE_MONEY] = "an amount of money", [TYPE_DAY] = "a day", [TYPE_CODE] = "a word of a code",
	[TYPE_TEXT] = "a text", [TYPE_PERSON] = "a person", [TYPE_FACT] = "a fact",
	[TYPE_ANY] = "unknown",
};
void
check_is(struct checker *c, struct node *node, enum type type, const char *what)
{
	if (node->type == TYPE_ERROR || node->type == TYPE_ANY || node->type == type)
		return;
	diag_at(c->diags, DIAG_ERROR, node->span, "%s is %s, not %s", what, type_names[type],
		type_names[node->type]);
	node->type = TYPE_ERROR;
}

bool
numeric(const struct node *node)
{
	return node->type == TYPE_INT || node->type == TYPE_MONEY;
}

/* Nothing is as well an amount as a number. */
static void
fit_zero(struct node *a, struct node *b)
{
	if (a->op == OP_NUMBER && a->value == 0 && b->type == TYPE_MONEY)
		a->type = TYPE_MONEY;
	if (b->op == OP_NUMBER && b->value == 0 && a->type == TYPE_MONEY)
		b->type = TYPE_MONEY;
}

bool
has_error(const struct node *node)
{
	for (size_t i = 0; i < node->arg_count; i++)
		if (node->args[i]->type == TYPE_ERROR)
			return true;
	return false;
}

static void
mismatch(struct checker *c, struct node *node, const char *verb)
{
	node->type = TYPE_ERROR;
	diag_at(c->diags, DIAG_ERROR, node->span, "%s and %s cannot be %s",
		type_names[node->args[0]->type], type_names[node->args[1]->type], verb);
	if (numeric(node->args[0]) && numeric(node->args[1]))
		diag_hint(c->diags, "an amount is written with its unit: 20 yuan");
}

static void
check_sum(struct checker *c, struct node *node)
{
	struct node *a = node->args[0], *b = node->args[1];

	fit_zero(a, b);
	if (a->type == TYPE_DAY && b->type == TYPE_INT)
		node->type = TYPE_DAY;
	else if (node->op == OP_SUB && a->type == TYPE_DAY && b->type == TYPE_DAY)
		node->type = TYPE_INT;
	else if (numeric(a) && a->type == b->type)
		node->type = a->type;
	else
		mismatch(c, node, node->op == OP_ADD ? "added" : "subtracted");
	if (node->type == TYPE_DAY)
		want_measure(c, b, "days", "what is between two days");
	else if (a->type == TYPE_DAY)
		node->measure = "days";
	else
		node->measure = same_measure(c, node, a, b);
}

static void
check_product(struct checker *c, struct node *node)
{
	struct node *a = node->args[0], *b = node->args[1];

	if (node->op == OP_DIV && a->type == TYPE_MONEY && b->type == TYPE_MONEY) {
		node->type = TYPE_INT;
		return;
	}
	if (!numeric(a) || !numeric(b) || b->type != TYPE_INT) {
		if (node->op == OP_MUL && a->type == TYPE_INT && b->type == TYPE_MONEY)
			node->type = TYPE_MONEY;
		else
			mismatch(c, node, node->op == OP_MUL ? "multiplied" : "divided");
		return;
	}
	node->type = a->type;
}

bool
comparable(const struct node *a, const struct node *b)
{
	if (a->type == TYPE_ANY || b->type == TYPE_ANY)
		return true;
	if (a->type == TYPE_FACT)
		return b->type == TYPE_FACT && a->kind == b->kind;
	if (a->type == TYPE_TEXT && b->type == TYPE_TEXT)
		return (a->op == OP_FIELD && b->op == OP_STRING) ||
		       (a->op == OP_STRING && b->op == OP_FIELD) ||
		       (a->field == b->field && a->op != OP_STRING);
	return a->type == b->type;
}

static void
check_comparison(struct checker *c, struct node *node)
{
	struct node *a = node->args[0], *b = node->args[1];
	bool order = node->op != OP_EQ && node->op != OP_NE;

	node->type = TYPE_TRUTH;
	fit_zero(a, b);
	if (!comparable(a, b))
		mismatch(c, node, "compared");
	else if (numeric(a))
		same_measure(c, node, a, b);
	else if (order && (a->type == TYPE_TEXT || a->type == TYPE_PERSON || a->type == TYPE_FACT))
		mismatch(c, node, "put in order");
}

/* The second operand may be a bare word of the first one's code. */
static void
check_operands(struct checker *c, struct node *node)
{
	const struct field *words = NULL;

	for (size_t i = 0; i < node->arg_count; i++) {
		check_node(c, node->args[i], words);
		if (i == 0 && node->args[0]->type == TYPE_CODE)
			words = node->args[0]->field;
	}
}

static void
check_binary(struct checker *c, struct node *node)
{
	check_operands(c, node);
	if (has_error(node)) {
		node->type = TYPE_ERROR;
		return;
	}
	switch (node->op) {
	case OP_ADD:
	case OP_SUB:
		check_sum(c, node);
		return;
	case OP_MUL:
	case OP_DIV:
		check_product(c, node);
		return;
	default:
		check_comparison(c, node);
	}
}

static void
check_in(struct checker *c, struct node *node)
{
	check_operands(c, node);
	node->type = has_error(node) ? TYPE_ERROR : TYPE_TRUTH;
	for (size_t i = 1; i < node->arg_count && node->type != TYPE_ERROR; i++) {
		fit_zero(node->args[0], node->args[i]);
		if (!comparable(node->args[0], node->args[i])) {
			fail(c, node->args[i], "this is not what stands before 'in'");
			node->type = TYPE_ERROR;
		} else if (numeric(node->args[0])) {
			same_measure(c, node, node->args[0], node->args[i]);
		}
	}
}

static void
check_logic(struct checker *c, struct node *node)
{
	node->type = TYPE_TRUTH;
	for (size_t i = 0; i < node->arg_count; i++) {
		check_node(c, node->args[i], NULL);
		if (node->op != OP_IS_KNOWN)
			check_is(c, node->args[i], TYPE_TRUTH, "what stands here");
		if (node->args[i]->type == TYPE_ERROR)
			node->type = TYPE_ERROR;
	}
}

static void
check_choose(struct checker *c, struct node *node, const struct field *words)
{
	node->type = TYPE_ANY;
	for (size_t i = 0; i < node->arg_count; i++) {
		struct node *arg = node->args[i];

		if (i % 2 == 1) {
			check_node(c, arg, NULL);
			check_is(c, arg, TYPE_TRUTH, "what stands behind 'when'");
			continue;
		}
		check_node(c, arg, words);
		if (arg->type == TYPE_ERROR || arg->type == TYPE_ANY)
			continue;
		if (node->type == TYPE_ANY)
			take_type(node, arg);
		else if (!comparable(node, arg))
			fail(c, arg, "the values of 'choose' are of different types");
		else
			node->measure = same_measure(c, arg, node, arg);
	}
}

void
check_node(struct checker *c, struct node *node, const struct field *words)
{
	switch (node->op) {
	case OP_NUMBER:
		return; /* the parser gave its type */
	case OP_TRUTH:
		node->type = TYPE_TRUTH;
		return;
	case OP_UNKNOWN:
		node->type = TYPE_ANY;
		return;
	case OP_AS_OF:
		node->type = TYPE_DAY;
		return;
	case OP_STRING:
		node->type = TYPE_TEXT;
		return;
	case OP_NAME:
		check_name(c, node, words);
		return;
	case OP_DOT:
		check_dot(c, node);
		return;
	case OP_APPLY:
		check_apply(c, node);
		return;
	case OP_AND: case OP_OR: case OP_NOT: case OP_SURELY: case OP_POSSIBLY: case OP_IS_KNOWN:
		check_logic(c, node);
		return;
	case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV:
	case OP_EQ: case OP_NE: case OP_LT: case OP_LE: case OP_GT: case OP_GE:
		check_binary(c, node);
		return;
	case OP_NEG:
		check_node(c, node->args[0], NULL);
		if (!numeric(node->args[0]))
			check_is(c, node->args[0], TYPE_INT, "what stands behind '-'");
		node->type = node->args[0]->type;
		node->measure = node->args[0]->measure;
		return;
	case OP_IN:
		check_in(c, node);
		return;
	case OP_MATCHES:
		check_matches(c, node);
		return;
	case OP_CHOOSE:
		check_choose(c, node, words);
		return;
	case OP_AGGREGATE:
		check_aggregate(c, node);
		return;
	case OP_HOUSEHOLD_AREA: case OP_HOUSEHOLD_RESIDENCE: case OP_SLOT: case OP_FIELD:
	case OP_ON: case OP_UNTIL: case OP_PERSON: case OP_FACT_AREA: case OP_BIRTH: case OP_SEX:
	case OP_PERSON_AREA: case OP_REGISTER_AREA: case OP_RESIDENCE: case OP_THRESHOLD:
	case OP_CALL: case OP_FUNCTION: case OP_FAMILY: case OP_LATEST_HIT:
	case OP_LATEST_TAGGED:
		return; /* made by the checker itself */
	}
}
