/* What a name or a field means, and which name was perhaps meant; never looks into an expression. */
#include <string.h>

#include "bounds.h"
#include "check.h"

#define NEAR_NAMES 4096

static const char *const sex_words[] = {"M", "F"};
static const char *const sex_labels[] = {"男", "女"};
static const struct field sex_field = {.name = "sex", .label = "性别", .type = FIELD_CODE,
	.words = sex_words, .word_count = 2, .word_labels = sex_labels};

static const char *const residence_words[] = {"urban", "rural"};
static const char *const residence_labels[] = {"城镇", "农村"};
static const struct field residence_field = {.name = "residence", .label = "城乡", .type = FIELD_CODE,
	.words = residence_words, .word_count = 2, .word_labels = residence_labels};
void
hint_near(struct checker *c, const char *word, const char *const *names, size_t count)
{
	const char *near = nearest_name(word, strlen(word), names, count);

	if (near)
		diag_hint(c->diags, "did you mean '%s'?", near);
}

void
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

void
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
	for (size_t i = 0; function_faces[i].name && count < NEAR_NAMES; i++)
		names[count++] = function_faces[i].name;
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
		node->measure = s->measure;
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
		node->measure = t->unit_text;
		c->set->thresholds[i].read = true;
		return true;
	}
	return false;
}

void
take_type(struct node *node, const struct node *from)
{
	node->type = from->type;
	node->kind = from->kind;
	node->kind_index = from->kind_index;
	node->field = from->field;
	node->measure = from->measure;
}

bool
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
	c->scopes |= define->scopes;
	if (define->parameter_count != node->arg_count) {
		fail(c, node, "'%s' takes another number of values", node->text);
		diag_hint(c->diags, "it takes %zu", define->parameter_count);
		return true;
	}
	take_type(node, define->body);
	return true;
}

void
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
	if (strcmp(node->text, "residence") == 0) {
		node->op = OP_HOUSEHOLD_RESIDENCE;
		node->type = TYPE_CODE;
		node->field = &residence_field;
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
	node->measure = field_measure(node->field);
	c->sensitive |= node->field->sensitive;
}

static bool
person_part(struct node *node)
{
	static const struct {
		const char *name;
		enum op op;
		enum type type;
		const struct field *field;
	} parts[] = {{"birth", OP_BIRTH, TYPE_DAY, NULL}, {"sex", OP_SEX, TYPE_CODE, &sex_field},
		{"area", OP_PERSON_AREA, TYPE_INT, NULL},
		{"register_area", OP_REGISTER_AREA, TYPE_INT, NULL},
		{"residence", OP_RESIDENCE, TYPE_CODE, &residence_field}};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strcmp(parts[i].name, node->text) != 0)
			continue;
		node->op = parts[i].op;
		node->type = parts[i].type;
		node->field = parts[i].field;
		return true;
	}
	return false;
}

void
check_dot(struct checker *c, struct node *node)
{
	check_node(c, node->args[0], NULL);
	if (node->args[0]->type == TYPE_FACT) {
		check_fact_dot(c, node);
	} else if (node->args[0]->type == TYPE_ERROR) {
		node->type = TYPE_ERROR;
	} else if (node->args[0]->type != TYPE_PERSON || !person_part(node)) {
		fail(c, node, "'%s' is not known of this", node->text);
		diag_hint(c->diags, "a person has birth, sex, area, register_area and residence, a fact its "
				    "fields and on");
	}
}
