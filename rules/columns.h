/* How a population lies in memory. Shared by its builder and its readers only. */
#ifndef NEEDWATCH_COLUMNS_H
#define NEEDWATCH_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "area.h"
#include "kind.h"
#include "population.h"

enum width {
	WIDTH_8,
	WIDTH_32,
	WIDTH_64,
};

/* One field of all facts of a kind, in the smallest width that holds them. */
struct column {
	enum width width;
	void *values;
	uint8_t *known;           /* NULL: every cell is known */
	const char **texts;       /* FIELD_TEXT: the distinct texts in byte order */
	size_t text_count;
};

/* All facts of a kind. Invariant: start[subject]..start[subject + 1] are the facts of a subject, in order of
 * `on`, `until`, then the fields. */
struct fact_table {
	size_t count;
	int32_t *on;
	int32_t *until;
	uint32_t *subject;
	uint32_t *start;
	int64_t *area; /* the subject of area kinds, else where it happened */
	const char **source;
	const char **record;
	struct column *columns;
};

struct person_columns {
	size_t count;
	const char **key;
	const char **label;
	uint32_t *household;
	int32_t *birth;
	char *sex;
	struct area *area;
	struct area *register_area;
	uint8_t *residence;
};

struct household_columns {
	size_t count;
	const char **key;
	uint32_t *start; /* first person; one more than there are households */
	uint32_t *speaker; /* whose area and residence are the household's */
};

struct population {
	_Atomic int references;
	struct arena *arena; /* owns everything below */
	const struct kind *const *kinds;
	size_t kind_count;
	struct person_columns persons;
	struct household_columns households;
	struct fact_table *facts; /* by kind */
};

#endif
