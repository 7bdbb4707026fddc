/* Parses expressions over the columns of a source; computes nothing. */
#include "config_reader.h"

#include <string.h>

#include "arena.h"
#include "bounds.h"
#include "fold.h"

static struct formula *
formula_new(struct reader *reader, enum formula_op op, struct span span)
{
	struct formula *formula = arena_alloc(reader->config->arena, sizeof(*formula));

	formula->op = op;
	formula->span = span;
	formula->column = COLUMN_NONE;
	return formula;
}

static struct span
span_join(struct span first, struct span last)
{
	first.length = last.start + last.length - first.start;
	return first;
}

static struct formula *
formula_pair(
	struct reader *reader, enum formula_op op, struct formula *left, struct formula *right)
{
	struct formula *formula = formula_new(reader, op, span_join(left->span, right->span));

	formula->left = left;
	formula->right = right;
	return formula;
}

static int
source_column(struct reader *reader, const struct token *token)
{
	struct source_config *source = reader->source;
	size_t count = (size_t)source->column_count;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(source->columns[i], token->text) == 0)
			return (int)i;
	}
	if (count == RECORD_COLUMN_LIMIT) {
		diag_at(reader->diags, DIAG_ERROR, token->span,
			"source '%s' uses more than %d columns", source->name,
			RECORD_COLUMN_LIMIT);
		return 0;
	}
	source->columns = reader_grow(reader, source->columns, count, sizeof(*source->columns));
	source->column_spans =
		reader_grow(reader, source->column_spans, count, sizeof(*source->column_spans));
	source->columns[count] = token->text;
	source->column_spans[count] = token->span;
	return source->column_count++;
}

int
parse_column(struct reader *reader)
{
	struct token token;

	if (!reader_want_name(reader, "a column of the query", &token))
		return COLUMN_NONE;
	return source_column(reader, &token);
}

static bool
parse_date_format(struct reader *reader, const struct date_format ***formats, size_t *count)
{
	struct token token;
	const struct date_format *format;
	const char *fault;
	size_t at;

	if (!reader_want_string(reader, "a date format like \"yyyy-MM-dd\"", &token))
		return false;
	format = date_format_compile(
		reader->config->arena, token.text, strlen(token.text), &fault, &at);
	if (!format) {
		diag_at(reader->diags, DIAG_ERROR, token.span, "%s", fault);
		diag_hint(reader->diags, "such as \"yyyy-MM-dd HH:mm:ss\" or \"yyyyMMdd\"");
		return true;
	}
	*formats = reader_grow(reader, *formats, *count, sizeof(**formats));
	(*formats)[(*count)++] = format;
	return true;
}

bool
parse_date_formats(
	struct reader *reader, const struct date_format ***ret_formats, size_t *ret_count)
{
	*ret_formats = NULL;
	*ret_count = 0;
	if (!reader_sign(reader, "("))
		return parse_date_format(reader, ret_formats, ret_count);
	do {
		if (!parse_date_format(reader, ret_formats, ret_count))
			return false;
	} while (reader_sign(reader, ","));
	return reader_want_sign(reader, ")");
}

static struct formula *
parse_literal(struct reader *reader)
{
	struct token token = reader->token;
	struct formula *formula;

	formula = formula_new(
		reader, token.type == TOKEN_STRING ? FORMULA_TEXT : FORMULA_NUMBER, token.span);
	if (token.type == TOKEN_STRING)
		formula->literal = (struct value){
			.type = VALUE_TEXT, .text = token.text, .length = strlen(token.text)};
	else
		formula->literal =
			(struct value){.type = VALUE_NUMBER, .number = token.number / 100};
	reader_next(reader);
	return formula;
}

/* The key of a value table or a word of `in`, folded as values will be; `empty` has no length.
 */
