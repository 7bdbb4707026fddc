/* Checks declarations: doubled names, families, definitions that go in circles, rules. */
#include "check.h"

#include <string.h>

#include "arena.h"
#include "bounds.h"

int
find_define(const struct ruleset *set, const char *name, bool is_set)
{
	for (size_t i = 0; i < set->define_count; i++)
		if (set->defines[i].is_set == is_set && strcmp(set->defines[i].name, name) == 0)
			return (int)i;
	return -1;
}

int
find_kind(const struct ruleset *set, const char *name)
{
	for (size_t i = 0; i < set->kind_count; i++)
		if (strcmp(set->kinds[i].name, name) == 0)
			return (int)i;
	return -1;
}

int
find_family(const struct ruleset *set, const char *name)
{
	for (size_t i = 0; i < set->family_count; i++)
		if (strcmp(set->families[i].name, name) == 0)
			return (int)i;
	return -1;
}

int
find_rule(const struct ruleset *set, const char *name)
{
	for (size_t i = 0; i < set->rule_count; i++)
		if (strcmp(set->rules[i].face.id, name) == 0)
			return (int)i;
	return -1;
}

int
find_label(const struct ruleset *set, enum label_sort sort, const char *name)
{
	for (size_t i = 0; i < set->label_counts[sort]; i++)
		if (strcmp(set->labels[sort][i].name, name) == 0)
			return (int)i;
	return -1;
}

int
find_scope(const struct ruleset *set, const char *name)
{
	for (size_t i = 0; i < set->scope_count; i++)
		if (strcmp(set->scopes[i].name, name) == 0)
			return (int)i;
	return -1;
}

/* ---- definitions ---- */

static void
check_parameter(struct checker *c, struct parameter *parameter)
{
	static const struct {
		const char *name;
		enum type type;
	} types[] = {{"person", TYPE_PERSON}, {"day", TYPE_DAY}, {"int", TYPE_INT},
		{"money", TYPE_MONEY}};

	parameter->slot = c->set->slot_count++;
	parameter->kind_index = find_kind(c->set, parameter->type_name);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].name, parameter->type_name) == 0)
			parameter->type = types[i].type;
	if (parameter->type == TYPE_ERROR && parameter->kind_index >= 0) {
		parameter->type = TYPE_FACT;
		parameter->kind = &c->set->kinds[parameter->kind_index];
	}
	if (parameter->type == TYPE_ERROR) {
		diag_at(c->diags, DIAG_ERROR, parameter->span, "'%s' is not a type of a parameter",
			parameter->type_name);
		diag_hint(c->diags, "person, day, int, money or a kind");
	}
}

static void
check_define_body(struct checker *c, struct define *define)
{
	size_t room = define->parameter_count + 1;
	struct scope *scopes = arena_array(c->set->arena, room, sizeof(*scopes));

	c->scope = NULL;
	for (size_t i = 0; i < define->parameter_count; i++) {
		struct parameter *parameter = &define->parameters[i];

		check_parameter(c, parameter);
		check_fresh(c, parameter->name, parameter->span, NULL);
		scopes[i] = (struct scope){c->scope, parameter->name, parameter->slot,
			parameter->type, parameter->kind, parameter->kind_index, NULL, NULL};
		c->scope = &scopes[i];
	}
	if (define->is_set)
		check_sets(c, &define->set, 1, scopes);
	if (define->body)
		check_node(c, define->body, NULL);
	if (define->is_set && define->body)
		check_is(c, define->body, TYPE_TRUTH, "what stands behind 'where'");
}

void
check_define(struct checker *c, struct define *define)
{
	const struct scope *outer = c->scope;
	bool sensitive = c->sensitive;
	uint32_t scopes_read = c->scopes;
	bool in_stage = c->in_stage;

	if (define->state == 2)
		return;
	if (define->state == 1) {
		diag_at(c->diags, DIAG_ERROR, define->span, "'%s' rests on itself", define->name);
		if (define->body)
			define->body->type = TYPE_ERROR;
		return;
	}
	define->state = 1;
	c->sensitive = false;
	c->scopes = 0;
	c->in_stage = false;
	check_define_body(c, define);
	define->sensitive = c->sensitive;
	define->scopes = c->scopes;
	define->state = 2;
	c->sensitive = sensitive;
	c->scopes = scopes_read;
	c->in_stage = in_stage;
	c->scope = outer;
}

/* ---- the whole set ---- */

static void
doubled(struct checker *c, struct span span, const char *what, const char *name)
{
	diag_at(c->diags, DIAG_ERROR, span, "the %s '%s' stands here a second time", what, name);
	diag_hint(c->diags, "each name stands once in all files");
}

