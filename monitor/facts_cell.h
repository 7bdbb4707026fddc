/* One cell of a facts file as a value of its field, in the strict form of docs/kinds.md 1. */
#ifndef NEEDWATCH_FACTS_CELL_H
#define NEEDWATCH_FACTS_CELL_H

#include "area.h"
#include "csv.h"
#include "day.h"
#include "kind.h"
#include "population.h"

/* Each reads the cell of a column (-1: empty) of the present record; what cannot be read is
 * reported and counts as unknown. */
struct field_cell
facts_cell_read(
	const struct csv *csv, int column, const struct field *field, struct diags *diags);

struct day
facts_cell_day(const struct csv *csv, int column, struct diags *diags);

struct area
facts_cell_area(const struct csv *csv, int column, struct diags *diags);

/* Index of one of the `count` words, or -1 when empty or reported. */
int
facts_cell_word(const struct csv *csv, int column, const char *const *words, size_t count,
	struct diags *diags);

#endif
