/* Reads and writes dates by a compiled format; never guesses a format and knows no clock. */
#include "date_format.h"

#include <ctype.h>
#include <string.h>

#include "arena.h"
#include "buffer.h"
#include "fold.h"

enum part {
	PART_LITERAL, /* `width` bytes at `text` */
	PART_YEAR,
	PART_MONTH,
	PART_DAY,
	PART_HOUR,
	PART_MINUTE,
	PART_SECOND,
};

struct token {
	enum part part;
	size_t width; /* digits; 0: one or two (M, d, H) */
	const char *text;
};

#define TOKEN_LIMIT 24 /* yyyy-MM-dd HH:mm:ss has 11 */
#define READ_LIMIT 64  /* longer values are no dates */
#define ZONE_SECONDS (8 * 3600) /* Asia/Shanghai: no other civil day is meant anywhere */

struct date_format {
	bool excel;
	size_t count;
	struct token tokens[TOKEN_LIMIT];
};

struct spelling {
	const char *letters;
	enum part part;
	size_t width;
};

/* Longer spellings first. */
static const struct spelling spellings[] = {
	{"yyyy", PART_YEAR, 4},
	{"MM", PART_MONTH, 2},
	{"dd", PART_DAY, 2},
	{"HH", PART_HOUR, 2},
	{"mm", PART_MINUTE, 2},
	{"ss", PART_SECOND, 2},
	{"M", PART_MONTH, 0},
	{"d", PART_DAY, 0},
	{"H", PART_HOUR, 0},
};

#define SPELLINGS (sizeof(spellings) / sizeof(*spellings))

static const struct spelling *
spelling_at(const char *text, size_t length)
{
	for (size_t i = 0; i < SPELLINGS; i++) {
		size_t width = strlen(spellings[i].letters);

		if (width <= length && memcmp(spellings[i].letters, text, width) == 0)
			return &spellings[i];
	}
	return NULL;
}

static bool
is_letter(char c)
{
	return ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) && c != 'T';
}

static bool
format_has(const struct date_format *format, enum part part)
{
	for (size_t i = 0; i < format->count; i++) {
		if (format->tokens[i].part == part)
			return true;
	}
	return false;
}

static const char *
format_fault(const struct date_format *format)
{
	if (!format_has(format, PART_YEAR))
		return "a date format needs the year, yyyy";
	if (!format_has(format, PART_MONTH))
		return "a date format needs the month, MM or M";
	if (format_has(format, PART_HOUR) && !format_has(format, PART_DAY))
		return "a date format with hours needs the day, dd or d";
	return NULL;
}

/* Takes one token from `text`; returns the bytes used, 0 if there is none. */
static size_t
format_token(struct date_format *format, const char *text, size_t length)
{
	const struct spelling *spelling = spelling_at(text, length);
	struct token *token = &format->tokens[format->count];

	if (!spelling && is_letter(*text))
		return 0;
	if (spelling) {
		if (format_has(format, spelling->part))
			return 0;
		*token = (struct token){.part = spelling->part, .width = spelling->width};
		format->count++;
		return strlen(spelling->letters);
	}
	*token = (struct token){.part = PART_LITERAL, .width = 1, .text = text};
	format->count++;
	return 1;
}

const struct date_format *
date_format_compile(struct arena *arena, const char *text, size_t length,
	const char **ret_fault, size_t *ret_at)
{
	struct date_format *format = arena_alloc(arena, sizeof(*format));
	const char *copy = arena_strndup(arena, text, length);

	*ret_at = 0;
	if (length == 5 && memcmp(text, "excel", 5) == 0) {
		format->excel = true;
		return format;
	}
	for (size_t at = 0; at < length;) {
		size_t used = format->count < TOKEN_LIMIT
				      ? format_token(format, copy + at, length - at)
				      : 0;

		if (used == 0) {
			*ret_fault = "a date format is made of yyyy MM dd HH mm ss, each once";
			*ret_at = at;
			return NULL;
		}
		at += used;
	}
	*ret_fault = format_fault(format);
	return *ret_fault ? NULL : format;
}

