/* Types of expressions and sets; never evaluates anything. */
#include <stdio.h>
#include <string.h>

#include <pcre2.h>

#include "arena.h"
#include "bounds.h"
#include "check.h"

#define MOST_ARGS 3
#define NEAR_NAMES 4096

static const char *const sex_words[] = {"M", "F"};
const struct field sex_field = {"sex", "性别", FIELD_CODE, false, sex_words, 2};

static const char *const type_names[] = {
	[TYPE_ERROR] = "an error", [TYPE_TRUTH] = "a condition", [TYPE_INT] = "a number",
	[TYPE_MONEY] = "an amount of money", [TYPE_DAY] = "a day", [TYPE_CODE] = "a word of a code",
	[TYPE_TEXT] = "a text", [TYPE_PERSON] = "a person", [TYPE_FACT] = "a fact",
	[TYPE_ANY] = "unknown",
};

/* X: letters of arguments and result: p person, d day, i int, f fact, t truth, n int or money. */
static const struct function_face {
	const char *name;
	const char *arguments;
	char result;
} functions[] = {
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
};
#define FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

/* Reports a node once; what rests on it stays silent. */
#define fail(c, node, ...) \
	((node)->type = TYPE_ERROR, \
		diag_at((c)->diags, DIAG_ERROR, (node)->span, __VA_ARGS__))

/* Says which of the names that would fit is nearest. */
static void
hint_near(struct checker *c, const char *word, const char *const *names, size_t count)
{
	const char *near = nearest_name(word, strlen(word), names, count);

	if (near)
		diag_hint(c->diags, "did you mean '%s'?", near);
}

static void
hint_kind(struct checker *c, const char *word)
{
	const char *names[NEAR_NAMES];
	size_t count = 0;

	names[count++] = "persons";
	for (size_t i = 0; i < c->set->kind_count && count < NEAR_NAMES; i++)
		names[count++] = c->set->kinds[i].name;
	for (size_t i = 0; i < c->set->define_count && count < NEAR_NAMES; i++)
		if (c->set->defines[i].is_set)
			names[count++] = c->set->defines[i].name;
	hint_near(c, word, names, count);
}

static void
hint_name(struct checker *c, const char *word)
{
	const char *names[NEAR_NAMES];
	size_t count = 0;

	for (const struct scope *s = c->scope; s && count < NEAR_NAMES; s = s->outer)
		if (s->name)
			names[count++] = s->name;
	for (size_t i = 0; i < c->set->threshold_count && count < NEAR_NAMES; i++)
		names[count++] = c->set->thresholds[i].name;
	for (size_t i = 0; i < c->set->define_count && count < NEAR_NAMES; i++)
		names[count++] = c->set->defines[i].name;
	for (size_t i = 0; i < FUNCTIONS && count < NEAR_NAMES; i++)
		names[count++] = functions[i].name;
	hint_near(c, word, names, count);
}

/* ---- names ---- */

static bool
name_in_scope(struct checker *c, struct node *node)
{
	for (const struct scope *s = c->scope; s; s = s->outer) {
		if (!s->name || strcmp(s->name, node->text) != 0)
			continue;
		node->op = OP_SLOT;
		node->slot = s->slot;
		node->type = s->type;
		node->kind = s->kind;
		node->kind_index = s->kind_index;
		node->field = s->field;
		return true;
	}
	return false;
}

static bool
name_word(struct node *node, const struct field *words)
{
	int word = words ? field_word(words, node->text) : -1;

	if (word < 0)
		return false;
	node->op = OP_NUMBER;
	node->type = TYPE_CODE;
	node->field = words;
	node->value = word;
	return true;
}

static bool
name_threshold(struct checker *c, struct node *node)
{
	for (size_t i = 0; i < c->set->threshold_count; i++) {
		const struct declared_threshold *t = &c->set->thresholds[i];

		if (strcmp(t->name, node->text) != 0)
			continue;
		node->op = OP_THRESHOLD;
		node->index = (int)i;
		node->type = t->unit == UNIT_MONEY ? TYPE_MONEY : TYPE_INT;
		return true;
	}
	return false;
}

