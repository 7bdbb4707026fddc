/* Money in fen, parsed with its unit. */
#ifndef NEEDWATCH_MONEY_H
#define NEEDWATCH_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Fen. MONEY_MAX keeps sums of 10^6 amounts within int64 (limits.h says why). */
struct money {
	int64_t fen;
};

#define MONEY_MAX INT64_C(9000000000000)

enum money_unit {
	MONEY_YUAN,
	MONEY_WAN, /* 万元: 10,000 yuan */
	MONEY_FEN,
};

enum money_fault {
	MONEY_OK,
	MONEY_EMPTY,     /* nothing, or only blanks */
	MONEY_NOT_A_SUM, /* letters, two points, "-" alone */
	MONEY_TOO_FINE,  /* more digits than a fen has */
	MONEY_TOO_LARGE, /* beyond +-MONEY_MAX */
};

/* Accepts sign, thousands commas (also U+FF0C), full-width digits, a trailing 元 or 万元 that
 * agrees with `unit`, blanks around. */
enum money_fault
money_parse(const char *text, enum money_unit unit, struct money *ret_money);

/* The strict form of CSV: optional sign, digits, up to two decimals. */
bool
money_parse_plain(const char *text, struct money *ret_money);

/* "12300.00" and NUL; `exact` false drops ".00". */
#define MONEY_TEXT_SIZE 24
void
money_format(struct money money, bool exact, char ret_text[MONEY_TEXT_SIZE]);

#endif
