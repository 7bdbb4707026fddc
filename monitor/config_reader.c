/* Moves over the tokens of a configuration and reports what was expected; knows no statement.
 */
#include "config_reader.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"

void
reader_open(struct reader *reader, const struct source_text *text)
{
	reader->next = lex(text, reader->config->arena, reader->diags);
	reader->token = *reader->next;
}

void
reader_next(struct reader *reader)
{
	if (reader->next->type != TOKEN_END)
		reader->next++;
	reader->token = *reader->next;
}

bool
reader_at_word(const struct reader *reader, const char *word)
{
	return reader->token.type == TOKEN_NAME && strcmp(reader->token.text, word) == 0;
}

bool
reader_at_sign(const struct reader *reader, const char *sign)
{
	return reader->token.type == TOKEN_SIGN && strcmp(reader->token.text, sign) == 0;
}

bool
reader_word(struct reader *reader, const char *word)
{
	if (!reader_at_word(reader, word))
		return false;
	reader_next(reader);
	return true;
}

bool
reader_sign(struct reader *reader, const char *sign)
{
	if (!reader_at_sign(reader, sign))
		return false;
	reader_next(reader);
	return true;
}

bool
reader_fault(struct reader *reader, const char *expected)
{
	const struct token *token = &reader->token;

	if (token->type == TOKEN_END)
		diag_at(reader->diags, DIAG_ERROR, token->span,
			"the text ends where there should be %s", expected);
	else
		diag_at(reader->diags, DIAG_ERROR, token->span, "expected %s, found %s%s%s",
			expected, token->type == TOKEN_STRING ? "the text \"" : "'",
			token->text, token->type == TOKEN_STRING ? "\"" : "'");
	return false;
}

/* The place behind the token before, where something was forgotten. */
static bool
reader_missing(struct reader *reader, const char *sign)
{
	const struct token *token = reader->next;

	if (token->span.start > 0 && token->type != TOKEN_END) {
		struct span span = token[-1].span;

		span.start += span.length;
		span.length = 0;
		diag_at(reader->diags, DIAG_ERROR, span, "'%s' is missing here", sign);
		return false;
	}
	diag_at(reader->diags, DIAG_ERROR, token->span, "the text ends where '%s' is missing",
		sign);
	return false;
}

bool
reader_want_sign(struct reader *reader, const char *sign)
{
	return reader_sign(reader, sign) || reader_missing(reader, sign);
}

bool
reader_want_word(struct reader *reader, const char *word)
{
	if (reader_word(reader, word))
		return true;
	return reader_fault(reader, arena_printf(reader->config->arena, "'%s'", word));
}

bool
reader_want_name(struct reader *reader, const char *what, struct token *ret_token)
{
	*ret_token = reader->token;
	if (reader->token.type != TOKEN_NAME)
		return reader_fault(reader, what);
	reader_next(reader);
	return true;
}

/* Neighbouring texts are one: a query may go over several lines. */
bool
reader_want_string(struct reader *reader, const char *what, struct token *ret_token)
{
	*ret_token = reader->token;
	if (reader->token.type != TOKEN_STRING)
		return reader_fault(reader, what);
	reader_next(reader);
	while (reader->token.type == TOKEN_STRING) {
		ret_token->text = arena_printf(
			reader->config->arena, "%s\n%s", ret_token->text, reader->token.text);
		reader_next(reader);
	}
	return true;
}

bool
reader_want_number(struct reader *reader, const char *what, int64_t least, int64_t most,
	int64_t *ret_number)
{
	struct token token = reader->token;

	if (token.type != TOKEN_NUMBER)
		return reader_fault(reader, what);
	reader_next(reader);
	*ret_number = token.number / 100;
	if (token.decimals || *ret_number < least || *ret_number > most) {
		diag_at(reader->diags, DIAG_ERROR, token.span, "this is not %s", what);
		diag_hint(reader->diags, "a whole number from %lld to %lld", (long long)least,
			(long long)most);
		*ret_number = least;
	}
	return true;
}

bool
reader_want_duration(struct reader *reader, int64_t *ret_us)
{
	struct token number = reader->token;
	char text[32];

	if (number.type != TOKEN_NUMBER)
		return reader_fault(reader, "a duration, like 500ms, 20s, 5min, 2h or 1d");
	reader_next(reader);
	snprintf(text, sizeof(text), "%.15s%.15s", number.text,
		reader->token.type == TOKEN_NAME ? reader->token.text : "");
	if (number.decimals || reader->token.type != TOKEN_NAME ||
		!setting_duration(text, strlen(text), ret_us)) {
		diag_at(reader->diags, DIAG_ERROR, number.span, "this duration has no unit");
		diag_hint(reader->diags, "500ms, 20s, 5min, 2h or 1d");
		return false;
	}
	reader_next(reader);
	return true;
}

/* The number between two signs of a time of day: two digits. */
static bool
clock_part(struct reader *reader, int *ret_number)
{
	if (reader->token.type != TOKEN_NUMBER || strlen(reader->token.text) != 2)
		return reader_fault(reader, "a time of day, like 02:30");
	*ret_number = (int)(reader->token.number / 100);
	reader_next(reader);
	return true;
}

bool
reader_want_clock(struct reader *reader, bool end, int *ret_second)
{
	struct span span = reader->token.span;
	int hour = 0, minute = 0;

	if (!clock_part(reader, &hour) || !reader_want_sign(reader, ":") ||
		!clock_part(reader, &minute))
		return false;
	*ret_second = hour * 3600 + minute * 60;
	if (minute > 59 || *ret_second > 86400 - (end ? 0 : 60)) {
		diag_at(reader->diags, DIAG_ERROR, span, "there is no such time of day");
		*ret_second = 0;
	}
	return true;
}

void
reader_hint_near(struct reader *reader, const struct token *token, const char *const *names,
	size_t count)
{
	const char *near = nearest_name(token->text, strlen(token->text), names, count);

	if (near)
		diag_hint(reader->diags, "did you mean '%s'?", near);
}

void
reader_recover(struct reader *reader)
{
	int depth = 0;

	for (; reader->token.type != TOKEN_END; reader_next(reader)) {
		if (reader_at_sign(reader, "{")) {
			depth++;
		} else if (reader_at_sign(reader, "}")) {
			if (depth == 0)
				return;
			if (--depth == 0) {
				reader_next(reader);
				reader_sign(reader, ";");
				return;
			}
		} else if (depth == 0 && reader_at_sign(reader, ";")) {
			reader_next(reader);
			return;
		}
	}
}

/* Arrays double at powers of two; the old copy stays in the arena until the end. */
void *
reader_grow(struct reader *reader, void *array, size_t count, size_t size)
{
	void *more;

	if (count > 0 && (count & (count - 1)) != 0)
		return array;
	more = arena_array(reader->config->arena, count ? 2 * count : 1, size);
	if (count > 0)
		memcpy(more, array, count * size);
	return more;
}
