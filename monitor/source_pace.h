/* When a source may be asked again: permitted hours, rows per second, backing off. Reads no clock. */
#ifndef NEEDWATCH_SOURCE_PACE_H
#define NEEDWATCH_SOURCE_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "instant.h"

/* True if the source may be read now; else *ret_us is the time until it may. */
bool
pace_open(const struct source_config *source, struct instant now, int64_t *ret_us);

/* Pause after a page of `rows` that took `took_us`, so that no second brings more than it may. */
int64_t
pace_pause(const struct source_config *source, int64_t rows, int64_t took_us);

/* 1 s, 2 s, 4 s ... 5 min, each a quarter up or down by `chance` (any number): many sources that were lost
 * together do not come back together. */
int64_t
pace_back_off(int attempt, uint32_t chance);

/* Time until the nightly comparison, at most a day. */
int64_t
pace_until(int second_of_day, struct instant now);

#endif
