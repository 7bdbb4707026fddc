/* Checks what the sources tell against the kinds of the rule set; changes nothing else. */
#include <string.h>

#include "arena.h"
#include "config_reader.h"

struct binding {
	struct config *config;
	const struct kind *const *kinds;
	size_t count;
	struct diags *diags;
};

static void
hint_near(struct diags *diags, const char *word, const char *const *names, size_t count)
{
	const char *near = nearest_name(word, strlen(word), names, count);

	if (near)
		diag_hint(diags, "did you mean '%s'?", near);
}

static const struct kind *
find_kind(struct binding *binding, const struct fact_config *fact)
{
	const char **names;

	for (size_t i = 0; i < binding->count; i++) {
		if (strcmp(binding->kinds[i]->name, fact->kind_name) == 0)
			return binding->kinds[i];
	}
	names = arena_array(binding->config->arena, binding->count + 1, sizeof(*names));
	for (size_t i = 0; i < binding->count; i++)
		names[i] = binding->kinds[i]->name;
	names[binding->count] = "resident";
	diag_at(binding->diags, DIAG_ERROR, fact->span, "'%s' is not a kind", fact->kind_name);
	hint_near(binding->diags, fact->kind_name, names, binding->count + 1);
	return NULL;
}

static const char *
field_remedy(enum field_type type)
{
	switch (type) {
	case FIELD_MONEY:
		return "say the unit: 'as yuan', 'as wan' or 'as fen'";
	case FIELD_INT:
		return "say 'as int', or give a value table with numbers";
	case FIELD_DATE:
		return "say how it is written: as \"yyyy-MM-dd\", or 'as date'";
	case FIELD_CODE:
		return "a word of the kind: 'map COLUMN { \"...\" word; }'";
	case FIELD_FLAG:
		return "a condition like 'x = \"1\"', or a column of 1 and 0";
	case FIELD_TEXT:
		return "a column, or 'map' with texts";
	case FIELD_PERSON:
		return "the column of the citizen number";
	}
	return "";
}

static bool
type_fits(enum field_type field, enum value_type value)
{
	switch (field) {
	case FIELD_MONEY:
		return value == VALUE_MONEY;
	case FIELD_INT:
		return value == VALUE_NUMBER;
	case FIELD_DATE:
		return value == VALUE_DAY;
	case FIELD_FLAG:
		return value == VALUE_TRUTH || value == VALUE_NUMBER || value == VALUE_TEXT;
	case FIELD_CODE:
	case FIELD_TEXT:
	case FIELD_PERSON:
		return value == VALUE_TEXT;
	}
	return false;
}

/* Every word that a value table or a literal gives must be one of the kind. */
static void
check_words(struct binding *binding, const struct field *field, const struct formula *formula)
{
	for (size_t i = 0; formula->op == FORMULA_MAP && i < formula->entry_count; i++) {
		const struct value *word = &formula->entries[i].result;

		if (word->type != VALUE_TEXT || field_word(field, word->text) >= 0)
			continue;
		diag_at(binding->diags, DIAG_ERROR, formula->entries[i].span,
			"'%s' is not a word of '%s'", word->text, field->name);
		hint_near(binding->diags, word->text, field->words, field->word_count);
	}
	if (formula->op == FORMULA_TEXT && field_word(field, formula->literal.text) < 0) {
		diag_at(binding->diags, DIAG_ERROR, formula->span, "'%s' is not a word of '%s'",
			formula->literal.text, field->name);
		hint_near(
			binding->diags, formula->literal.text, field->words, field->word_count);
	}
}

static void
bind_field(struct binding *binding, struct fact_config *fact, struct field_config *field)
{
	const struct kind *kind = fact->kind;
	const struct field *known;
	enum value_type type;

	field->field = kind_field(kind, field->name);
	if (field->field < 0) {
		const char **names = arena_array(
			binding->config->arena, kind->field_count + 1, sizeof(*names));

		for (size_t i = 0; i < kind->field_count; i++)
			names[i] = kind->fields[i].name;
		diag_at(binding->diags, DIAG_ERROR, field->span, "'%s' is no field of '%s'",
			field->name, kind->name);
		hint_near(binding->diags, field->name, names, kind->field_count);
		return;
	}
	known = &kind->fields[field->field];
	type = formula_type(field->formula);
	if (type != VALUE_EMPTY && !type_fits(known->type, type)) {
		diag_at(binding->diags, DIAG_ERROR, field->formula->span,
			"this does not fit '%s.%s'", kind->name, field->name);
		diag_hint(binding->diags, "%s", field_remedy(known->type));
		return;
	}
	if (known->type == FIELD_CODE)
		check_words(binding, known, field->formula);
}

