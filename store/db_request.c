/* Requests: queued, sent in a pipeline, answered in order. Opens no connection. */
/*
 * What is sent up to one Sync is a segment: the server answers it in one piece, and behind an error it skips what is left
 * of it. An independent request is a segment of its own, since a Sync ends its transaction. All that a session has to ask
 * at one moment is one segment, its begin and its commit included: a commit that was skipped becomes a rollback.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_parts.h"
#include "memory.h"

/* More than this in the pipeline gains nothing, and the answers take memory. */
#define SENT_MOST 256

struct request *
request_new(enum request_kind kind, const struct db_statement *statement, const char *sql,
	struct db_params *params)
{
	struct request *request = xcalloc(1, sizeof(*request));

	request->kind = kind;
	request->statement = statement;
	request->sql = sql ? xstrdup(sql) : NULL;
	if (params) {
		request->params = *params;
		*params = (struct db_params){0};
	}
	return request;
}

static void
request_free(struct request *request)
{
	PQclear(request->result);
	db_params_clear(&request->params);
	buffer_free(&request->rows);
	free(request->sql);
	free(request);
}

void
requests_add(struct requests *requests, struct request *request)
{
	request->next = NULL;
	if (!requests->first)
		requests->last = &requests->first;
	*requests->last = request;
	requests->last = &request->next;
	requests->count++;
}

struct request *
requests_take(struct requests *requests)
{
	struct request *request = requests->first;

	if (!request)
		return NULL;
	requests->first = request->next;
	requests->count--;
	return request;
}

void
requests_free(struct requests *requests)
{
	struct request *request;

	while ((request = requests_take(requests)) != NULL)
		request_free(request);
}

void
requests_move(struct requests *from, struct requests *to)
{
	struct request *request;

	while ((request = requests_take(from)) != NULL)
		requests_add(to, request);
}

/* ---- prepared statements ---- */

void
prepared_clear(struct prepared *prepared)
{
	free(prepared->at);
	*prepared = (struct prepared){0};
}

