/* Writes the SQL of a source's pages once; identifiers come from the configuration's lexer,
 * values are always parameters. */
#include "source_query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "buffer.h"
#include "memory.h"

struct source_queries {
	const struct source_config *source;
	enum cursor_type type;
	int page;
	struct buffer texts[QUERY_COUNT];
};

static const char *const names[QUERY_COUNT] = {"forward_first", "forward_again",
	"forward_after", "overlap_first", "overlap_after", "keys_first", "keys_after",
	"rows_first", "rows_after", "batch", "columns", "estimate"};

const char *
source_query_name(enum source_query query)
{
	return names[query];
}

const char *
source_query_text(const struct source_queries *queries, enum source_query query)
{
	return queries->texts[query].bytes;
}

int
source_queries_page(const struct source_queries *queries)
{
	return queries->page;
}

static void
add_columns(struct buffer *out, const struct source_config *source)
{
	for (int i = 0; i < source->column_count; i++)
		buffer_printf(out, "%sq.%s", i ? ", " : "", source->columns[i]);
}

static void
add_keys(struct buffer *out, const struct source_config *source)
{
	for (int i = 0; i < source->key_count; i++)
		buffer_printf(out, "%sq.%s", i ? ", " : "", source->columns[source->keys[i]]);
}

static void
add_parameters(struct buffer *out, int first, int count)
{
	for (int i = 0; i < count; i++)
		buffer_printf(out, "%s$%d", i ? ", " : "", first + i);
}

static void
add_from(struct buffer *out, const struct source_config *source)
{
	buffer_printf(out, " from (%s\n) q", source->query);
}

/* By (cursor, keys): forward and overlap. */
static void
write_by_cursor(struct source_queries *queries, enum source_query query)
{
	const struct source_config *source = queries->source;
	const char *cursor = source->columns[source->cursor];
	struct buffer *out = &queries->texts[query];
	bool overlap = query == QUERY_OVERLAP_FIRST || query == QUERY_OVERLAP_AFTER;
	bool after = query == QUERY_FORWARD_AFTER || query == QUERY_OVERLAP_AFTER;

	buffer_text(out, "select ");
	add_columns(out, source);
	add_from(out, source);
	/* A number has no cap; the parameter is there all the same, so that all callers are
	 * alike. */
	if (queries->type == CURSOR_NUMBER && !overlap)
		buffer_printf(
			out, " where ($1::text is null or true) and q.%s is not null", cursor);
	else
		buffer_printf(out, " where q.%s %s $1", cursor,
			overlap || queries->type == CURSOR_DATE ? "<=" : "<");
	if (after) {
		buffer_printf(out, " and (q.%s, ", cursor);
		add_keys(out, source);
		buffer_text(out, ") > (");
		add_parameters(out, 2, source->key_count + 1);
		buffer_text(out, ")");
	} else if (query != QUERY_FORWARD_FIRST) {
		buffer_printf(out, " and q.%s >= $2", cursor);
	}
	buffer_printf(out, " order by q.%s, ", cursor);
	add_keys(out, source);
	buffer_printf(out, " limit %d", queries->page);
}

/* By the keys alone: comparisons. */
static void
write_by_key(struct source_queries *queries, enum source_query query)
{
	const struct source_config *source = queries->source;
	struct buffer *out = &queries->texts[query];
	bool after = query == QUERY_KEYS_AFTER || query == QUERY_ROWS_AFTER;
	int batch = source->batch >= 0;

	buffer_text(out, "select ");
	if (query == QUERY_KEYS_FIRST || query == QUERY_KEYS_AFTER)
		add_keys(out, source);
	else
		add_columns(out, source);
	add_from(out, source);
	if (batch)
		buffer_printf(out, " where q.%s = $1", source->columns[source->batch]);
	if (after) {
		buffer_text(out, batch ? " and (" : " where (");
		add_keys(out, source);
		buffer_text(out, ") > (");
		add_parameters(out, 1 + batch, source->key_count);
		buffer_text(out, ")");
	}
	buffer_text(out, " order by ");
	add_keys(out, source);
	buffer_printf(out, " limit %d", queries->page);
}

