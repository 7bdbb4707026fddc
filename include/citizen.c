/* Recognises citizen numbers in all the shapes departments deliver; keeps nothing. */
#include "citizen.h"

#include <string.h>

#define NUMBER_LENGTH 18
#define FOLDED_ROOM 64

/* The next character with full width folded, or 0 at the end; blanks and U+3000 come as ' '. Other
 * characters beyond ASCII come as '?'. */
static char
next_folded(const unsigned char **at, const unsigned char *end)
{
	const unsigned char *p = *at;

	if (p == end)
		return '\0';
	if (p[0] < 0x80) {
		*at = p + 1;
		return p[0] == '\t' || p[0] == '\n' || p[0] == '\r' || p[0] == '\0' ? ' '
										: (char)p[0];
	}
	if (end - p >= 3 && p[0] == 0xEF && (p[1] == 0xBC || p[1] == 0xBD)) {
		unsigned code = p[1] == 0xBC ? p[2] - 0x80u : p[2] - 0x80u + 0x40;

		*at = p + 3;
		return code >= 1 && code <= 0x5E ? (char)(' ' + code) : '?';
	}
	if (end - p >= 3 && p[0] == 0xE3 && p[1] == 0x80 && p[2] == 0x80) {
		*at = p + 3;
		return ' ';
	}
	for (p++; p < end && (*p & 0xC0) == 0x80; p++)
		;
	*at = p;
	return '?';
}

