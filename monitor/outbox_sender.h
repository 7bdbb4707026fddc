/* Delivery: messages of the outbox on their way out, each channel at its own pace, each outcome kept in the store. Decides
 * nothing: a message that can never be delivered goes through the door as an event. */
#ifndef NEEDWATCH_OUTBOX_SENDER_H
#define NEEDWATCH_OUTBOX_SENDER_H

#include <stdbool.h>

#include <jansson.h>

struct clock;
struct config;
struct db;
struct door;
struct event_base;
struct outbox_sender;

/* Borrowed, and must outlive the sender. */
struct outbox_sender_config {
	struct event_base *base;
	struct db *db;
	struct door *door;
	const struct clock *clock;
	const struct config *config; /* its channels */
};

/* With `db` NULL it sends nothing: for a check of the configuration. */
struct outbox_sender *
outbox_sender_new(const struct outbox_sender_config *config);

/* The first channel that could not be opened, and why; NULL: all could. Its messages wait in the store; a receiver that is
 * away is no fault. Lives as long as the sender. */
const char *
outbox_sender_fault(const struct outbox_sender *sender);

/* What is under way is attempted again when its lease in the store has ended. NULL is fine. */
void
outbox_sender_free(struct outbox_sender *sender);

/* Messages may wait. Cheap; may be called at any time. */
void
outbox_sender_wake(struct outbox_sender *sender);

/* Nothing new is taken; what is under way is finished. */
void
outbox_sender_shut(struct outbox_sender *sender);

bool
outbox_sender_idle(const struct outbox_sender *sender);

/* An array with an object per channel: name, kind, sent, failed, dropped, under_way. */
json_t *
outbox_sender_status(const struct outbox_sender *sender);

#endif
