/* Parses the blocks `fact KIND` and `resident` of a source; kinds are checked later, by
 * config_bind(). */
#include "config_reader.h"

#include <string.h>

#include "arena.h"

const char *const resident_field_names[] = {
	"birth", "sex", "area", "register_area", "residence", "head", NULL};

static bool
parse_field(struct reader *reader, struct fact_config *fact, const struct token *name)
{
	struct field_config field = {.name = name->text, .span = name->span, .field = -1};

	if (!reader_want_sign(reader, "="))
		return false;
	field.formula = parse_formula(reader);
	if (!field.formula)
		return false;
	for (size_t i = 0; i < fact->field_count; i++) {
		if (strcmp(fact->fields[i].name, name->text) == 0) {
			diag_at(reader->diags, DIAG_ERROR, name->span,
				"field '%s' is set twice", name->text);
			return true;
		}
	}
	fact->fields = reader_grow(reader, fact->fields, fact->field_count, sizeof(field));
	fact->fields[fact->field_count++] = field;
	return true;
}

static bool
parse_once(struct reader *reader, const struct token *word, const struct formula **ret_formula)
{
	const struct formula *formula = parse_formula(reader);

	if (!formula)
		return false;
	if (*ret_formula)
		diag_at(reader->diags, DIAG_ERROR, word->span, "'%s' stands here already",
			word->text);
	*ret_formula = formula;
	return true;
}

/* A column that stands alone behind `on` is a date or timestamp of the database. */
static const struct formula *
day_formula(struct reader *reader, const struct formula *formula)
{
	if (formula && formula_type(formula) != VALUE_DAY) {
		diag_at(reader->diags, DIAG_ERROR, formula->span, "a day is expected here");
		diag_hint(reader->diags, "say how it is written: as \"yyyy-MM-dd\", or 'as "
					 "date' for a date column");
	}
	return formula;
}

static bool
parse_fact_statement(struct reader *reader, struct fact_config *fact)
{
	struct token word;

	if (!reader_want_name(reader, "on, until, when, area, person or a field", &word))
		return false;
	if (strcmp(word.text, "area") == 0 && !reader_at_sign(reader, "="))
		return parse_once(reader, &word, &fact->area);
	if (strcmp(word.text, "on") == 0)
		return parse_once(reader, &word, &fact->on) && day_formula(reader, fact->on);
	if (strcmp(word.text, "until") == 0 && !reader_at_sign(reader, "="))
		return parse_once(reader, &word, &fact->until) &&
		       day_formula(reader, fact->until);
	if (strcmp(word.text, "when") == 0)
		return parse_once(reader, &word, &fact->when);
	if (strcmp(word.text, "person") == 0 && !reader_at_sign(reader, "="))
		return parse_person(reader, &fact->person);
	return parse_field(reader, fact, &word);
}

static bool
parse_fact_head(struct reader *reader, struct fact_config *fact)
{
	struct token name;

	fact->span = reader->token.span;
	fact->resident = reader_at_word(reader, "resident");
	reader_next(reader);
	fact->kind_name = "resident";
	if (!fact->resident) {
		if (!reader_want_name(reader, "the kind of the fact", &name))
			return false;
		fact->kind_name = name.text;
		fact->span = name.span;
	}
	return reader_want_sign(reader, "{");
}

void
parse_fact(struct reader *reader)
{
	struct source_config *source = reader->source;
	struct person_columns none = {
		COLUMN_NONE, COLUMN_NONE, COLUMN_NONE, COLUMN_NONE, false, {0}};
	struct fact_config fact = {.person = none};

	if (!parse_fact_head(reader, &fact)) {
		reader_recover(reader);
		return;
	}
	while (!reader_at_sign(reader, "}") && reader->token.type != TOKEN_END) {
		if (!parse_fact_statement(reader, &fact) || !reader_want_sign(reader, ";"))
			reader_recover(reader);
	}
	reader_want_sign(reader, "}");
	source->facts = reader_grow(reader, source->facts, source->fact_count, sizeof(fact));
	source->facts[source->fact_count++] = fact;
}
