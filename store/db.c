/* The connection itself: opening, losing and coming back, its events and its one state. Sends no request. */
#include "db.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <event2/util.h>

#include "db_parts.h"
#include "memory.h"

#define CONNECT_US (10 * US_PER_SECOND)
#define BACKOFF_US (30 * US_PER_SECOND)
#define BACKOFF_FIRST_US (US_PER_SECOND / 10)

static void
db_connect(struct db *db);

const char *
db_state_word(enum db_state state)
{
	switch (state) {
#define X(name, word, meaning) \
	case name: \
		return word;
		DB_STATES(X)
#undef X
	}
	return "";
}

static void
timer_set(struct db *db, int64_t us)
{
	struct timeval time = {us / US_PER_SECOND, us % US_PER_SECOND};

	evtimer_add(db->timer, &time);
}

static void
event_drop(struct event **event)
{
	if (*event)
		event_free(*event);
	*event = NULL;
}

/* Between half of it and all of it, so that many daemons do not come back at once. */
static int64_t
jitter(int64_t us)
{
	uint32_t random;

	evutil_secure_rng_get_bytes(&random, sizeof(random));
	return us / 2 + (int64_t)(random % 1024) * (us / 2) / 1024;
}

static int64_t
pause_us(const struct db *db)
{
	int64_t us = BACKOFF_FIRST_US;

	for (unsigned i = 1; i < db->attempts && us < db->backoff_us; i++)
		us *= 2;
	return jitter(us < db->backoff_us ? us : db->backoff_us);
}

/* The one writer of the state: arms the timer of the new state, tells the owner last. */
static void
db_set_state(struct db *db, enum db_state state, const char *reason)
{
	assert(state != DB_READY || db->state == DB_SETTING_UP);
	assert(state != DB_SETTING_UP || db->state == DB_CONNECTING);
	db->state = state;
	evtimer_del(db->timer);
	switch (state) {
	case DB_CONNECTING:
		timer_set(db, db->connect_us);
		break;
	case DB_WAITING:
		timer_set(db, pause_us(db));
		break;
	case DB_READY:
		db->attempts = 0;
		break;
	case DB_SETTING_UP:
		timer_set(db, db->connect_us);
		break;
	case DB_STOPPED:
		break;
	}
	snprintf(db->reason, sizeof(db->reason), "%s", reason);
	if (db->on_state && !db->closed)
		db->on_state(db->owner, state, db->reason);
}

static void
db_shut(struct db *db)
{
	event_drop(&db->read);
	event_drop(&db->write);
	if (db->connection)
		PQfinish(db->connection);
	db->connection = NULL;
	db->copying = false;
	db->segment = NULL;
	prepared_clear(&db->prepared);
}

/* What was sent is lost; after an attempt that failed, so is what waited for it. */
void
db_lose(struct db *db, const char *reason)
{
	struct requests lost = {0};
	struct db_session *active = db->active;
	char line[240];
	bool ready = db->state == DB_READY;
	struct request *request;

	snprintf(line, sizeof(line), "%.200s", reason);
	line[strcspn(line, "\n")] = '\0';
	db_shut(db);
	db->active = NULL;
	requests_move(&db->sent, &lost);
	if (active)
		session_lost(active);
	if (!ready)
		requests_move(&db->queue, &lost);
	db->attempts++;
	db_set_state(db, DB_WAITING, line[0] ? line : "the connection is gone");
	snprintf(line, sizeof(line), "%s", db->reason);
	while (!db->closed && (request = requests_take(&lost)) != NULL)
		request_answer(db, request, line);
	requests_free(&lost);
}

/* ---- events ---- */

static void
on_socket(evutil_socket_t fd, short what, void *arg);

/* libpq may change its socket in every step of connecting (several hosts): the events are made anew. */
static void
arm(struct db *db, short what)
{
	int fd = PQsocket(db->connection);

	event_drop(&db->read);
	event_drop(&db->write);
	db->read = event_new(db->base, fd, EV_READ | EV_PERSIST, on_socket, db);
	db->write = event_new(db->base, fd, EV_WRITE, on_socket, db);
	if (what & EV_READ)
		event_add(db->read, NULL);
	if (what & EV_WRITE)
		event_add(db->write, NULL);
}