static void
check_resident_type(struct binding *binding, const struct field_config *field)
{
	static const enum field_type types[RESIDENT_FIELDS] = {[RESIDENT_BIRTH] = FIELD_DATE,
		[RESIDENT_SEX] = FIELD_TEXT,
		[RESIDENT_AREA] = FIELD_TEXT,
		[RESIDENT_REGISTER_AREA] = FIELD_TEXT,
		[RESIDENT_RESIDENCE] = FIELD_TEXT,
		[RESIDENT_HEAD] = FIELD_FLAG};
	enum field_type type = types[field->field];
	enum value_type given = formula_type(field->formula);

	if (given == VALUE_EMPTY || type_fits(type, given))
		return;
	diag_at(binding->diags, DIAG_ERROR, field->formula->span,
		"this does not fit 'resident.%s'", field->name);
	diag_hint(binding->diags, "%s",
		type == FIELD_TEXT ? "sex gives M or F, residence urban or rural, areas a code"
				   : field_remedy(type));
}

static void
bind_resident_field(struct binding *binding, struct field_config *field)
{
	for (int i = 0; i < RESIDENT_FIELDS; i++) {
		if (strcmp(resident_field_names[i], field->name) == 0)
			field->field = i;
	}
	if (field->field < 0) {
		diag_at(binding->diags, DIAG_ERROR, field->span,
			"'%s' is no field of 'resident'", field->name);
		hint_near(binding->diags, field->name, resident_field_names, RESIDENT_FIELDS);
		return;
	}
	check_resident_type(binding, field);
}

static void
check_days(struct binding *binding, const struct fact_config *fact)
{
	if (!fact->on) {
		diag_at(binding->diags, DIAG_ERROR, fact->span, "this fact has no day");
		diag_hint(binding->diags, "on COLUMN as \"yyyy-MM-dd\";");
	}
	if (fact->until && !fact->kind->state) {
		diag_at(binding->diags, DIAG_ERROR, fact->until->span,
			"'%s' is an event and has no 'until'", fact->kind->name);
	}
}

static void
check_subject(struct binding *binding, const struct source_config *source,
	const struct fact_config *fact)
{
	bool by_key = fact->kind->subject == SUBJECT_HOUSEHOLD && source->household >= 0;

	if (fact->kind->subject == SUBJECT_AREA && !fact->area) {
		diag_at(binding->diags, DIAG_ERROR, fact->span, "'%s' is about an area",
			fact->kind->name);
		diag_hint(binding->diags, "area COLUMN;");
	}
	if (fact->kind->subject != SUBJECT_AREA && fact->person.number < 0 && !by_key) {
		diag_at(binding->diags, DIAG_ERROR, fact->span, "'%s' is about a %s",
			fact->kind->name,
			fact->kind->subject == SUBJECT_PERSON ? "person" : "household");
		diag_hint(binding->diags, "person COLUMN;%s",
			fact->kind->subject == SUBJECT_HOUSEHOLD
				? " or household COLUMN rank family;"
				: "");
	}
}

static void
bind_fact(struct binding *binding, const struct source_config *source, struct fact_config *fact)
{
	if (fact->resident && fact->person.number < 0) {
		diag_at(binding->diags, DIAG_ERROR, fact->span, "'resident' is about a person");
		diag_hint(binding->diags, "person COLUMN;");
	}
	if (!fact->resident) {
		fact->kind = find_kind(binding, fact);
		if (!fact->kind)
			return;
		check_days(binding, fact);
		check_subject(binding, source, fact);
	}
	for (size_t i = 0; i < fact->field_count; i++) {
		if (fact->resident)
			bind_resident_field(binding, &fact->fields[i]);
		else
			bind_field(binding, fact, &fact->fields[i]);
	}
}

bool
config_bind(struct config *config, const struct kind *const *kinds, size_t count,
	struct diags *diags)
{
	struct binding binding = {config, kinds, count, diags};
	size_t before = diags_errors(diags);

	for (size_t i = 0; i < config->source_count; i++) {
		struct source_config *source = &config->sources[i];

		for (size_t f = 0; f < source->fact_count; f++)
			bind_fact(&binding, source, &source->facts[f]);
	}
	return diags_errors(diags) == before;
}
