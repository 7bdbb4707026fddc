/* `needwatch source check|accept|release|reconcile NAME`: check reads the department's database
 * itself, the others ask the running daemon. Changes nothing in any database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <libpq-fe.h>

#include "buffer.h"
#include "command.h"
#include "config.h"
#include "credential.h"
#include "question_client.h"
#include "rule_files.h"
#include "source_query.h"
#include "source_report.h"

struct source_call {
	const char *verb;
	const char *name;
	const char *path;
};

static int
parse_call(int argc, char **argv, struct source_call *call)
{
	call->path = "/etc/needwatch/needwatch.conf";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			call->path = argv[++i];
		else if (argv[i][0] == '-')
			return usage_error("source", "no option '%s'", argv[i]);
		else if (!call->verb)
			call->verb = argv[i];
		else if (!call->name)
			call->name = argv[i];
		else
			return usage_error("source", "one source at a time");
	}
	if (!call->verb || !call->name)
		return usage_error("source", "say what to do, and the name of the source");
	return EXIT_DONE;
}

static PGresult *
ask(PGconn *connection, const char *sql, int count, const char *const *values)
{
	PGresult *result = PQexecParams(connection, sql, count, NULL, values, NULL, NULL, 0);

	if (PQresultStatus(result) == PGRES_TUPLES_OK)
		return result;
	fprintf(stderr, "%s", PQresultErrorMessage(result));
	PQclear(result);
	return NULL;
}

/* Which rights are there, and the GRANTs for those that are not. */
static const char rights_sql[] =
	"with parts as (select name, case when name like '%.%' then split_part(name, '.', 1) "
	"end as schema, "
	"split_part(name, '.', case when name like '%.%' then 2 else 1 end) as relation "
	"from (select lower(replace(n, '\"', '')) as name from unnest(string_to_array($1, "
	"',')) n) as names) "
	"select distinct on (p.name) p.name, coalesce(n.nspname, ''), c.oid is not null, "
	"coalesce(has_schema_privilege(n.oid, 'usage'), false), "
	"coalesce(has_table_privilege(c.oid, 'select') or has_any_column_privilege(c.oid, "
	"'select'), false), "
	"quote_ident(current_user), quote_ident(current_database()) "
	"from parts p left join (pg_class c join pg_namespace n on n.oid = c.relnamespace) "
	"on c.relname = p.relation and c.relkind in ('r', 'v', 'm', 'f', 'p') "
	"and n.nspname = coalesce(p.schema, n.nspname) "
	"order by p.name, pg_table_is_visible(c.oid) desc";

static void
print_right(const PGresult *rights, int row)
{
	const char *relation = PQgetvalue(rights, row, 0);
	const char *schema = PQgetvalue(rights, row, 1);
	const char *user = PQgetvalue(rights, row, 5);

	if (*PQgetvalue(rights, row, 2) != 't') {
		printf("  %-24s is no relation that %s can see\n", relation, user);
		return;
	}
	printf("  %-24s %s\n", relation,
		*PQgetvalue(rights, row, 4) == 't' ? "may be read" : "MISSING");
	if (*PQgetvalue(rights, row, 3) != 't')
		printf("    grant usage on schema %s to %s;\n", schema, user);
	if (*PQgetvalue(rights, row, 4) != 't')
		printf("    grant select on %s to %s;\n", relation, user);
}

static bool
print_rights(PGconn *connection, const struct source_config *source)
{
	char *relations = query_relations(source->query);
	const char *values[1] = {relations};
	PGresult *rights = ask(connection, rights_sql, 1, values);

	free(relations);
	if (!rights)
		return false;
	printf("rights of %s on database %s: connect%s\n",
		PQntuples(rights) ? PQgetvalue(rights, 0, 5) : PQuser(connection),
		PQntuples(rights) ? PQgetvalue(rights, 0, 6) : PQdb(connection),
		PQntuples(rights) ? "" : "; the query names no relation");
	for (int i = 0; i < PQntuples(rights); i++)
		print_right(rights, i);
	PQclear(rights);
	return true;
}

static struct day
today(void)
{
	return instant_day((struct instant){(int64_t)time(NULL) * US_PER_SECOND});
}

static bool
ascii_server(const PGconn *connection)
{
	return strcmp(PQparameterStatus(connection, "server_encoding"), "SQL_ASCII") == 0;
}

static const char *
first_batch(PGresult *batch)
{
	return batch && PQntuples(batch) && !PQgetisnull(batch, 0, 0) ? PQgetvalue(batch, 0, 0)
								      : "";
}

static bool
print_rows(PGconn *connection, const struct source_config *source,
	const struct source_queries *queries, struct buffer *out)
{
	bool batched = source->batch >= 0;
	PGresult *batch =
		batched ? ask(connection, source_query_text(queries, QUERY_BATCH), 0, NULL)
			: NULL;
	const char *values[1] = {first_batch(batch)};
	PGresult *rows =
		ask(connection, source_query_text(queries, QUERY_ROWS_FIRST), batched, values);

	if (rows)
		report_rows(source, rows, ascii_server(connection), today(), out);
	PQclear(batch);
	PQclear(rows);
	return rows != NULL;
}

