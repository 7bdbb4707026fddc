/* Parses expressions over the columns of a source; computes nothing. */
#include "config_parser.h"

#include <string.h>

#include "arena.h"
#include "bounds.h"
#include "fold.h"

static struct formula *
formula_new(struct parser *parser, enum formula_op op, struct span span)
{
	struct formula *formula = arena_alloc(parser->config->arena, sizeof(*formula));

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
formula_pair(struct parser *parser, enum formula_op op, struct formula *left,
	struct formula *right)
{
	struct formula *formula = formula_new(parser, op, span_join(left->span, right->span));

	formula->left = left;
	formula->right = right;
	return formula;
}

static int
source_column(struct parser *parser, const struct token *token)
{
	struct source_config *source = parser->source;
	size_t count = (size_t)source->column_count;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(source->columns[i], token->text) == 0)
			return (int)i;
	}
	if (count == RECORD_COLUMN_LIMIT) {
		diag_at(parser->diags, DIAG_ERROR, token->span,
			"source '%s' uses more than %d columns", source->name, RECORD_COLUMN_LIMIT);
		return 0;
	}
	source->columns = parser_grow(parser, source->columns, count, sizeof(*source->columns));
	source->column_spans =
		parser_grow(parser, source->column_spans, count, sizeof(*source->column_spans));
	source->columns[count] = token->text;
	source->column_spans[count] = token->span;
	return source->column_count++;
}

int
parse_column(struct parser *parser)
{
	struct token token;

	if (!parser_want_name(parser, "a column of the query", &token))
		return COLUMN_NONE;
	return source_column(parser, &token);
}

static bool
parse_date_format(struct parser *parser, const struct date_format ***formats, size_t *count)
{
	struct token token;
	const struct date_format *format;
	const char *fault;
	size_t at;

	if (!parser_want_string(parser, "a date format like \"yyyy-MM-dd\"", &token))
		return false;
	format = date_format_compile(parser->config->arena, token.text, strlen(token.text), &fault, &at);
	if (!format) {
		diag_at(parser->diags, DIAG_ERROR, token.span, "%s", fault);
		diag_hint(parser->diags, "such as \"yyyy-MM-dd HH:mm:ss\" or \"yyyyMMdd\"");
		return true;
	}
	*formats = parser_grow(parser, *formats, *count, sizeof(**formats));
	(*formats)[(*count)++] = format;
	return true;
}

bool
parse_date_formats(struct parser *parser, const struct date_format ***ret_formats,
	size_t *ret_count)
{
	*ret_formats = NULL;
	*ret_count = 0;
	if (!parser_sign(parser, "("))
		return parse_date_format(parser, ret_formats, ret_count);
	do {
		if (!parse_date_format(parser, ret_formats, ret_count))
			return false;
	} while (parser_sign(parser, ","));
	return parser_want_sign(parser, ")");
}

static struct formula *
parse_literal(struct parser *parser)
{
	struct token token = parser->token;
	struct formula *formula;

	formula = formula_new(parser,
		token.type == TOKEN_STRING ? FORMULA_TEXT : FORMULA_NUMBER, token.span);
	if (token.type == TOKEN_STRING)
		formula->literal = (struct value){
			.type = VALUE_TEXT, .text = token.text, .length = strlen(token.text)};
	else
		formula->literal = (struct value){.type = VALUE_NUMBER, .number = token.number / 100};
	parser_next(parser);
	return formula;
}

/* The key of a value table or a word of `in`, folded as values will be; `empty` has no length. */
static bool
parse_entry_key(struct parser *parser, struct map_entry *ret_entry)
{
	struct token token = parser->token;
	char *folded;

	ret_entry->span = token.span;
	if (token.type != TOKEN_STRING && token.type != TOKEN_NUMBER &&
		!parser_at_word(parser, "empty"))
		return parser_fault(parser, "a value in quotes, a number or 'empty'");
	parser_next(parser);
	if (token.type == TOKEN_NAME) {
		ret_entry->key = "";
		return true;
	}
	folded = arena_alloc(parser->config->arena, strlen(token.text) + 1);
	text_fold(token.text, strlen(token.text), folded, strlen(token.text) + 1, &ret_entry->key_length);
	ret_entry->key = folded;
	return true;
}

