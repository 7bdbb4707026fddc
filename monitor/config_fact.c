/* Parses the blocks `fact KIND` and `resident` of a source; kinds are checked later, by config_bind(). */
#include "config_parser.h"

#include <string.h>

#include "arena.h"

const char *const resident_field_names[] = {
	"birth", "sex", "area", "register_area", "residence", NULL};

static bool
parse_field(struct parser *parser, struct fact_config *fact, const struct token *name)
{
	struct field_config field = {.name = name->text, .span = name->span, .field = -1};

	if (!parser_want_sign(parser, "="))
		return false;
	field.formula = parse_formula(parser);
	if (!field.formula)
		return false;
	for (size_t i = 0; i < fact->field_count; i++) {
		if (strcmp(fact->fields[i].name, name->text) == 0) {
			diag_at(parser->diags, DIAG_ERROR, name->span, "field '%s' is set twice",
				name->text);
			return true;
		}
	}
	fact->fields = parser_grow(parser, fact->fields, fact->field_count, sizeof(field));
	fact->fields[fact->field_count++] = field;
	return true;
}

static bool
parse_once(struct parser *parser, const struct token *word, const struct formula **ret_formula)
{
	const struct formula *formula = parse_formula(parser);

	if (!formula)
		return false;
	if (*ret_formula)
		diag_at(parser->diags, DIAG_ERROR, word->span, "'%s' stands here already",
			word->text);
	*ret_formula = formula;
	return true;
}

/* A column that stands alone behind `on` is a date or timestamp of the database. */
static const struct formula *
day_formula(struct parser *parser, const struct formula *formula)
{
	if (formula && formula_type(formula) != VALUE_DAY) {
		diag_at(parser->diags, DIAG_ERROR, formula->span, "a day is expected here");
		diag_hint(parser->diags,
			"say how it is written: as \"yyyy-MM-dd\", or 'as date' for a date column");
	}
	return formula;
}

static bool
parse_fact_statement(struct parser *parser, struct fact_config *fact)
{
	struct token word;

	if (!parser_want_name(parser, "on, until, when, area, person or a field", &word))
		return false;
	if (strcmp(word.text, "area") == 0 && !parser_at_sign(parser, "="))
		return parse_once(parser, &word, &fact->area);
	if (strcmp(word.text, "on") == 0)
		return parse_once(parser, &word, &fact->on) && day_formula(parser, fact->on);
	if (strcmp(word.text, "until") == 0 && !parser_at_sign(parser, "="))
		return parse_once(parser, &word, &fact->until) && day_formula(parser, fact->until);
	if (strcmp(word.text, "when") == 0)
		return parse_once(parser, &word, &fact->when);
	if (strcmp(word.text, "person") == 0 && !parser_at_sign(parser, "="))
		return parse_person(parser, &fact->person);
	return parse_field(parser, fact, &word);
}

static bool
parse_fact_head(struct parser *parser, struct fact_config *fact)
{
	struct token name;

	fact->span = parser->token.span;
	fact->resident = parser_at_word(parser, "resident");
	parser_next(parser);
	fact->kind_name = "resident";
	if (!fact->resident) {
		if (!parser_want_name(parser, "the kind of the fact", &name))
			return false;
		fact->kind_name = name.text;
		fact->span = name.span;
	}
	return parser_want_sign(parser, "{");
}

void
parse_fact(struct parser *parser)
{
	struct source_config *source = parser->source;
	struct person_columns none = {COLUMN_NONE, COLUMN_NONE, COLUMN_NONE, COLUMN_NONE, {0}};
	struct fact_config fact = {.person = none};

	if (!parse_fact_head(parser, &fact)) {
		parser_recover(parser);
		return;
	}
	while (!parser_at_sign(parser, "}") && parser->token.type != TOKEN_END) {
		if (!parse_fact_statement(parser, &fact) || !parser_want_sign(parser, ";"))
			parser_recover(parser);
	}
	parser_want_sign(parser, "}");
	source->facts = parser_grow(parser, source->facts, source->fact_count, sizeof(fact));
	source->facts[source->fact_count++] = fact;
}
