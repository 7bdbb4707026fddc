/* One PostgreSQL connection on the loop: requests in a pipeline, transactions as exclusive sessions, and coming
 * back by itself. Knows no table; retries nothing (every transaction of ours may be repeated by its caller). */
#ifndef NEEDWATCH_DB_H
#define NEEDWATCH_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db_params.h"
#include "db_result.h"

struct buffer;
struct db;
struct db_session;
struct event_base;

/* X(enum, word, what it means) */
#define DB_STATES(X) \
	X(DB_STOPPED, "stopped", "not started, or told to stop") \
	X(DB_CONNECTING, "connecting", "the connection is being opened") \
	X(DB_SETTING_UP, "setting up", "connected; the session's settings are being made") \
	X(DB_READY, "ready", "requests are sent") \
	X(DB_WAITING, "waiting", "the connection was lost or refused; tried again after a pause")

enum db_state {
#define X(name, word, meaning) name,
	DB_STATES(X)
#undef X
};

const char *
db_state_word(enum db_state state);

/* All borrowed only for the call of db_new(). */
struct db_config {
	const char *conninfo;    /* libpq parameters or URI, without a password */
	const char *password;    /* or NULL */
	const char *application; /* application_name */
	/* SQL for every new connection, several statements allowed; or NULL */
	const char *setup;
	int64_t connect_us;      /* deadline for connecting; 0: 10 s */
	int64_t backoff_us;      /* longest pause between attempts; 0: 30 s */
	int64_t silence_us;      /* something is asked and no byte comes: the connection is given up; 0: never */
	bool unnamed;            /* never prepare: for pgbouncer before 1.21 */
};

/* Told at every change; `reason` is one line, "" when all is well. */
typedef void (*db_on_state)(void *owner, enum db_state state, const char *reason);

/* A NOTIFY came: a hint, nothing more. */
typedef void (*db_on_notify)(void *owner, const char *channel);

/* Named SQL. The object is the identity of the prepared statement: static, or outliving the connection. */
struct db_statement {
	const char *name;
	const char *sql; /* one statement */
	bool text;       /* cells come as text, for those who read the PGresult themselves; else binary */
};

/* The answer. `result` and all it points to live until the callback returns. */
typedef void (*db_on_result)(void *owner, const struct db_result *result);

/* Connects at once. Requests may be made before it is ready: they wait for this attempt. */
struct db *
db_new(struct event_base *base, const struct db_config *config, db_on_state on_state,
	db_on_notify on_notify, void *owner);

/* No callback comes after it; safe inside any callback. NULL is fine. */
void
db_free(struct db *db);

/* Closes the connection for good: whatever was asked, or will be, is answered with DB_LOST. */
void
db_stop(struct db *db);

enum db_state
db_state(const struct db *db);

/* Requests that were made and not answered, sessions included. */
size_t
db_pending(const struct db *db);

/* An independent request: its own transaction. `params` (may be NULL) is emptied. When the connection is lost or
 * cannot be opened, the answer has the status DB_LOST: whether it was carried out is not known. */
void
db_ask(struct db *db, const struct db_statement *statement, struct db_params *params,
	db_on_result on_result, void *owner);

/* The same with SQL that is used once. */
void
db_ask_sql(struct db *db, const char *sql, struct db_params *params, db_on_result on_result,
	void *owner);

/* No callback to `owner` comes any more; its open sessions are rolled back. Safe inside any callback. */
void
db_forget(struct db *db, void *owner);

/* ---- transactions ---- */

/* `session` NULL: could not begin, and nothing is to be ended. Otherwise it must be ended exactly once, by
 * commit or rollback, also after errors and also when the connection was lost meanwhile. It is handed over when its begin is
 * sent, so that the first questions go with it; that it could not begin then shows in their answers. */
typedef void (*db_on_session)(void *owner, struct db_session *session,
	const struct db_result *result);

enum db_isolation {
	DB_READ_COMMITTED,
	DB_SNAPSHOT, /* repeatable read, read only */
};

/* The session owns the connection until it is ended; other requests wait behind it. */
void
db_begin(struct db *db, enum db_isolation isolation, db_on_session on_session, void *owner);

/* As db_ask() within the session; several may be under way. After one failed all later ones fail, too. */
void
db_session_ask(struct db_session *session, const struct db_statement *statement,
	struct db_params *params, db_on_result on_result, void *owner);

void
db_session_ask_sql(struct db_session *session, const char *sql, struct db_params *params,
	db_on_result on_result, void *owner);

/* `sql` is "copy ... from stdin (format binary)"; `rows` holds whole rows as copy_row() and the others write them, without
 * header and trailer; it is emptied. db_result_count() of the answer: rows written. */
void
db_session_copy(struct db_session *session, const char *sql, struct buffer *rows,
	db_on_result on_result, void *owner);

/* The answer is DB_OK only if it is committed. The session is gone when the callback is called. Statements may still be
 * under way: if one of them fails there is no commit but a rollback. */
void
db_session_commit(struct db_session *session, db_on_result on_result, void *owner);

/* `on_result` may be NULL. */
void
db_session_rollback(struct db_session *session, db_on_result on_result, void *owner);

struct db *
db_session_db(struct db_session *session);

#endif
