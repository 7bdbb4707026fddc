/* The daemon's two clocks: business time, which may run fast in demonstrations, and the interval clock. The only
 * place of the service that reads either; SQL is always told the time. */
#ifndef NEEDWATCH_CLOCK_H
#define NEEDWATCH_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "instant.h"

struct clock;

/* A civil day lasts `day_us`. When that is shorter than a day, all programs that share the state folder must agree
 * on when time began to run: the first one writes it there. NULL with a reason (owned by the caller) if the folder
 * cannot be written. */
struct clock *
clock_open(int64_t day_us, const char *state, char **ret_fault);

void
clock_free(struct clock *clock); /* NULL is fine */

struct instant
clock_now(const struct clock *clock);

struct day
clock_today(const struct clock *clock);

/* How long to wait, in real microseconds, until business time reaches `at`; 0 if it has. */
int64_t
clock_wait_us(const struct clock *clock, struct instant at);

/* The business moment that comes after `us` of real time: for what the world needs, like a receiver's recovery. */
struct instant
clock_ahead(const struct clock *clock, int64_t us);

/* Real time, for what other machines compare with theirs (log records, files). */
struct instant
clock_real(void);

struct mono
clock_mono(void);

#endif
