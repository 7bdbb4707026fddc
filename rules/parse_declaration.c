/* Reads kinds, thresholds, families and definitions; knows no names and no types. */
#include <string.h>

#include "bounds.h"
#include "parse.h"

static const char *const none[] = {NULL};

/* ---- kinds ---- */

static const struct {
	const char *name;
	enum field_type type;
} field_types[] = {
	{"money", FIELD_MONEY}, {"int", FIELD_INT}, {"flag", FIELD_FLAG}, {"date", FIELD_DATE},
	{"code", FIELD_CODE}, {"text", FIELD_TEXT}, {"person", FIELD_PERSON},
};

static void
parse_words(struct parser *p, struct field *field)
{
	const char **words = NULL, **labels = NULL;
	size_t count = 0;

	expect(p, "(");
	do {
		const char *word = expect_name(p, "a word");

		*parser_append(p, words, field->word_count) = word;
		*parser_append(p, labels, count) = optional_label(p);
	} while (!p->failed && accept(p, ","));
	expect(p, ")");
	field->words = words;
	field->word_labels = labels;
}

/* money per month, int months */
static void
parse_field_unit(struct parser *p, struct field *field)
{
	if (field->type == FIELD_MONEY && token_is(p->token, "per")) {
		field->unit = "yuan";
		while (accept(p, "per"))
			field->unit = arena_printf(p->arena, "%s per %s", field->unit,
				expect_name(p, "a unit"));
	} else if (field->type == FIELD_INT && p->token->type == TOKEN_NAME &&
		   !token_is(p->token, "sensitive")) {
		field->unit = expect_unit(p);
	}
}

static void
parse_field(struct parser *p, struct kind *kind)
{
	struct field *field;
	const char *name = expect_name(p, "a field, 'subject' or 'state'");

	for (size_t i = 0; i < sizeof(field_types) / sizeof(field_types[0]); i++) {
		if (!accept(p, field_types[i].name))
			continue;
		field = parser_append(p, kind->fields, kind->field_count);
		field->name = name;
		field->type = field_types[i].type;
		if (field->type == FIELD_CODE)
			parse_words(p, field);
		parse_field_unit(p, field);
		field->label = optional_label(p);
		field->sensitive = accept(p, "sensitive");
		if (kind->field_count > FIELD_COUNT_LIMIT)
			parse_fail(p, "fewer fields in a kind");
		return;
	}
	parse_fail(p, "a type: money, int, flag, date, code, text or person");
}

static void
parse_kind_statement(struct parser *p, void *owner)
{
	struct kind *kind = owner;

	if (accept(p, "state")) {
		kind->state = true;
	} else if (accept(p, "subject")) {
		if (accept(p, "person"))
			kind->subject = SUBJECT_PERSON;
		else if (accept(p, "household"))
			kind->subject = SUBJECT_HOUSEHOLD;
		else if (expect(p, "area"))
			kind->subject = SUBJECT_AREA;
	} else if (accept(p, "authorised")) {
		p->set->kind_sources[p->set->kind_count - 1].scope =
			expect_mention(p, "an authorisation");
	} else {
		parse_field(p, kind);
	}
}

static const struct block kind_block = {parse_kind_statement, none};

void
parse_kind(struct parser *p)
{
	size_t sources = p->set->kind_count;
	struct kind *kind = parser_append(p, p->set->kinds, p->set->kind_count);

	parser_append(p, p->set->kind_sources, sources)->span = p->token->span;
	kind->name = expect_name(p, "the name of the kind");
	kind->label = optional_label(p);
	parse_block(p, &kind_block, kind);
}

/* ---- thresholds, families ---- */

/* A value in the unit of the threshold. */
static int64_t
parse_value(struct parser *p, const struct declared_threshold *threshold)
{
	const struct token *number = p->token;

	if (p->failed || number->type != TOKEN_NUMBER ||
		(number->decimals && threshold->unit == UNIT_PLAIN)) {
		parse_fail(p, threshold->unit == UNIT_MONEY ? "an amount" : "a whole number");
		return 0;
	}
	p->token++;
	return threshold->unit == UNIT_MONEY ? number->number : number->number / 100;
}

static void
parse_unit(struct parser *p, struct declared_threshold *threshold)
{
	threshold->unit = token_is(p->token, "yuan") ? UNIT_MONEY : UNIT_PLAIN;
	threshold->unit_text = expect_unit(p);
}

static void
parse_default(struct parser *p, struct declared_threshold *threshold, const char *class)
{
	struct declared_default *value =
		parser_append(p, threshold->defaults, threshold->default_count);

	value->class = class;
	value->span = p->token->span;
	value->value = parse_value(p, threshold);
}

