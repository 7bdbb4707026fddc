/* The table of the kinds of channels. Knows none of them. */
#include "channel.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

static const struct channel_class *const classes[] = {
	&channel_log_class,
	&channel_webhook_class,
	&channel_null_class,
};

struct channel *
channel_open(const struct channel_settings *settings, struct event_base *base,
	const struct channel_face *face, void *owner, char **ret_fault)
{
	struct channel *channel;
	size_t i;

	for (i = 0; i < sizeof(classes) / sizeof(*classes); i++)
		if (strcmp(classes[i]->kind, settings->kind) == 0)
			break;
	if (i == sizeof(classes) / sizeof(*classes)) {
		*ret_fault = xstrdup("no such kind of channel");
		return NULL;
	}
	channel = xcalloc(1, classes[i]->size);
	channel->class = classes[i];
	channel->settings = *settings;
	channel->base = base;
	channel->face = face;
	channel->owner = owner;
	if (channel->class->open(channel, ret_fault))
		return channel;
	free(channel);
	return NULL;
}

void
channel_close(struct channel *channel)
{
	if (!channel)
		return;
	channel->class->close(channel);
	free(channel);
}

void
channel_send(struct channel *channel, int64_t ticket, const struct message *message)
{
	channel->counts.under_way++;
	channel->class->send(channel, ticket, message);
}

void
channel_ended(struct channel *channel, int64_t ticket, const struct delivery_outcome *outcome)
{
	channel->counts.under_way--;
	if (outcome->end == DELIVERY_SENT)
		channel->counts.sent++;
	else
		channel->counts.failed++;
	channel->face->ended(channel->owner, ticket, outcome);
}

struct delivery_outcome
delivery_outcome(enum delivery_end end, const char *format, ...)
{
	struct delivery_outcome outcome = {.end = end};
	va_list list;

	va_start(list, format);
	vsnprintf(outcome.reason, sizeof(outcome.reason), format, list);
	va_end(list);
	return outcome;
}