static int
check_connected(PGconn *connection, const struct source_config *source)
{
	struct source_queries *queries = source_queries_new(source, CURSOR_TIMESTAMP);
	struct buffer out = {0};
	PGresult *columns;
	bool well;

	if (ascii_server(connection)) /* bytes that are no UTF-8 are handed out only so */
		PQsetClientEncoding(connection, "SQL_ASCII");
	PQclear(PQexec(connection, "set default_transaction_read_only = on; "
				   "set timezone = 'Asia/Shanghai'; set datestyle = 'ISO'"));
	well = print_rights(connection, source);
	columns = well ? ask(connection, source_query_text(queries, QUERY_COLUMNS), 0, NULL)
		       : NULL;
	well = columns && report_columns(source, columns, &out) &&
	       print_rows(connection, source, queries, &out);
	PQclear(columns);
	if (out.length)
		fputs(out.bytes, stdout);
	buffer_free(&out);
	source_queries_free(queries);
	return well ? EXIT_DONE : EXIT_WORLD;
}

static int
source_check(const struct config *config, const struct source_config *source)
{
	const char *const keys[] = {"dbname", "password", "fallback_application_name",
		"client_encoding", "connect_timeout", NULL};
	const char *values[] = {
		source->connect, NULL, "needwatch source check", "UTF8", "15", NULL};
	char password[CREDENTIAL_SIZE];
	PGconn *connection;
	int code = EXIT_WORLD;

	if (source->credential) {
		if (!credential_read(config_text(config, SETTING_SERVICE_CREDENTIALS),
			    source->credential, password)) {
			fprintf(stderr,
				"needwatch source: no credential file '%s': set credentials in "
				"service {}, or $CREDENTIALS_DIRECTORY\n",
				source->credential);
			return EXIT_WORLD;
		}
		values[1] = password;
	}
	connection = PQconnectdbParams(keys, values, 1);
	explicit_bzero(password, sizeof(password));
	if (PQstatus(connection) == CONNECTION_OK)
		code = check_connected(connection, source);
	else
		fprintf(stderr, "needwatch source: %s", PQerrorMessage(connection));
	PQfinish(connection);
	return code;
}

static int
check_named(struct config *config, const struct source_call *call)
{
	int index = config_find_source(config, call->name);

	if (index < 0) {
		fprintf(stderr, "needwatch source: %s names no source '%s'\n", call->path,
			call->name);
		return EXIT_INPUT;
	}
	return source_check(config, config_source(config, (size_t)index));
}

/* The kinds come from the rules that the configuration names. */
static struct ruleset *
config_rules(const struct config *config, struct text_files *files, struct diags *diags)
{
	size_t count;
	const char *const *paths = config_list(config, SETTING_SERVICE_RULES, &count);

	return rule_files_compile(paths, count, files, diags);
}

static int
check(const struct source_call *call)
{
	struct diags *diags = diags_new();
	struct text_files files = {0};
	struct ruleset *ruleset = NULL;
	char *fault;
	struct config *config = config_read(call->path, diags, &fault);
	int code = EXIT_INPUT;
	size_t count;

	if (config)
		config_read_area_changes(config, diags, &fault);
	if (fault)
		fprintf(stderr, "needwatch source: %s\n", fault);
	if (config) {
		ruleset = config_rules(config, &files, diags);
		if (ruleset) {
			const struct kind *const *kinds = ruleset_kinds(ruleset, &count);

			config_bind(config, kinds, count, diags);
		}
		diags_show(diags, false);
		if (ruleset && !fault && diags_errors(diags) == 0)
			code = check_named(config, call);
	}
	free(fault);
	config_free(config);
	ruleset_unref(ruleset);
	diags_free(diags);
	text_files_free(&files);
	return code;
}

#define ASK_US (10 * US_PER_SECOND)

/* Prints what the daemon says to source_accept, source_release or source_reconcile. */
static int
tell_daemon(const struct config *config, const struct source_call *call)
{
	char path[4096], question[32];
	char *fault = NULL;
	const char *error = NULL;
	json_t *answer;
	int well = 0;

	snprintf(path, sizeof(path), "%s/question.sock",
		config_text(config, SETTING_SERVICE_STATE));
	snprintf(question, sizeof(question), "source_%s", call->verb);
	answer = question_ask(path,
		json_pack("{s:s, s:s}", "ask", question, "name", call->name), ASK_US, &fault);
	if (answer)
		json_unpack(answer, "{s:b, s?s}", "ok", &well, "error", &error);
	if (!well)
		fprintf(stderr, "needwatch source: %s\n",
			error   ? error
			: fault ? fault
				: "no answer");
	else
		printf("source %s: told to %s; `needwatch status` shows how it goes on\n",
			call->name, call->verb);
	free(fault);
	json_decref(answer);
	return well ? EXIT_DONE : error ? EXIT_INPUT : EXIT_WORLD;
}

static int
tell(const struct source_call *call)
{
	struct diags *diags = diags_new();
	char *fault;
	struct config *config = config_read(call->path, diags, &fault);
	int code = EXIT_INPUT;

	diags_show(diags, false);
	if (!config) {
		fprintf(stderr, "needwatch source: %s\n", fault);
		free(fault);
	} else if (diags_errors(diags) == 0) {
		code = tell_daemon(config, call);
	}
	config_free(config);
	diags_free(diags);
	return code;
}

int
command_source(int argc, char **argv)
{
	struct source_call call = {.verb = NULL};
	int code = parse_call(argc, argv, &call);

	if (code != EXIT_DONE)
		return code;
	if (strcmp(call.verb, "check") == 0)
		return check(&call);
	if (strcmp(call.verb, "accept") == 0 || strcmp(call.verb, "release") == 0 ||
		strcmp(call.verb, "reconcile") == 0)
		return tell(&call);
	return usage_error(
		"source", "'%s' is none of check, accept, release, reconcile", call.verb);
}
