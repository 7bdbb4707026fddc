/* Comma-separated values after RFC 4180, read record by record. */
#ifndef NEEDWATCH_CSV_H
#define NEEDWATCH_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"

struct csv;

/* The text is borrowed. Its first record is the header; NULL, with the fault reported, if it
 * has none or names a column twice. A byte order mark is skipped. */
struct csv *
csv_new(const struct source_text *text, struct diags *diags);

void
csv_free(struct csv *csv);

size_t
csv_columns(const struct csv *csv);

/* As the header has it. */
const char *
csv_column_name(const struct csv *csv, size_t column);

struct span
csv_column_span(const struct csv *csv, size_t column);

/* Index of the column, or -1. */
int
csv_column(const struct csv *csv, const char *name);

/* Goes to the next record. Records that are broken are reported and skipped, empty lines are
 * skipped; false at the end. */
bool
csv_next(struct csv *csv);

/* Decoded, ended with NUL, valid until csv_next(); "" for column -1. */
const char *
csv_cell(const struct csv *csv, int column);

/* Where the cell stands; the whole record's first byte for column -1. */
struct span
csv_cell_span(const struct csv *csv, int column);

#endif