/* Reads `width` digits, or one or two if `width` is 0. Returns the bytes used, 0 for none. */
static size_t
read_digits(const char *text, size_t length, size_t width, int *ret_number)
{
	size_t most = width ? width : 2;
	size_t used = 0;
	int number = 0;

	while (used < most && used < length && text[used] >= '0' && text[used] <= '9') {
		number = number * 10 + (text[used] - '0');
		used++;
	}
	*ret_number = number;
	return width && used < width ? 0 : used;
}

struct parts {
	int year, month, day, hour, minute, second;
};

static int *
parts_slot(struct parts *parts, enum part part)
{
	switch (part) {
	case PART_LITERAL:
		break;
	case PART_YEAR:
		return &parts->year;
	case PART_MONTH:
		return &parts->month;
	case PART_DAY:
		return &parts->day;
	case PART_HOUR:
		return &parts->hour;
	case PART_MINUTE:
		return &parts->minute;
	case PART_SECOND:
		return &parts->second;
	}
	return NULL;
}

static bool
read_parts(const struct date_format *format, const char *text, size_t length,
	struct parts *parts, size_t *ret_used)
{
	size_t at = 0;

	for (size_t i = 0; i < format->count; i++) {
		const struct token *token = &format->tokens[i];
		size_t used;

		if (token->part == PART_LITERAL) {
			if (length - at < token->width ||
				memcmp(text + at, token->text, token->width) != 0)
				return false;
			at += token->width;
			continue;
		}
		used = read_digits(
			text + at, length - at, token->width, parts_slot(parts, token->part));
		if (used == 0)
			return false;
		at += used;
	}
	*ret_used = at;
	return true;
}

/* ".123456" behind the seconds: PostgreSQL and Java print it, no format names it. Returns the bytes read. */
static size_t
read_fraction(const char *text, size_t length, int *ret_micro)
{
	int scale = 100000;
	size_t at = 1;

	*ret_micro = 0;
	if (length < 2 || text[0] != '.')
		return 0;
	for (; at < length && text[at] >= '0' && text[at] <= '9'; at++) {
		*ret_micro += (text[at] - '0') * scale;
		scale /= 10;
	}
	return at > 1 ? at : 0;
}

/* "Z", "+08", "+08:00", "-0330" behind the time, as a timestamp with its zone is printed; no zone: ours. */
static bool
read_zone(const char *text, size_t length, int *ret_offset)
{
	int part[2] = {0, 0};
	size_t at = 1;

	*ret_offset = ZONE_SECONDS;
	if (length == 0)
		return true;
	*ret_offset = 0;
	if (length == 1 && text[0] == 'Z')
		return true;
	if (text[0] != '+' && text[0] != '-')
		return false;
	for (int i = 0; i < 2 && at < length; i++) {
		at += i == 1 && text[at] == ':';
		if (length - at < 2 || !isdigit((unsigned char)text[at]) ||
			!isdigit((unsigned char)text[at + 1]))
			return false;
		part[i] = (text[at] - '0') * 10 + (text[at + 1] - '0');
		at += 2;
	}
	*ret_offset = (part[0] * 3600 + part[1] * 60) * (text[0] == '-' ? -1 : 1);
	return at == length && part[0] <= 15 && part[1] <= 59;
}

/* A moment told in another zone falls on the day that it is here. */
static void
reading_move(struct date_reading *reading, int seconds)
{
	if (seconds == 0)
		return;
	reading->second += seconds;
	if (reading->second < 0) {
		reading->second += 86400;
		reading->day.n--;
	} else if (reading->second >= 86400) {
		reading->second -= 86400;
		reading->day.n++;
	}
}

static bool
is_sentinel(const struct parts *parts)
{
	if (parts->year == 0)
		return true;
	if (parts->year == 9999 && parts->month == 12)
		return parts->day == 31 || parts->day == 1;
	return parts->year == 1900 && parts->month == 1 && parts->day == 1;
}

static enum date_fault
parts_reading(const struct date_format *format, const struct parts *parts, int micro,
	struct date_reading *ret_reading)
{
	int second = parts->hour * 3600 + parts->minute * 60 + parts->second;