/* Upper case, without blanks and a leading quote; returns the length, cut at the room. */
static size_t
fold_number(const char *text, size_t length, char folded[FOLDED_ROOM])
{
	const unsigned char *at = (const unsigned char *)text;
	const unsigned char *end = at + length;
	size_t n = 0;
	char c;

	while ((c = next_folded(&at, end)) != '\0' && n + 1 < FOLDED_ROOM) {
		if (c == ' ' || (n == 0 && (c == '\'' || c == '`')))
			continue;
		folded[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
	folded[n] = '\0';
	return n;
}

/* ISO 7064 MOD 11-2 over the first 17 digits. */
static char
check_character(const char *number)
{
	static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	int sum = 0;

	for (int i = 0; i < 17; i++)
		sum += (number[i] - '0') * weights[i];
	return "10X98765432"[sum % 11];
}

static int
number_at(const char *text, int count)
{
	int number = 0;

	while (count-- > 0)
		number = number * 10 + (*text++ - '0');
	return number;
}

/* Birthdays before DAY_MIN exist in old registers: the number is right, the day is left unknown. */
static bool
birth_of(const char *number, struct day *ret_birth)
{
	int year = number_at(number + 6, 4);
	int month = number_at(number + 10, 2);
	int day = number_at(number + 12, 2);

	if (year < 1800 || year > 2100)
		return false;
	if (year >= 1900)
		return day_from_civil(year, month, day, ret_birth);
	if (!day_from_civil(year + 400, month, day, ret_birth))
		return false;
	ret_birth->n = DAY_NONE;
	return true;
}

static enum citizen_class
finish(struct citizen *citizen, const char *number, enum citizen_class class)
{
	if (!birth_of(number, &citizen->birth)) {
		citizen->birth = (struct day){DAY_NONE};
		return CITIZEN_BAD_DATE;
	}
	memcpy(citizen->number, number, NUMBER_LENGTH + 1);
	citizen->sex = (number[16] - '0') % 2 ? 'M' : 'F';
	return class;
}

static enum citizen_class
read_18(struct citizen *citizen, const char *number)
{
	if (check_character(number) != number[17])
		return CITIZEN_BAD_CHECK;
	return finish(citizen, number, CITIZEN_VALID);
}

static enum citizen_class
read_15(struct citizen *citizen, const char *digits)
{
	char number[NUMBER_LENGTH + 1];

	memcpy(number, digits, 6);
	memcpy(number + 6, "19", 2);
	memcpy(number + 8, digits + 6, 9);
	number[17] = check_character(number);
	number[18] = '\0';
	return finish(citizen, number, CITIZEN_UPGRADED);
}

/* 5.11502E+17: digits, a point, an exponent. */
static bool
looks_float(const char *text, size_t length)
{
	size_t mantissa = strspn(text, "0123456789.");

	return mantissa > 0 && mantissa < length && text[mantissa] == 'E' &&
	       strspn(text + mantissa + 1, "+-0123456789") == length - mantissa - 1;
}

static enum citizen_class
classify(struct citizen *citizen, const char *text, size_t length)
{
	size_t digits = strspn(text, "0123456789");

	if (length == 0 || strspn(text, "?") == length)
		return CITIZEN_MISSING;
	if (strchr(text, '*'))
		return CITIZEN_MASKED;
	if (length == 18 && (digits == 18 || (digits == 17 && text[17] == 'X')))
		return read_18(citizen, text);
	if (length == 15 && digits == 15)
		return read_15(citizen, text);
	if (looks_float(text, length))
		return CITIZEN_FLOAT;
	if (digits == length || (digits + 1 == length && text[digits] == 'X'))
		return CITIZEN_BAD_LENGTH;
	return CITIZEN_FOREIGN;
}

struct citizen
citizen_parse(const char *text, size_t length)
{
	struct citizen citizen = {.birth = {DAY_NONE}};
	char folded[FOLDED_ROOM];
	size_t n = fold_number(text, length, folded);

	citizen.class = classify(&citizen, folded, n);
	return citizen;
}

const char *
citizen_class_name(enum citizen_class class)
{
	static const char *const names[] = {
		[CITIZEN_VALID] = "valid",
		[CITIZEN_UPGRADED] = "upgraded",
		[CITIZEN_BAD_CHECK] = "bad_check",
		[CITIZEN_BAD_DATE] = "bad_date",
		[CITIZEN_BAD_LENGTH] = "bad_length",
		[CITIZEN_FLOAT] = "float",
		[CITIZEN_MASKED] = "masked",
		[CITIZEN_FOREIGN] = "foreign",
		[CITIZEN_MISSING] = "missing",
	};

	return names[class];
}

void
citizen_mask(const char number[19], char ret_mask[CITIZEN_MASK_SIZE])
{
	memcpy(ret_mask, number, 6);
	memset(ret_mask + 6, '*', 8);
	memcpy(ret_mask + 14, number + 14, 4);
	ret_mask[18] = '\0';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_number(const char *run, size_t length)
{
	enum citizen_class class;

	if (length != NUMBER_LENGTH && length != 15)
		return false;
	class = citizen_parse(run, length).class;
	return class == CITIZEN_VALID || class == CITIZEN_UPGRADED;
}

/* Looks at each run of digits, of any width, with a closing X. */
bool
citizen_in_text(const char *text, size_t length)
{
	const unsigned char *at = (const unsigned char *)text;
	const unsigned char *end = at + length;
	char run[NUMBER_LENGTH];
	size_t n = 0; /* may count beyond the room: then it is no number */
	char c;

	do {
		bool closing;

		c = next_folded(&at, end);
		closing = n == NUMBER_LENGTH - 1 && (c == 'X' || c == 'x');
		if (is_digit(c) || closing) {
			if (n < NUMBER_LENGTH)
				run[n] = c;
			n++;
		}
		if (is_digit(c))
			continue;
		if (is_number(run, n))
			return true;
		n = 0;
	} while (c);
	return false;
}

/* A dot of a name in any of its code points. */
static size_t
dot_length(const unsigned char *at, size_t left)
{
	static const char *const dots[] = {"\xC2\xB7", "\xE2\x80\xA2", "\xE3\x83\xBB", "."};

	for (size_t i = 0; i < sizeof(dots) / sizeof(dots[0]); i++)
		if (left >= strlen(dots[i]) && memcmp(at, dots[i], strlen(dots[i])) == 0)
			return strlen(dots[i]);
	return 0;
}

static void
put(char *out, size_t room, size_t *n, char c)
{
	if (*n + 1 < room)
		out[*n] = c;
	++*n;
}

size_t
name_fold(const char *name, size_t length, char *ret_folded, size_t room)
{
	const unsigned char *at = (const unsigned char *)name;
	const unsigned char *end = at + length;
	size_t n = 0;

	while (at < end) {
		const unsigned char *from = at;
		size_t dot = dot_length(at, (size_t)(end - at));
		char c;

		if (dot) {
			at += dot;
			continue;
		}
		c = next_folded(&at, end);
		if (c == ' ')
			continue;
		if (c != '?' || *from == '?')
			put(ret_folded, room, &n, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
		else
			for (; from < at; from++)
				put(ret_folded, room, &n, (char)*from);
	}
	if (room)
		ret_folded[n < room ? n : room - 1] = '\0';
	return n;
}

void
name_mask(const char *name, size_t length, char *ret_mask, size_t room)
{
	const unsigned char *at = (const unsigned char *)name;
	const unsigned char *end = at + length;
	size_t n = 0;
	int stars = 0;

	if (room == 0)
		return;
	for (int first = 1; at < end; first = 0) {
		const unsigned char *from = at;

		next_folded(&at, end);
		if (first)
			for (; from < at; from++)
				put(ret_mask, room, &n, (char)*from);
		else if (stars++ < 3)
			put(ret_mask, room, &n, '*');
	}
	ret_mask[n < room ? n : room - 1] = '\0';
}
