/* Converts between microseconds since the epoch and Shanghai's civil time; reads no clock. */
#include "instant.h"

#include <stdio.h>
#include <string.h>

/* Division toward minus infinity, so that moments before 1970 fall on their own day. */
static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct day
instant_day(struct instant instant)
{
	return (struct day){(int32_t)floor_div(instant.us + SHANGHAI_OFFSET, US_PER_DAY)};
}

struct instant
instant_at(struct day day, int second)
{
	return (struct instant){
		day.n * US_PER_DAY + second * US_PER_SECOND - SHANGHAI_OFFSET};
}

int
instant_second(struct instant instant)
{
	int64_t local = instant.us + SHANGHAI_OFFSET;

	return (int)((local - floor_div(local, US_PER_DAY) * US_PER_DAY) / US_PER_SECOND);
}

void
instant_format(struct instant instant, char ret_text[INSTANT_TEXT_SIZE])
{
	char day[DAY_TEXT_SIZE];
	unsigned second = (unsigned)instant_second(instant);
	int64_t local = instant.us + SHANGHAI_OFFSET;
	unsigned us = (unsigned)(local - floor_div(local, US_PER_SECOND) * US_PER_SECOND);

	day_format(instant_day(instant), day);
	snprintf(ret_text, INSTANT_TEXT_SIZE, "%sT%02u:%02u:%02u.%06u+08:00", day,
		second / 3600 % 24, second / 60 % 60, second % 60, us % 1000000);
}

static bool
two_digits(const char **at, int limit, int *ret_number)
{
	const char *p = *at;

	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return false;
	*ret_number = (p[0] - '0') * 10 + (p[1] - '0');
	*at += 2;
	return *ret_number < limit;
}

static bool
parse_fraction(const char **at, int64_t *ret_us)
{
	int64_t unit = US_PER_SECOND / 10;

	*ret_us = 0;
	if (**at != '.')
		return true;
	++*at;
	if (**at < '0' || **at > '9')
		return false;
	for (; **at >= '0' && **at <= '9'; ++*at) {
		if (unit == 0)
			return false;
		*ret_us += (**at - '0') * unit;
		unit /= 10;
	}
	return true;
}

static bool
parse_zone(const char *at, int64_t *ret_offset)
{
	int sign = *at == '-' ? -1 : 1;
	int hour, minute;

	*ret_offset = 0;
	if (strcmp(at, "Z") == 0)
		return true;
	if (*at != '+' && *at != '-')
		return false;
	at++;
	if (!two_digits(&at, 24, &hour) || *at++ != ':' || !two_digits(&at, 60, &minute))
		return false;
	*ret_offset = sign * (hour * 60 + minute) * 60 * US_PER_SECOND;
	return *at == '\0';
}

bool
instant_parse(const char *text, struct instant *ret_instant)
{
	char date[DAY_TEXT_SIZE];
	const char *at = text;
	struct day day;
	int hour, minute, second;
	int64_t us, offset;

	if (strnlen(text, DAY_TEXT_SIZE) < DAY_TEXT_SIZE)
		return false;
	memcpy(date, text, DAY_TEXT_SIZE - 1);
	date[DAY_TEXT_SIZE - 1] = '\0';
	at += DAY_TEXT_SIZE - 1;
	if (!day_parse(date, &day) || (*at != 'T' && *at != ' '))
		return false;
	at++;
	if (!two_digits(&at, 24, &hour) || *at++ != ':' || !two_digits(&at, 60, &minute) ||
		*at++ != ':' || !two_digits(&at, 60, &second))
		return false;
	if (!parse_fraction(&at, &us) || !parse_zone(at, &offset))
		return false;
	ret_instant->us = day.n * US_PER_DAY + (hour * 3600 + minute * 60 + second) *
			US_PER_SECOND + us - offset;
	return true;
}
