/* Cuts a text into tokens; knows no grammar. */
#include "lex.h"

#include <string.h>

#include "arena.h"
#include "money.h"

struct lexer {
	const struct source_text *text;
	struct arena *arena;
	struct diags *diags;
	size_t at;
	struct token *tokens;
	size_t count;
	size_t room;
};

static char
peek(const struct lexer *l, size_t ahead)
{
	return l->at + ahead < l->text->length ? l->text->bytes[l->at + ahead] : '\0';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static struct token *
add(struct lexer *l, enum token_type type, size_t start)
{
	struct token *token;

	if (l->count == l->room) {
		struct token *more = arena_array(l->arena, 2 * l->room, sizeof(*more));

		memcpy(more, l->tokens, l->count * sizeof(*more));
		l->tokens = more;
		l->room *= 2;
	}
	token = &l->tokens[l->count++];
	token->type = type;
	token->span = (struct span){l->text, start, l->at - start};
	token->text = arena_strndup(l->arena, l->text->bytes + start, l->at - start);
	return token;
}

static void
skip_blanks(struct lexer *l)
{
	while (l->at < l->text->length) {
		char c = peek(l, 0);

		if (c == '#')
			while (l->at < l->text->length && peek(l, 0) != '\n')
				l->at++;
		else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
			l->at++;
		else
			return;
	}
}

static void
lex_name(struct lexer *l)
{
	size_t start = l->at;

	while (is_name(peek(l, 0)))
		l->at++;
	add(l, TOKEN_NAME, start);
}

static void
lex_number(struct lexer *l)
{
	size_t start = l->at;
	struct token *token;
	struct money money = {0};

	while (is_digit(peek(l, 0)))
		l->at++;
	if (peek(l, 0) == '.' && is_digit(peek(l, 1)))
		for (l->at++; is_digit(peek(l, 0));)
			l->at++;
	token = add(l, TOKEN_NUMBER, start);
	token->decimals = strchr(token->text, '.') != NULL;
	if (!money_parse_plain(token->text, &money)) {
		diag_at(l->diags, DIAG_ERROR, token->span, "'%s' is not a number here",
			token->text);
		diag_hint(l->diags, "at most 90000000000, with at most two decimals");
	}
	token->number = money.fen;
}

/* The character that a backslash and `c` stand for, or 0. */
static char
escaped(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case '"':
	case '\\':
		return c;
	}
	return '\0';
}

/* Decodes what lies between the quotes. Other escapes stay as they are: patterns need them. */
static char *
decode(struct lexer *l, size_t start, size_t end)
{
	char *text = arena_alloc(l->arena, end - start + 1);
	size_t n = 0;

	for (size_t i = start; i < end; i++) {
		const char *at = l->text->bytes + i;

		if (*at == '\\' && i + 1 < end && escaped(at[1])) {
			text[n++] = escaped(at[1]);
			i++;
		} else {
			text[n++] = *at == '\0' ? ' ' : *at;
		}
	}
	return text;
}

static void
lex_string(struct lexer *l)
{
	size_t start = l->at++;
	struct token *token;
	bool closed;

	while (l->at < l->text->length && peek(l, 0) != '"' && peek(l, 0) != '\n')
		l->at += peek(l, 0) == '\\' && peek(l, 1) != '\n' && peek(l, 1) != '\0' ? 2 : 1;
	closed = peek(l, 0) == '"';
	l->at += closed;
	token = add(l, TOKEN_STRING, start);
	token->text = decode(l, start + 1, l->at - (closed && l->at > start + 1));
	if (!closed) {
		diag_at(l->diags, DIAG_ERROR, token->span, "this text has no end");
		diag_hint(l->diags, "texts end with \" on the same line");
	}
}

static bool
lex_sign(struct lexer *l)
{
	static const char *const signs[] = {"<>", "<=", ">=", "{", "}", "(", ")", ";", ",", ".",
		"=", "<", ">", "+", "-", "*", "/", ":"};
	size_t start = l->at;

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t length = strlen(signs[i]);

		if (l->text->length - l->at < length ||
			memcmp(l->text->bytes + l->at, signs[i], length) != 0)
			continue;
		l->at += length;
		add(l, TOKEN_SIGN, start);
		return true;
	}
	return false;
}

/* Skips the whole character (or run of odd bytes) that no token begins with. */
static void
lex_odd(struct lexer *l)
{
	size_t start = l->at++;

	while (l->at < l->text->length && ((unsigned char)peek(l, 0) & 0x80))
		l->at++;
	diag_at(l->diags, DIAG_ERROR, (struct span){l->text, start, l->at - start},
		"no word begins like this");
	diag_hint(l->diags, "Chinese text stands between \" and \"");
}

struct token *
lex(const struct source_text *text, struct arena *arena, struct diags *diags)
{
	struct lexer l = {.text = text, .arena = arena, .diags = diags, .room = 64};

	l.tokens = arena_array(arena, l.room, sizeof(*l.tokens));
	if (text->length >= 3 && memcmp(text->bytes, "\xEF\xBB\xBF", 3) == 0)
		l.at = 3;
	for (skip_blanks(&l); l.at < text->length; skip_blanks(&l)) {
		char c = peek(&l, 0);

		if (is_digit(c))
			lex_number(&l);
		else if (is_name(c))
			lex_name(&l);
		else if (c == '"')
			lex_string(&l);
		else if (!lex_sign(&l))
			lex_odd(&l);
	}
	add(&l, TOKEN_END, l.at);
	return l.tokens;
}

bool
token_is(const struct token *token, const char *word)
{
	return (token->type == TOKEN_NAME || token->type == TOKEN_SIGN) &&
	       strcmp(token->text, word) == 0;
}
