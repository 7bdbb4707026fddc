/* A channel that takes every message and sends none: for places where the inbox alone is wanted, and for tests. */
#include "channel.h"

#include <stdlib.h>

#include <event2/event.h>

#include "memory.h"

struct channel_null {
	struct channel base;
	struct event *wake;
	int64_t *tickets; /* waiting for the next turn of the loop */
	size_t count;
	size_t room;
};

static void
on_wake(evutil_socket_t fd, short what, void *owner)
{
	struct channel_null *null = owner;
	struct delivery_outcome sent = delivery_outcome(DELIVERY_SENT, "%s", "");
	size_t count = null->count;
	int64_t *tickets = null->tickets;

	(void)fd;
	(void)what;
	null->tickets = NULL;
	null->count = 0;
	null->room = 0;
	for (size_t i = 0; i < count; i++)
		channel_ended(&null->base, tickets[i], &sent);
	free(tickets);
}

static bool
null_open(struct channel *channel, char **ret_fault)
{
	struct channel_null *null = (struct channel_null *)channel;

	(void)ret_fault;
	null->wake = event_new(channel->base, -1, 0, on_wake, null);
	return true;
}

static void
null_send(struct channel *channel, int64_t ticket, const struct message *message)
{
	struct channel_null *null = (struct channel_null *)channel;

	(void)message;
	if (null->count == null->room) {
		null->room = null->room ? null->room * 2 : 16;
		null->tickets = xrealloc(null->tickets, null->room, sizeof(*null->tickets));
	}
	null->tickets[null->count++] = ticket;
	event_active(null->wake, EV_TIMEOUT, 0);
}

static void
null_close(struct channel *channel)
{
	struct channel_null *null = (struct channel_null *)channel;

	event_free(null->wake);
	free(null->tickets);
}

const struct channel_class channel_null_class = {
	.kind = "null",
	.size = sizeof(struct channel_null),
	.open = null_open,
	.send = null_send,
	.close = null_close,
};
