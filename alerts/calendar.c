/* Working days from rows that differ from Monday to Friday; knows no holiday by itself. */
#include "calendar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

struct calendar {
	struct calendar_row *rows; /* by day */
	size_t row_count;
	int *years;
	size_t year_count;
};

static int
row_order(const void *left, const void *right)
{
	int32_t a = ((const struct calendar_row *)left)->day.n;
	int32_t b = ((const struct calendar_row *)right)->day.n;
	return (a > b) - (a < b);
}

struct calendar *
calendar_new(const struct calendar_row *rows, size_t row_count, const int *years, size_t year_count)
{
	struct calendar *calendar = xcalloc(1, sizeof *calendar);
	calendar->rows = xcalloc(row_count + 1, sizeof *rows);
	calendar->years = xcalloc(year_count + 1, sizeof *years);
	calendar->row_count = row_count;
	calendar->year_count = year_count;
	for (size_t i = 0; i < row_count; i++) {
		calendar->rows[i] = rows[i];
	}
	for (size_t i = 0; i < year_count; i++) {
		calendar->years[i] = years[i];
	}
	qsort(calendar->rows, row_count, sizeof *rows, row_order);
	return calendar;
}

void
calendar_free(struct calendar *calendar)
{
	if (calendar != NULL) {
		free(calendar->rows);
		free(calendar->years);
		free(calendar);
	}
}

static bool
year_known(const struct calendar *calendar, struct day day)
{
	int year = day_civil(day).year;
	for (size_t i = 0; calendar != NULL && i < calendar->year_count; i++) {
		if (calendar->years[i] == year) {
			return true;
		}
	}
	return false;
}

/* 1970-01-01 was a Thursday: Monday is 0. */
static int
weekday(struct day day)
{
	return (int)(((int64_t)day.n + 3) % 7 + 7) % 7;
}

bool
calendar_works(const struct calendar *calendar, struct day day, bool *ret_known)
{
	if (ret_known != NULL && !year_known(calendar, day)) {
		*ret_known = false;
	}
	if (calendar != NULL && calendar->row_count > 0) {
		struct calendar_row key = {.day = day};
		const struct calendar_row *row =
			bsearch(&key, calendar->rows, calendar->row_count, sizeof key, row_order);
		if (row != NULL) {
			return row->work;
		}
	}
	return weekday(day) < 5;
}

struct instant
calendar_due(const struct calendar *calendar, struct instant from, int workdays, int second,
	bool *ret_known)
{
	struct day day = instant_day(from);
	for (int left = workdays; left > 0 && day.n < DAY_MAX;) {
		day.n++;
		if (calendar_works(calendar, day, ret_known)) {
			left--;
		}
	}
	return instant_at(day, second);
}