void
check_fresh(struct checker *c, const char *name, struct span span, const struct scope *stop)
{
	for (const struct scope *s = c->scope; name && s != stop; s = s->outer)
		if (s->name && strcmp(s->name, name) == 0) {
			diag_at(c->diags, DIAG_ERROR, span, "'%s' has a meaning here already", name);
			return;
		}
}

static int
find_threshold(const struct ruleset *set, const char *name)
{
	for (size_t i = 0; i < set->threshold_count; i++)
		if (strcmp(set->thresholds[i].name, name) == 0)
			return (int)i;
	return -1;
}

static void
check_doubled_words(struct checker *c, const struct kind *kind, struct span span)
{
	for (size_t f = 0; f < kind->field_count; f++)
		for (size_t w = 0; w < kind->fields[f].word_count; w++)
			if (field_word(&kind->fields[f], kind->fields[f].words[w]) != (int)w)
				diag_at(c->diags, DIAG_ERROR, span, "the code '%s' has the word '%s' twice",
					kind->fields[f].name, kind->fields[f].words[w]);
}

static void
check_doubled_kinds(struct checker *c)
{
	const struct ruleset *s = c->set;

	for (size_t i = 0; i < s->kind_count; i++) {
		if (find_kind(s, s->kinds[i].name) != (int)i)
			doubled(c, s->kind_sources[i].span, "kind", s->kinds[i].name);
		check_doubled_words(c, &s->kinds[i], s->kind_sources[i].span);
	}
	for (size_t i = 0; i < s->family_count; i++)
		if (find_family(s, s->families[i].name) != (int)i)
			doubled(c, s->families[i].span, "family", s->families[i].name);
	for (size_t i = 0; i < s->code_list_count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(s->code_lists[i].name, s->code_lists[k].name) == 0)
				doubled(c, s->code_lists[i].span, "list of codes", s->code_lists[i].name);
}

static void
check_doubled_labels(struct checker *c)
{
	static const char *const what[] = {
		[LABEL_CATEGORY] = "category", [LABEL_NEED] = "need", [LABEL_TAG] = "tag"};
	const struct ruleset *s = c->set;

	for (int sort = 0; sort < LABEL_SORTS; sort++)
		for (size_t i = 0; i < s->label_counts[sort]; i++)
			if (find_label(s, (enum label_sort)sort, s->labels[sort][i].name) != (int)i)
				doubled(c, s->labels[sort][i].span, what[sort], s->labels[sort][i].name);
	for (size_t i = 0; i < s->scope_count; i++)
		if (find_scope(s, s->scopes[i].name) != (int)i)
			doubled(c, s->scopes[i].span, "authorisation", s->scopes[i].name);
	for (size_t i = 0; i < s->label_counts[LABEL_TAG]; i++)
		if (find_rule(s, s->labels[LABEL_TAG][i].name) >= 0)
			diag_at(c->diags, DIAG_ERROR, s->labels[LABEL_TAG][i].span,
				"'%s' is a rule already", s->labels[LABEL_TAG][i].name);
}

/* Values share one space of names: a threshold would hide a definition, and a kind a set. */
static void
check_doubled_values(struct checker *c)
{
	const struct ruleset *s = c->set;

	for (size_t i = 0; i < s->define_count; i++) {
		const struct define *d = &s->defines[i];

		if (find_define(s, d->name, d->is_set) != (int)i)
			doubled(c, d->span, "definition", d->name);
		else if (d->is_set ? find_kind(s, d->name) >= 0 : find_threshold(s, d->name) >= 0)
			diag_at(c->diags, DIAG_ERROR, d->span, "'%s' is a %s already", d->name,
				d->is_set ? "kind" : "threshold");
	}
	for (size_t i = 0; i < s->threshold_count; i++)
		if (find_threshold(s, s->thresholds[i].name) != (int)i)
			doubled(c, s->thresholds[i].span, "threshold", s->thresholds[i].name);
}

static void
check_doubles(struct checker *c)
{
	const struct ruleset *s = c->set;

	check_doubled_kinds(c);
	check_doubled_labels(c);
	check_doubled_values(c);
	for (size_t i = 0; i < s->rule_count; i++)
		if (find_rule(s, s->rules[i].face.id) != (int)i)
			doubled(c, s->rules[i].span, "rule", s->rules[i].face.id);
}

static void
warn_of_thresholds(struct checker *c)
{
	for (size_t i = 0; i < c->set->threshold_count; i++) {
		const struct declared_threshold *t = &c->set->thresholds[i];

		if (!t->read)
			diag_at(c->diags, DIAG_WARNING, t->span, "nothing reads the threshold '%s'",
				t->name);
		if (!t->basis) {
			diag_at(c->diags, DIAG_WARNING, t->span, "'%s' names no basis", t->name);
			diag_hint(c->diags, "say where its numbers come from: basis \"...\"");
		}
	}
	for (size_t i = 0; i < c->set->code_list_count; i++) {
		if (c->set->code_lists[i].basis)
			continue;
		diag_at(c->diags, DIAG_WARNING, c->set->code_lists[i].span, "'%s' names no basis",
			c->set->code_lists[i].name);
		diag_hint(c->diags, "say where its codes come from: basis \"...\"");
	}
}

