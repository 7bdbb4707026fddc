/* libpq on libevent for the departments' databases; decides nothing about what is asked. */
#include "source_link.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "memory.h"

#define STATEMENTS_MOST 16

enum link_state {
	LINK_OPENING,
	LINK_IDLE,
	LINK_PREPARING, /* the question waits in `pending` */
	LINK_ASKING,
	LINK_LOST,
};

struct pending {
	const char *name; /* static */
	int count;
	char **values;
};

struct source_link {
	struct event_base *base;
	const struct link_face *face;
	void *owner;
	PGconn *connection;
	PGresult *result; /* the last one, until the next question */
	struct event *read;
	struct event *write;
	struct event *deadline;
	int64_t open_us;
	int64_t answer_us;
	enum link_state state;
	bool closed; /* the owner has let go; freed at the end of the turn */
	struct pending pending;
	const char *prepared[STATEMENTS_MOST];
	int prepared_count;
};

static struct timeval
timeval_of(int64_t us)
{
	return (struct timeval){.tv_sec = us / 1000000, .tv_usec = us % 1000000};
}

static void
pending_clear(struct pending *pending)
{
	for (int i = 0; i < pending->count; i++)
		free(pending->values[i]);
	free(pending->values);
	*pending = (struct pending){.name = NULL};
}

static void
event_drop(struct event **event)
{
	if (*event)
		event_free(*event);
	*event = NULL;
}

static void
link_free(evutil_socket_t fd, short what, void *arg)
{
	struct source_link *link = arg;

	(void)fd;
	(void)what;
	PQclear(link->result);
	pending_clear(&link->pending);
	free(link);
}

static void
link_shut(struct source_link *link)
{
	event_drop(&link->read);
	event_drop(&link->write);
	event_drop(&link->deadline);
	if (link->connection)
		PQfinish(link->connection);
	link->connection = NULL;
}

void
link_close(struct source_link *link)
{
	struct timeval now = {0, 0};

	if (!link || link->closed)
		return;
	link->closed = true;
	link_shut(link);
	event_base_once(link->base, -1, EV_TIMEOUT, link_free, link, &now);
}

/* The first line of what libpq says, without its prefix of the host. */
static void
link_lost(struct source_link *link, const char *reason)
{
	char line[200];

	if (link->closed || link->state == LINK_LOST)
		return;
	link->state = LINK_LOST;
	snprintf(line, sizeof(line), "%s", reason);
	line[strcspn(line, "\n")] = '\0';
	link->face->lost(link->owner, line[0] ? line : "the connection is gone");
}

static void
link_fail(struct source_link *link)
{
	link_lost(link, link->connection ? PQerrorMessage(link->connection) : "out of memory");
}

static void
link_deadline(struct source_link *link, int64_t us)
{
	struct timeval time = timeval_of(us);

	evtimer_add(link->deadline, &time);
}

static void
on_deadline(evutil_socket_t fd, short what, void *arg)
{
	struct source_link *link = arg;

	(void)fd;
	(void)what;
	if (!link->connection || PQstatus(link->connection) == CONNECTION_BAD)
		link_fail(link);
	else
		link_lost(link, link->state == LINK_OPENING ? "no connection within its time"
							    : "no answer within its time");
}

static void
on_socket(evutil_socket_t fd, short what, void *arg);

static void
link_arm(struct source_link *link, short what)
{
	int fd = PQsocket(link->connection);

	event_drop(&link->read);
	event_drop(&link->write);
	if (what & EV_READ) {
		link->read = event_new(link->base, fd, EV_READ | EV_PERSIST, on_socket, link);
		event_add(link->read, NULL);
	}
	if (what & EV_WRITE) {
		link->write = event_new(link->base, fd, EV_WRITE, on_socket, link);
		event_add(link->write, NULL);
	}
}

/* libpq may have changed its socket after every step (several hosts), so the events are made
 * anew. */
static void
link_opening(struct source_link *link)
{
	switch (PQconnectPoll(link->connection)) {
	case PGRES_POLLING_READING:
		link_arm(link, EV_READ);
		return;
	case PGRES_POLLING_WRITING:
	case PGRES_POLLING_ACTIVE:
		link_arm(link, EV_WRITE);
		return;
	case PGRES_POLLING_FAILED:
		link_fail(link);
		return;
	case PGRES_POLLING_OK:
		break;
	}
	PQsetnonblocking(link->connection, 1);
	link_arm(link, EV_READ);
	event_del(link->deadline);
	link->state = LINK_IDLE;
	link->face->opened(link->owner);
}

static bool
link_flush(struct source_link *link)
{
	int rest = PQflush(link->connection);

	if (rest == 1 && !link->write) {
		link->write = event_new(
			link->base, PQsocket(link->connection), EV_WRITE, on_socket, link);
		event_add(link->write, NULL);
	}
	return rest >= 0;
}

/* What could not be sent is lost on the next turn of the loop: the owner is in the middle of
 * asking. */
static void
link_sent(struct source_link *link, int sent, enum link_state state)
{
	link->state = state;
	link_deadline(link, sent && link_flush(link) ? link->answer_us : 0);
}

