/* The columns of a kind's table, in the one order that copies and reads share; kind_table.c
 * says what each means. */
#ifndef NEEDWATCH_KIND_COLUMN_H
#define NEEDWATCH_KIND_COLUMN_H

#include "bounds.h"
#include "kind.h"

struct buffer;

#define KIND_COMMON_COLUMNS 13
#define KIND_COLUMNS_MOST (KIND_COMMON_COLUMNS + 2 * FIELD_COUNT_LIMIT)

struct kind_column {
	char name[NAME_LIMIT + 3]; /* checked names and a prefix: quoted as it is */
	const char *type;
	bool always; /* not null */
};

struct kind_columns {
	int count;
	struct kind_column at[KIND_COLUMNS_MOST];
};

/* `kind` NULL: resident. */
void
kind_columns(const struct kind *kind, struct kind_columns *ret_columns);

/* needwatch."fact_x" */
void
kind_table_name(const struct kind *kind, struct buffer *ret_sql);

const char *
kind_name(const struct kind *kind);

#endif
