/* Words of the language, with their places. One lexer for rules and for the daemon's configuration. */
#ifndef NEEDWATCH_LEX_H
#define NEEDWATCH_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diag.h"

struct arena;

enum token_type {
	TOKEN_END,    /* of the text; its span is the place behind the last byte */
	TOKEN_NAME,   /* letters, digits, '_'; begins with a letter or '_' */
	TOKEN_NUMBER, /* digits, with at most two decimals */
	TOKEN_STRING, /* "..." with \" \\ \n \t; `text` is decoded */
	TOKEN_SIGN,   /* one of { } ( ) ; , . = <> < <= > >= + - * / : */
};

struct token {
	enum token_type type;
	struct span span;
	const char *text;  /* name, decoded string, or the sign; NUL-terminated */
	int64_t number;    /* TOKEN_NUMBER: in hundredths */
	bool decimals;     /* TOKEN_NUMBER: it had a point */
};

/* The tokens of a text in an array that TOKEN_END ends; in `arena`. Faults are reported, the odd bytes are
 * skipped, and the rest goes on. */
struct token *
lex(const struct source_text *text, struct arena *arena, struct diags *diags);

/* True for a token that is this name or sign. */
bool
token_is(const struct token *token, const char *word);

#endif
