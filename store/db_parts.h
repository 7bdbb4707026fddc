/* The inside of db: its own files include this, nobody else. */
#ifndef NEEDWATCH_DB_PARTS_H
#define NEEDWATCH_DB_PARTS_H

#include <libpq-fe.h>

#include "buffer.h"
#include "db.h"

struct event;

enum request_kind {
	REQUEST_QUERY,
	REQUEST_BEGIN,
	REQUEST_COPY, /* outside the pipeline: all before it must be answered */
	REQUEST_END,  /* commit or rollback */
};

struct request {
	struct request *next;
	enum request_kind kind;
	const struct db_statement *statement; /* NULL: `sql` */
	char *sql;
	struct db_params params;
	struct buffer rows; /* of a copy */
	struct db_session *session; /* NULL: independent */
	db_on_result on_result;     /* NULL: nobody wants to know */
	void *owner;
	bool preparing; /* the first answer is that of the preparation */
	bool synced;    /* a Sync stands behind it, and its answer behind the answer */
	int commands;   /* of the protocol, whose answers are not here yet */
	PGresult *result; /* kept until all of the answer is here: the first error, else the last */
};

/* First in, first out. */
struct requests {
	struct request *first;
	struct request **last; /* NULL: empty and new */
	size_t count;
};

enum session_state {
	SESSION_WAITING, /* its begin is queued */
	SESSION_OPEN,    /* its begin was sent */
	SESSION_ENDING,  /* commit or rollback is queued or under way */
	SESSION_LOST,    /* the connection is gone; its owner has not ended it yet */
};

struct db_session {
	struct db *db;
	struct db_session *next;
	enum session_state state;
	struct requests queue; /* not sent */
	db_on_session on_session;
	void *owner;
	bool begun; /* its begin was answered */
	bool committing;
	bool tied;      /* its commit shares a segment: until it is answered nothing else is sent */
	bool skipped;   /* its commit was: a rollback has been asked instead */
	bool forgotten; /* rolled back as soon as possible; no callback */
};

/* Pointers to statements prepared on this connection: open addressing, a power of two. */
struct prepared {
	const struct db_statement **at;
	size_t size;
	size_t count;
};

struct db {
	struct event_base *base;
	db_on_state on_state;
	db_on_notify on_notify;
	void *owner;
	char *conninfo;
	char *password;
	char *application;
	char *setup;
	int64_t connect_us;
	int64_t backoff_us;
	int64_t silence_us;
	bool unnamed;

	enum db_state state; /* written by db_set_state() alone */
	char reason[240];
	bool closed; /* db_free() was called; gone at the end of the turn */
	int depth;   /* of our own entries below: db_free() must not free then */
	unsigned attempts; /* since it was last ready */
	PGconn *connection;
	struct event *read;
	struct event *write;
	struct event *timer; /* deadline of connecting or of an answer, or end of the pause */
	struct event *turn;  /* sends what was asked during this turn */

	struct requests queue; /* independent requests and begins, not sent */
	struct requests sent;
	struct requests failed; /* to be answered on the next turn */
	struct db_session *sessions;
	struct db_session *active; /* its requests alone are sent */
	struct request *segment;   /* the last one sent, when no Sync stands behind it yet */
	bool copying; /* the one request sent is a copy, outside the pipeline */
	struct prepared prepared;
};

/* ---- db.c ---- */

/* The connection cannot be used any more. All under way are answered DB_LOST. */
void
db_lose(struct db *db, const char *reason);

/* Sends what can be sent before the turn ends. */
void
db_wake(struct db *db);

/* ---- db_request.c ---- */

struct request *
request_new(enum request_kind kind, const struct db_statement *statement, const char *sql,
	struct db_params *params);

void
requests_add(struct requests *requests, struct request *request);

struct request *
requests_take(struct requests *requests);

void
requests_free(struct requests *requests);

/* Answers and frees the request; `reason` not NULL: it is lost. */
void
request_answer(struct db *db, struct request *request, const char *reason);

/* Moves requests of `from` to the end of `to`. */
void
requests_move(struct requests *from, struct requests *to);

/* Sends as much as the state allows. */
void
requests_send(struct db *db);

/* Takes what has arrived; answers what is complete. */
void
requests_receive(struct db *db);

void
prepared_clear(struct prepared *prepared);

/* ---- db_session.c ---- */

/* The session's begin was sent: calls the owner, who may ask at once. */
void
session_begun(struct db_session *session);

/* Its end was sent, `tied` to statements that are not answered. */
void
session_end_sent(struct db_session *session, bool tied);

/* Is its begin not answered yet? */
bool
session_waits(const struct db_session *session);

/* The answer to the session's begin or end is here: calls the owner of the end. `result` is the answer. */
void
session_answered(struct db *db, struct request *request, const struct db_result *result);

/* The connection is gone: what the session had not sent is to be answered, too. */
void
session_lost(struct db_session *session);

void
sessions_forget(struct db *db, void *owner);

void
sessions_free(struct db *db);

#endif
