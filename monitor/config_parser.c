/* Moves over the tokens of a configuration and reports what was expected; knows no statement. */
#include "config_parser.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"

void
parser_open(struct parser *parser, const struct source_text *text)
{
	parser->next = lex(text, parser->config->arena, parser->diags);
	parser->token = *parser->next;
}

void
parser_next(struct parser *parser)
{
	if (parser->next->type != TOKEN_END)
		parser->next++;
	parser->token = *parser->next;
}

bool
parser_at_word(const struct parser *parser, const char *word)
{
	return parser->token.type == TOKEN_NAME && strcmp(parser->token.text, word) == 0;
}

bool
parser_at_sign(const struct parser *parser, const char *sign)
{
	return parser->token.type == TOKEN_SIGN && strcmp(parser->token.text, sign) == 0;
}

bool
parser_word(struct parser *parser, const char *word)
{
	if (!parser_at_word(parser, word))
		return false;
	parser_next(parser);
	return true;
}

bool
parser_sign(struct parser *parser, const char *sign)
{
	if (!parser_at_sign(parser, sign))
		return false;
	parser_next(parser);
	return true;
}

bool
parser_fault(struct parser *parser, const char *expected)
{
	const struct token *token = &parser->token;

	if (token->type == TOKEN_END)
		diag_at(parser->diags, DIAG_ERROR, token->span,
			"the text ends where there should be %s", expected);
	else
		diag_at(parser->diags, DIAG_ERROR, token->span, "expected %s, found %s%s%s", expected,
			token->type == TOKEN_STRING ? "the text \"" : "'", token->text,
			token->type == TOKEN_STRING ? "\"" : "'");
	return false;
}

/* The place behind the token before, where something was forgotten. */
static bool
parser_missing(struct parser *parser, const char *sign)
{
	const struct token *token = parser->next;

	if (token->span.start > 0 && token->type != TOKEN_END) {
		struct span span = token[-1].span;

		span.start += span.length;
		span.length = 0;
		diag_at(parser->diags, DIAG_ERROR, span, "'%s' is missing here", sign);
		return false;
	}
	diag_at(parser->diags, DIAG_ERROR, token->span, "the text ends where '%s' is missing",
		sign);
	return false;
}

bool
parser_want_sign(struct parser *parser, const char *sign)
{
	return parser_sign(parser, sign) || parser_missing(parser, sign);
}

bool
parser_want_word(struct parser *parser, const char *word)
{
	if (parser_word(parser, word))
		return true;
	return parser_fault(parser, arena_printf(parser->config->arena, "'%s'", word));
}

bool
parser_want_name(struct parser *parser, const char *what, struct token *ret_token)
{
	*ret_token = parser->token;
	if (parser->token.type != TOKEN_NAME)
		return parser_fault(parser, what);
	parser_next(parser);
	return true;
}

/* Neighbouring texts are one: a query may go over several lines. */
bool
parser_want_string(struct parser *parser, const char *what, struct token *ret_token)
{
	*ret_token = parser->token;
	if (parser->token.type != TOKEN_STRING)
		return parser_fault(parser, what);
	parser_next(parser);
	while (parser->token.type == TOKEN_STRING) {
		ret_token->text = arena_printf(parser->config->arena, "%s\n%s", ret_token->text,
			parser->token.text);
		parser_next(parser);
	}
	return true;
}

bool
parser_want_number(struct parser *parser, const char *what, int64_t least, int64_t most,
	int64_t *ret_number)
{
	struct token token = parser->token;

	if (token.type != TOKEN_NUMBER)
		return parser_fault(parser, what);
	parser_next(parser);
	*ret_number = token.number / 100;
	if (token.decimals || *ret_number < least || *ret_number > most) {
		diag_at(parser->diags, DIAG_ERROR, token.span, "this is not %s", what);
		diag_hint(parser->diags, "a whole number from %lld to %lld", (long long)least,
			(long long)most);
		*ret_number = least;
	}
	return true;
}

bool
parser_want_duration(struct parser *parser, int64_t *ret_us)
{
	struct token number = parser->token;
	char text[32];

	if (number.type != TOKEN_NUMBER)
		return parser_fault(parser, "a duration, like 500ms, 20s, 5min, 2h or 1d");
	parser_next(parser);
	snprintf(text, sizeof(text), "%.15s%.15s", number.text,
		parser->token.type == TOKEN_NAME ? parser->token.text : "");
	if (number.decimals || parser->token.type != TOKEN_NAME ||
		!setting_duration(text, strlen(text), ret_us)) {
		diag_at(parser->diags, DIAG_ERROR, number.span, "this duration has no unit");
		diag_hint(parser->diags, "500ms, 20s, 5min, 2h or 1d");
		return false;
	}
	parser_next(parser);
	return true;
}

/* The number between two signs of a time of day: two digits. */
static bool
clock_part(struct parser *parser, int *ret_number)
{
	if (parser->token.type != TOKEN_NUMBER || strlen(parser->token.text) != 2)
		return parser_fault(parser, "a time of day, like 02:30");
	*ret_number = (int)(parser->token.number / 100);
	parser_next(parser);
	return true;
}

bool
parser_want_clock(struct parser *parser, bool end, int *ret_second)
{
	struct span span = parser->token.span;
	int hour = 0, minute = 0;

	if (!clock_part(parser, &hour) || !parser_want_sign(parser, ":") ||
		!clock_part(parser, &minute))
		return false;
	*ret_second = hour * 3600 + minute * 60;
	if (minute > 59 || *ret_second > 86400 - (end ? 0 : 60)) {
		diag_at(parser->diags, DIAG_ERROR, span, "there is no such time of day");
		*ret_second = 0;
	}
	return true;
}

void
parser_hint_near(struct parser *parser, const struct token *token, const char *const *names,
	size_t count)
{
	const char *near = nearest_name(token->text, strlen(token->text), names, count);

	if (near)
		diag_hint(parser->diags, "did you mean '%s'?", near);
}

void
parser_recover(struct parser *parser)
{
	int depth = 0;

	for (; parser->token.type != TOKEN_END; parser_next(parser)) {
		if (parser_at_sign(parser, "{")) {
			depth++;
		} else if (parser_at_sign(parser, "}")) {
			if (depth == 0)
				return;
			if (--depth == 0) {
				parser_next(parser);
				parser_sign(parser, ";");
				return;
			}
		} else if (depth == 0 && parser_at_sign(parser, ";")) {
			parser_next(parser);
			return;
		}
	}
}

/* Arrays double at powers of two; the old copy stays in the arena until the end. */
void *
parser_grow(struct parser *parser, void *array, size_t count, size_t size)
{
	void *more;

	if (count > 0 && (count & (count - 1)) != 0)
		return array;
	more = arena_array(parser->config->arena, count ? 2 * count : 1, size);
	if (count > 0)
		memcpy(more, array, count * size);
	return more;
}
