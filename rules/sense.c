/* Faults of sense in what is well formed: conditions that contradict themselves, points that nobody gets, patterns that
 * run away. Says nothing where it is not sure. */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "truth.h"

/* ---- conditions that are never yes ---- */

static bool
same_node(const struct node *a, const struct node *b)
{
	if (a->op != b->op || a->type != b->type || a->index != b->index || a->slot != b->slot ||
		a->value != b->value || a->field_index != b->field_index || a->kind != b->kind ||
		a->arg_count != b->arg_count || a->set_count || b->set_count)
		return false;
	if ((a->text || b->text) && (!a->text || !b->text || strcmp(a->text, b->text) != 0))
		return false;
	for (size_t i = 0; i < a->arg_count; i++)
		if (!same_node(a->args[i], b->args[i]))
			return false;
	return true;
}

/* What a condition asks of one expression: to lie between two numbers, or to be one of some. */
struct demand {
	const struct node *of;
	int64_t least, most;
	const struct node *in; /* OP_IN with literals alone, or NULL */
};

static bool
is_literal(const struct node *node)
{
	return node->op == OP_NUMBER;
}

static bool
demand_in(const struct node *node, struct demand *ret)
{
	for (size_t i = 1; i < node->arg_count; i++)
		if (!is_literal(node->args[i]))
			return false;
	*ret = (struct demand){node->args[0], INT64_MIN, INT64_MAX, node};
	return true;
}

/* False if the condition is not of this simple form. */
static bool
demand_of(const struct node *node, struct demand *ret)
{
	bool swapped;
	int64_t value;
	enum op op = node->op;

	if (op == OP_IN)
		return demand_in(node, ret);
	if (op < OP_EQ || op > OP_GE || op == OP_NE || is_literal(node->args[0]) == is_literal(node->args[1]))
		return false;
	swapped = is_literal(node->args[0]);
	value = node->args[!swapped]->value;
	*ret = (struct demand){node->args[swapped], INT64_MIN, INT64_MAX, NULL};
	if (op == OP_EQ || op == (swapped ? OP_LE : OP_GE))
		ret->least = value;
	if (op == OP_EQ || op == (swapped ? OP_GE : OP_LE))
		ret->most = value;
	if (op == (swapped ? OP_LT : OP_GT))
		ret->least = value < INT64_MAX ? value + 1 : value;
	if (op == (swapped ? OP_GT : OP_LT))
		ret->most = value > INT64_MIN ? value - 1 : value;
	return true;
}

static bool
allows(const struct demand *demand, int64_t value)
{
	bool found = !demand->in;

	for (size_t i = 1; demand->in && i < demand->in->arg_count; i++)
		found |= demand->in->args[i]->value == value;
	return found && demand->least <= value && value <= demand->most;
}

static bool
contradict(const struct node *left, const struct node *right)
{
	struct demand a, b;

	if (left->op == OP_NOT && same_node(left->args[0], right))
		return true;
	if (right->op == OP_NOT && same_node(right->args[0], left))
		return true;
	if (!demand_of(left, &a) || !demand_of(right, &b) || !same_node(a.of, b.of))
		return false;
	if (!a.in && !b.in)
		return a.least > b.most || b.least > a.most;
	for (size_t i = 1; i < (a.in ? a.in : b.in)->arg_count; i++) {
		int64_t value = (a.in ? a.in : b.in)->args[i]->value;

		if (allows(&a, value) && allows(&b, value))
			return false;
	}
	return true;
}

/* Yes or no if the condition is so whatever the facts are, else unknown. */
static enum truth
always(const struct node *node)
{
	if (node->op == OP_TRUTH)
		return (enum truth)node->value;
	if (node->op == OP_AND)
		return truth_and(always(node->args[0]), always(node->args[1]));
	if (node->op == OP_OR)
		return truth_or(always(node->args[0]), always(node->args[1]));
	return node->op == OP_NOT ? truth_not(always(node->args[0])) : TRUTH_UNKNOWN;
}

#define CONJUNCTS 64 /* of one condition; beyond them nothing is said */

/* Writes what `and` binds together. */
static size_t
conjuncts(const struct node *node, const struct node **all, size_t count)
{
	if (node->op == OP_AND)
		return conjuncts(node->args[1], all, conjuncts(node->args[0], all, count));
	if (count < CONJUNCTS)
		all[count++] = node;
	return count;
}