static bool
flush(struct db *db)
{
	int rest = PQflush(db->connection);

	if (rest > 0)
		event_add(db->write, NULL);
	return rest >= 0;
}

static void
become_ready(struct db *db)
{
	if (PQenterPipelineMode(db->connection) != 1) {
		db_lose(db, PQerrorMessage(db->connection));
		return;
	}
	db_set_state(db, DB_READY, "");
	if (!db->closed && db->state == DB_READY)
		db_wake(db);
}

static void
set_up(struct db *db)
{
	PQsetnonblocking(db->connection, 1);
	arm(db, EV_READ);
	db_set_state(db, DB_SETTING_UP, "");
	if (db->closed || db->state != DB_SETTING_UP)
		return;
	if (!db->setup) {
		become_ready(db);
		return;
	}
	if (!PQsendQuery(db->connection, db->setup) || !flush(db))
		db_lose(db, PQerrorMessage(db->connection));
}

static void
set_up_answered(struct db *db)
{
	while (!PQisBusy(db->connection)) {
		PGresult *result = PQgetResult(db->connection);
		char reason[200];

		if (!result) {
			become_ready(db);
			return;
		}
		if (PQresultStatus(result) == PGRES_FATAL_ERROR) {
			snprintf(reason, sizeof(reason), "%s", PQresultErrorMessage(result));
			PQclear(result);
			db_lose(db, reason);
			return;
		}
		PQclear(result);
	}
}

static void
connecting(struct db *db)
{
	switch (PQconnectPoll(db->connection)) {
	case PGRES_POLLING_READING:
		arm(db, EV_READ);
		return;
	case PGRES_POLLING_WRITING:
	case PGRES_POLLING_ACTIVE:
		arm(db, EV_WRITE);
		return;
	case PGRES_POLLING_FAILED:
		db_lose(db, PQerrorMessage(db->connection));
		return;
	case PGRES_POLLING_OK:
		set_up(db);
		return;
	}
}

static void
take_notices(struct db *db)
{
	PGnotify *notice;

	while (!db->closed && db->connection && (notice = PQnotifies(db->connection)) != NULL) {
		if (db->on_notify)
			db->on_notify(db->owner, notice->relname);
		PQfreemem(notice);
	}
}

/* The kernel finds out about a dead peer by itself, but not about one that lives and says nothing:
 * a proxy whose server is gone, a stopped process. Every byte that comes begins the time anew. */
static void
await_answer(struct db *db, bool anew)
{
	if (db->silence_us == 0 || db->closed || db->state != DB_READY)
		return;
	if (!db->sent.first)
		evtimer_del(db->timer);
	else if (anew || !evtimer_pending(db->timer, NULL))
		timer_set(db, db->silence_us);
}

/* A server that ends tells why before it goes: what has arrived is read before the connection is given up. */
static void
readable(struct db *db)
{
	bool alive = PQconsumeInput(db->connection);
	char reason[200];

	snprintf(reason, sizeof(reason), "%s", PQerrorMessage(db->connection));
	if (db->state == DB_SETTING_UP)
		set_up_answered(db);
	else
		requests_receive(db);
	if (db->closed || !db->connection)
		return;
	if (!alive || PQstatus(db->connection) == CONNECTION_BAD) {
		db_lose(db, reason);
		return;
	}
	await_answer(db, true);
	take_notices(db);
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	db->depth++;
	if (db->state == DB_CONNECTING)
		connecting(db);
	else if ((what & EV_WRITE) && !flush(db))
		db_lose(db, PQerrorMessage(db->connection));
	else if (what & EV_READ)
		readable(db);
	db->depth--;
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	(void)what;
	db->depth++;
	if (db->state == DB_WAITING)
		db_connect(db);
	else
		db_lose(db, db->state == DB_READY ? "no answer within its time"
						  : "no connection within its time");
	db->depth--;
}

