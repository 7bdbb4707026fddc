/* Finds the index of something by a hash of it, in memory. Holds indexes only: the caller
 * compares what they stand for. */
#ifndef NEEDWATCH_LOOKUP_H
#define NEEDWATCH_LOOKUP_H

#include <stddef.h>
#include <stdint.h>

struct lookup_entry {
	uint32_t hash;
	uint32_t index; /* one more than the index; 0: free */
};

/* Zero-initialise. Open addressing, at most half full. */
struct lookup {
	struct lookup_entry *at;
	size_t size; /* a power of two, or 0 */
	size_t count;
};

void
lookup_free(struct lookup *lookup); /* leaves it empty and usable */

void
lookup_clear(struct lookup *lookup);

void
lookup_put(struct lookup *lookup, uint32_t hash, uint32_t index);

/* The candidates for a hash, one after the other: begin with *place = hash. -1: no more. */
static inline int64_t
lookup_next(const struct lookup *lookup, uint32_t hash, size_t *place)
{
	while (lookup->size) {
		const struct lookup_entry *entry = &lookup->at[(*place)++ & (lookup->size - 1)];

		if (!entry->index)
			return -1;
		if (entry->hash == hash)
			return (int64_t)entry->index - 1;
	}
	return -1;
}

/* Mixes two numbers whose differences may lie in any of their bits. */
static inline uint32_t
lookup_hash(uint64_t a, uint64_t b)
{
	uint64_t mixed = a + UINT64_C(0x9E3779B97F4A7C15) * (b + 1);

	mixed = (mixed ^ mixed >> 32) * UINT64_C(0xBF58476D1CE4E5B9);
	return (uint32_t)(mixed >> 32 ^ mixed >> 16);
}

#endif
