/* How long things took, in buckets that grow by a quarter: percentiles without keeping every value. */
#ifndef NEEDWATCH_HISTOGRAM_H
#define NEEDWATCH_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_BUCKETS 144 /* of 10 us * 1.25^n: up to a week */

/* Zero-initialise. */
struct histogram {
	int64_t counts[HISTOGRAM_BUCKETS];
	int64_t count;
	int64_t most_us;
};

void
histogram_add(struct histogram *histogram, int64_t us, int64_t count);

/* At most 25 % above the true value; -1: nothing was added. */
int64_t
histogram_percentile(const struct histogram *histogram, int percent);

#endif
