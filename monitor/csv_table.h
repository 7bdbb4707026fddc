/* A CSV file whose columns are found by name, and cells read as codes and days; what is wrong
 * is reported in its place. */
#ifndef NEEDWATCH_CSV_TABLE_H
#define NEEDWATCH_CSV_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "area.h"
#include "csv.h"
#include "day.h"

#define CSV_TABLE_COLUMNS 4

/* One file and the columns that are read from it. */
struct csv_table {
	struct csv *csv;
	int columns[CSV_TABLE_COLUMNS];
	struct diags *diags;
};

struct csv_wanted {
	const char *name;
	bool needed;
};

/* False, with the fault reported, if a needed column is missing. */
bool
csv_table_find(struct csv_table *table, const struct csv_wanted *wanted, size_t count);

/* "" if the file does not have the column. */
const char *
csv_table_cell(const struct csv_table *table, size_t column);

struct span
csv_table_span(const struct csv_table *table, size_t column);

/* False, with the fault reported, if it is none. */
bool
csv_table_area(const struct csv_table *table, size_t column, struct area *ret_area);

bool
csv_table_day(const struct csv_table *table, size_t column, struct day *ret_day);

#endif