static void
take_turn(struct db *db)
{
	struct requests failed = {0};
	struct request *request;

	requests_move(&db->failed, &failed);
	if (db->state == DB_STOPPED)
		requests_move(&db->queue, &failed);
	while (!db->closed && (request = requests_take(&failed)) != NULL)
		request_answer(db, request, db->reason[0] ? db->reason : "the connection was lost");
	requests_free(&failed);
	if (db->closed || db->state != DB_READY)
		return;
	requests_send(db);
	if (!db->closed && db->state == DB_READY && !flush(db))
		db_lose(db, PQerrorMessage(db->connection));
	await_answer(db, false);
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	(void)what;
	db->depth++;
	take_turn(db);
	db->depth--;
}

void
db_wake(struct db *db)
{
	event_active(db->turn, EV_TIMEOUT, 0);
}

static void
no_notice(void *arg, const PGresult *result)
{
	(void)arg;
	(void)result;
}

static void
db_connect(struct db *db)
{
	const char *const keys[] = {"dbname", "password", "fallback_application_name",
		"client_encoding", "keepalives_idle", "tcp_user_timeout", NULL};
	const char *const values[] = {db->conninfo, db->password, db->application, "UTF8", "30",
		"30000", NULL};

	db_set_state(db, DB_CONNECTING, "");
	if (db->closed)
		return;
	db->connection = PQconnectStartParams(keys, values, 1);
	if (!db->connection || PQstatus(db->connection) == CONNECTION_BAD) {
		db_lose(db, db->connection ? PQerrorMessage(db->connection) : "out of memory");
		return;
	}
	PQsetNoticeReceiver(db->connection, no_notice, NULL);
	arm(db, EV_WRITE);
}

static char *
copy_text(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

/* Connecting begins on the next turn of the loop: no callback comes before db_new() returns. */
struct db *
db_new(struct event_base *base, const struct db_config *config, db_on_state on_state,
	db_on_notify on_notify, void *owner)
{
	struct db *db = xcalloc(1, sizeof(*db));

	db->base = base;
	db->on_state = on_state;
	db->on_notify = on_notify;
	db->owner = owner;
	db->conninfo = xstrdup(config->conninfo);
	db->password = copy_text(config->password);
	db->application = xstrdup(config->application ? config->application : "needwatch");
	db->setup = copy_text(config->setup);
	db->connect_us = config->connect_us ? config->connect_us : CONNECT_US;
	db->backoff_us = config->backoff_us ? config->backoff_us : BACKOFF_US;
	db->silence_us = config->silence_us;
	db->unnamed = config->unnamed;
	db->timer = evtimer_new(base, on_timer, db);
	db->turn = event_new(base, -1, 0, on_turn, db);
	db->state = DB_WAITING;
	timer_set(db, 0);
	return db;
}

static void
db_bury(evutil_socket_t fd, short what, void *arg)
{
	struct db *db = arg;

	(void)fd;
	(void)what;
	requests_free(&db->queue);
	requests_free(&db->sent);
	requests_free(&db->failed);
	sessions_free(db);
	free(db->conninfo);
	free(db->password);
	free(db->application);
	free(db->setup);
	free(db);
}

void
db_free(struct db *db)
{
	struct timeval now = {0, 0};

	if (!db || db->closed)
		return;
	db->closed = true;
	db_shut(db);
	event_drop(&db->timer);
	event_drop(&db->turn);
	if (db->depth > 0)
		event_base_once(db->base, -1, EV_TIMEOUT, db_bury, db, &now);
	else
		db_bury(-1, 0, db);
}

/* What waited for another attempt is lost with the second. */
void
db_stop(struct db *db)
{
	db->depth++;
	for (int i = 0; i < 2 && !db->closed && db->state != DB_STOPPED; i++)
		db_lose(db, "stopped");
	if (!db->closed && db->state != DB_STOPPED)
		db_set_state(db, DB_STOPPED, "stopped");
	db->depth--;
}

enum db_state
db_state(const struct db *db)
{
	return db->state;
}

size_t
db_pending(const struct db *db)
{
	size_t count = db->queue.count + db->sent.count + db->failed.count;

	for (const struct db_session *session = db->sessions; session; session = session->next)
		count++;
	return count;
}