static void
take_type(struct node *node, const struct node *from)
{
	node->type = from->type;
	node->kind = from->kind;
	node->kind_index = from->kind_index;
	node->field = from->field;
}

static bool
name_define(struct checker *c, struct node *node)
{
	int index = find_define(c->set, node->text, false);
	struct define *define;

	if (index < 0)
		return false;
	define = &c->set->defines[index];
	check_define(c, define);
	node->op = OP_CALL;
	node->index = index;
	c->sensitive |= define->sensitive;
	if (define->parameter_count != node->arg_count) {
		fail(c, node, "'%s' takes another number of values", node->text);
		diag_hint(c->diags, "it takes %zu", define->parameter_count);
		return true;
	}
	take_type(node, define->body);
	return true;
}

static void
check_name(struct checker *c, struct node *node, const struct field *words)
{
	if (name_in_scope(c, node) || name_word(node, words) || name_threshold(c, node) ||
		name_define(c, node) || name_word(node, &c->set->class_field))
		return;
	if (strcmp(node->text, "area") == 0) {
		node->op = OP_HOUSEHOLD_AREA;
		node->type = TYPE_INT;
		return;
	}
	if (words) {
		fail(c, node, "'%s' is not a word of this code", node->text);
		hint_near(c, node->text, words->words, words->word_count);
		return;
	}
	fail(c, node, "'%s' is not a name here", node->text);
	hint_name(c, node->text);
}

/* ---- fields ---- */

static bool
fact_part(struct node *node)
{
	static const struct {
		const char *name;
		enum op op;
		enum type type;
	} parts[] = {{"on", OP_ON, TYPE_DAY}, {"until", OP_UNTIL, TYPE_DAY},
		{"person", OP_PERSON, TYPE_PERSON}, {"area", OP_FACT_AREA, TYPE_INT}};
	const struct kind *kind = node->args[0]->kind;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(parts[i].name, node->text) != 0)
			continue;
		if ((parts[i].op == OP_UNTIL && !kind->state) ||
			(parts[i].op == OP_PERSON && kind->subject != SUBJECT_PERSON) ||
			(parts[i].op == OP_FACT_AREA && kind->subject != SUBJECT_AREA))
			continue;
		node->op = parts[i].op;
		node->type = parts[i].type;
		node->kind = kind;
		node->kind_index = node->args[0]->kind_index;
		return true;
	}
	return false;
}

static const enum type type_of_field[] = {
	[FIELD_MONEY] = TYPE_MONEY, [FIELD_INT] = TYPE_INT, [FIELD_FLAG] = TYPE_INT,
	[FIELD_DATE] = TYPE_DAY, [FIELD_CODE] = TYPE_CODE, [FIELD_TEXT] = TYPE_TEXT,
	[FIELD_PERSON] = TYPE_PERSON,
};

static void
check_fact_dot(struct checker *c, struct node *node)
{
	const struct kind *kind = node->args[0]->kind;
	const char *names[FIELD_COUNT_LIMIT + 4];
	int field = kind_field(kind, node->text);

	if (field < 0 && fact_part(node))
		return;
	if (field < 0) {
		node->type = TYPE_ERROR;
		diag_at(c->diags, DIAG_ERROR, node->span, "'%s' is not a field of %s", node->text,
			kind->name);
		for (size_t i = 0; i < kind->field_count; i++)
			names[i] = kind->fields[i].name;
		hint_near(c, node->text, names, kind->field_count);
		return;
	}
	node->op = OP_FIELD;
	node->kind = kind;
	node->kind_index = node->args[0]->kind_index;
	node->field = &kind->fields[field];
	node->field_index = field;
	node->type = type_of_field[node->field->type];
	c->sensitive |= node->field->sensitive;
}

static void
check_dot(struct checker *c, struct node *node)
{
	check_node(c, node->args[0], NULL);
	if (node->args[0]->type == TYPE_FACT) {
		check_fact_dot(c, node);
	} else if (node->args[0]->type == TYPE_PERSON && strcmp(node->text, "birth") == 0) {
		node->op = OP_BIRTH;
		node->type = TYPE_DAY;
	} else if (node->args[0]->type == TYPE_PERSON && strcmp(node->text, "sex") == 0) {
		node->op = OP_SEX;
		node->type = TYPE_CODE;
		node->field = &sex_field;
	} else if (node->args[0]->type == TYPE_ERROR) {
		node->type = TYPE_ERROR;
	} else {
		fail(c, node, "'%s' is not known of this", node->text);
		diag_hint(c->diags, "a person has birth and sex, a fact its fields and on");
	}
}