static bool
parse_entry_key(struct reader *reader, struct map_entry *ret_entry)
{
	struct token token = reader->token;
	char *folded;

	ret_entry->span = token.span;
	if (token.type != TOKEN_STRING && token.type != TOKEN_NUMBER &&
		!reader_at_word(reader, "empty"))
		return reader_fault(reader, "a value in quotes, a number or 'empty'");
	reader_next(reader);
	if (token.type == TOKEN_NAME) {
		ret_entry->key = "";
		return true;
	}
	folded = arena_alloc(reader->config->arena, strlen(token.text) + 1);
	text_fold(token.text, strlen(token.text), folded, strlen(token.text) + 1,
		&ret_entry->key_length);
	ret_entry->key = folded;
	return true;
}

static void
add_entry(struct reader *reader, struct formula *formula, const struct map_entry *entry)
{
	for (size_t i = 0; i < formula->entry_count; i++) {
		const struct map_entry *old = &formula->entries[i];

		if (old->key_length != entry->key_length ||
			memcmp(old->key, entry->key, entry->key_length) != 0)
			continue;
		diag_at(reader->diags, DIAG_ERROR, entry->span,
			"this value stands here already");
		diag_hint(reader->diags, "full-width and ASCII digits are one and the same");
		return;
	}
	formula->entries = reader_grow(
		reader, formula->entries, formula->entry_count, sizeof(*formula->entries));
	formula->entries[formula->entry_count++] = *entry;
}

static bool
parse_entry_result(struct reader *reader, struct formula *formula, struct map_entry *ret_entry)
{
	struct token token = reader->token;

	if (token.type == TOKEN_NUMBER)
		ret_entry->result =
			(struct value){.type = VALUE_NUMBER, .number = token.number / 100};
	else if (token.type == TOKEN_STRING || token.type == TOKEN_NAME)
		ret_entry->result = (struct value){
			.type = VALUE_TEXT, .text = token.text, .length = strlen(token.text)};
	else
		return reader_fault(
			reader, "what the value becomes: a number, a word or 'empty'");
	if (reader_at_word(reader, "empty"))
		ret_entry->result = (struct value){.type = VALUE_EMPTY};
	reader_next(reader);
	if (formula->entry_count > 0 && ret_entry->result.type != VALUE_EMPTY &&
		formula->entries[0].result.type != VALUE_EMPTY &&
		ret_entry->result.type != formula->entries[0].result.type) {
		diag_at(reader->diags, DIAG_ERROR, token.span,
			"a value table gives numbers or words, not both");
	}
	return true;
}

/* map COLUMN { "一级" 1, "1" 1; } */
static struct formula *
parse_map(struct reader *reader)
{
	struct formula *formula = formula_new(reader, FORMULA_MAP, reader->token.span);

	reader_next(reader);
	formula->left = formula_new(reader, FORMULA_COLUMN, reader->token.span);
	formula->left->column = parse_column(reader);
	if (formula->left->column < 0 || !reader_want_sign(reader, "{"))
		return NULL;
	while (!reader_at_sign(reader, "}")) {
		struct map_entry entry = {.key = NULL};

		if (!parse_entry_key(reader, &entry) ||
			!parse_entry_result(reader, formula, &entry))
			return NULL;
		add_entry(reader, formula, &entry);
		if (!reader_sign(reader, ",") && !reader_sign(reader, ";"))
			break;
	}
	if (!reader_want_sign(reader, "}"))
		return NULL;
	if (formula->entry_count == 0)
		diag_at(reader->diags, DIAG_ERROR, formula->span, "this value table is empty");
	return formula;
}

static struct formula *
parse_or(struct reader *reader);

static struct formula *
parse_group(struct reader *reader)
{
	struct formula *formula;

	if (++reader->depth > RULE_DEPTH_LIMIT) {
		diag_at(reader->diags, DIAG_ERROR, reader->token.span,
			"expressions nest at most %d deep", RULE_DEPTH_LIMIT);
		return NULL;
	}
	reader_next(reader);
	formula = parse_or(reader);
	reader->depth--;
	return formula && reader_want_sign(reader, ")") ? formula : NULL;
}

