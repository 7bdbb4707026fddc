/* Types of functions, definitions, patterns and aggregates; never evaluates anything. */
#include "check.h"

#include <string.h>

#include <pcre2.h>

#include "arena.h"
#include "bounds.h"

const struct function_face function_faces[] = {
	[FN_AGE] = {"age", "pd", 'i'},
	[FN_YEAR] = {"year", "d", 'i'},
	[FN_MONTH] = {"month", "d", 'i'},
	[FN_DAY_OF_MONTH] = {"day_of_month", "d", 'i'},
	[FN_DATE] = {"date", "iii", 'd'},
	[FN_MONTH_START] = {"month_start", "i", 'd'},
	[FN_ADD_MONTHS] = {"add_months", "di", 'd'},
	[FN_IN_FORCE] = {"in_force", "fd", 't'},
	[FN_LEAST] = {"least", "nn", 'n'},
	[FN_GREATEST] = {"greatest", "nn", 'n'},
	[FN_ABS] = {"abs", "n", 'n'},
	{NULL, NULL, 0},
};
/* ---- functions ---- */

static enum type
letter_type(char letter)
{
	switch (letter) {
	case 'p':
		return TYPE_PERSON;
	case 'd':
		return TYPE_DAY;
	case 'f':
		return TYPE_FACT;
	case 't':
		return TYPE_TRUTH;
	}
	return TYPE_INT;
}

static void
check_function(struct checker *c, struct node *node, enum function function)
{
	const struct function_face *face = &function_faces[function];
	size_t count = strlen(face->arguments);

	node->op = OP_FUNCTION;
	node->index = function;
	if (node->arg_count != count) {
		fail(c, node, "'%s' takes another number of values", face->name);
		diag_hint(c->diags, "it takes %zu", count);
		return;
	}
	node->type = face->result == 'n' ? node->args[0]->type : letter_type(face->result);
	for (size_t i = 0; i < count; i++) {
		if (face->arguments[i] != 'n')
			check_is(c, node->args[i], letter_type(face->arguments[i]), face->name);
		else if (!numeric(node->args[i]) && node->args[i]->type != TYPE_DAY)
			check_is(c, node->args[i], TYPE_INT, face->name);
	}
	if (has_error(node))
		node->type = TYPE_ERROR;
	if (node->type != TYPE_ERROR)
		function_measure(c, node);
	if (function == FN_IN_FORCE && node->type != TYPE_ERROR && !node->args[0]->kind->state)
		fail(c, node, "a %s happens on a day, it is never in force",
			node->args[0]->kind->name);
}

/* family_points(FAMILY), latest_hit(RULE), latest_hit(TAG) */
static bool
check_staged(struct checker *c, struct node *node)
{
	bool family = strcmp(node->text, "family_points") == 0;
	const char *name;

	if (!family && strcmp(node->text, "latest_hit") != 0)
		return false;
	if (!c->in_stage || node->arg_count != 1 || node->args[0]->op != OP_NAME) {
		fail(c, node, "'%s' stands in combinations and mitigations, with one name",
			node->text);
		return true;
	}
	name = node->args[0]->text;
	node->op = family ? OP_FAMILY : OP_LATEST_HIT;
	node->type = family ? TYPE_INT : TYPE_DAY;
	node->index = family ? find_family(c->set, name) : find_rule(c->set, name);
	if (node->index < 0 && !family) {
		node->op = OP_LATEST_TAGGED;
		node->index = find_label(c->set, LABEL_TAG, name);
	}
	if (node->index < 0)
		fail(c, node->args[0], "'%s' is not a %s", name, family ? "family" : "rule or a tag");
	node->arg_count = 0;
	return true;
}

static void
check_arguments(struct checker *c, struct node *node)
{
	const struct define *define = &c->set->defines[node->index];

	for (size_t i = 0; i < node->arg_count; i++) {
		const struct parameter *parameter = &define->parameters[i];

		check_is(c, node->args[i], parameter->type, parameter->name);
		if (parameter->type == TYPE_FACT && node->args[i]->type == TYPE_FACT &&
			node->args[i]->kind != parameter->kind)
			fail(c, node->args[i], "this is not a %s", parameter->kind->name);
	}
}

void
check_apply(struct checker *c, struct node *node)
{
	if (check_staged(c, node))
		return;
	for (size_t i = 0; i < node->arg_count; i++)
		check_node(c, node->args[i], NULL);
	for (size_t i = 0; function_faces[i].name; i++) {
		if (strcmp(function_faces[i].name, node->text) == 0) {
			check_function(c, node, (enum function)i);
			return;
		}
	}
	if (!name_define(c, node)) {
		fail(c, node, "'%s' is not a definition", node->text);
		hint_name(c, node->text);
		return;
	}
	if (node->type != TYPE_ERROR)
		check_arguments(c, node);
}

