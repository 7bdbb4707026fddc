/* The SQL that reads a source: pages after a key, in the order of their columns. Runs nothing. */
#ifndef NEEDWATCH_SOURCE_QUERY_H
#define NEEDWATCH_SOURCE_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"
#include "instant.h"

struct source_queries;

enum cursor_type {
	CURSOR_TEXT,      /* written by source_config.cursor_format */
	CURSOR_TIMESTAMP, /* with or without zone; without: Asia/Shanghai */
	CURSOR_DATE,
	CURSOR_NUMBER,    /* no clock caps it, no overlap reaches back */
};

/* Parameters in the order of the enum's comment. Selected: every used column, in config order. */
enum source_query {
	QUERY_FORWARD_FIRST,   /* cap */
	QUERY_FORWARD_AGAIN,   /* cap, cursor: that moment included, where a restart takes up */
	QUERY_FORWARD_AFTER,   /* cap, cursor, keys */
	QUERY_OVERLAP_FIRST,   /* last, cursor */
	QUERY_OVERLAP_AFTER,   /* last, cursor, keys */
	QUERY_KEYS_FIRST,      /* [batch]; selects the key columns only */
	QUERY_KEYS_AFTER,      /* [batch,] keys */
	QUERY_ROWS_FIRST,      /* [batch] */
	QUERY_ROWS_AFTER,      /* [batch,] keys */
	QUERY_BATCH,           /* the latest batch */
	QUERY_COLUMNS,         /* no row, all columns of the query */
	QUERY_ESTIMATE,        /* the plan, for the number of rows */
	QUERY_COUNT,
};

/* What is wrong with the type of the cursor column, an oid, and what to say instead; NULL:
 * nothing. */
const char *
cursor_misfit(const struct source_config *source, unsigned int oid, enum cursor_type *ret_type);

/* `source` is borrowed. A page has at most PAGE_ROWS rows, and no more than one second may bring. */
struct source_queries *
source_queries_new(const struct source_config *source, enum cursor_type type);

void
source_queries_free(struct source_queries *queries);

const char *
source_query_text(const struct source_queries *queries, enum source_query query);

/* The name under which it is prepared. */
const char *
source_query_name(enum source_query query);

int
source_queries_page(const struct source_queries *queries);

/* The moment as the cursor column writes it; owned by the caller. NULL for numbers. */
char *
cursor_text(const struct source_config *source, enum cursor_type type, struct instant instant);

/* The moment that a cursor's text names; false for numbers and what cannot be read. */
bool
cursor_instant(const struct source_config *source, const char *text, struct instant *ret_instant);

#endif
