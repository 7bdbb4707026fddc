/* Keeps a second reference to every connection, and ends those that take too long to ask. Answers nothing. */
#include "gate.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>

#include "clock.h"
#include "memory.h"

#define SWEEP_US 250000

struct entrant {
	struct entrant *next;
	struct bufferevent *stream;
	struct mono since; /* of connecting, or of the last answer */
	bool busy;         /* its request has come; we are at work */
};

struct gate {
	struct event_base *base;
	struct event *sweep;
	struct evconnlistener *listener;
	struct entrant *entrants;
	size_t count;
	size_t most;
	int64_t deadline_us;
	bool shut;
};

/* evhttp has let it go when its callbacks are gone. */
static bool
abandoned(struct bufferevent *stream)
{
	bufferevent_event_cb on_event;
	bufferevent_getcb(stream, NULL, NULL, &on_event, NULL);
	return on_event == NULL;
}

static void
leave(struct gate *gate, struct entrant **place)
{
	struct entrant *entrant = *place;
	*place = entrant->next;
	bufferevent_decref(entrant->stream);
	free(entrant);
	gate->count--;
	if (gate->shut && gate->count < gate->most) {
		gate->shut = false;
		evconnlistener_enable(gate->listener);
	}
}

static void
on_sweep(evutil_socket_t fd, short what, void *owner)
{
	struct gate *gate = owner;
	int64_t now = clock_mono().us;
	(void)fd;
	(void)what;
	for (struct entrant **place = &gate->entrants; *place != NULL;) {
		struct entrant *entrant = *place;
		if (abandoned(entrant->stream)) {
			leave(gate, place);
			continue;
		}
		if (!entrant->busy && now - entrant->since.us > gate->deadline_us) {
			/* evhttp hears of it, and lets it go. */
			shutdown(bufferevent_getfd(entrant->stream), SHUT_RDWR);
		}
		place = &entrant->next;
	}
}

static struct bufferevent *
enter(struct event_base *base, void *owner)
{
	struct gate *gate = owner;
	struct entrant *entrant = xcalloc(1, sizeof *entrant);
	entrant->stream = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (entrant->stream == NULL) {
		free(entrant);
		return NULL;
	}
	bufferevent_incref(entrant->stream);
	entrant->since = clock_mono();
	entrant->next = gate->entrants;
	gate->entrants = entrant;
	gate->count++;
	if (gate->count >= gate->most && gate->listener != NULL && !gate->shut) {
		gate->shut = true;
		evconnlistener_disable(gate->listener);
	}
	return entrant->stream;
}

struct gate *
gate_new(struct event_base *base, struct evhttp *http, size_t most, int seconds)
{
	struct gate *gate = xcalloc(1, sizeof *gate);
	struct timeval beat = {.tv_usec = SWEEP_US};
	gate->base = base;
	gate->most = most;
	gate->deadline_us = seconds * US_PER_SECOND;
	gate->sweep = event_new(base, -1, EV_PERSIST, on_sweep, gate);
	event_add(gate->sweep, &beat);
	evhttp_set_bevcb(http, enter, gate);
	return gate;
}

void
gate_guard(struct gate *gate, struct evconnlistener *listener)
{
	gate->listener = listener;
}

static struct entrant *
entrant_of(struct gate *gate, struct evhttp_request *request)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(request);
	struct bufferevent *stream =
		connection == NULL ? NULL : evhttp_connection_get_bufferevent(connection);
	struct entrant *entrant = gate->entrants;
	while (entrant != NULL && entrant->stream != stream) {
		entrant = entrant->next;
	}
	return entrant;
}

static void
on_answered(struct evhttp_request *request, void *owner)
{
	struct entrant *entrant = entrant_of(owner, request);
	if (entrant != NULL) {
		entrant->busy = false;
		entrant->since = clock_mono();
	}
}

void
gate_request_came(struct gate *gate, struct evhttp_request *request)
{
	struct entrant *entrant = entrant_of(gate, request);
	if (entrant != NULL) {
		entrant->busy = true;
		evhttp_request_set_on_complete_cb(request, on_answered, gate);
	}
}

size_t
gate_busy(const struct gate *gate)
{
	size_t count = 0;
	for (const struct entrant *entrant = gate->entrants; entrant != NULL; entrant = entrant->next) {
		count += entrant->busy && !abandoned(entrant->stream);
	}
	return count;
}

void
gate_free(struct gate *gate)
{
	if (gate == NULL) {
		return;
	}
	gate->listener = NULL;
	gate->shut = false;
	while (gate->entrants != NULL) {
		leave(gate, &gate->entrants);
	}
	event_free(gate->sweep);
	free(gate);
}
