/* Tries a source as its user: connects, looks at rights, columns and a few rows. Knows no
 * daemon and no store. */
#include "source_try.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <libpq-fe.h>

#include "buffer.h"
#include "command.h"
#include "credential.h"
#include "memory.h"
#include "source_query.h"
#include "source_report.h"

struct trial {
	const struct source_config *source;
	struct diags *diags;
	PGconn *connection;
	bool grants; /* some were printed that an administrator there has to run */
	int code;
};

/* ---- what is in the way ---- */

static bool
is_right(const char *state)
{
	return strcmp(state, "42501") == 0;
}

/* Names, relations, syntax, types: the query has to be written otherwise. */
static bool
is_query(const char *state)
{
	return strncmp(state, "42", 2) == 0 || strncmp(state, "22", 2) == 0;
}

static void
say_refused(struct trial *trial, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);

	state = state ? state : "";
	diag_at(trial->diags, DIAG_ERROR, trial->source->query_span,
		"the database refuses the query: %s",
		message ? message : "it has closed the connection");
	if (is_right(state))
		diag_hint(trial->diags, "%s",
			trial->grants ? "an administrator there runs the grants above"
				      : "ask for the right to select from all that it names");
	else if (is_query(state))
		diag_hint(trial->diags, "%s", hint ? hint : "correct the query");
	else
		diag_hint(trial->diags, "%s",
			hint ? hint : "the query is well; needwatchd asks again by itself");
	trial->code = is_query(state) && !is_right(state) ? EXIT_INPUT : EXIT_WORLD;
}

static PGresult *
ask(struct trial *trial, const char *sql, int count, const char *const *values)
{
	PGresult *result =
		PQexecParams(trial->connection, sql, count, NULL, values, NULL, NULL, 0);

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		return result;
	say_refused(trial, result);
	PQclear(result);
	return NULL;
}

/* ---- rights ---- */

/* Which rights are there, and the GRANTs for those that are not. */
static const char rights_sql[] =
	"with parts as (select name, case when name like '%.%' then split_part(name, '.', 1) "
	"end as schema, "
	"split_part(name, '.', case when name like '%.%' then 2 else 1 end) as relation "
	"from (select lower(replace(n, '\"', '')) as name from unnest(string_to_array($1, "
	"',')) n) as names) "
	"select distinct on (p.name) p.name, coalesce(n.nspname, ''), c.oid is not null, "
	"coalesce(has_schema_privilege(n.oid, 'usage'), false), "
	"coalesce(has_table_privilege(c.oid, 'select'), false), "
	"coalesce(has_any_column_privilege(c.oid, 'select'), false), "
	"quote_ident(current_user), quote_ident(current_database()) "
	"from parts p left join (pg_class c join pg_namespace n on n.oid = c.relnamespace) "
	"on c.relname = p.relation and c.relkind in ('r', 'v', 'm', 'f', 'p') "
	"and n.nspname = coalesce(p.schema, n.nspname) "
	"order by p.name, pg_table_is_visible(c.oid) desc";

enum right_column {
	RIGHT_NAME,
	RIGHT_SCHEMA,
	RIGHT_THERE,
	RIGHT_USAGE,
	RIGHT_SELECT,
	RIGHT_SOME, /* of its columns */
	RIGHT_USER,
	RIGHT_DATABASE,
};

static bool
has_right(const PGresult *rights, int row, enum right_column column)
{
	return *PQgetvalue(rights, row, (int)column) == 't';
}