static void
never(struct checker *c, const struct rule *rule, struct span span, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void
never(struct checker *c, const struct rule *rule, struct span span, const char *format, ...)
{
	va_list list;
	char hint[200];

	va_start(list, format);
	vsnprintf(hint, sizeof(hint), format, list);
	va_end(list);
	diag_at(c->diags, DIAG_WARNING, span, "'%s' can never fire", rule->face.id);
	diag_hint(c->diags, "%s", hint);
}

static void
look_for_contradiction(struct checker *c, const struct rule *rule)
{
	const struct node *all[CONJUNCTS];
	size_t count = conjuncts(rule->when, all, 0);

	for (size_t i = 1; i < count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct span *before = &all[k]->span;

			if (!contradict(all[k], all[i]))
				continue;
			never(c, rule, all[i]->span, "this contradicts '%.*s'", (int)before->length,
				before->text->bytes + before->start);
			return;
		}
}

/* ---- points that nobody gets ---- */

static void
look_at_points(struct checker *c, const struct rule *rule)
{
	const struct family *family =
		rule->family >= 0 && rule->stage == STAGE_RULE ? &c->set->families[rule->family] : NULL;
	bool some = rule->point_count == 0;

	for (size_t i = 0; i < rule->point_count; i++) {
		const struct node *value = rule->points[i].value;

		some |= value->op != OP_NUMBER || value->value != 0;
		if (!family || value->op != OP_NUMBER || value->value <= family->cap)
			continue;
		diag_at(c->diags, DIAG_WARNING, value->span, "more points than the family '%s' has",
			family->name);
		diag_hint(c->diags, "its cap is %d", family->cap);
	}
	if (!some)
		never(c, rule, rule->points[0].value->span, "it gives no points");
}

void
look_at_rule(struct checker *c, const struct rule *rule)
{
	const struct decay *decay = &rule->decay;

	if (rule->when && always(rule->when) == TRUTH_NO)
		never(c, rule, rule->when->span, "its condition is always no");
	else if (rule->when)
		look_for_contradiction(c, rule);
	look_at_points(c, rule);
	if (decay->fades && !decay->hold_to && decay->hold_days == 0 && decay->fade == FADE_NONE)
		never(c, rule, rule->span, "its points last for no day");
}

/* ---- patterns that run away ---- */

/* A group while it is read. Repeating what is repeated without anything fixed between is what runs away. */
struct group {
	bool endless; /* this branch has a part that repeats without end */
	bool fixed;   /* and a part that must be there each time */
	bool bad;     /* a branch had the first without the second */
	bool atomic;  /* gives nothing back */
};

static void
end_branch(struct group *group)
{
	group->bad |= group->endless && !group->fixed && !group->atomic;
	group->endless = group->fixed = false;
}

struct repeat {
	bool endless;
	bool optional;
	size_t length;
};

/* The quantifier at `at`, if one stands there. A possessive one gives nothing back: it is as if it were bounded. */
static struct repeat
repeat_at(const char *at)
{
	struct repeat repeat = {false, false, 0};

	if (*at == '*' || *at == '+' || *at == '?') {
		repeat = (struct repeat){*at != '?', *at != '+', 1};
	} else if (*at == '{' && at[1] >= '0' && at[1] <= '9') {
		const char *end = strchr(at, '}');

		if (!end)
			return repeat;
		repeat = (struct repeat){end[-1] == ',', at[1] == '0', (size_t)(end - at) + 1};
	}
	if (repeat.length && at[repeat.length] == '+')
		repeat = (struct repeat){false, repeat.optional, repeat.length + 1};
	else if (repeat.length && at[repeat.length] == '?')
		repeat.length++;
	return repeat;
}

/* Length of one atom that is no group: an escape, a class, a letter. */
static size_t
atom_length(const char *at)
{
	const char *end;

	if (*at == '\\')
		return at[1] ? 2 : 1;
	if (*at != '[')
		return 1;
	end = at[1] == ']' || (at[1] == '^' && at[2] == ']') ? at + 3 : at + 1;
	for (; *end && *end != ']'; end++)
		end += *end == '\\' && end[1];
	return (size_t)(end - at) + (*end == ']');
}

#define GROUP_DEPTH 32

static size_t
close_group(struct group *groups, size_t *depth, const char *behind, bool *ret_bad)
{
	struct group *group = &groups[*depth];
	struct repeat repeat = repeat_at(behind);

	end_branch(group);
	*ret_bad |= group->bad && repeat.endless;
	group[-1].endless |= group->bad || repeat.endless;
	group[-1].fixed |= !repeat.optional && !repeat.endless && !group->bad;
	(*depth)--;
	return repeat.length;
}

/* Length of "(", "(?:", "(?>", "(?i:" ... */
static size_t
open_group(const char *at, struct group *ret_group)
{
	size_t length = 1;

	*ret_group = (struct group){.atomic = at[1] == '?' && at[2] == '>'};
	if (at[1] != '?')
		return length;
	for (length = 2; at[length] && !strchr(":>=!)", at[length]);)
		length++;
	return length + (at[length] != '\0' && at[length] != ')');
}

bool
runs_away(const char *pattern)
{
	struct group groups[GROUP_DEPTH + 1] = {{0}};
	size_t depth = 1;
	bool bad = false;

	for (const char *at = pattern; *at && !bad;) {
		if (*at == '(') {
			if (depth == GROUP_DEPTH)
				return false;
			at += open_group(at, &groups[++depth]);
		} else if (*at == ')') {
			if (depth == 1)
				return false;
			at++;
			at += close_group(groups, &depth, at, &bad);
		} else if (*at == '|') {
			end_branch(&groups[depth]);
			at++;
		} else {
			struct repeat repeat;

			at += atom_length(at);
			repeat = repeat_at(at);
			groups[depth].endless |= repeat.endless;
			groups[depth].fixed |= !repeat.endless && !repeat.optional;
			at += repeat.length;
		}
	}
	return bad;
}