/* ---- operators ---- */

void
check_is(struct checker *c, struct node *node, enum type type, const char *what)
{
	if (node->type == TYPE_ERROR || node->type == TYPE_ANY || node->type == type)
		return;
	diag_at(c->diags, DIAG_ERROR, node->span, "%s is %s, not %s", what, type_names[type],
		type_names[node->type]);
	node->type = TYPE_ERROR;
}

static bool
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

static bool
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
}

static void
check_product(struct checker *c, struct node *node)
{
	struct node *a = node->args[0], *b = node->args[1];

	if (!numeric(a) || !numeric(b) || b->type != TYPE_INT) {
		if (node->op == OP_MUL && a->type == TYPE_INT && b->type == TYPE_MONEY)
			node->type = TYPE_MONEY;
		else
			mismatch(c, node, node->op == OP_MUL ? "multiplied" : "divided");
		return;
	}
	node->type = a->type;
}

static bool
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
	}
}

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
	const struct function_face *face = &functions[function];
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
	if (function == FN_IN_FORCE && node->type != TYPE_ERROR && !node->args[0]->kind->state)
		fail(c, node, "a %s happens on a day, it is never in force",
			node->args[0]->kind->name);
}

/* family_points(NAME), latest_hit(RULE), latest_hit(dated) */
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
	if (node->index < 0 && (family || strcmp(name, "dated") != 0))
		fail(c, node->args[0], "'%s' is not a %s", name, family ? "family" : "rule");
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

static void
check_apply(struct checker *c, struct node *node)
{
	if (check_staged(c, node))
		return;
	for (size_t i = 0; i < node->arg_count; i++)
		check_node(c, node->args[i], NULL);
	for (size_t i = 0; i < FUNCTIONS; i++) {
		if (strcmp(functions[i].name, node->text) == 0) {
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

static void
check_matches(struct checker *c, struct node *node)
{
	PCRE2_UCHAR8 reason[256];
	PCRE2_SIZE offset;
	int error;
	struct pattern *pattern;
	pcre2_code_8 *code;

	node->type = TYPE_TRUTH;
	check_node(c, node->args[0], NULL);
	check_is(c, node->args[0], TYPE_TEXT, "what is matched");
	if (node->args[0]->type == TYPE_TEXT && node->args[0]->op != OP_FIELD)
		fail(c, node->args[0], "only a field can be matched");
	if (strlen(node->text) > PATTERN_LIMIT) {
		fail(c, node, "this regular expression is too long");
		return;
	}
	code = pcre2_compile_8((PCRE2_SPTR8)node->text, PCRE2_ZERO_TERMINATED,
		PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C, &error, &offset, NULL);
	if (!code) {
		pcre2_get_error_message_8(error, reason, sizeof(reason));
		diag_at(c->diags, DIAG_ERROR, node->span, "this regular expression is wrong: %s",
			(const char *)reason);
		diag_hint(c->diags, "at its character %zu", (size_t)offset + 1);
		node->type = TYPE_ERROR;
		return;
	}
	pattern = &c->set->patterns[c->set->pattern_count];
	pattern->text = node->text;
	pattern->code = code;
	node->index = (int)c->set->pattern_count++;
}

static void
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
	case AGG_COUNT:
		node->type = TYPE_INT;
		return;
	case AGG_SUM:
	case AGG_SURE_SUM:
		if (!numeric(node->args[0]))
			check_is(c, node->args[0], TYPE_INT, "what is added up");
		break;
	case AGG_MIN:
	case AGG_MAX:
		break;
	}
	take_type(node, node->args[0]);
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
	case OP_HOUSEHOLD_AREA: case OP_SLOT: case OP_FIELD: case OP_ON: case OP_UNTIL:
	case OP_PERSON: case OP_FACT_AREA: case OP_BIRTH: case OP_SEX: case OP_THRESHOLD:
	case OP_CALL: case OP_FUNCTION: case OP_FAMILY: case OP_LATEST_HIT:
		return; /* made by the checker itself */
	}
}

