/* What `needwatch source check` tells about a source: rights, columns, a few rows as they would be mapped.
 * Shows no number, no name, and no sensitive field. */
#ifndef NEEDWATCH_SOURCE_REPORT_H
#define NEEDWATCH_SOURCE_REPORT_H

#include <stdbool.h>

#include <libpq-fe.h>

#include "config.h"
#include "day.h"

struct buffer;

/* Names that stand behind `from` and `join` in the query, separated by commas: the relations it needs rights
 * on, as far as its text shows. Owned by the caller. */
char *
query_relations(const char *query);

/* Columns of the query (no rows): what each is for, what nothing uses, what is missing. */
void
report_columns(const struct source_config *source, const PGresult *columns, struct buffer *out);

/* The first rows that can be read, and why others cannot. Columns as in QUERY_ROWS_FIRST; `ascii`: of a SQL_ASCII
 * database, so that texts are bytes of the source's charset. */
void
report_rows(const struct source_config *source, const PGresult *rows, bool ascii,
	struct day today, struct buffer *out);

#endif