static struct formula *
parse_primary(struct reader *reader)
{
	struct formula *formula;

	if (reader->token.type == TOKEN_STRING || reader->token.type == TOKEN_NUMBER)
		return parse_literal(reader);
	if (reader_at_sign(reader, "("))
		return parse_group(reader);
	if (reader_at_word(reader, "map"))
		return parse_map(reader);
	if (reader->token.type != TOKEN_NAME) {
		reader_fault(reader, "a column, a text in quotes or a number");
		return NULL;
	}
	formula = formula_new(reader, FORMULA_COLUMN, reader->token.span);
	formula->column = parse_column(reader);
	return formula;
}

static bool
parse_as_word(struct reader *reader, struct formula *formula)
{
	static const char *const names[] = {
		"yuan", "wan", "fen", "int", "text", "date", "excel"};
	struct token token = reader->token;

	if (reader_word(reader, "yuan"))
		formula->unit = MONEY_YUAN;
	else if (reader_word(reader, "wan"))
		formula->unit = MONEY_WAN;
	else if (reader_word(reader, "fen"))
		formula->unit = MONEY_FEN;
	else if (reader_word(reader, "int"))
		formula->op = FORMULA_AS_INT;
	else if (reader_word(reader, "text"))
		formula->op = FORMULA_AS_TEXT;
	else {
		reader_fault(
			reader, "yuan, wan, fen, int, text, date or a date format in quotes");
		reader_hint_near(reader, &token, names, 7);
		return false;
	}
	return true;
}

/* `as date`: a date or timestamp column, as PostgreSQL prints it. `as excel`: a serial number.
 */
static void
named_date(
	struct reader *reader, struct formula *formula, const char *first, const char *second)
{
	const char *fault;
	size_t at;

	formula->op = FORMULA_AS_DATE;
	formula->formats = arena_array(reader->config->arena, 2, sizeof(*formula->formats));
	formula->format_count = second ? 2 : 1;
	formula->formats[0] =
		date_format_compile(reader->config->arena, first, strlen(first), &fault, &at);
	if (second)
		formula->formats[1] = date_format_compile(
			reader->config->arena, second, strlen(second), &fault, &at);
}

static struct formula *
parse_as(struct reader *reader, struct formula *left)
{
	struct formula *formula = formula_new(reader, FORMULA_AS_MONEY, left->span);

	formula->left = left;
	if (reader->token.type == TOKEN_STRING || reader_at_sign(reader, "(")) {
		formula->op = FORMULA_AS_DATE;
		return parse_date_formats(reader, &formula->formats, &formula->format_count)
			       ? formula
			       : NULL;
	}
	if (reader_word(reader, "date"))
		named_date(reader, formula, "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss");
	else if (reader_word(reader, "excel"))
		named_date(reader, formula, "excel", NULL);
	else if (!parse_as_word(reader, formula))
		return NULL;
	return formula;
}

static struct formula *
parse_in(struct reader *reader, struct formula *left)
{
	struct formula *formula = formula_new(reader, FORMULA_IN, left->span);

	formula->left = left;
	if (!reader_want_sign(reader, "("))
		return NULL;
	do {
		struct map_entry entry = {.key = NULL};

		if (!parse_entry_key(reader, &entry))
			return NULL;
		add_entry(reader, formula, &entry);
	} while (reader_sign(reader, ","));
	return reader_want_sign(reader, ")") ? formula : NULL;
}

static struct formula *
formula_not(struct reader *reader, struct formula *left)
{
	struct formula *formula;

	if (!left)
		return NULL;
	formula = formula_new(reader, FORMULA_NOT, left->span);
	formula->left = left;
	return formula;
}

static struct formula *
parse_is(struct reader *reader, struct formula *left)
{
	bool negated = reader_word(reader, "not");
	struct formula *formula = formula_new(reader, FORMULA_IS_EMPTY, left->span);

	formula->left = left;
	if (!reader_want_word(reader, "empty"))
		return NULL;
	return negated ? formula_not(reader, formula) : formula;
}

static struct formula *
parse_operand(struct reader *reader)
{
	struct formula *formula = parse_primary(reader);

	if (formula && reader_word(reader, "as"))
		return parse_as(reader, formula);
	return formula;
}

