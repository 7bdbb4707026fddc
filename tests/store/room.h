/* An empty store for one case: the schema made anew, a blocking connection and one on the
 * loop. */
#ifndef NEEDWATCH_TEST_ROOM_H
#define NEEDWATCH_TEST_ROOM_H

#include "../cases.h"

#include "db.h"
#include "db_sync.h"

struct event_base;
struct kind;
struct ruleset;

struct room {
	struct event_base *base;
	struct db_sync *sync;
	struct db *db;
	/* What came last, and whether it came. */
	bool done;
	char error[300];
	struct ruleset *rulesets[8];
	size_t ruleset_count;
};

/* cmocka's set-up and tear-down. */
int
room_open(void **state);

int
room_close(void **state);

#define CASE(name) cmocka_unit_test_setup_teardown(name, room_open, room_close)

/* Runs the loop until `done`. */
void
room_wait(struct room *room);

void
room_run(struct room *room, const char *sql);

/* Must be refused by the server. */
void
room_refused(struct room *room, const char *sql, const char *sqlstate);

int64_t
room_number(struct room *room, const char *sql);

/* The kinds that a text of the rule language declares. They live until room_close(). */
const struct kind *const *
room_kinds(struct room *room, const char *rules, size_t *ret_count);

#endif
