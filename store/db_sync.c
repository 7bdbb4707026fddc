/* Blocking calls of libpq for the command line; runs in no loop. */
#include "db_sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <libpq-fe.h>

#include "memory.h"

struct db_sync {
	PGconn *connection;
	PGresult *rows;
	struct db_result result;
	char error[300];
};

static void
no_notice(void *arg, const PGresult *result)
{
	(void)arg;
	(void)result;
}

struct db_sync *
db_sync_open(const char *conninfo, const char *password, const char *application,
	char **ret_error)
{
	const char *const keys[] = {"dbname", "password", "fallback_application_name",
		"client_encoding", "connect_timeout", NULL};
	const char *const values[] = {conninfo, password, application, "UTF8", "10", NULL};
	struct db_sync *sync = xcalloc(1, sizeof(*sync));

	sync->connection = PQconnectdbParams(keys, values, 1);
	if (PQstatus(sync->connection) == CONNECTION_OK) {
		PQsetNoticeReceiver(sync->connection, no_notice, NULL);
		return sync;
	}
	*ret_error = xstrdup(PQerrorMessage(sync->connection));
	(*ret_error)[strcspn(*ret_error, "\n")] = '\0';
	db_sync_close(sync);
	return NULL;
}

void
db_sync_close(struct db_sync *sync)
{
	if (!sync)
		return;
	PQclear(sync->rows);
	PQfinish(sync->connection);
	free(sync);
}

static void
take(struct db_sync *sync, PGresult *rows)
{
	const char *state = PQresultErrorField(rows, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(rows, PG_DIAG_MESSAGE_PRIMARY);
	const char *constraint = PQresultErrorField(rows, PG_DIAG_CONSTRAINT_NAME);
	ExecStatusType status = PQresultStatus(rows);

	PQclear(sync->rows);
	sync->rows = rows;
	sync->error[0] = '\0';
	sync->result = (struct db_result){.status = DB_OK, .error = sync->error, .rows = rows,
		.constraint = constraint ? constraint : ""};
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY)
		return;
	snprintf(sync->result.sqlstate, sizeof(sync->result.sqlstate), "%s", state ? state : "");
	snprintf(sync->error, sizeof(sync->error), "%s%s%s%s",
		message ? message : PQerrorMessage(sync->connection), state ? " [" : "",
		state ? state : "", state ? "]" : "");
	sync->error[strcspn(sync->error, "\n")] = '\0';
	sync->result.status = state ? DB_REFUSED : DB_LOST;
}

bool
db_sync_run(struct db_sync *sync, const char *sql)
{
	take(sync, PQexec(sync->connection, sql));
	return sync->result.status == DB_OK;
}

const struct db_result *
db_sync_ask(struct db_sync *sync, const char *sql, struct db_params *params)
{
	const char *values[DB_PARAMS_MOST] = {NULL};
	int lengths[DB_PARAMS_MOST] = {0};
	int formats[DB_PARAMS_MOST] = {0};
	int count = params ? params->count : 0;

	for (int i = 0; i < count; i++) {
		bool null = params->at[i].length < 0;

		values[i] = null ? NULL : params->bytes.bytes + params->at[i].start;
		lengths[i] = null ? 0 : params->at[i].length;
		formats[i] = params->at[i].binary;
	}
	take(sync, PQexecParams(sync->connection, sql, count, NULL, values, lengths, formats, 1));
	if (params)
		db_params_clear(params);
	return &sync->result;
}

const struct db_result *
db_sync_ask_statement(struct db_sync *sync, const struct db_statement *statement,
	struct db_params *params)
{
	return db_sync_ask(sync, statement->sql, params);
}

const char *
db_sync_error(const struct db_sync *sync)
{
	return sync->error;
}

bool
loop_until(struct event_base *base, const bool *done)
{
	while (!*done) {
		if (event_base_loop(base, EVLOOP_ONCE) != 0)
			return *done;
	}
	return true;
}