static void
pending_send(struct source_link *link)
{
	struct pending pending = link->pending;

	link->pending = (struct pending){.name = NULL};
	link_sent(link,
		PQsendQueryPrepared(link->connection, pending.name, pending.count,
			(const char *const *)pending.values, NULL, NULL, 0),
		LINK_ASKING);
	pending_clear(&pending);
}

/* The whole answer is here. It is handed over last: the owner may ask again or close. */
static void
link_answered(struct source_link *link)
{
	bool well = PQresultStatus(link->result) == PGRES_COMMAND_OK;

	event_del(link->deadline);
	if (link->state == LINK_PREPARING && well) {
		assert(link->prepared_count < STATEMENTS_MOST);
		link->prepared[link->prepared_count++] = link->pending.name;
		pending_send(link);
		return;
	}
	pending_clear(&link->pending);
	link->state = LINK_IDLE;
	link->face->answered(link->owner, link->result);
}

/* Keeps the last result, or the first error of several statements. */
static bool
link_collect(struct source_link *link)
{
	while (!PQisBusy(link->connection)) {
		PGresult *result = PQgetResult(link->connection);

		if (!result)
			return true;
		if (PQresultStatus(result) == PGRES_COPY_IN ||
			PQresultStatus(result) == PGRES_COPY_OUT) {
			PQclear(result);
			link_lost(link, "the query is a COPY");
			return false;
		}
		if (link->result && PQresultStatus(link->result) == PGRES_FATAL_ERROR) {
			PQclear(result);
			continue;
		}
		PQclear(link->result);
		link->result = result;
	}
	return false;
}

static bool
link_notified(struct source_link *link)
{
	PGnotify *notice;
	bool notified = false;

	while ((notice = PQnotifies(link->connection)) != NULL) {
		notified = true;
		PQfreemem(notice);
	}
	return notified;
}

/* A NOTIFY may come in one piece with an answer, and is seen only when that has been taken. */
static void
link_read(struct source_link *link)
{
	bool answered;

	if (!PQconsumeInput(link->connection)) {
		link_fail(link);
		return;
	}
	answered = link->state != LINK_IDLE && link_collect(link);
	if (link->closed || link->state == LINK_LOST)
		return;
	if (link_notified(link))
		link->face->notified(link->owner);
	if (answered && !link->closed && link->state != LINK_LOST)
		link_answered(link);
}

static void
on_socket(evutil_socket_t fd, short what, void *arg)
{
	struct source_link *link = arg;

	(void)fd;
	if (link->state == LINK_OPENING) {
		link_opening(link);
		return;
	}
	if (what & EV_WRITE) {
		event_drop(&link->write);
		if (!link_flush(link))
			link_fail(link);
	}
	if ((what & EV_READ) && !link->closed && link->state != LINK_LOST)
		link_read(link);
}

/* An idle connection that the server ends shows as readable, too. */
static PGconn *
target_connect(const struct link_target *target)
{
	const char *const keys[] = {"dbname", "password", "fallback_application_name",
		"client_encoding", "keepalives_idle", "tcp_user_timeout", NULL};
	const char *const values[] = {target->connect, target->password, target->application,
		"UTF8", "30", "30000", NULL};

	return PQconnectStartParams(keys, values, 1);
}

struct source_link *
link_open(struct event_base *base, const struct link_target *target,
	const struct link_face *face, void *owner)
{
	struct source_link *link = xcalloc(1, sizeof(*link));

	link->base = base;
	link->face = face;
	link->owner = owner;
	link->open_us = target->open_us;
	link->answer_us = target->answer_us;
	link->deadline = evtimer_new(base, on_deadline, link);
	link->connection = target_connect(target);
	link->state = LINK_OPENING;
	if (!link->connection || PQstatus(link->connection) == CONNECTION_BAD) {
		link_deadline(link, 0);
		return link;
	}
	link_deadline(link, link->open_us);
	link_arm(link, EV_WRITE);
	return link;
}

static void
link_forget(struct source_link *link)
{
	assert(link->state == LINK_IDLE);
	PQclear(link->result);
	link->result = NULL;
}

void
link_ask(struct source_link *link, const char *sql, int count, const char *const *values)
{
	link_forget(link);
	if (count == 0)
		link_sent(link, PQsendQuery(link->connection, sql), LINK_ASKING);
	else
		link_sent(link,
			PQsendQueryParams(
				link->connection, sql, count, NULL, values, NULL, NULL, 0),
			LINK_ASKING);
}

void
link_ask_prepared(struct source_link *link, const char *name, const char *sql, int count,
	const char *const *values)
{
	struct pending *pending = &link->pending;
	bool known = false;

	link_forget(link);
	for (int i = 0; i < link->prepared_count; i++)
		known = known || strcmp(link->prepared[i], name) == 0;
	pending->name = name;
	pending->count = count;
	pending->values = xcalloc((size_t)count + 1, sizeof(*pending->values));
	for (int i = 0; i < count; i++)
		pending->values[i] = values[i] ? xstrdup(values[i]) : NULL;
	if (known)
		pending_send(link);
	else
		link_sent(link, PQsendPrepare(link->connection, name, sql, 0, NULL),
			LINK_PREPARING);
}

bool
link_busy(const struct source_link *link)
{
	return link->state == LINK_ASKING || link->state == LINK_PREPARING;
}
