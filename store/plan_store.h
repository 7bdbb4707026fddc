/* The plan's transaction on a connection: begins, sends the rounds of a batch, commits. Decides nothing. */
#ifndef NEEDWATCH_PLAN_STORE_H
#define NEEDWATCH_PLAN_STORE_H

#include <stddef.h>

#include "db.h"
#include "plan_batch.h"

/* A statement of the caller's inside the transaction, with parameters in text form; NULL after the last. */
struct plan_step {
	const struct db_statement *statement;
	const char *params[4];
	bool must_change; /* a row, or nothing of the plan is done: PLAN_OVERTAKEN */
};

/* What the caller adds to the transaction. needwatch-web takes the reader's role before anything is read, and the
 * actor's before anything is written; needwatchd's plans fail once its lease is lost, and may advance a turn before
 * writing. Borrowed until the end. NULL: nothing. */
struct plan_access {
	const char *lease; /* NULL: none is checked */
	int64_t fence;
	const struct plan_step *before_reading;
	size_t before_reading_count;
	const struct plan_step *before_writing;
	size_t before_writing_count;
};

/* Exactly once. PLAN_OK: committed, and plan_batch_results() stand; otherwise nothing was done, except that after
 * PLAN_LOST it is not known: the same events again are seen or done. `error` is one line. */
typedef void (*plan_on_done)(void *owner, struct plan_batch *batch, enum plan_fault fault,
	const char *error);

/* The batch stays the caller's; it can be run once. */
void
plan_store_run(struct db *db, struct plan_batch *batch, const struct plan_access *access,
	plan_on_done on_done, void *owner);

#endif