/* ---- sets ---- */

static void
check_list(struct checker *c, struct set *set)
{
	set->type = TYPE_ANY;
	for (size_t i = 0; i < set->value_count; i++) {
		struct node *value = set->values[i];

		check_node(c, value, NULL);
		if (i == 0) {
			set->type = value->type;
			set->field = value->field;
		} else if (!comparable(set->values[0], value)) {
			fail(c, value, "the values of a list are of one type");
		}
	}
}

/* `KIND of X`: X is a person, or a set of persons. */
static void
check_of(struct checker *c, struct set *set)
{
	int define = set->of->op == OP_NAME ? find_define(c->set, set->of->text, true) : -1;

	set->form = SET_FACTS_OF;
	if (set->kind->subject != SUBJECT_PERSON) {
		diag_at(c->diags, DIAG_ERROR, set->span, "%s is not a kind about persons",
			set->name);
		diag_hint(c->diags, "leave 'of' away");
		return;
	}
	if (define < 0) {
		check_node(c, set->of, NULL);
		check_is(c, set->of, TYPE_PERSON, "what stands behind 'of'");
		return;
	}
	check_define(c, &c->set->defines[define]);
	c->sensitive |= c->set->defines[define].sensitive;
	set->index = define;
	set->through = c->set->slot_count++;
}

static void
check_facts(struct checker *c, struct set *set)
{
	set->type = TYPE_FACT;
	set->kind = &c->set->kinds[set->kind_index];
	if (set->of) {
		check_of(c, set);
	} else if (set->of_name) {
		set->form = SET_FACTS_ALL;
		if (set->kind->subject != SUBJECT_PERSON)
			diag_at(c->diags, DIAG_ERROR, set->span, "%s is not a kind about persons",
				set->name);
	} else if (set->kind->subject == SUBJECT_HOUSEHOLD) {
		set->form = SET_FACTS_HOUSEHOLD;
	} else if (set->kind->subject == SUBJECT_AREA) {
		set->form = SET_FACTS_AREA;
	} else {
		diag_at(c->diags, DIAG_ERROR, set->span, "whose %s?", set->name);
		diag_hint(c->diags, "of all persons, of a set of persons, or of one person");
		set->form = SET_FACTS_ALL;
	}
}

static void
check_named_set(struct checker *c, struct set *set)
{
	if (strcmp(set->name, "persons") == 0) {
		set->form = SET_PERSONS;
		set->type = TYPE_PERSON;
		return;
	}
	set->kind_index = find_kind(c->set, set->name);
	if (set->kind_index >= 0) {
		check_facts(c, set);
		return;
	}
	set->index = find_define(c->set, set->name, true);
	if (set->index >= 0) {
		set->form = SET_DEFINED;
		check_define(c, &c->set->defines[set->index]);
		c->sensitive |= c->set->defines[set->index].sensitive;
		set->type = c->set->defines[set->index].set.type;
		set->kind = c->set->defines[set->index].set.kind;
		set->kind_index = c->set->defines[set->index].set.kind_index;
		return;
	}
	diag_at(c->diags, DIAG_ERROR, (struct span){set->span.text, set->span.start,
		strlen(set->name)}, "'%s' is not a kind", set->name);
	hint_kind(c, set->name);
	set->form = SET_PERSONS;
	set->type = TYPE_ERROR;
}

void
check_sets(struct checker *c, struct set *sets, size_t count, struct scope *scopes)
{
	for (size_t i = 0; i < count; i++) {
		struct set *set = &sets[i];

		if (set->form == SET_LIST)
			check_list(c, set);
		else
			check_named_set(c, set);
		set->slot = c->set->slot_count++;
		scopes[i] = (struct scope){
			.outer = c->scope,
			.name = set->variable,
			.slot = set->slot,
			.type = set->type,
			.kind = set->kind,
			.kind_index = set->kind_index,
			.field = set->field,
		};
		c->scope = &scopes[i];
	}
}