static void
check_thresholds(struct checker *c)
{
	for (size_t i = 0; i < c->set->threshold_count; i++) {
		const struct declared_threshold *t = &c->set->thresholds[i];

		if (t->required && t->default_count) {
			diag_at(c->diags, DIAG_ERROR, t->span, "'%s' is required and has a default",
				t->name);
			diag_hint(c->diags, "required: each county must set it; a default: none need");
		}
		for (size_t k = 0; k < t->default_count; k++) {
			const struct declared_default *d = &t->defaults[k];

			if (d->class && field_word(&c->set->class_field, d->class) < 0)
				diag_at(c->diags, DIAG_ERROR, d->span, "'%s' is not a class",
					d->class);
			if (d->value < t->least || d->value > t->most)
				diag_at(c->diags, DIAG_ERROR, d->span,
					"this value is out of the bounds of '%s'", t->name);
		}
	}
}

static void
check_levels(struct checker *c)
{
	const char **names = arena_array(c->set->arena, c->set->threshold_count, sizeof(*names));

	for (size_t i = 0; i < c->set->threshold_count; i++)
		names[i] = c->set->thresholds[i].name;
	for (int level = LEVEL_BLUE; level <= LEVEL_RED; level++) {
		const struct mention *mention = &c->set->level_names[level];

		c->set->levels[level] = mention->name ? find_threshold(c->set, mention->name) : -1;
		if (c->set->levels[level] >= 0)
			c->set->thresholds[c->set->levels[level]].read = true;
		if (!mention->name || c->set->levels[level] >= 0)
			continue;
		diag_at(c->diags, DIAG_ERROR, mention->span, "'%s' is not a threshold", mention->name);
		hint_near(c, mention->name, names, c->set->threshold_count);
	}
}

static void
check_limits(struct checker *c)
{
	if (c->set->rule_count > RULE_COUNT_LIMIT)
		diag_at(c->diags, DIAG_ERROR, c->set->rules[RULE_COUNT_LIMIT].span,
			"more than %d rules in a set", RULE_COUNT_LIMIT);
	if (c->set->kind_count > KIND_COUNT_LIMIT)
		diag_at(c->diags, DIAG_ERROR, c->set->kind_sources[KIND_COUNT_LIMIT].span,
			"more than %d kinds in a set", KIND_COUNT_LIMIT);
}

static void
check_requires(struct checker *c)
{
	for (size_t i = 0; i < c->set->require_count; i++) {
		c->scope = NULL;
		check_typed(c, c->set->requires[i].when, TYPE_TRUTH, "what is required");
	}
}

static void
check_declared_scopes(struct checker *c)
{
	if (c->set->scope_count > SCOPE_COUNT_LIMIT)
		diag_at(c->diags, DIAG_ERROR, c->set->scopes[SCOPE_COUNT_LIMIT].span,
			"more than %d authorisations in a set", SCOPE_COUNT_LIMIT);
	for (size_t i = 0; i < c->set->scope_count; i++) {
		c->scope = NULL;
		check_typed(c, c->set->scopes[i].when, TYPE_TRUTH, "what tells of an authorisation");
	}
	for (size_t i = 0; i < c->set->kind_count; i++) {
		const struct mention *scope = &c->set->kind_sources[i].scope;

		if (scope->name && find_scope(c->set, scope->name) < 0)
			diag_at(c->diags, DIAG_ERROR, scope->span, "'%s' is not an authorisation",
				scope->name);
	}
}

void
check_ruleset(struct ruleset *set, struct diags *diags)
{
	struct checker c = {.set = set, .diags = diags};

	set->slot_count = 1; /* slot 0 is the household */
	set->class_field = (struct field){
		.name = "class",
		.label = "人群类别",
		.type = FIELD_CODE,
		.words = set->classes,
		.word_count = set->class_count,
		.word_labels = set->class_labels,
	};
	/* Room for every pattern: there are no more of them than nodes. */
	set->patterns = arena_array(set->arena, set->node_count + 1, sizeof(*set->patterns));
	check_limits(&c);
	check_doubles(&c);
	check_thresholds(&c);
	check_levels(&c);
	for (size_t i = 0; i < set->define_count; i++)
		check_define(&c, &set->defines[i]);
	check_requires(&c);
	check_declared_scopes(&c);
	for (size_t i = 0; i < set->rule_count; i++)
		check_rule(&c, &set->rules[i]);
	warn_of_thresholds(&c);
}