static void
print_right(struct trial *trial, const PGresult *rights, int row)
{
	const char *relation = PQgetvalue(rights, row, RIGHT_NAME);
	const char *schema = PQgetvalue(rights, row, RIGHT_SCHEMA);
	const char *user = PQgetvalue(rights, row, RIGHT_USER);
	bool usage = has_right(rights, row, RIGHT_USAGE);
	bool all = has_right(rights, row, RIGHT_SELECT);

	if (!has_right(rights, row, RIGHT_THERE)) {
		printf("  %-24s is no relation that %s can see\n", relation, user);
		return;
	}
	printf("  %-24s %s\n", relation,
		all && usage ? "may be read"
		: usage && has_right(rights, row, RIGHT_SOME)
			? "some of its columns may be read"
			: "MISSING");
	if (!usage)
		printf("    grant usage on schema %s to %s;\n", schema, user);
	if (!all)
		printf("    grant select on %s to %s;\n", relation, user);
	trial->grants |= !usage || !all;
}

static bool
print_rights(struct trial *trial)
{
	char *relations = query_relations(trial->source->query);
	const char *values[1] = {relations};
	PGresult *rights = ask(trial, rights_sql, 1, values);

	free(relations);
	if (!rights)
		return false;
	printf("rights of %s on database %s: connect%s\n",
		PQntuples(rights) ? PQgetvalue(rights, 0, RIGHT_USER)
				  : PQuser(trial->connection),
		PQntuples(rights) ? PQgetvalue(rights, 0, RIGHT_DATABASE)
				  : PQdb(trial->connection),
		PQntuples(rights) ? "" : "; the query names no relation");
	for (int i = 0; i < PQntuples(rights); i++)
		print_right(trial, rights, i);
	PQclear(rights);
	return true;
}

/* ---- columns ---- */

static void
say_missing(struct trial *trial, const PGresult *columns, int column)
{
	const char *name = trial->source->columns[column];
	int count = PQnfields(columns);
	const char **names = xcalloc((size_t)count + 1, sizeof(*names));
	const char *near;

	for (int i = 0; i < count; i++)
		names[i] = PQfname(columns, i);
	near = nearest_name(name, strlen(name), names, (size_t)count);
	diag_at(trial->diags, DIAG_ERROR, trial->source->column_spans[column],
		"the query does not give the column '%s'", name);
	if (near)
		diag_hint(trial->diags, "did you mean '%s'?", near);
	else
		diag_hint(trial->diags, "name it in the query, or correct this");
	free(names);
	trial->code = EXIT_INPUT;
}

static int
column_of(const PGresult *columns, const char *name)
{
	for (int i = 0; i < PQnfields(columns); i++)
		if (strcasecmp(PQfname(columns, i), name) == 0)
			return i;
	return -1;
}

static bool
check_columns(struct trial *trial, const PGresult *columns)
{
	bool well = true;

	for (int i = 0; i < trial->source->column_count; i++) {
		if (column_of(columns, trial->source->columns[i]) >= 0)
			continue;
		say_missing(trial, columns, i);
		well = false;
	}
	return well;
}

static bool
check_cursor(struct trial *trial, const PGresult *columns)
{
	const struct source_config *source = trial->source;
	enum cursor_type type;
	const char *name, *fault;

	if (source->way != WAY_CURSOR)
		return true;
	name = source->columns[source->cursor];
	fault = cursor_misfit(source, PQftype(columns, column_of(columns, name)), &type);
	if (!fault)
		return true;
	diag_at(trial->diags, DIAG_ERROR, source->column_spans[source->cursor],
		"the cursor %s %s", name, fault);
	trial->code = EXIT_INPUT;
	return false;
}

/* ---- rows ---- */

static struct day
today(void)
{
	return instant_day((struct instant){(int64_t)time(NULL) * US_PER_SECOND});
}

static bool
is_ascii(const struct trial *trial)
{
	return strcmp(PQparameterStatus(trial->connection, "server_encoding"), "SQL_ASCII") ==
	       0;
}

static const char *
first_batch(PGresult *batch)
{
	return batch && PQntuples(batch) && !PQgetisnull(batch, 0, 0) ? PQgetvalue(batch, 0, 0)
								      : "";
}

