/* A table that grows up to a limit and then forgets whom it has to. Knows no store. */
#include "person_cache.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define SMALLEST 4096
#define LARGEST (1u << 20) /* 48 MiB: the persons of a county */
#define WAYS 4             /* places where a hash may lie */

struct person_cache {
	struct known_person *at; /* person 0: free */
	size_t size;             /* a power of two */
	size_t count;
};

struct person_cache *
person_cache_new(void)
{
	struct person_cache *cache = xcalloc(1, sizeof(*cache));

	cache->size = SMALLEST;
	cache->at = xcalloc(cache->size + WAYS, sizeof(*cache->at));
	return cache;
}

void
person_cache_free(struct person_cache *cache)
{
	if (!cache)
		return;
	free(cache->at);
	free(cache);
}

void
person_cache_clear(struct person_cache *cache)
{
	if (cache->count)
		memset(cache->at, 0, (cache->size + WAYS) * sizeof(*cache->at));
	cache->count = 0;
}

static struct known_person *
places(const struct person_cache *cache, const struct identity_hash *hash)
{
	uint32_t head;

	memcpy(&head, hash->bytes, sizeof(head));
	return &cache->at[head & (cache->size - 1)];
}

const struct known_person *
person_cache_find(const struct person_cache *cache, const struct identity_hash *hash)
{
	const struct known_person *place = places(cache, hash);

	for (int i = 0; i < WAYS; i++) {
		if (place[i].person && memcmp(&place[i].hash, hash, sizeof(*hash)) == 0)
			return &place[i];
	}
	return NULL;
}

/* His own place, else a free one, else that of somebody else. */
static struct known_person *
place_for(struct person_cache *cache, const struct known_person *person)
{
	struct known_person *place = places(cache, &person->hash);
	struct known_person *chosen = &place[person->hash.bytes[4] % WAYS];

	for (int i = WAYS - 1; i >= 0; i--) {
		if (!place[i].person)
			chosen = &place[i];
	}
	for (int i = 0; i < WAYS; i++) {
		if (place[i].person &&
			memcmp(&place[i].hash, &person->hash, sizeof(person->hash)) == 0)
			return &place[i];
	}
	return chosen;
}

static void
put(struct person_cache *cache, const struct known_person *person)
{
	struct known_person *place = place_for(cache, person);

	cache->count += !place->person;
	*place = *person;
}

static void
grow(struct person_cache *cache)
{
	struct person_cache grown = {.size = 2 * cache->size};

	grown.at = xcalloc(grown.size + WAYS, sizeof(*grown.at));
	for (size_t i = 0; i < cache->size + WAYS; i++) {
		if (cache->at[i].person)
			put(&grown, &cache->at[i]);
	}
	free(cache->at);
	*cache = grown;
}

void
person_cache_put(struct person_cache *cache, const struct known_person *person)
{
	if (2 * cache->count > cache->size && cache->size < LARGEST)
		grow(cache);
	put(cache, person);
}
