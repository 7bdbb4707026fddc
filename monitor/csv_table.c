/* Finds columns by their names and reads their cells; keeps no row. */
#include "csv_table.h"

bool
csv_table_find(struct csv_table *table, const struct csv_wanted *wanted, size_t count)
{
	bool well = true;

	for (size_t i = 0; i < count; i++) {
		table->columns[i] = csv_column(table->csv, wanted[i].name);
		if (table->columns[i] >= 0 || !wanted[i].needed)
			continue;
		diag_at(table->diags, DIAG_ERROR, csv_column_span(table->csv, 0),
			"there is no column '%s'", wanted[i].name);
		diag_hint(table->diags, "the first line names the columns");
		well = false;
	}
	return well;
}

const char *
csv_table_cell(const struct csv_table *table, size_t column)
{
	return csv_cell(table->csv, table->columns[column]);
}

struct span
csv_table_span(const struct csv_table *table, size_t column)
{
	return csv_cell_span(table->csv, table->columns[column]);
}

bool
csv_table_area(const struct csv_table *table, size_t column, struct area *ret_area)
{
	if (area_parse(csv_table_cell(table, column), ret_area) && ret_area->code)
		return true;
	diag_at(table->diags, DIAG_ERROR, csv_table_span(table, column), "'%s' is no area code",
		csv_table_cell(table, column));
	diag_hint(
		table->diags, "2, 4, 6, 9 or 12 digits: province, city, county, town, village");
	return false;
}

bool
csv_table_day(const struct csv_table *table, size_t column, struct day *ret_day)
{
	if (day_parse(csv_table_cell(table, column), ret_day))
		return true;
	diag_at(table->diags, DIAG_ERROR, csv_table_span(table, column), "'%s' is no day",
		csv_table_cell(table, column));
	diag_hint(table->diags, "as 2026-10-01");
	return false;
}