static void
parse_threshold_statement(struct parser *p, void *owner)
{
	struct declared_threshold *threshold = owner;

	if (accept(p, "unit")) {
		parse_unit(p, threshold);
	} else if (accept(p, "by")) {
		do {
			if (accept(p, "residence"))
				threshold->by_residence = true;
			else
				threshold->by_class = expect(p, "class");
		} while (!p->failed && accept(p, ","));
	} else if (accept(p, "required")) {
		threshold->required = true;
	} else if (accept(p, "default")) {
		parse_default(p, threshold, NULL);
	} else if (accept(p, "values")) {
		do {
			const char *class = expect_name(p, "a class, or 'others'");

			parse_default(p, threshold, strcmp(class, "others") == 0 ? NULL : class);
		} while (!p->failed && accept(p, ","));
	} else if (accept(p, "least")) {
		threshold->least = parse_value(p, threshold);
	} else if (accept(p, "most")) {
		threshold->most = parse_value(p, threshold);
	} else if (accept(p, "basis")) {
		threshold->basis = expect_string(p, "the source of the numbers");
	} else {
		parse_fail(p, "unit, by, required, default, values, least, most or basis");
	}
}

static const struct block threshold_block = {parse_threshold_statement, none};

void
parse_threshold(struct parser *p)
{
	struct declared_threshold *threshold =
		parser_append(p, p->set->thresholds, p->set->threshold_count);

	threshold->span = p->token->span;
	threshold->unit = UNIT_PLAIN;
	threshold->most = INT64_MAX;
	threshold->name = expect_name(p, "the name of the threshold");
	threshold->label = optional_label(p);
	parse_block(p, &threshold_block, threshold);
}

static void
parse_family_statement(struct parser *p, void *owner)
{
	struct family *family = owner;

	expect(p, "cap");
	family->cap = (int32_t)expect_int(p, 100);
}

static const struct block family_block = {parse_family_statement, none};

void
parse_family(struct parser *p)
{
	struct family *family = parser_append(p, p->set->families, p->set->family_count);

	family->span = p->token->span;
	family->cap = 100;
	family->name = expect_name(p, "the name of the family");
	family->label = optional_label(p);
	parse_block(p, &family_block, family);
}

/* ---- lists of codes ---- */

static void
parse_code(struct parser *p, struct code_list *list)
{
	struct span span = p->token->span;
	const char *text = expect_string(p, "a code or a range of codes between quotes");
	const char *wrong;

	if (p->failed)
		return;
	wrong = code_range_read(text, p->arena, parser_append(p, list->ranges, list->range_count));
	if (wrong)
		diag_at(p->diags, DIAG_ERROR, span, "%s", wrong);
}

static void
parse_codes_statement(struct parser *p, void *owner)
{
	struct code_list *list = owner;

	if (accept(p, "values")) {
		do {
			parse_code(p, list);
		} while (!p->failed && accept(p, ","));
	} else if (accept(p, "basis")) {
		list->basis = expect_string(p, "the source of the list");
	} else {
		parse_fail(p, "values or basis");
	}
}

static const struct block codes_block = {parse_codes_statement, none};

void
parse_codes(struct parser *p)
{
	struct code_list *list = parser_append(p, p->set->code_lists, p->set->code_list_count);

	list->span = p->token->span;
	list->name = expect_name(p, "the name of the list");
	list->label = optional_label(p);
	parse_block(p, &codes_block, list);
}

/* ---- definitions ---- */

static void
parse_parameters(struct parser *p, struct define *define)
{
	if (!accept(p, "("))
		return;
	do {
		struct parameter *parameter =
			parser_append(p, define->parameters, define->parameter_count);

		parameter->span = p->token->span;
		parameter->type_name = expect_name(p, "a type: person, day, int, money or a kind");
		parameter->name = expect_name(p, "the name of the parameter");
	} while (!p->failed && accept(p, ","));
	expect(p, ")");
}

void
parse_define(struct parser *p, bool is_set)
{
	struct define *define = parser_append(p, p->set->defines, p->set->define_count);

	define->span = p->token->span;
	define->is_set = is_set;
	define->name = expect_name(p, "the name of the definition");
	if (!is_set)
		parse_parameters(p, define);
	expect(p, "=");
	if (is_set) {
		parse_set(p, &define->set);
		if (accept(p, "where"))
			define->body = parse_expression(p);
	} else {
		define->body = parse_expression(p);
	}
}
