/* Civil days in Asia/Shanghai and arithmetic on them. Knows no clock. */
#ifndef NEEDWATCH_DAY_H
#define NEEDWATCH_DAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Days since 1970-01-01, proleptic Gregorian. Valid: DAY_MIN..DAY_MAX. */
struct day {
	int32_t n;
};

#define DAY_MIN (-25567)  /* 1900-01-01 */
#define DAY_MAX 2932896   /* 9999-12-31 */
#define DAY_NONE INT32_MIN /* unknown, or "open" where a header says so */

struct civil {
	int year;  /* 1900..9999 */
	int month; /* 1..12 */
	int day;   /* 1..31 */
};

/* False if the date does not exist or lies outside DAY_MIN..DAY_MAX. */
bool
day_from_civil(int year, int month, int day, struct day *ret_day);

struct civil
day_civil(struct day day);

/* yyyy-MM-dd only, the whole string; false otherwise. */
bool
day_parse(const char *text, struct day *ret_day);

/* Writes "2026-06-10" and NUL. */
#define DAY_TEXT_SIZE 11
void
day_format(struct day day, char ret_text[DAY_TEXT_SIZE]);

/* Same day of the month, else the last day of that month. `months` may be negative;
 * saturates at DAY_MIN and DAY_MAX. */
struct day
day_add_months(struct day day, int months);

/* Months since year 0: year * 12 + month - 1. */
int32_t
day_month(struct day day);

struct day
day_of_month(int32_t month); /* its first day */

/* Birthdays reached by `on`; born on 29 February: 1 March in other years. Negative before birth. */
int
day_age(struct day birth, struct day on);

#endif
