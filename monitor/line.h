/* The line while the lease is held: connections, sources, judge, door, delivery, clocks, canary, joined by nothing but
 * callbacks. Decides nothing; knows no lease but its fence. */
#ifndef NEEDWATCH_LINE_H
#define NEEDWATCH_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "setup.h"

struct canary;
struct clock;
struct db;
struct event_base;
struct judge;
struct line;
struct outbox_sender;
struct source_set;
struct why_desk;

/* X(enum, word, what it means) */
#define LINE_STATES(X) \
	X(LINE_RUNNING, "running", "all parts are at work") \
	X(LINE_ENDING, "ending", "nothing new is begun, what runs is finished") \
	X(LINE_STOPPED, "stopped", "its connections are cut; what was not committed is rolled back") \
	X(LINE_ENDED, "ended", "nothing is under way: it may be freed")

enum line_state {
#define X(name, word, meaning) name,
	LINE_STATES(X)
#undef X
};

/* Neither is called from inside a call of this header. */
struct line_face {
	/* The store says that another daemon has the lease: line_stop() is due. */
	void (*lost)(void *owner, const char *reason);
	void (*ended)(void *owner);
};

/* All borrowed, and must outlive the line. */
struct line_config {
	struct event_base *base;
	const struct setup *setup;
	const struct clock *clock;
	const char *lease;
	int64_t fence;
	int64_t patience_us; /* it may stand still this long */
};

/* Begins at once; what cannot be reached is waited for. */
struct line *
line_new(const struct line_config *config, const struct line_face *face, void *owner);

/* Only when it has ended. NULL is fine. */
void
line_free(struct line *line);

/* What runs is finished, within `patience_us`; then line_stop(). */
void
line_end(struct line *line, int64_t patience_us);

/* Nothing more is written, not even what runs. */
void
line_stop(struct line *line);

bool
line_makes_progress(struct line *line);

/* ---- for those who answer questions ---- */

struct source_set *
line_sources(struct line *line);

struct judge *
line_judge(struct line *line);

const struct outbox_sender *
line_sender(const struct line *line);

const struct canary *
line_canary(const struct line *line);

struct why_desk *
line_why_desk(struct line *line);

/* A connection for reading that holds up nothing. */
struct db *
line_reading(struct line *line);

/* An array with an object per connection to the store: name, state, reason. */
json_t *
line_connections(const struct line *line);

/* Clocks that ran out and posts that changed, as {"clocks": n, "posts": n}. */
json_t *
line_due(const struct line *line);

#endif
