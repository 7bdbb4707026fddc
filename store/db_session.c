/* Transactions that own the connection from begin to end. Knows no statement but those two. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "db_parts.h"
#include "memory.h"

static const struct db_statement begin_statement = {"begin", "begin", false};
static const struct db_statement snapshot_statement = {"begin_snapshot",
	"begin isolation level repeatable read read only", false};
static const struct db_statement commit_statement = {"commit", "commit", false};
static const struct db_statement rollback_statement = {"rollback", "rollback", false};

void
db_begin(struct db *db, enum db_isolation isolation, db_on_session on_session, void *owner)
{
	struct db_session *session = xcalloc(1, sizeof(*session));
	struct request *request = request_new(REQUEST_BEGIN,
		isolation == DB_SNAPSHOT ? &snapshot_statement : &begin_statement, NULL, NULL);

	session->db = db;
	session->on_session = on_session;
	session->owner = owner;
	session->next = db->sessions;
	db->sessions = session;
	request->session = session;
	requests_add(&db->queue, request);
	db_wake(db);
}

static void
session_free(struct db_session *session)
{
	struct db_session **place = &session->db->sessions;

	while (*place != session)
		place = &(*place)->next;
	*place = session->next;
	if (session->db->active == session)
		session->db->active = NULL;
	requests_free(&session->queue);
	free(session);
}

void
sessions_free(struct db *db)
{
	while (db->sessions)
		session_free(db->sessions);
}

/* Sent in its turn, or answered as lost on the next turn. */
static void
session_add(struct db_session *session, struct request *request)
{
	request->session = session;
	if (session->state == SESSION_LOST)
		requests_add(&session->db->failed, request);
	else
		requests_add(&session->queue, request);
	db_wake(session->db);
}

static void
session_end(struct db_session *session, const struct db_statement *statement,
	db_on_result on_result, void *owner)
{
	struct request *request = request_new(REQUEST_END, statement, NULL, NULL);

	assert(session->state == SESSION_OPEN || session->state == SESSION_LOST);
	request->on_result = on_result;
	request->owner = owner;
	session->committing = statement == &commit_statement;
	if (session->state == SESSION_OPEN)
		session->state = SESSION_ENDING;
	session_add(session, request);
}

/* A commit that was skipped leaves the transaction open, and failed: it is ended before anything else is sent. */
static void
roll_back_instead(struct db_session *session, struct request *commit)
{
	struct request *request = request_new(REQUEST_END, &rollback_statement, NULL, NULL);

	session->committing = false;
	session->skipped = true;
	request->on_result = commit->on_result;
	request->owner = commit->owner;
	session_add(session, request);
}

void
session_end_sent(struct db_session *session, bool tied)
{
	session->tied = tied && session->committing;
	if (!session->tied)
		session->db->active = NULL;
}

bool
session_waits(const struct db_session *session)
{
	return !session->begun || session->tied;
}

void
session_begun(struct db_session *session)
{
	const struct db_result well = {.status = DB_OK, .error = "", .constraint = ""};

	session->state = SESSION_OPEN;
	if (session->forgotten)
		session_end(session, &rollback_statement, NULL, NULL);
	else
		session->on_session(session->owner, session, &well);
}

/* Who has a session hears of its loss by the answers to what he asks in it. */
static void
begin_answered(struct db_session *session, const struct db_result *result)
{
	db_on_session on_session = session->forgotten ? NULL : session->on_session;
	void *owner = session->owner;

	session->begun = true;
	if (result->status == DB_OK || session->state == SESSION_LOST)
		return;
	if (session->state != SESSION_WAITING) {
		if (session->db->active == session && !session->tied)
			session->db->active = NULL;
		session_lost(session);
		return;
	}
	session_free(session);
	if (on_session)
		on_session(owner, NULL, result);
}

/* A commit of a failed transaction is a rollback without an error: its tag tells. */
static void
end_answered(struct db_session *session, struct request *request, const struct db_result *result)
{
	struct db_result answer = *result;
	bool skipped = session->tied && result->rows &&
		PQresultStatus(result->rows) == PGRES_PIPELINE_ABORTED;

	session->tied = false;
	if (skipped) {
		roll_back_instead(session, request);
		return;
	}
	if (answer.status == DB_OK && (session->skipped ||
		(session->committing && strcmp(PQcmdStatus(result->rows), "COMMIT") != 0))) {
		answer.status = DB_REFUSED;
		answer.error = "a statement of the transaction failed";
	}
	session_free(session);
	if (request->on_result)
		request->on_result(request->owner, &answer);
}

void
session_answered(struct db *db, struct request *request, const struct db_result *result)
{
	(void)db;
	if (request->kind == REQUEST_BEGIN)
		begin_answered(request->session, result);
	else
		end_answered(request->session, request, result);
}

void
session_lost(struct db_session *session)
{
	/* One whose begin or end is among the requests sent hears of it by that answer. */
	if (session->state == SESSION_OPEN)
		session->state = SESSION_LOST;
	requests_move(&session->queue, &session->db->failed);
	db_wake(session->db);
}

void
sessions_forget(struct db *db, void *owner)
{
	for (struct db_session *session = db->sessions; session; session = session->next) {
		if (session->owner != owner || session->forgotten)
			continue;
		session->forgotten = true;
		if (session->state == SESSION_OPEN || session->state == SESSION_LOST)
			session_end(session, &rollback_statement, NULL, NULL);
	}
}

void
db_session_ask(struct db_session *session, const struct db_statement *statement,
	struct db_params *params, db_on_result on_result, void *owner)
{
	struct request *request = request_new(REQUEST_QUERY, statement, NULL, params);

	assert(session->state == SESSION_OPEN || session->state == SESSION_LOST);
	request->on_result = on_result;
	request->owner = owner;
	session_add(session, request);
}

void
db_session_ask_sql(struct db_session *session, const char *sql, struct db_params *params,
	db_on_result on_result, void *owner)
{
	struct request *request = request_new(REQUEST_QUERY, NULL, sql, params);

	assert(session->state == SESSION_OPEN || session->state == SESSION_LOST);
	request->on_result = on_result;
	request->owner = owner;
	session_add(session, request);
}

void
db_session_copy(struct db_session *session, const char *sql, struct buffer *rows,
	db_on_result on_result, void *owner)
{
	struct request *request = request_new(REQUEST_COPY, NULL, sql, NULL);

	request->rows = *rows;
	*rows = (struct buffer){0};
	request->on_result = on_result;
	request->owner = owner;
	session_add(session, request);
}

void
db_session_commit(struct db_session *session, db_on_result on_result, void *owner)
{
	session_end(session, &commit_statement, on_result, owner);
}

void
db_session_rollback(struct db_session *session, db_on_result on_result, void *owner)
{
	session_end(session, &rollback_statement, on_result, owner);
}

struct db *
db_session_db(struct db_session *session)
{
	return session->db;
}
