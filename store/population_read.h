/* From the journal to the rows of a population, for a set of households and the persons they refer to. Reads one
 * snapshot; evaluates nothing. */
#ifndef NEEDWATCH_POPULATION_READ_H
#define NEEDWATCH_POPULATION_READ_H

#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "population.h"

struct store;

struct household_ref {
	int32_t county; /* its home county */
	int64_t household;
};

/* Keys of households and persons in a population: the id as 19 digits. */
#define POPULATION_KEY_SIZE 20
void
population_key(int64_t id, char ret_key[POPULATION_KEY_SIZE]);

/* The id of a key; 0 if it is none. */
int64_t
population_key_id(const char *key);

/* One of the households that were asked for. */
struct household_read {
	struct household_ref ref;
	int64_t position;          /* of its home county's journal when it was read */
	struct area register_area; /* of the person who speaks for it; code 0: unknown */
	size_t persons;            /* 0: nobody is left in it */
};

/* `builder` holds rows for the kinds given to the store; the callback's owner builds or frees it. `reads` in the order
 * asked for. `error` NULL: well; otherwise builder is NULL. */
typedef void (*population_on_read)(void *owner, struct population_builder *builder,
	const struct household_read *reads, size_t count, const char *error);

/* `bounds` NULL: as known now. Otherwise the journal position up to which each county is known; a county that is
 * not listed is not bounded. */
struct journal_bound {
	int32_t county;
	int64_t position;
};

/* Each household once. */
void
population_read(struct store *store, const struct household_ref *households, size_t count,
	const struct journal_bound *bounds, size_t bound_count, population_on_read on_read,
	void *owner);

/* No callback to `owner` comes any more. */
void
population_read_forget(struct store *store, void *owner);

#endif