static const struct db_statement **
prepared_place(const struct prepared *prepared, const struct db_statement *statement)
{
	size_t at = ((uintptr_t)statement >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 32;

	for (;; at++) {
		const struct db_statement **place = &prepared->at[at & (prepared->size - 1)];

		if (!*place || *place == statement)
			return place;
	}
}

static void
prepared_grow(struct prepared *prepared)
{
	struct prepared grown = {.size = prepared->size ? 2 * prepared->size : 128,
		.count = prepared->count};

	grown.at = xcalloc(grown.size, sizeof(*grown.at));
	for (size_t i = 0; i < prepared->size; i++) {
		if (prepared->at[i])
			*prepared_place(&grown, prepared->at[i]) = prepared->at[i];
	}
	free(prepared->at);
	*prepared = grown;
}

/* True if it was there; adds it otherwise. */
static bool
prepared_add(struct prepared *prepared, const struct db_statement *statement)
{
	const struct db_statement **place;

	if (2 * prepared->count >= prepared->size)
		prepared_grow(prepared);
	place = prepared_place(prepared, statement);
	if (*place)
		return true;
	*place = statement;
	prepared->count++;
	return false;
}

static void
prepared_drop(struct prepared *prepared, const struct db_statement *statement)
{
	struct prepared rest = {.size = prepared->size};

	rest.at = xcalloc(rest.size, sizeof(*rest.at));
	for (size_t i = 0; i < prepared->size; i++) {
		if (prepared->at[i] && prepared->at[i] != statement) {
			*prepared_place(&rest, prepared->at[i]) = prepared->at[i];
			rest.count++;
		}
	}
	free(prepared->at);
	*prepared = rest;
}

/* ---- answering ---- */

static bool
starts(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static enum db_status
status_of(const char *sqlstate)
{
	if (starts(sqlstate, "57P") || starts(sqlstate, "08"))
		return DB_LOST;
	if (strcmp(sqlstate, "40001") == 0 || strcmp(sqlstate, "40P01") == 0 ||
		strcmp(sqlstate, "55P03") == 0)
		return DB_CONFLICT;
	return DB_REFUSED;
}

/* One line, "message (detail is left out: it may hold values) [SQLSTATE]". */
static void
describe(const PGresult *rows, struct db_result *result, char *line, size_t room)
{
	const char *state = PQresultErrorField(rows, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(rows, PG_DIAG_MESSAGE_PRIMARY);
	const char *constraint = PQresultErrorField(rows, PG_DIAG_CONSTRAINT_NAME);

	snprintf(result->sqlstate, sizeof(result->sqlstate), "%s", state ? state : "");
	snprintf(line, room, "%s%s%s%s", message ? message : PQresultErrorMessage(rows),
		state ? " [" : "", state ? state : "", state ? "]" : "");
	line[strcspn(line, "\n")] = '\0';
	result->error = line;
	result->constraint = constraint ? constraint : "";
	result->status = state ? status_of(state) : DB_LOST;
}

static struct db_result
result_of(const struct request *request, const char *reason, char *line, size_t room)
{
	struct db_result result = {.status = DB_OK, .error = "", .constraint = ""};

	if (reason) {
		result.status = DB_LOST;
		result.error = reason;
		return result;
	}
	result.rows = request->result;
	switch (request->result ? PQresultStatus(request->result) : PGRES_FATAL_ERROR) {
	case PGRES_COMMAND_OK:
	case PGRES_TUPLES_OK:
	case PGRES_EMPTY_QUERY:
		break;
	case PGRES_PIPELINE_ABORTED:
		result.status = DB_REFUSED;
		result.error = "a statement before it failed";
		break;
	default:
		describe(request->result, &result, line, room);
	}
	return result;
}

void
request_answer(struct db *db, struct request *request, const char *reason)
{
	char line[300];
	struct db_result result = result_of(request, reason, line, sizeof(line));

	if (request->kind == REQUEST_BEGIN || request->kind == REQUEST_END)
		session_answered(db, request, &result);
	else if (request->on_result)
		request->on_result(request->owner, &result);
	request_free(request);
}

/* ---- sending ---- */

static bool
send_params(struct db *db, const struct request *request, const char *sql, const char *name)
{
	const struct db_params *params = &request->params;
	const char *values[DB_PARAMS_MOST];
	int lengths[DB_PARAMS_MOST];
	int formats[DB_PARAMS_MOST];
	int text = request->statement && request->statement->text;

	for (int i = 0; i < params->count; i++) {
		bool null = params->at[i].length < 0;

		values[i] = null ? NULL : params->bytes.bytes + params->at[i].start;
		lengths[i] = null ? 0 : params->at[i].length;
		formats[i] = params->at[i].binary;
	}
	if (name)
		return PQsendQueryPrepared(db->connection, name, params->count, values, lengths,
			formats, !text);
	return PQsendQueryParams(db->connection, sql, params->count, NULL, values, lengths, formats,
		!text);
}

static bool
send_query(struct db *db, struct request *request)
{
	const struct db_statement *statement = request->statement;
	bool sent;

	request->commands = 1;
	if (!statement || db->unnamed) {
		sent = send_params(db, request, statement ? statement->sql : request->sql, NULL);
	} else {
		request->preparing = !prepared_add(&db->prepared, statement);
		request->commands += request->preparing;
		sent = (!request->preparing || PQsendPrepare(db->connection, statement->name,
			statement->sql, 0, NULL)) && send_params(db, request, NULL, statement->name);
	}
	db_params_clear(&request->params);
	return sent;
}

/* Ends the segment, if one is open, behind the request that was sent last. */
static bool
send_sync(struct db *db)
{
	if (!db->segment)
		return true;
	db->segment->synced = true;
	db->segment = NULL;
	return PQpipelineSync(db->connection);
}

static bool
send_copy(struct db *db, struct request *request)
{
	db->copying = true;
	return PQexitPipelineMode(db->connection) && PQsendQuery(db->connection, request->sql);
}

/* The session that owns the connection goes first, and alone. */
static struct requests *
next_queue(struct db *db)
{
	return db->active ? &db->active->queue : &db->queue;
}

static void
note_sent(struct db *db, struct request *request)
{
	requests_add(&db->sent, request);
	if (request->kind == REQUEST_BEGIN)
		db->active = request->session;
	else if (request->kind == REQUEST_END)
		session_end_sent(request->session, db->segment != NULL);
}

/* A rollback has to be carried out whatever became of the statements before it. */
static bool
is_apart(const struct request *request)
{
	return request->kind == REQUEST_END && !request->session->committing;
}

/* Is something asked that may be sent now? COPY goes when all before it is answered. Behind a begin nothing goes but in its
 * own segment, until it is answered: were it refused, what followed would be carried out outside of any transaction. */
static bool
may_send(const struct db *db, const struct request *request)
{
	if (!request || db->copying || db->sent.count >= SENT_MOST)
		return false;
	if (request->kind == REQUEST_COPY)
		return !db->sent.first;
	return db->segment || !db->active || !session_waits(db->active);
}

static bool
send_request(struct db *db, struct request *request)
{
	if (request->kind == REQUEST_COPY)
		return send_copy(db, request);
	if (!send_query(db, request))
		return false;
	db->segment = request;
	return (request->session && request->kind != REQUEST_END) || send_sync(db);
}

void
requests_send(struct db *db)
{
	struct requests *queue;
	bool sent = true;

	while (sent && (queue = next_queue(db), may_send(db, queue->first))) {
		struct request *request = queue->first;

		if (is_apart(request) && !(sent = send_sync(db)))
			break;
		requests_take(queue);
		note_sent(db, request);
		sent = send_request(db, request);
		if (sent && request->kind == REQUEST_BEGIN)
			session_begun(request->session);
		if (db->closed || !db->connection)
			return;
	}
	if (!sent || !send_sync(db))
		db_lose(db, PQerrorMessage(db->connection));
}

/* ---- receiving ---- */

static const char copy_header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
#define COPY_HEADER 19

static bool
send_rows(struct db *db, struct request *request)
{
	struct buffer *rows = &request->rows;
	bool sent = PQputCopyData(db->connection, copy_header, COPY_HEADER) > 0 &&
		(rows->length == 0 ||
			PQputCopyData(db->connection, rows->bytes, (int)rows->length) > 0) &&
		PQputCopyData(db->connection, "\377\377", 2) > 0 &&
		PQputCopyEnd(db->connection, NULL) > 0;

	buffer_free(rows);
	return sent;
}

static void
keep(struct request *request, PGresult *result)
{
	ExecStatusType status = request->result ? PQresultStatus(request->result) : PGRES_COMMAND_OK;

	if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED) {
		PQclear(result);
		return;
	}
	PQclear(request->result);
	request->result = result;
}

/* True when the answer is complete. */
static bool
take_pipelined(struct db *db, struct request *request, PGresult *result)
{
	if (!result)
		return --request->commands == 0 && !request->synced;
	if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
		PQclear(result);
		return true;
	}
	if (request->preparing) {
		request->preparing = false;
		if (PQresultStatus(result) == PGRES_COMMAND_OK) {
			PQclear(result);
			return false;
		}
		prepared_drop(&db->prepared, request->statement);
	}
	keep(request, result);
	return false;
}

static bool
take_copied(struct db *db, struct request *request, PGresult *result)
{
	if (!result) {
		db->copying = false;
		if (!PQenterPipelineMode(db->connection))
			db_lose(db, PQerrorMessage(db->connection));
		return true;
	}
	if (PQresultStatus(result) == PGRES_COPY_IN) {
		PQclear(result);
		if (!send_rows(db, request))
			db_lose(db, PQerrorMessage(db->connection));
		else
			db_wake(db);
		return false;
	}
	keep(request, result);
	return false;
}

void
requests_receive(struct db *db)
{
	while (!db->closed && db->connection && db->sent.first && !PQisBusy(db->connection)) {
		struct request *request = db->sent.first;
		PGresult *result = PQgetResult(db->connection);
		bool complete;

		/* A dead connection answers NULL for ever; the caller gives it up. */
		if (!result && PQstatus(db->connection) == CONNECTION_BAD)
			return;
		complete = db->copying ? take_copied(db, request, result)
				       : take_pipelined(db, request, result);
		if (!complete || !db->connection)
			continue;
		requests_take(&db->sent);
		request_answer(db, request, NULL);
		if (!db->closed)
			db_wake(db);
	}
}

/* ---- asking ---- */

static void
ask(struct db *db, struct request *request, db_on_result on_result, void *owner)
{
	request->on_result = on_result;
	request->owner = owner;
	requests_add(&db->queue, request);
	db_wake(db);
}

void
db_ask(struct db *db, const struct db_statement *statement, struct db_params *params,
	db_on_result on_result, void *owner)
{
	ask(db, request_new(REQUEST_QUERY, statement, NULL, params), on_result, owner);
}

void
db_ask_sql(struct db *db, const char *sql, struct db_params *params, db_on_result on_result,
	void *owner)
{
	ask(db, request_new(REQUEST_QUERY, NULL, sql, params), on_result, owner);
}

static void
requests_forget(struct requests *requests, const void *owner)
{
	for (struct request *request = requests->first; request; request = request->next) {
		if (request->owner == owner)
			request->on_result = NULL;
	}
}

void
db_forget(struct db *db, void *owner)
{
	requests_forget(&db->queue, owner);
	requests_forget(&db->sent, owner);
	requests_forget(&db->failed, owner);
	for (struct db_session *session = db->sessions; session; session = session->next)
		requests_forget(&session->queue, owner);
	sessions_forget(db, owner);
}
