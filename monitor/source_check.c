/* The first questions to a source: session, columns, size. Reads no rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"
#include "source_parts.h"

#define OID_BYTEA 17 /* of pg_type.dat; it never changes */

static void
ask_session(struct source *source)
{
	const struct source_config *config = source->config;
	long long timeout = config->settings[SETTING_SOURCE_TIMEOUT] / 1000;
	struct buffer sql = {0};

	buffer_printf(&sql,
		"set default_transaction_read_only = on; set statement_timeout = %lld; "
		"set lock_timeout = %lld; set timezone = 'Asia/Shanghai'; set datestyle = "
		"'ISO'; "
		"set extra_float_digits = 1; set bytea_output = 'hex'; "
		"set plan_cache_mode = force_generic_plan; ",
		timeout, timeout);
	if (config->listen)
		buffer_printf(&sql, "listen %s; ", config->listen);
	/* Bytes of a SQL_ASCII database that are no UTF-8 are handed out only to a client that is SQL_ASCII, too. */
	buffer_text(&sql, "select (extract(epoch from clock_timestamp()) * 1000000)::int8, "
			  "current_setting('server_encoding'), set_config('client_encoding', "
			  "case current_setting('server_encoding') when 'SQL_ASCII' then "
			  "'SQL_ASCII' else 'UTF8' end, false)");
	source->page_started = source_mono();
	link_ask(source->link, sql.bytes, 0, NULL);
	buffer_free(&sql);
}

void
check_begin(struct source *source)
{
	source->step = CHECK_SESSION;
	ask_session(source);
}

static int
result_column(const PGresult *result, const char *name)
{
	for (int i = 0; i < PQnfields(result); i++) {
		if (strcasecmp(PQfname(result, i), name) == 0)
			return i;
	}
	return -1;
}

/* Every used column that the query does not give, in one reason. */
static bool
columns_present(struct source *source, const PGresult *result)
{
	struct buffer lost = {0};
	bool well;

	for (int i = 0; i < source->config->column_count; i++) {
		if (result_column(result, source->config->columns[i]) < 0)
			buffer_printf(&lost, "%s%s", lost.length ? ", " : "",
				source->config->columns[i]);
	}
	well = lost.length == 0;
	if (!well)
		source_broken(source, "the query does not give: %s", lost.bytes);
	buffer_free(&lost);
	return well;
}

static bool
cursor_fits(struct source *source, const PGresult *result)
{
	const struct source_config *config = source->config;
	const char *name, *fault;

	if (config->way != WAY_CURSOR)
		return true;
	name = config->columns[config->cursor];
	fault = cursor_misfit(
		config, PQftype(result, result_column(result, name)), &source->cursor_type);
	if (fault)
		source_broken(source, "cursor %s %s", name, fault);
	return !fault;
}

/* Names and types of the used columns. */
static void
take_fingerprint(struct source *source, const PGresult *result)
{
	struct buffer out = {0};

	source->has_bytes = false;
	for (int i = 0; i < source->config->column_count; i++) {
		const char *name = source->config->columns[i];
		Oid oid = PQftype(result, result_column(result, name));

		buffer_printf(&out, "%s%s:%u", i ? " " : "", name, oid);
		source->bytes[i] = source->config->charset &&
				   (oid == OID_BYTEA || source->bytes[RECORD_COLUMN_LIMIT - 1]);
		source->has_bytes = source->has_bytes || source->bytes[i];
	}
	free(source->fingerprint);
	source->fingerprint = out.bytes ? out.bytes : xstrdup("");
}

/* The first column that is not as it was, for the reason. */
static void
fingerprint_broken(struct source *source)
{
	const char *now = source->fingerprint;
	const char *then = source->accepted;
	size_t word = 0;

	for (size_t i = 0; now[i] && now[i] == then[i]; i++) {
		if (now[i] == ' ')
			word = i + 1;
	}
	source_broken(source,
		"column types have changed since the last run, from '%.60s' on; "
		"check the mapping, then: needwatch source accept %s",
		now + word, source->config->name);
}

static void
check_estimate(struct source *source)
{
	source->step = CHECK_ESTIMATE;
	link_ask(source->link, source_query_text(source->queries, QUERY_ESTIMATE), 0, NULL);
}

static void
columns_answered(struct source *source, const PGresult *result)
{
	if (!columns_present(source, result) || !cursor_fits(source, result))
		return;
	take_fingerprint(source, result);
	source_queries_free(source->queries);
	source->queries = source_queries_new(source->config, source->cursor_type);
	if (!source->accepted) {
		source->step = CHECK_FINGERPRINT;
		intake_keep_fingerprint(source->intake, source->fingerprint);
		return;
	}
	if (strcmp(source->accepted, source->fingerprint) != 0)
		fingerprint_broken(source);
	else
		check_estimate(source);
}

void
check_written(struct source *source)
{
	free(source->accepted);
	source->accepted = xstrdup(source->fingerprint);
	check_estimate(source);
}

static void
session_answered(struct source *source, const PGresult *result)
{
	int64_t half = (source_mono().us - source->page_started.us) / 2;
	struct source_queries *plain = source->queries;

	source->counts.clock_ahead_us =
		atoll(PQgetvalue(result, 0, 0)) + half - source_real().us;
	source->clock_at.us = source_mono().us + 60 * US_PER_SECOND;
	/* kept behind the last column until the columns are known */
	source->bytes[RECORD_COLUMN_LIMIT - 1] =
		strcmp(PQgetvalue(result, 0, 1), "SQL_ASCII") == 0;
	if (!plain)
		source->queries = source_queries_new(source->config, CURSOR_TIMESTAMP);
	source->step = CHECK_COLUMNS;
	link_ask(source->link, source_query_text(source->queries, QUERY_COLUMNS), 0, NULL);
}

/* "Seq Scan on t  (cost=0.00..1.10 rows=10432 width=4)" */
static void
estimate_answered(struct source *source, const PGresult *result)
{
	const char *rows =
		PQntuples(result) ? strstr(PQgetvalue(result, 0, 0), " rows=") : NULL;

	source->expected = rows ? atoll(rows + strlen(" rows=")) : 0;
	source->attempt = 0;
	source_set_state(source, source->loaded ? SOURCE_FOLLOWING : SOURCE_LOADING);
}

void
check_answered(struct source *source, const PGresult *result)
{
	if (source_result_fault(source, result))
		return;
	switch (source->step) {
	case CHECK_SESSION:
		session_answered(source, result);
		break;
	case CHECK_COLUMNS:
		columns_answered(source, result);
		break;
	case CHECK_FINGERPRINT:
		break;
	case CHECK_ESTIMATE:
		estimate_answered(source, result);
		break;
	}
}
