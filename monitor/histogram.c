/* Counts durations in exponential buckets; keeps no value and no time. */
#include "histogram.h"

#define FIRST_US 10

static int64_t
next_edge(int64_t edge)
{
	return edge + (edge / 4 > 0 ? edge / 4 : 1);
}

void
histogram_add(struct histogram *histogram, int64_t us, int64_t count)
{
	int64_t edge = FIRST_US;
	size_t bucket = 0;

	while (bucket < HISTOGRAM_BUCKETS - 1 && us > edge) {
		edge = next_edge(edge);
		bucket++;
	}
	histogram->counts[bucket] += count;
	histogram->count += count;
	if (us > histogram->most_us)
		histogram->most_us = us;
}

int64_t
histogram_percentile(const struct histogram *histogram, int percent)
{
	int64_t wanted = (histogram->count * percent + 99) / 100;
	int64_t edge = FIRST_US, seen = 0;

	if (histogram->count == 0)
		return -1;
	for (size_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
		seen += histogram->counts[bucket];
		if (seen >= wanted)
			return edge < histogram->most_us ? edge : histogram->most_us;
		edge = next_edge(edge);
	}
	return histogram->most_us;
}
