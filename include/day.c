/* Gregorian civil days by counting from 1 March of year 0; knows no clock. */
#include "day.h"

#include <stdio.h>

#define DAYS_400_YEARS 146097
#define EPOCH_SHIFT 719468 /* days from 0000-03-01 to 1970-01-01 */

static bool
leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int
month_length(int year, int month)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return lengths[month - 1] + (month == 2 && leap_year(year));
}

static int32_t
count_days(int year, int month, int day)
{
	int y = year - (month <= 2);
	int era = y / 400;
	int year_of_era = y - era * 400;
	int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_400_YEARS + day_of_era - EPOCH_SHIFT;
}

bool
day_from_civil(int year, int month, int day, struct day *ret_day)
{
	if (year < 1900 || year > 9999 || month < 1 || month > 12)
		return false;
	if (day < 1 || day > month_length(year, month))
		return false;
	ret_day->n = count_days(year, month, day);
	return true;
}

struct civil
day_civil(struct day day)
{
	int32_t z = day.n + EPOCH_SHIFT;
	int era = z / DAYS_400_YEARS;
	int day_of_era = z - era * DAYS_400_YEARS;
	int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
			   day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int shifted = (5 * day_of_year + 2) / 153;
	int month = shifted < 10 ? shifted + 3 : shifted - 9;

	return (struct civil){
		.year = year_of_era + era * 400 + (month <= 2),
		.month = month,
		.day = day_of_year - (153 * shifted + 2) / 5 + 1,
	};
}

static bool
digits(const char *text, int count, int *ret_number)
{
	*ret_number = 0;
	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*ret_number = *ret_number * 10 + (text[i] - '0');
	}
	return true;
}

bool
day_parse(const char *text, struct day *ret_day)
{
	int year, month, day;

	return digits(text, 4, &year) && text[4] == '-' && digits(text + 5, 2, &month) &&
	       text[7] == '-' && digits(text + 8, 2, &day) && text[10] == '\0' &&
	       day_from_civil(year, month, day, ret_day);
}

void
day_format(struct day day, char ret_text[DAY_TEXT_SIZE])
{
	struct civil c = day_civil(day);

	snprintf(ret_text, DAY_TEXT_SIZE, "%04u-%02u-%02u", (unsigned)c.year % 10000,
		(unsigned)c.month % 100, (unsigned)c.day % 100);
}

struct day
day_add_months(struct day day, int months)
{
	struct civil c = day_civil(day);
	int64_t month = (int64_t)c.year * 12 + c.month - 1 + months;
	int64_t year = month / 12;
	int length;

	if (month < 1900 * 12)
		return (struct day){DAY_MIN};
	if (year > 9999)
		return (struct day){DAY_MAX};
	length = month_length((int)year, (int)(month % 12) + 1);
	return (struct day){count_days((int)year, (int)(month % 12) + 1,
		c.day < length ? c.day : length)};
}

int32_t
day_month(struct day day)
{
	struct civil c = day_civil(day);

	return c.year * 12 + c.month - 1;
}

struct day
day_of_month(int32_t month)
{
	return (struct day){count_days(month / 12, month % 12 + 1, 1)};
}

int
day_age(struct day birth, struct day on)
{
	struct civil b = day_civil(birth);
	struct civil c = day_civil(on);
	bool reached = c.month > b.month || (c.month == b.month && c.day >= b.day);

	return c.year - b.year - !reached;
}