static bool
comparison_at(const struct reader *reader, enum formula_op *ret_op)
{
	static const struct {
		const char *sign;
		enum formula_op op;
	} signs[] = {
		{"=", FORMULA_EQUAL},
		{"<>", FORMULA_UNEQUAL},
		{"<", FORMULA_LESS},
		{"<=", FORMULA_LESS_EQUAL},
		{">", FORMULA_MORE},
		{">=", FORMULA_MORE_EQUAL},
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (reader_at_sign(reader, signs[i].sign)) {
			*ret_op = signs[i].op;
			return true;
		}
	}
	return false;
}

/* A text beside a day is a day: "2026-01-31". */
static void
day_beside(struct reader *reader, struct formula *literal, const struct formula *other)
{
	struct day day;

	if (literal->op != FORMULA_TEXT || formula_type(other) != VALUE_DAY)
		return;
	if (!day_parse(literal->literal.text, &day)) {
		diag_at(reader->diags, DIAG_ERROR, literal->span, "this is no day");
		diag_hint(reader->diags, "a day beside a date is written \"yyyy-MM-dd\"");
		return;
	}
	literal->literal = (struct value){.type = VALUE_DAY, .number = day.n};
}

/* Days compare with days only; everything else is read as its neighbour asks. */
static void
check_comparison(struct reader *reader, const struct formula *formula)
{
	enum value_type left = formula_type(formula->left);
	enum value_type right = formula_type(formula->right);
	bool well = left == right || (left == VALUE_TEXT && right != VALUE_DAY) ||
		    (right == VALUE_TEXT && left != VALUE_DAY) ||
		    (formula->left->op == FORMULA_TEXT || formula->right->op == FORMULA_TEXT);

	if (left == VALUE_TRUTH || right == VALUE_TRUTH || !well) {
		diag_at(reader->diags, DIAG_ERROR, formula->span,
			"the two sides cannot be compared");
		diag_hint(reader->diags, "give a column its type with 'as'");
	}
}

static struct formula *
parse_comparison(struct reader *reader)
{
	struct formula *left = parse_operand(reader);
	struct formula *right, *formula;
	enum formula_op op;

	if (!left)
		return NULL;
	if (reader_word(reader, "in"))
		return parse_in(reader, left);
	if (reader_word(reader, "is"))
		return parse_is(reader, left);
	if (reader_word(reader, "not"))
		return reader_want_word(reader, "in")
			       ? formula_not(reader, parse_in(reader, left))
			       : NULL;
	if (!comparison_at(reader, &op))
		return left;
	reader_next(reader);
	right = parse_operand(reader);
	if (!right)
		return NULL;
	day_beside(reader, left, right);
	day_beside(reader, right, left);
	formula = formula_pair(reader, op, left, right);
	check_comparison(reader, formula);
	return formula;
}

static struct formula *
parse_not(struct reader *reader)
{
	bool negated = false;
	struct formula *formula;

	while (reader_word(reader, "not"))
		negated = !negated;
	formula = parse_comparison(reader);
	return negated ? formula_not(reader, formula) : formula;
}

/* A chain of `and` and `or` leans to the left, and is computed by recursion. */
#define LINKS_MOST 500

static struct formula *
formula_link(
	struct reader *reader, enum formula_op op, struct formula *left, struct formula *right)
{
	if (!right)
		return NULL;
	if (++reader->links > LINKS_MOST) {
		diag_at(reader->diags, DIAG_ERROR, right->span,
			"one condition holds at most %d 'and' and 'or'", LINKS_MOST);
		return NULL;
	}
	return formula_pair(reader, op, left, right);
}

static struct formula *
parse_and(struct reader *reader)
{
	struct formula *left = parse_not(reader);

	while (left && reader_word(reader, "and")) {
		struct formula *right = parse_not(reader);

		left = formula_link(reader, FORMULA_AND, left, right);
	}
	return left;
}

static struct formula *
parse_or(struct reader *reader)
{
	struct formula *left = parse_and(reader);

	while (left && reader_word(reader, "or")) {
		struct formula *right = parse_and(reader);

		left = formula_link(reader, FORMULA_OR, left, right);
	}
	return left;
}

struct formula *
parse_formula(struct reader *reader)
{
	reader->depth = 0;
	reader->links = 0;
	return parse_or(reader);
}
