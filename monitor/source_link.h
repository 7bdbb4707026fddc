/* One connection to a department's database on the loop: opens, asks one question at a time, hears NOTIFY.
 * Knows no source, no page and no journal. */
#ifndef NEEDWATCH_SOURCE_LINK_H
#define NEEDWATCH_SOURCE_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include <libpq-fe.h>

struct event_base;
struct source_link;

/* What the link tells its owner. Each may ask again or close the link. */
struct link_face {
	/* Connected; nothing has been asked. */
	void (*opened)(void *owner);
	/* The last result of the question. Lives until the next question; a server's error is a result, too. */
	void (*answered)(void *owner, const PGresult *result);
	/* The connection is gone; `reason` is one line. The link must be closed. */
	void (*lost)(void *owner, const char *reason);
	/* A NOTIFY came: a hint, nothing more. */
	void (*notified)(void *owner);
};

/* libpq parameters; password may be NULL. Never NULL: a connection that cannot even start is lost on the
 * next turn of the loop. */
struct link_target {
	const char *connect;
	const char *password;
	const char *application;
	int64_t open_us;   /* deadline for connecting */
	int64_t answer_us; /* a question without answer for this long loses the link */
};

struct source_link *
link_open(struct event_base *base, const struct link_target *target,
	const struct link_face *face, void *owner);

/* Safe inside any callback; no further callback comes. NULL is fine. */
void
link_close(struct source_link *link);

/* Without parameters the text may hold several statements; the answer is the last one's, or the first error.
 * Only when nothing is being asked. */
void
link_ask(struct source_link *link, const char *sql, int count, const char *const *values);

/* The same, as a statement prepared under `name` when first asked: its plan is made once. */
void
link_ask_prepared(struct source_link *link, const char *name, const char *sql, int count,
	const char *const *values);

bool
link_busy(const struct source_link *link);

#endif
