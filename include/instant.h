/* A moment that is stored or shown, and the interval clock. Neither reads a clock. */
#ifndef NEEDWATCH_INSTANT_H
#define NEEDWATCH_INSTANT_H

#include <stdbool.h>
#include <stdint.h>

#include "day.h"

/* Microseconds since 1970-01-01T00:00:00Z. INSTANT_NONE means "not set". */
struct instant {
	int64_t us;
};

#define INSTANT_NONE INT64_MIN
#define US_PER_SECOND INT64_C(1000000)
#define US_PER_HOUR (3600 * US_PER_SECOND)
#define US_PER_DAY (86400 * US_PER_SECOND)
#define SHANGHAI_OFFSET (8 * US_PER_HOUR) /* no daylight saving since 1991 */

/* Microseconds of a clock that never jumps; for intervals only, never stored. */
struct mono {
	int64_t us;
};

/* The civil day in Asia/Shanghai. */
struct day
instant_day(struct instant instant);

/* `second` of the civil day (0..86399), Asia/Shanghai. */
struct instant
instant_at(struct day day, int second);

/* Second of its civil day in Asia/Shanghai, 0..86399. */
int
instant_second(struct instant instant);

/* "2026-06-10T15:04:05.123456+08:00" and NUL; RFC 3339 and RFC 5424. */
#define INSTANT_TEXT_SIZE 33
void
instant_format(struct instant instant, char ret_text[INSTANT_TEXT_SIZE]);

/* RFC 3339 with zone Z or +hh:mm, up to six digits of fraction; the whole string. */
bool
instant_parse(const char *text, struct instant *ret_instant);

#endif
