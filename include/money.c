/* Reads sums as departments write them and as CSV writes them; rounds nothing. */
#include "money.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TEXT_ROOM 64

/* The text with full-width characters folded, commas and blanks dropped; false if it does not fit. */
static bool
fold_sum(const char *text, char folded[TEXT_ROOM])
{
	size_t n = 0;

	while (*text) {
		const unsigned char *u = (const unsigned char *)text;

		if (n + 4 >= TEXT_ROOM)
			return false;
		if (u[0] == 0xEF && u[1] == 0xBC && u[2] >= 0x81 && u[2] <= 0xBF) {
			char plain = (char)(u[2] - 0x81 + '!');

			if (plain != ',')
				folded[n++] = plain;
			text += 3;
		} else if (u[0] == 0xE3 && u[1] == 0x80 && u[2] == 0x80) {
			text += 3;
		} else if (*text == ',' || *text == ' ' || *text == '\t') {
			text++;
		} else {
			folded[n++] = *text++;
		}
	}
	folded[n] = '\0';
	return true;
}

static bool
ends_with(const char *text, size_t length, const char *end)
{
	size_t size = strlen(end);

	return length >= size && memcmp(text + length - size, end, size) == 0;
}

/* Cuts a trailing unit that agrees with `unit`; false if it contradicts. */
static bool
cut_unit(char *text, enum money_unit unit)
{
	size_t length = strlen(text);

	if (ends_with(text, length, "万元")) {
		text[length - strlen("万元")] = '\0';
		return unit == MONEY_WAN;
	}
	if (ends_with(text, length, "元")) {
		text[length - strlen("元")] = '\0';
		return unit == MONEY_YUAN;
	}
	if (ends_with(text, length, "分")) {
		text[length - strlen("分")] = '\0';
		return unit == MONEY_FEN;
	}
	return true;
}

/* Sign, digits, at most one point; the value in 10^-places of its unit. */
static enum money_fault
parse_decimal(const char *text, int places, int64_t *ret_scaled)
{
	bool negative = *text == '-';
	bool any = false;
	int left = -1; /* places still allowed behind the point; -1 before it */
	int64_t value = 0;

	if (*text == '-' || *text == '+')
		text++;
	for (; *text; text++) {
		if (*text == '.' && left < 0) {
			left = places;
			continue;
		}
		if (*text < '0' || *text > '9')
			return MONEY_NOT_A_SUM;
		any = true;
		if (left == 0) {
			if (*text != '0')
				return MONEY_TOO_FINE;
			continue;
		}
		if (value > MONEY_MAX)
			return MONEY_TOO_LARGE;
		value = value * 10 + (*text - '0');
		left -= left > 0;
	}
	if (!any)
		return MONEY_NOT_A_SUM;
	for (left = left < 0 ? places : left; left > 0; left--) {
		if (value > MONEY_MAX)
			return MONEY_TOO_LARGE;
		value *= 10;
	}
	*ret_scaled = negative ? -value : value;
	return value > MONEY_MAX ? MONEY_TOO_LARGE : MONEY_OK;
}

enum money_fault
money_parse(const char *text, enum money_unit unit, struct money *ret_money)
{
	static const int places[] = {[MONEY_YUAN] = 2, [MONEY_WAN] = 6, [MONEY_FEN] = 0};
	char folded[TEXT_ROOM];

	if (!fold_sum(text, folded))
		return MONEY_NOT_A_SUM;
	if (folded[0] == '\0')
		return MONEY_EMPTY;
	if (!cut_unit(folded, unit))
		return MONEY_NOT_A_SUM;
	return parse_decimal(folded, places[unit], &ret_money->fen);
}

bool
money_parse_plain(const char *text, struct money *ret_money)
{
	const char *point = strchr(text, '.');

	if (*text == '+' || (point && (strlen(point) > 3 || strlen(point) < 2)))
		return false;
	if (point && (point == text || point[-1] < '0' || point[-1] > '9'))
		return false;
	return parse_decimal(text, 2, &ret_money->fen) == MONEY_OK;
}

void
money_format(struct money money, bool exact, char ret_text[MONEY_TEXT_SIZE])
{
	uint64_t fen = money.fen < 0 ? 0 - (uint64_t)money.fen : (uint64_t)money.fen;
	const char *sign = money.fen < 0 ? "-" : "";

	if (!exact && fen % 100 == 0)
		snprintf(ret_text, MONEY_TEXT_SIZE, "%s%" PRIu64, sign, fen / 100);
	else
		snprintf(ret_text, MONEY_TEXT_SIZE, "%s%" PRIu64 ".%02u", sign, fen / 100,
			(unsigned)(fen % 100));
}
