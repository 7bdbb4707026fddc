/* The answer to the question `status`: what the daemon, its line and its store are at just now. Shows counts and states,
 * never a person. */
#ifndef NEEDWATCH_STATUS_H
#define NEEDWATCH_STATUS_H

#include <stdbool.h>

#include "instant.h"

struct clock;
struct event_base;
struct lease_keeper;
struct line;
struct question_call;
struct setup;
struct status_reports; /* answers that wait for the store */

/* Borrowed for the call; the line until it ends. */
struct status_about {
	struct event_base *base;
	const char *state;          /* of the daemon */
	struct instant since;       /* of that state */
	struct instant started;
	const char *reason;         /* why it does not work, in one line; "" it does */
	bool progress;
	const struct setup *setup;
	const struct clock *clock;
	const struct lease_keeper *keeper;
	struct line *line;          /* NULL: none runs */
	struct status_reports *reports;
};

struct status_reports *
status_reports_new(void);

/* Before a line's connections go: what waits for the store is answered without it. */
void
status_reports_end(struct status_reports *reports);

/* None may wait any more. NULL is fine. */
void
status_reports_free(struct status_reports *reports);

/* Answers by itself, later: counts come from the store, and without it the answer says null for them. */
void
status_answer(struct question_call *call, const struct status_about *about);

#endif
