/* Persons whom the journal has met, by the hash of their number: spares most pages of a source
 * a look into the directory. Holds for one writer alone, under a lease: nobody else gives
 * anybody another household. Writes nothing. */
#ifndef NEEDWATCH_PERSON_CACHE_H
#define NEEDWATCH_PERSON_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "identity.h"

struct person_cache;

struct known_person {
	struct identity_hash hash;
	int64_t person;
	int64_t household;
	int32_t county; /* home county */
	int32_t household_county;
	int16_t rank;  /* of the link that gives the household; -1: none */
	uint8_t holds; /* what his box holds */
	bool resolved;
	bool referred; /* some fact names him */
};

struct person_cache *
person_cache_new(void);

void
person_cache_free(struct person_cache *cache); /* NULL is fine */

void
person_cache_clear(struct person_cache *cache);

/* NULL: not met, or forgotten. Lives until the next put. */
const struct known_person *
person_cache_find(const struct person_cache *cache, const struct identity_hash *hash);

/* What a committed transaction knows. */
void
person_cache_put(struct person_cache *cache, const struct known_person *person);

#endif
