/* Households whose facts have changed and have not been assessed since, and the long walks over all of them. Reads and
 * marks; assesses nothing. */
#ifndef NEEDWATCH_TOUCHED_H
#define NEEDWATCH_TOUCHED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "day.h"
#include "instant.h"

struct db;
struct db_session;

struct touched {
	int32_t county;
	int64_t household;
	int64_t position; /* of the county's journal */
	bool history;     /* by a first load only */
	struct instant since;
};

/* `error` NULL: well. */
typedef void (*touched_on_read)(void *owner, const struct touched *touched, size_t count,
	const char *error);
typedef void (*touched_on_done)(void *owner, int64_t count, const char *error);

/* News before history, then the oldest. They stay until cleared. */
void
touched_read(struct db *db, size_t limit, touched_on_read on_read, void *owner);

/* Deletes those that still stand at their position, in the transaction of their plan. */
void
touched_clear(struct db_session *session, const struct touched *touched, size_t count,
	touched_on_done on_done, void *owner);

/* Marks whose area was touched become marks on the households that live there; count: areas expanded. */
void
touched_expand_areas(struct db *db, size_t limit, touched_on_done on_done, void *owner);

/* ---- turns: all households of a county, for a day and a rule set; resumable ---- */

struct turn {
	int32_t county;
	struct day as_of;
	char rule_set[33];
	int64_t next; /* household from which on nothing has been done */
	bool done;
};

typedef void (*turn_on_read)(void *owner, const struct turn *turns, size_t count,
	const char *error);

/* One row for every county that has households; those that exist stay as they are. */
void
turn_open(struct db *db, struct day as_of, const char *rule_set, touched_on_done on_done,
	void *owner);

/* Those not done, oldest day first. */
void
turn_read(struct db *db, size_t limit, turn_on_read on_read, void *owner);

/* The next households of a turn, as touched rows with position 0. */
void
turn_households(struct db *db, const struct turn *turn, size_t limit, touched_on_read on_read,
	void *owner);

/* In the transaction of the plans of the households before `next`. */
void
turn_advance(struct db_session *session, const struct turn *turn, int64_t next, bool done,
	touched_on_done on_done, void *owner);

#endif
