/* Open addressing with linear steps; compares nothing. */
#include "lookup.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define SMALLEST 64

void
lookup_free(struct lookup *lookup)
{
	free(lookup->at);
	*lookup = (struct lookup){0};
}

void
lookup_clear(struct lookup *lookup)
{
	if (lookup->count)
		memset(lookup->at, 0, lookup->size * sizeof(*lookup->at));
	lookup->count = 0;
}

static void
place(struct lookup *lookup, struct lookup_entry entry)
{
	size_t at = entry.hash;

	while (lookup->at[at & (lookup->size - 1)].index)
		at++;
	lookup->at[at & (lookup->size - 1)] = entry;
}

static void
grow(struct lookup *lookup)
{
	struct lookup grown = {
		.size = lookup->size ? 2 * lookup->size : SMALLEST, .count = lookup->count};

	grown.at = xcalloc(grown.size, sizeof(*grown.at));
	for (size_t i = 0; i < lookup->size; i++) {
		if (lookup->at[i].index)
			place(&grown, lookup->at[i]);
	}
	free(lookup->at);
	*lookup = grown;
}

void
lookup_put(struct lookup *lookup, uint32_t hash, uint32_t index)
{
	if (2 * lookup->count >= lookup->size)
		grow(lookup);
	place(lookup, (struct lookup_entry){hash, index + 1});
	lookup->count++;
}
