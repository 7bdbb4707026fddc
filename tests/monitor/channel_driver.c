/* Opens one channel as its arguments say and sends what stands on stdin; prints how each message ended. A test drives
 * it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>

#include "channel.h"
#include "clock.h"

static struct channel *channel;

static void
on_ended(void *owner, int64_t ticket, const struct delivery_outcome *outcome)
{
	static const char *const words[] = {"sent", "again", "refused"};

	(void)owner;
	printf("%s %lld %lld %s\n", words[outcome->end], (long long)ticket,
		(long long)outcome->wait_us, outcome->reason);
	fflush(stdout);
}

static void
send_line(const char *line)
{
	char key[64], level[16];
	long long ticket;
	int at = 0;
	struct message message = {
		.key = key,
		.level = level,
		.code = "new",
		.reason = "opened",
		.office = 7,
		.role = "town",
		.lead = true,
		.due = {1780000000000000},
		.at = clock_real(),
	};

	if (sscanf(line, "%lld %15s %n", &ticket, level, &at) < 2)
		return;
	snprintf(key, sizeof(key), "key-%lld", ticket);
	message.alert = ticket;
	message.text = line + at;
	channel_send(channel, ticket, &message);
}

static void
on_read(struct bufferevent *stream, void *owner)
{
	char *line;

	(void)owner;
	while ((line = evbuffer_readln(bufferevent_get_input(stream), NULL, EVBUFFER_EOL_LF))) {
		send_line(line);
		free(line);
	}
}

static void
on_event(struct bufferevent *stream, short what, void *owner)
{
	(void)stream;
	(void)what;
	event_base_loopbreak(owner);
}

/* The value of NAME=VALUE among the arguments, or NULL. */
static const char *
argument(char **argv, const char *name)
{
	size_t length = strlen(name);

	for (; *argv; argv++)
		if (strncmp(*argv, name, length) == 0 && (*argv)[length] == '=')
			return *argv + length + 1;
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct channel_face face = {.ended = on_ended};
	struct event_base *base = event_base_new();
	const char *timeout = argument(argv, "timeout_ms");
	struct channel_settings settings = {
		.name = "test",
		.kind = argc > 1 ? argv[1] : "null",
		.socket = argument(argv, "socket"),
		.url = argument(argv, "url"),
		.hosts = argument(argv, "hosts"),
		.secret = argument(argv, "secret"),
		.link = argument(argv, "link"),
		.credentials = argument(argv, "credentials"),
		.enterprise = 32473,
		.timeout_us = (timeout ? atoll(timeout) : 10000) * 1000,
		.at_once = 4,
	};
	struct bufferevent *input;
	char *fault = NULL;

	channel = channel_open(&settings, base, &face, NULL, &fault);
	if (!channel) {
		printf("fault %s\n", fault);
		free(fault);
		event_base_free(base);
		return 1;
	}
	input = bufferevent_socket_new(base, 0, 0);
	bufferevent_setcb(input, on_read, NULL, on_event, base);
	bufferevent_enable(input, EV_READ);
	event_base_dispatch(base);
	bufferevent_free(input);
	channel_close(channel);
	event_base_free(base);
	return 0;
}