static void
try_rows(struct trial *trial, const struct source_queries *queries, struct buffer *out)
{
	bool batched = trial->source->batch >= 0;
	PGresult *batch =
		batched ? ask(trial, source_query_text(queries, QUERY_BATCH), 0, NULL) : NULL;
	const char *values[1] = {first_batch(batch)};
	PGresult *rows = NULL;

	if (batch || !batched)
		rows = ask(
			trial, source_query_text(queries, QUERY_ROWS_FIRST), batched, values);
	if (rows)
		report_rows(trial->source, rows, is_ascii(trial), today(), out);
	PQclear(batch);
	PQclear(rows);
}

static void
try_connected(struct trial *trial)
{
	struct source_queries *queries = source_queries_new(trial->source, CURSOR_TIMESTAMP);
	struct buffer out = {0};
	PGresult *columns = NULL;

	if (is_ascii(trial)) /* bytes that are no UTF-8 are handed out only so */
		PQsetClientEncoding(trial->connection, "SQL_ASCII");
	PQclear(PQexec(trial->connection,
		"set default_transaction_read_only = on; "
		"set timezone = 'Asia/Shanghai'; set datestyle = 'ISO'"));
	if (print_rights(trial))
		columns = ask(trial, source_query_text(queries, QUERY_COLUMNS), 0, NULL);
	if (columns) {
		report_columns(trial->source, columns, &out);
		if (check_columns(trial, columns) && check_cursor(trial, columns))
			try_rows(trial, queries, &out);
	}
	if (out.length)
		fputs(out.bytes, stdout);
	PQclear(columns);
	buffer_free(&out);
	source_queries_free(queries);
}

/* ---- connecting ---- */

/* libpq's reasons may take two lines, and end with one. */
static void
say_away(struct trial *trial)
{
	char *reason = xstrdup(PQerrorMessage(trial->connection));

	reason[strcspn(reason, "\n")] = '\0';
	diag_at(trial->diags, DIAG_ERROR, trial->source->connect_span,
		"source '%s' cannot be reached: %s", trial->source->name, reason);
	diag_hint(trial->diags,
		"if the address and the user are right, it is the database or the way to it: "
		"needwatchd asks again by itself");
	free(reason);
	trial->code = EXIT_WORLD;
}

static bool
read_password(
	struct trial *trial, const struct config *config, char ret_password[CREDENTIAL_SIZE])
{
	const char *folder = config_text(config, SETTING_SERVICE_CREDENTIALS);
	const char *given = folder ? folder : getenv("CREDENTIALS_DIRECTORY");

	if (credential_read(folder, trial->source->credential, ret_password))
		return true;
	diag_at(trial->diags, DIAG_ERROR, trial->source->credential_span,
		"there is no password '%s' in %s", trial->source->credential,
		given ? given : "$CREDENTIALS_DIRECTORY, which is not set");
	diag_hint(trial->diags, "%s",
		folder ? "a file with the password in its first line"
		       : "only a unit is handed it: see 'source check' in docs/operations.md");
	trial->code = EXIT_WORLD;
	return false;
}

int
source_try(const struct config *config, const struct source_config *source, struct diags *diags)
{
	const char *const keys[] = {"dbname", "password", "fallback_application_name",
		"client_encoding", "connect_timeout", NULL};
	char password[CREDENTIAL_SIZE];
	const char *values[] = {
		source->connect, NULL, "needwatch source check", "UTF8", "15", NULL};
	struct trial trial = {.source = source, .diags = diags, .code = EXIT_DONE};

	if (source->credential && !read_password(&trial, config, password))
		return trial.code;
	if (source->credential)
		values[1] = password;
	trial.connection = PQconnectdbParams(keys, values, 1);
	explicit_bzero(password, sizeof(password));
	if (PQstatus(trial.connection) == CONNECTION_OK)
		try_connected(&trial);
	else
		say_away(&trial);
	PQfinish(trial.connection);
	return trial.code;
}