static void
add_entry(struct parser *parser, struct formula *formula, const struct map_entry *entry)
{
	for (size_t i = 0; i < formula->entry_count; i++) {
		const struct map_entry *old = &formula->entries[i];

		if (old->key_length != entry->key_length ||
			memcmp(old->key, entry->key, entry->key_length) != 0)
			continue;
		diag_at(parser->diags, DIAG_ERROR, entry->span, "this value stands here already");
		diag_hint(parser->diags, "full-width and ASCII digits are one and the same");
		return;
	}
	formula->entries = parser_grow(parser, formula->entries, formula->entry_count,
		sizeof(*formula->entries));
	formula->entries[formula->entry_count++] = *entry;
}

static bool
parse_entry_result(struct parser *parser, struct formula *formula, struct map_entry *ret_entry)
{
	struct token token = parser->token;

	if (token.type == TOKEN_NUMBER)
		ret_entry->result = (struct value){.type = VALUE_NUMBER, .number = token.number / 100};
	else if (token.type == TOKEN_STRING || token.type == TOKEN_NAME)
		ret_entry->result = (struct value){
			.type = VALUE_TEXT, .text = token.text, .length = strlen(token.text)};
	else
		return parser_fault(parser, "what the value becomes: a number, a word or 'empty'");
	if (parser_at_word(parser, "empty"))
		ret_entry->result = (struct value){.type = VALUE_EMPTY};
	parser_next(parser);
	if (formula->entry_count > 0 && ret_entry->result.type != VALUE_EMPTY &&
		formula->entries[0].result.type != VALUE_EMPTY &&
		ret_entry->result.type != formula->entries[0].result.type) {
		diag_at(parser->diags, DIAG_ERROR, token.span,
			"a value table gives numbers or words, not both");
	}
	return true;
}

/* map COLUMN { "一级" 1, "1" 1; } */
static struct formula *
parse_map(struct parser *parser)
{
	struct formula *formula = formula_new(parser, FORMULA_MAP, parser->token.span);

	parser_next(parser);
	formula->left = formula_new(parser, FORMULA_COLUMN, parser->token.span);
	formula->left->column = parse_column(parser);
	if (formula->left->column < 0 || !parser_want_sign(parser, "{"))
		return NULL;
	while (!parser_at_sign(parser, "}")) {
		struct map_entry entry = {.key = NULL};

		if (!parse_entry_key(parser, &entry) || !parse_entry_result(parser, formula, &entry))
			return NULL;
		add_entry(parser, formula, &entry);
		if (!parser_sign(parser, ",") && !parser_sign(parser, ";"))
			break;
	}
	if (!parser_want_sign(parser, "}"))
		return NULL;
	if (formula->entry_count == 0)
		diag_at(parser->diags, DIAG_ERROR, formula->span, "this value table is empty");
	return formula;
}

static struct formula *
parse_or(struct parser *parser);

static struct formula *
parse_group(struct parser *parser)
{
	struct formula *formula;

	if (++parser->depth > RULE_DEPTH_LIMIT) {
		diag_at(parser->diags, DIAG_ERROR, parser->token.span,
			"expressions nest at most %d deep", RULE_DEPTH_LIMIT);
		return NULL;
	}
	parser_next(parser);
	formula = parse_or(parser);
	parser->depth--;
	return formula && parser_want_sign(parser, ")") ? formula : NULL;
}

static struct formula *
parse_primary(struct parser *parser)
{
	struct formula *formula;

	if (parser->token.type == TOKEN_STRING || parser->token.type == TOKEN_NUMBER)
		return parse_literal(parser);
	if (parser_at_sign(parser, "("))
		return parse_group(parser);
	if (parser_at_word(parser, "map"))
		return parse_map(parser);
	if (parser->token.type != TOKEN_NAME) {
		parser_fault(parser, "a column, a text in quotes or a number");
		return NULL;
	}
	formula = formula_new(parser, FORMULA_COLUMN, parser->token.span);
	formula->column = parse_column(parser);
	return formula;
}

