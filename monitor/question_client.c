/* The asking end of the question socket. Knows no question; one connection for each. */
#include "question_client.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "bounds.h"
#include "instant.h"
#include "memory.h"

struct asking {
	struct bufferevent *stream;
	struct event *late; /* also tells a fault that is known at once, on the next turn */
	asking_answered *answered;
	void *owner;
	const char *fault;
};

static void
asking_end(struct asking *asking, const json_t *answer, const char *fault)
{
	asking->answered(asking->owner, answer, fault);
	asking_cancel(asking);
}

void
asking_cancel(struct asking *asking)
{
	if (asking->stream)
		bufferevent_free(asking->stream);
	event_free(asking->late);
	free(asking);
}

static void
on_late(evutil_socket_t fd, short what, void *owner)
{
	struct asking *asking = owner;

	(void)fd;
	(void)what;
	asking_end(asking, NULL, asking->fault);
}

static void
on_read(struct bufferevent *stream, void *owner)
{
	struct asking *asking = owner;
	struct evbuffer *input = bufferevent_get_input(stream);
	json_t *answer;
	uint32_t length;

	if (evbuffer_copyout(input, &length, sizeof(length)) < (ssize_t)sizeof(length))
		return;
	length = ntohl(length);
	if (length > QUESTION_LIMIT) {
		asking_end(asking, NULL, "the answer is too long");
		return;
	}
	if (evbuffer_get_length(input) < sizeof(length) + length)
		return;
	evbuffer_drain(input, sizeof(length));
	answer = json_loadb((const char *)evbuffer_pullup(input, length), length, 0, NULL);
	asking_end(asking, answer, answer ? NULL : "the answer is no JSON");
	json_decref(answer);
}

static void
on_event(struct bufferevent *stream, short what, void *owner)
{
	(void)stream;
	if (!(what & BEV_EVENT_CONNECTED))
		asking_end(owner, NULL, "needwatchd is not answering: is it running?");
}

static void
write_question(struct bufferevent *stream, json_t *asked)
{
	char *text = json_dumps(asked, JSON_COMPACT);
	uint32_t header = htonl((uint32_t)strlen(text));

	bufferevent_write(stream, &header, sizeof(header));
	bufferevent_write(stream, text, strlen(text));
	free(text);
}

struct asking *
asking_new(struct event_base *base, const char *path, json_t *asked, int64_t timeout_us,
	asking_answered *answered, void *owner)
{
	struct asking *asking = xcalloc(1, sizeof(*asking));
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval late = {.tv_sec = timeout_us / US_PER_SECOND,
		.tv_usec = timeout_us % US_PER_SECOND};
	struct timeval at_once = {0};

	asking->answered = answered;
	asking->owner = owner;
	asking->fault = "needwatchd did not answer in time";
	asking->late = evtimer_new(base, on_late, asking);
	asking->stream = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE |
		BEV_OPT_DEFER_CALLBACKS);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	bufferevent_setcb(asking->stream, on_read, NULL, on_event, asking);
	write_question(asking->stream, asked);
	json_decref(asked);
	bufferevent_enable(asking->stream, EV_READ | EV_WRITE);
	if (strlen(path) >= sizeof(address.sun_path) ||
		bufferevent_socket_connect(asking->stream, (struct sockaddr *)&address,
			sizeof(address)) < 0) {
		/* Its own event may be on its way, too: one of them ends the asking. */
		bufferevent_setcb(asking->stream, NULL, NULL, NULL, NULL);
		asking->fault = "needwatchd is not running: nobody listens on its question socket";
		late = at_once;
	}
	evtimer_add(asking->late, &late);
	return asking;
}

/* ---- waiting for it ---- */

struct wait {
	json_t *answer;
	char *fault;
};

static void
keep(void *owner, const json_t *answer, const char *fault)
{
	struct wait *wait = owner;

	wait->answer = answer ? json_deep_copy(answer) : NULL;
	wait->fault = fault ? xstrdup(fault) : NULL;
}

json_t *
question_ask(const char *path, json_t *asked, int64_t timeout_us, char **ret_fault)
{
	struct event_base *base = event_base_new();
	struct wait wait = {0};

	signal(SIGPIPE, SIG_IGN); /* a daemon that ends while we write is an answer, too */
	asking_new(base, path, asked, timeout_us, keep, &wait);
	event_base_dispatch(base); /* ends when nothing is waited for */
	event_base_free(base);
	*ret_fault = wait.fault;
	return wait.answer;
}
