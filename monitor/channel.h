/* A way out for messages: what every kind of channel promises. Channels send one message at a time each time they
 * are asked; claiming, repeating and giving up belong to delivery.c. */
#ifndef NEEDWATCH_CHANNEL_H
#define NEEDWATCH_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instant.h"

struct channel;
struct config;
struct event_base;

/* What leaves the house. No name, number or diagnosis is in it. Borrowed during channel_send() only. */
struct message {
	const char *key;       /* the same at every attempt: the receiver drops doubles by it */
	int64_t alert;
	const char *level;     /* "red" */
	const char *code;      /* of the template: "new", "remind" */
	const char *reason;    /* "opened" */
	int32_t office;
	const char *role;
	bool lead;             /* otherwise a copy */
	struct instant due;    /* INSTANT_NONE: names no deadline */
	struct instant at;     /* when it is sent */
	const char *text;      /* as people read it */
};

enum delivery_end {
	DELIVERY_SENT,
	DELIVERY_AGAIN,   /* may go well later */
	DELIVERY_REFUSED, /* never will */
};

struct delivery_outcome {
	enum delivery_end end;
	int64_t wait_us;       /* AGAIN: the receiver asked for this pause; 0: none */
	char reason[160];      /* one line; "" when sent */
};

struct channel_settings {
	const char *name;
	const char *kind;
	const char *socket;    /* log; or NULL */
	const char *url;       /* webhook */
	/* webhook: hosts it may call, blanks between; NULL: the one of the url */
	const char *hosts;
	const char *secret;    /* webhook: credential that signs; or NULL */
	const char *link;      /* start of the address of an alert's page; or NULL */
	const char *credentials; /* folder; or NULL */
	int64_t enterprise;    /* log: private enterprise number of the site */
	int64_t timeout_us;
	int64_t at_once;
};

struct channel_counts {
	int64_t sent;
	int64_t failed;
	int64_t dropped;       /* log: the ring was full */
	int64_t under_way;
};

/* Exactly one call per channel_send(), never from inside it. */
struct channel_face {
	void (*ended)(void *owner, int64_t ticket, const struct delivery_outcome *outcome);
};

/* One kind of channel. `open` and `send` may rely on what the base holds. */
struct channel_class {
	const char *kind;
	size_t size; /* of the struct that begins with struct channel */
	bool (*open)(struct channel *channel, char **ret_fault);
	void (*send)(struct channel *channel, int64_t ticket, const struct message *message);
	void (*close)(struct channel *channel);
};

/* Begins every kind's own struct. */
struct channel {
	const struct channel_class *class;
	struct channel_settings settings; /* texts borrowed from the configuration */
	struct event_base *base;
	const struct channel_face *face;
	void *owner;
	struct channel_counts counts;
};

extern const struct channel_class channel_log_class;
extern const struct channel_class channel_webhook_class;
extern const struct channel_class channel_null_class;

/* NULL with a reason (owned by the caller) if it cannot be opened. A receiver that is away is no fault. */
struct channel *
channel_open(const struct channel_settings *settings, struct event_base *base,
	const struct channel_face *face, void *owner, char **ret_fault);

/* What is under way ends without a word. NULL is fine. */
void
channel_close(struct channel *channel);

void
channel_send(struct channel *channel, int64_t ticket, const struct message *message);

/* For the kinds: counts, and tells the owner. */
void
channel_ended(struct channel *channel, int64_t ticket, const struct delivery_outcome *outcome);

/* An outcome with its reason as printf. */
struct delivery_outcome
delivery_outcome(enum delivery_end end, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