static bool
parse_as_word(struct parser *parser, struct formula *formula)
{
	static const char *const names[] = {"yuan", "wan", "fen", "int", "text", "date", "excel"};
	struct token token = parser->token;

	if (parser_word(parser, "yuan"))
		formula->unit = MONEY_YUAN;
	else if (parser_word(parser, "wan"))
		formula->unit = MONEY_WAN;
	else if (parser_word(parser, "fen"))
		formula->unit = MONEY_FEN;
	else if (parser_word(parser, "int"))
		formula->op = FORMULA_AS_INT;
	else if (parser_word(parser, "text"))
		formula->op = FORMULA_AS_TEXT;
	else {
		parser_fault(parser, "yuan, wan, fen, int, text, date or a date format in quotes");
		parser_hint_near(parser, &token, names, 7);
		return false;
	}
	return true;
}

/* `as date`: a date or timestamp column, as PostgreSQL prints it. `as excel`: a serial number. */
static void
named_date(struct parser *parser, struct formula *formula, const char *first, const char *second)
{
	const char *fault;
	size_t at;

	formula->op = FORMULA_AS_DATE;
	formula->formats = arena_array(parser->config->arena, 2, sizeof(*formula->formats));
	formula->format_count = second ? 2 : 1;
	formula->formats[0] = date_format_compile(parser->config->arena, first, strlen(first),
		&fault, &at);
	if (second)
		formula->formats[1] = date_format_compile(parser->config->arena, second,
			strlen(second), &fault, &at);
}

static struct formula *
parse_as(struct parser *parser, struct formula *left)
{
	struct formula *formula = formula_new(parser, FORMULA_AS_MONEY, left->span);

	formula->left = left;
	if (parser->token.type == TOKEN_STRING || parser_at_sign(parser, "(")) {
		formula->op = FORMULA_AS_DATE;
		return parse_date_formats(parser, &formula->formats, &formula->format_count)
			? formula : NULL;
	}
	if (parser_word(parser, "date"))
		named_date(parser, formula, "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss");
	else if (parser_word(parser, "excel"))
		named_date(parser, formula, "excel", NULL);
	else if (!parse_as_word(parser, formula))
		return NULL;
	return formula;
}

static struct formula *
parse_in(struct parser *parser, struct formula *left)
{
	struct formula *formula = formula_new(parser, FORMULA_IN, left->span);

	formula->left = left;
	if (!parser_want_sign(parser, "("))
		return NULL;
	do {
		struct map_entry entry = {.key = NULL};

		if (!parse_entry_key(parser, &entry))
			return NULL;
		add_entry(parser, formula, &entry);
	} while (parser_sign(parser, ","));
	return parser_want_sign(parser, ")") ? formula : NULL;
}

static struct formula *
formula_not(struct parser *parser, struct formula *left)
{
	struct formula *formula;

	if (!left)
		return NULL;
	formula = formula_new(parser, FORMULA_NOT, left->span);
	formula->left = left;
	return formula;
}

static struct formula *
parse_is(struct parser *parser, struct formula *left)
{
	bool negated = parser_word(parser, "not");
	struct formula *formula = formula_new(parser, FORMULA_IS_EMPTY, left->span);

	formula->left = left;
	if (!parser_want_word(parser, "empty"))
		return NULL;
	return negated ? formula_not(parser, formula) : formula;
}

static struct formula *
parse_operand(struct parser *parser)
{
	struct formula *formula = parse_primary(parser);

	if (formula && parser_word(parser, "as"))
		return parse_as(parser, formula);
	return formula;
}