static struct pattern *
pattern_of(struct checker *c, struct node *node)
{
	node->index = (int)c->set->pattern_count;
	return &c->set->patterns[c->set->pattern_count++];
}

static void
warn_of_runaway(struct checker *c, const struct node *node)
{
	if (!runs_away(node->text))
		return;
	diag_at(c->diags, DIAG_WARNING, node->span, "this regular expression can run away");
	diag_hint(c->diags, "it repeats what is repeated: drop one, or make the inner one possessive, as a++");
}

static void
check_regex(struct checker *c, struct node *node)
{
	PCRE2_UCHAR8 reason[256];
	PCRE2_SIZE offset;
	int error;
	pcre2_code_8 *code;

	if (strlen(node->text) > PATTERN_LIMIT) {
		fail(c, node, "this regular expression is too long");
		return;
	}
	code = pcre2_compile_8((PCRE2_SPTR8)node->text, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &offset, NULL);
	if (code) {
		pattern_of(c, node)->code = code;
		warn_of_runaway(c, node);
		return;
	}
	pcre2_get_error_message_8(error, reason, sizeof(reason));
	fail(c, node, "this regular expression is wrong: %s", (const char *)reason);
	diag_hint(c->diags, "at its character %zu", (size_t)offset + 1);
}

static void
check_in_codes(struct checker *c, struct node *node)
{
	const char **names = arena_array(c->set->arena, c->set->code_list_count, sizeof(*names));

	for (size_t i = 0; i < c->set->code_list_count; i++) {
		names[i] = c->set->code_lists[i].name;
		if (strcmp(names[i], node->text) != 0)
			continue;
		pattern_of(c, node)->list = &c->set->code_lists[i];
		return;
	}
	fail(c, node, "'%s' is not a list of codes", node->text);
	hint_near(c, node->text, names, c->set->code_list_count);
}

void
check_matches(struct checker *c, struct node *node)
{
	const struct node *matched = node->args[0];

	node->type = TYPE_TRUTH;
	check_node(c, node->args[0], NULL);
	check_is(c, node->args[0], TYPE_TEXT, "what is matched");
	if (matched->type == TYPE_TEXT && matched->op != OP_FIELD)
		fail(c, node->args[0], "only a field can be matched");
	if (node->in_codes)
		check_in_codes(c, node);
	else
		check_regex(c, node);
	if (matched->type == TYPE_ERROR)
		node->type = TYPE_ERROR;
}

/* first(SETS) and last(SETS) are a fact of the last set. */
static void
check_earliest(struct checker *c, struct node *node)
{
	const struct set *set = &node->sets[node->set_count - 1];

	node->type = set->type;
	node->kind = set->kind;
	node->kind_index = set->kind_index;
	if (set->type != TYPE_FACT && set->type != TYPE_ERROR)
		fail(c, node, "only facts have a first and a last");
}

void
check_aggregate(struct checker *c, struct node *node)
{
	const struct scope *outer = c->scope;
	struct scope *scopes =
		arena_array(c->set->arena, 2 * node->set_count + 1, sizeof(*scopes));

	check_sets(c, node->sets, node->set_count, scopes);
	if (node->where) {
		check_node(c, node->where, NULL);
		check_is(c, node->where, TYPE_TRUTH, "what stands behind 'where'");
	}
	if (node->arg_count)
		check_node(c, node->args[0], NULL);
	c->scope = outer;
	switch ((enum aggregate)node->index) {
	case AGG_ANY:
		node->type = TYPE_TRUTH;
		return;
	case AGG_ALL:
		check_is(c, node->args[0], TYPE_TRUTH, "what holds for all");
		node->type = TYPE_TRUTH;
		return;
	case AGG_COUNT:
	case AGG_DISTINCT:
		node->type = TYPE_INT;
		return;
	case AGG_FIRST:
	case AGG_LAST:
		check_earliest(c, node);
		return;
	case AGG_SUM:
	case AGG_SURE_SUM:
	case AGG_MEAN:
		if (!numeric(node->args[0]))
			check_is(c, node->args[0], TYPE_INT, "what is added up");
		break;
	case AGG_MIN:
	case AGG_MAX:
		break;
	}
	take_type(node, node->args[0]);
	if (node->index == AGG_SUM || node->index == AGG_SURE_SUM)
		node->measure = NULL; /* what is added up over a time is an amount of that time */
}