static void
write_others(struct source_queries *queries)
{
	const struct source_config *source = queries->source;

	if (source->batch >= 0) {
		buffer_printf(&queries->texts[QUERY_BATCH], "select max(q.%s)",
			source->columns[source->batch]);
		add_from(&queries->texts[QUERY_BATCH], source);
	}
	buffer_text(&queries->texts[QUERY_COLUMNS], "select q.*");
	add_from(&queries->texts[QUERY_COLUMNS], source);
	buffer_text(&queries->texts[QUERY_COLUMNS], " limit 0");
	buffer_printf(&queries->texts[QUERY_ESTIMATE], "explain %s", source->query);
}

/* Type oids of pg_type.dat; they never change. */
enum {
	OID_INT8 = 20,
	OID_INT2 = 21,
	OID_INT4 = 23,
	OID_DATE = 1082,
	OID_TIMESTAMP = 1114,
	OID_TIMESTAMPTZ = 1184,
	OID_NUMERIC = 1700,
};

static bool
cursor_type_of(unsigned int oid, enum cursor_type *ret_type)
{
	*ret_type = CURSOR_NUMBER;
	if (oid == OID_TIMESTAMP || oid == OID_TIMESTAMPTZ)
		*ret_type = CURSOR_TIMESTAMP;
	else if (oid == OID_DATE)
		*ret_type = CURSOR_DATE;
	else
		return oid == OID_INT8 || oid == OID_INT2 || oid == OID_INT4 ||
		       oid == OID_NUMERIC;
	return true;
}

const char *
cursor_misfit(const struct source_config *source, unsigned int oid, enum cursor_type *ret_type)
{
	bool native = cursor_type_of(oid, ret_type);

	if (source->cursor_format && native)
		return "is no text: leave out its format";
	if (source->cursor_format)
		*ret_type = CURSOR_TEXT;
	return native || source->cursor_format
		       ? NULL
		       : "is text: say its format, as \"yyyy-MM-dd HH:mm:ss\"";
}

struct source_queries *
source_queries_new(const struct source_config *source, enum cursor_type type)
{
	struct source_queries *queries = xcalloc(1, sizeof(*queries));

	queries->source = source;
	queries->type = type;
	queries->page = PAGE_ROWS;
	if (source->rows_per_second > 0 && source->rows_per_second < PAGE_ROWS)
		queries->page = (int)source->rows_per_second;
	if (source->way == WAY_CURSOR) {
		for (int i = QUERY_FORWARD_FIRST; i <= QUERY_OVERLAP_AFTER; i++)
			write_by_cursor(queries, (enum source_query)i);
	}
	for (int i = QUERY_KEYS_FIRST; i <= QUERY_ROWS_AFTER; i++)
		write_by_key(queries, (enum source_query)i);
	write_others(queries);
	return queries;
}

void
source_queries_free(struct source_queries *queries)
{
	if (!queries)
		return;
	for (int i = 0; i < QUERY_COUNT; i++)
		buffer_free(&queries->texts[i]);
	free(queries);
}

char *
cursor_text(const struct source_config *source, enum cursor_type type, struct instant instant)
{
	struct buffer out = {0};
	char text[INSTANT_TEXT_SIZE];

	switch (type) {
	case CURSOR_TEXT:
		date_format_write(source->cursor_format, instant, &out);
		return out.bytes;
	case CURSOR_TIMESTAMP:
		instant_format(instant, text);
		return xstrdup(text);
	case CURSOR_DATE:
		day_format(instant_day(instant), text);
		return xstrdup(text);
	case CURSOR_NUMBER:
		break;
	}
	return NULL;
}

/* "2026-06-10 15:04:05.123456+08", as PostgreSQL prints in Asia/Shanghai, zone or not. */
static bool
timestamp_instant(const char *text, struct instant *ret_instant)
{
	int year, month, day, hour = 0, minute = 0;
	double second = 0;
	struct day date;

	if (sscanf(text, "%d-%d-%d %d:%d:%lf", &year, &month, &day, &hour, &minute, &second) <
			3 ||
		!day_from_civil(year, month, day, &date))
		return false;
	ret_instant->us = instant_at(date, 0).us + (hour * 3600 + minute * 60) * US_PER_SECOND +
			  (int64_t)(second * 1e6 + 0.5);
	return true;
}

bool
cursor_instant(
	const struct source_config *source, const char *text, struct instant *ret_instant)
{
	struct date_reading reading;

	if (!source->cursor_format)
		return timestamp_instant(text, ret_instant);
	if (date_format_read(source->cursor_format, text, strlen(text), &reading) != DATE_OK)
		return false;
	*ret_instant = date_reading_instant(&reading);
	return true;
}