static bool
comparison_at(const struct parser *parser, enum formula_op *ret_op)
{
	static const struct {
		const char *sign;
		enum formula_op op;
	} signs[] = {
		{"=", FORMULA_EQUAL}, {"<>", FORMULA_UNEQUAL}, 
		{"<", FORMULA_LESS}, {"<=", FORMULA_LESS_EQUAL}, {">", FORMULA_MORE},
		{">=", FORMULA_MORE_EQUAL},
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++) {
		if (parser_at_sign(parser, signs[i].sign)) {
			*ret_op = signs[i].op;
			return true;
		}
	}
	return false;
}

/* A text beside a day is a day: "2026-01-31". */
static void
day_beside(struct parser *parser, struct formula *literal, const struct formula *other)
{
	struct day day;

	if (literal->op != FORMULA_TEXT || formula_type(other) != VALUE_DAY)
		return;
	if (!day_parse(literal->literal.text, &day)) {
		diag_at(parser->diags, DIAG_ERROR, literal->span, "this is no day");
		diag_hint(parser->diags, "a day beside a date is written \"yyyy-MM-dd\"");
		return;
	}
	literal->literal = (struct value){.type = VALUE_DAY, .number = day.n};
}

/* Days compare with days only; everything else is read as its neighbour asks. */
static void
check_comparison(struct parser *parser, const struct formula *formula)
{
	enum value_type left = formula_type(formula->left);
	enum value_type right = formula_type(formula->right);
	bool well = left == right || (left == VALUE_TEXT && right != VALUE_DAY) ||
		(right == VALUE_TEXT && left != VALUE_DAY) ||
		(formula->left->op == FORMULA_TEXT || formula->right->op == FORMULA_TEXT);

	if (left == VALUE_TRUTH || right == VALUE_TRUTH || !well) {
		diag_at(parser->diags, DIAG_ERROR, formula->span,
			"the two sides cannot be compared");
		diag_hint(parser->diags, "give a column its type with 'as'");
	}
}

static struct formula *
parse_comparison(struct parser *parser)
{
	struct formula *left = parse_operand(parser);
	struct formula *right, *formula;
	enum formula_op op;

	if (!left)
		return NULL;
	if (parser_word(parser, "in"))
		return parse_in(parser, left);
	if (parser_word(parser, "is"))
		return parse_is(parser, left);
	if (parser_word(parser, "not"))
		return parser_want_word(parser, "in") ? formula_not(parser, parse_in(parser, left))
						      : NULL;
	if (!comparison_at(parser, &op))
		return left;
	parser_next(parser);
	right = parse_operand(parser);
	if (!right)
		return NULL;
	day_beside(parser, left, right);
	day_beside(parser, right, left);
	formula = formula_pair(parser, op, left, right);
	check_comparison(parser, formula);
	return formula;
}

static struct formula *
parse_not(struct parser *parser)
{
	bool negated = false;
	struct formula *formula;

	while (parser_word(parser, "not"))
		negated = !negated;
	formula = parse_comparison(parser);
	return negated ? formula_not(parser, formula) : formula;
}

/* A chain of `and` and `or` leans to the left, and is computed by recursion. */
#define LINKS_MOST 500

static struct formula *
formula_link(struct parser *parser, enum formula_op op, struct formula *left,
	struct formula *right)
{
	if (!right)
		return NULL;
	if (++parser->links > LINKS_MOST) {
		diag_at(parser->diags, DIAG_ERROR, right->span,
			"one condition holds at most %d 'and' and 'or'", LINKS_MOST);
		return NULL;
	}
	return formula_pair(parser, op, left, right);
}

static struct formula *
parse_and(struct parser *parser)
{
	struct formula *left = parse_not(parser);

	while (left && parser_word(parser, "and")) {
		struct formula *right = parse_not(parser);

		left = formula_link(parser, FORMULA_AND, left, right);
	}
	return left;
}

static struct formula *
parse_or(struct parser *parser)
{
	struct formula *left = parse_and(parser);

	while (left && parser_word(parser, "or")) {
		struct formula *right = parse_and(parser);

		left = formula_link(parser, FORMULA_OR, left, right);
	}
	return left;
}

struct formula *
parse_formula(struct parser *parser)
{
	parser->depth = 0;
	parser->links = 0;
	return parse_or(parser);
}
