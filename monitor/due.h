/* What comes due by itself: clocks of alerts that have run out, and posts in which nobody is any more. Makes the events and
 * takes them to the door; decides nothing about them. */
#ifndef NEEDWATCH_DUE_H
#define NEEDWATCH_DUE_H

#include <stdbool.h>
#include <stdint.h>

struct clock;
struct db;
struct door;
struct due;
struct event_base;

/* Borrowed, and must outlive it. */
struct due_config {
	struct event_base *base;
	struct db *db;
	struct door *door;
	const struct clock *clock;
};

struct due *
due_new(const struct due_config *config);

/* NULL is fine. */
void
due_free(struct due *due);

/* Alerts or posts have changed: the next moment may be another. Cheap; may be called at any time. */
void
due_wake(struct due *due);

/* Nothing new is begun. */
void
due_shut(struct due *due);

struct due_counts {
	int64_t clocks;  /* events that were put through the door */
	int64_t posts;
};

struct due_counts
due_counts(const struct due *due);

#endif
