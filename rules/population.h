/* Everything known about a set of households as sorted columns: immutable once built, counted,
 * shared between threads. Rows are numbers 0.. in the order said below. */
#ifndef NEEDWATCH_POPULATION_H
#define NEEDWATCH_POPULATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "day.h"
#include "kind.h"

struct population;
struct population_builder;

enum residence {
	RESIDENCE_UNKNOWN,
	RESIDENCE_URBAN,
	RESIDENCE_RURAL,
};

#define PERSON_UNLISTED (-1)

/* Copied by the builder. */
struct person_row {
	const char *key;       /* unique; the order of bytes is the order of persons in a household */
	const char *label;     /* what explanations call the person (a mask); NULL: the key */
	const char *household; /* NULL or empty: a household of its own, named as the person */
	struct day birth;      /* DAY_NONE: unknown */
	char sex;              /* 'M', 'F', 0 unknown */
	struct area area;      /* where the person lives */
	struct area register_area;
	enum residence residence;
	bool speaks; /* the household's area and residence are this person's; of several, or of
		      * all if nobody speaks, the first in the order of keys */
};

struct field_cell {
	bool known;
	int64_t number;   /* money, int, flag, date, code (index of the word) */
	const char *text; /* text; person (its key) */
};

/* Copied by the builder. */
struct fact_row {
	const char *subject; /* key of the person or household, or digits of the area */
	struct day on;
	struct day until; /* DAY_NONE: open */
	const struct field_cell *cells; /* kind->field_count of them */
	const char *source; /* where it came from, for evidence; NULL in files */
	const char *record; /* its masked key there; NULL in files */
	/* where it happened; code 0: not said. Of area kinds the subject says it */
	struct area place;
};

/* The kinds are borrowed and must outlive the population; the array is copied. */
struct population_builder *
population_builder_new(const struct kind *const *kinds, size_t kind_count);

/* False if a person of that key is there already. */
bool
population_add_person(struct population_builder *builder, const struct person_row *person);

void
population_add_fact(struct population_builder *builder, size_t kind, const struct fact_row *fact);

/* What was left out, and why (kinds.md 1): counted, never silent. */
struct population_left_out {
	size_t no_day;       /* empty `on` */
	size_t future;       /* `on` after as_of */
	size_t no_subject;   /* a subject that is not listed */
	size_t no_area;      /* an area fact whose code cannot be read */
};

/* Sorts, resolves references, frees the builder. Facts after `as_of` are left out. The order of the
 * input rows does not show in the result. */
struct population *
population_build(struct population_builder *builder, struct day as_of,
	struct population_left_out *ret_left_out);

struct population *
population_ref(struct population *population);

void
population_unref(struct population *population);

/* ---- reading ---- */

/* Households in byte order of their keys. */
size_t
population_households(const struct population *population);

const char *
population_household_key(const struct population *population, size_t household);

/* Row of the household, or -1. */
int64_t
population_find_household(const struct population *population, const char *key);

/* Those of the person who speaks for it. */
struct area
population_household_area(const struct population *population, size_t household);

enum residence
population_household_residence(const struct population *population, size_t household);

/* Persons lie sorted by household, then key: [first, end). */
void
population_persons(const struct population *population, size_t household, uint32_t *ret_first,
	uint32_t *ret_end);

const char *
population_person_key(const struct population *population, uint32_t person);

const char *
population_person_label(const struct population *population, uint32_t person);

uint32_t
population_person_household(const struct population *population, uint32_t person);

/* Columns over all persons. */
const int32_t *
population_births(const struct population *population); /* day.n or DAY_NONE */

const char *
population_sexes(const struct population *population);

struct area
population_person_area(const struct population *population, uint32_t person);

struct area
population_person_register_area(const struct population *population, uint32_t person);

enum residence
population_person_residence(const struct population *population, uint32_t person);

/* Facts of a kind lie sorted by subject row, then `on`, then all fields. For a person kind the facts of a
 * household are contiguous, too. Area kinds: see population_area_facts(). */
struct fact_columns {
	size_t count;
	const int32_t *on;      /* day.n */
	const int32_t *until;   /* day.n, or INT32_MAX when open */
	const uint32_t *subject;/* row of the person or household */
	/* by subject row, one more than there are subjects; NULL for areas */
	const uint32_t *start;
};

struct fact_columns
population_facts(const struct population *population, size_t kind);

/* Gathers `count` cells: values widened to int64, known 0 or 1. Text: the id of population_text(). */
void
population_cells(const struct population *population, size_t kind, size_t field,
	const uint32_t *facts, size_t count, int64_t *ret_values, uint8_t *ret_known);

/* Distinct texts of a text field, so that a pattern is matched once for each. */
size_t
population_text_count(const struct population *population, size_t kind, size_t field);

const char *
population_text(const struct population *population, size_t kind, size_t field, size_t id);

const char *
population_fact_source(const struct population *population, size_t kind, uint32_t fact);

const char *
population_fact_record(const struct population *population, size_t kind, uint32_t fact);

/* Of area kinds the subject, else where it happened; code 0: not said. */
struct area
population_fact_area(const struct population *population, size_t kind, uint32_t fact);

/* An area kind lies sorted by (code, on): the facts whose area is exactly that of the household or one
 * above it are at most AREA_RANGES ranges. Returns how many were written. */
#define AREA_RANGES 6
struct fact_range {
	uint32_t first;
	uint32_t end;
};

size_t
population_area_facts(const struct population *population, size_t kind, size_t household,
	struct fact_range ret_ranges[AREA_RANGES]);

#endif
