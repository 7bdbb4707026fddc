/* Reads the columns of a population; never changes them. */
#include "population.h"

#include <stdatomic.h>
#include <string.h>

#include "columns.h"

struct population *
population_ref(struct population *population)
{
	atomic_fetch_add_explicit(&population->references, 1, memory_order_relaxed);
	return population;
}

void
population_unref(struct population *population)
{
	if (population && atomic_fetch_sub_explicit(&population->references, 1,
				memory_order_acq_rel) == 1)
		arena_free(population->arena); /* the population itself lies in it */
}

size_t
population_households(const struct population *population)
{
	return population->households.count;
}

const char *
population_household_key(const struct population *population, size_t household)
{
	return population->households.key[household];
}

int64_t
population_find_household(const struct population *population, const char *key)
{
	size_t low = 0, high = population->households.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(population->households.key[middle], key);

		if (order == 0)
			return (int64_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return -1;
}

struct area
population_household_area(const struct population *population, size_t household)
{
	return population->persons.area[population->households.speaker[household]];
}

enum residence
population_household_residence(const struct population *population, size_t household)
{
	uint32_t speaker = population->households.speaker[household];

	return (enum residence)population->persons.residence[speaker];
}

void
population_persons(const struct population *population, size_t household, uint32_t *ret_first,
	uint32_t *ret_end)
{
	*ret_first = population->households.start[household];
	*ret_end = population->households.start[household + 1];
}

const char *
population_person_key(const struct population *population, uint32_t person)
{
	return population->persons.key[person];
}

const char *
population_person_label(const struct population *population, uint32_t person)
{
	return population->persons.label[person];
}

uint32_t
population_person_household(const struct population *population, uint32_t person)
{
	return population->persons.household[person];
}

struct area
population_person_area(const struct population *population, uint32_t person)
{
	return population->persons.area[person];
}

struct area
population_person_register_area(const struct population *population, uint32_t person)
{
	return population->persons.register_area[person];
}

enum residence
population_person_residence(const struct population *population, uint32_t person)
{
	return (enum residence)population->persons.residence[person];
}

const int32_t *
population_births(const struct population *population)
{
	return population->persons.birth;
}

const char *
population_sexes(const struct population *population)
{
	return population->persons.sex;
}

struct fact_columns
population_facts(const struct population *population, size_t kind)
{
	const struct fact_table *table = &population->facts[kind];

	return (struct fact_columns){
		.count = table->count,
		.on = table->on,
		.until = table->until,
		.subject = table->subject,
		.start = table->start,
	};
}

void
population_cells(const struct population *population, size_t kind, size_t field,
	const uint32_t *facts, size_t count, int64_t *ret_values, uint8_t *ret_known)
{
	const struct column *column = &population->facts[kind].columns[field];

	switch (column->width) {
	case WIDTH_8:
		for (size_t i = 0; i < count; i++)
			ret_values[i] = ((const uint8_t *)column->values)[facts[i]];
		break;
	case WIDTH_32:
		for (size_t i = 0; i < count; i++)
			ret_values[i] = ((const int32_t *)column->values)[facts[i]];
		break;
	case WIDTH_64:
		for (size_t i = 0; i < count; i++)
			ret_values[i] = ((const int64_t *)column->values)[facts[i]];
		break;
	}
	if (!column->known) {
		memset(ret_known, 1, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		ret_known[i] = column->known[facts[i]];
}

size_t
population_text_count(const struct population *population, size_t kind, size_t field)
{
	return population->facts[kind].columns[field].text_count;
}

const char *
population_text(const struct population *population, size_t kind, size_t field, size_t id)
{
	return population->facts[kind].columns[field].texts[id];
}

const char *
population_fact_source(const struct population *population, size_t kind, uint32_t fact)
{
	return population->facts[kind].source[fact];
}

const char *
population_fact_record(const struct population *population, size_t kind, uint32_t fact)
{
	return population->facts[kind].record[fact];
}

struct area
population_fact_area(const struct population *population, size_t kind, uint32_t fact)
{
	return (struct area){population->facts[kind].area[fact]};
}

/* First fact of the table whose code is at least `code`. */
static uint32_t
lower_bound(const struct fact_table *table, int64_t code)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->area[middle] < code)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)low;
}

size_t
population_area_facts(const struct population *population, size_t kind, size_t household,
	struct fact_range ret_ranges[AREA_RANGES])
{
	const struct fact_table *table = &population->facts[kind];
	struct area area = population_household_area(population, household);
	size_t count = 0;

	for (int tier = AREA_PROVINCE; tier <= (int)area_tier(area); tier++) {
		int64_t code = area_up(area, (enum area_tier)tier).code;
		struct fact_range range = {lower_bound(table, code), lower_bound(table, code + 1)};

		if (range.first < range.end)
			ret_ranges[count++] = range;
	}
	return count;
}
