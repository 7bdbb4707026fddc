/* A table for every kind, made from its declaration, and the statements on it. Takes no column away; identifiers come
 * from checked names only. */
#ifndef NEEDWATCH_KIND_TABLE_H
#define NEEDWATCH_KIND_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "kind.h"

struct buffer;
struct db_result;
struct db_statement;
struct db_sync;
struct kind_tables;

/* Makes and widens the tables of the kinds, and that of `resident`; lists what was done in `ret_log` (may be NULL). False:
 * *ret_error (owned by the caller) is one line; a kind that changed a type is refused with the reason. */
bool
kind_tables_make(struct db_sync *sync, const struct kind *const *kinds, size_t count,
	struct buffer *ret_log, char **ret_error);

/* Does the store have what these kinds need? *ret_error names the first thing missing and the command. */
bool
kind_tables_check(struct db_sync *sync, const struct kind *const *kinds, size_t count,
	char **ret_error);

/* ---- for those who write and read facts ---- */

/* `kinds` borrowed. Index count is `resident`. */
struct kind_tables *
kind_tables_new(const struct kind *const *kinds, size_t count);

void
kind_tables_free(struct kind_tables *tables);

struct kind_table {
	const struct kind *kind; /* NULL: resident */
	const char *name;        /* of the kind */
	int columns;             /* of the copy */
	const char *copy;        /* copy needwatch.fact_x (...) from stdin (format binary) */
	/* one row of the same, its cells as parameters; NULL: they are too many */
	struct db_statement *insert;
	/* facts of records, by (source, keys): what a new version replaces */
	struct db_statement *latest;
	struct db_statement *persons; /* facts of persons as of a position */
	struct db_statement *areas;   /* facts of areas; NULL unless an area kind */
	/* facts told by a household's key; NULL unless a household kind */
	struct db_statement *households;
	/* one per FIELD_PERSON: households that refer to persons */
	struct db_statement **referring;
	size_t referring_count;
};

size_t
kind_tables_count(const struct kind_tables *tables); /* resident included, as the last */

const struct kind_table *
kind_tables_at(const struct kind_tables *tables, size_t index);

/* Sets those of `ret_told`, one for each table, whose names the array in the cell lists: the kinds of needwatch.source. */
void
kind_tables_note(const struct kind_tables *tables, const struct db_result *result, int row,
	int column, bool *ret_told);

/* Index of the kind's table (NULL: resident), or -1. */
int
kind_tables_find(const struct kind_tables *tables, const char *name);

#endif
