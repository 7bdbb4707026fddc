/* The official work calendar: which civil days are worked, and when a working-day clock is due. Reads no file;
 * the rows are given to it. */
#ifndef NEEDWATCH_CALENDAR_H
#define NEEDWATCH_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>

#include "day.h"
#include "instant.h"

struct calendar;

/* A day that differs from Monday to Friday: a holiday, or a Saturday that is worked (调休). */
struct calendar_row {
	struct day day;
	bool work;
};

/* A year is known if it is in `years` (2026 ...), even when it has no rows. Copies. */
struct calendar *
calendar_new(const struct calendar_row *rows, size_t row_count, const int *years,
	size_t year_count);

void
calendar_free(struct calendar *calendar); /* NULL is fine */

/* `ret_known` (may be NULL) becomes false where the year is unknown and Mon-Fri was assumed; never true. */
bool
calendar_works(const struct calendar *calendar, struct day day, bool *ret_known);

/* The opening day is day 0; `second` of the n-th working day after it. */
struct instant
calendar_due(const struct calendar *calendar, struct instant from, int workdays, int second,
	bool *ret_known);

#endif