	if (is_sentinel(parts))
		return DATE_EMPTY;
	if (!day_from_civil(parts->year, parts->month, parts->day, &ret_reading->day))
		return DATE_NO_SUCH_DAY;
	if (parts->minute > 59 || parts->second > 59 || second > 86400 ||
		(second == 86400 && micro > 0))
		return DATE_NO_SUCH_DAY;
	ret_reading->second = second;
	ret_reading->micro = micro;
	ret_reading->timed = format_has(format, PART_HOUR);
	return DATE_OK;
}

/* Serial 60 is a 29 February 1900 that never was; a spreadsheet's day 61 is 1900-03-01. Serials
 * before 1950 (18264) are more likely a year or a count than a date. */
static enum date_fault
read_excel(const char *text, size_t length, struct date_reading *ret_reading)
{
	int32_t serial = 0;
	size_t at = 0;

	for (; at < length && text[at] >= '0' && text[at] <= '9' && at < 7; at++)
		serial = serial * 10 + (text[at] - '0');
	if (at == 1 && serial == 0 && at == length)
		return DATE_EMPTY;
	if (at == 0 || (at < length && text[at] != '.'))
		return DATE_NOT_THIS_FORM;
	for (size_t i = at + 1; i < length; i++) {
		if (text[i] < '0' || text[i] > '9')
			return DATE_NOT_THIS_FORM;
	}
	if (serial < 18264 || serial > 109575)
		return DATE_NO_SUCH_DAY;
	*ret_reading = (struct date_reading){.day = {serial - 25569}};
	return DATE_OK;
}

enum date_fault
date_format_read(const struct date_format *format, const char *text, size_t length,
	struct date_reading *ret_reading)
{
	char folded[READ_LIMIT];
	struct parts parts = {.month = 1, .day = 1};
	enum date_fault fault;
	size_t used;
	int micro, offset;

	*ret_reading = (struct date_reading){.day = {DAY_NONE}};
	if (!text_fold(text, length, folded, sizeof(folded), &length))
		return DATE_NOT_THIS_FORM;
	if (length == 0)
		return DATE_EMPTY;
	if (format->excel)
		return read_excel(folded, length, ret_reading);
	if (!read_parts(format, folded, length, &parts, &used))
		return DATE_NOT_THIS_FORM;
	if (used < length && !format_has(format, PART_SECOND))
		return DATE_NOT_THIS_FORM;
	used += read_fraction(folded + used, length - used, &micro);
	if (!read_zone(folded + used, length - used, &offset))
		return DATE_NOT_THIS_FORM;
	fault = parts_reading(format, &parts, micro, ret_reading);
	if (fault == DATE_OK)
		reading_move(ret_reading, ZONE_SECONDS - offset);
	return fault;
}

bool
date_format_sorts(const struct date_format *format)
{
	static const enum part order[] = {
		PART_YEAR, PART_MONTH, PART_DAY, PART_HOUR, PART_MINUTE, PART_SECOND};
	size_t next = 0;

	for (size_t i = 0; i < format->count; i++) {
		const struct token *token = &format->tokens[i];

		if (token->part == PART_LITERAL)
			continue;
		if (next == 6 || token->part != order[next] || token->width == 0)
			return false;
		next++;
	}
	return next == 6;
}

void
date_format_write(const struct date_format *format, struct instant instant, struct buffer *out)
{
	struct civil civil = day_civil(instant_day(instant));
	int second = instant_second(instant);
	struct parts parts = {civil.year, civil.month, civil.day, second / 3600,
		second / 60 % 60, second % 60};

	for (size_t i = 0; i < format->count; i++) {
		const struct token *token = &format->tokens[i];

		if (token->part == PART_LITERAL)
			buffer_add(out, token->text, token->width);
		else
			buffer_printf(out, "%0*d", (int)token->width,
				*parts_slot(&parts, token->part));
	}
}

struct instant
date_reading_instant(const struct date_reading *reading)
{
	struct instant midnight = instant_at(reading->day, 0);

	return (struct instant){midnight.us + reading->second * US_PER_SECOND + reading->micro};
}
