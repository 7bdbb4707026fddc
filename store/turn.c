/* The long walks over all households of a county: rows that say how far one has come, so that
 * any process goes on from there. Walks nothing by itself. */
#include <stdio.h>
#include <stdlib.h>

#include "db.h"
#include "memory.h"
#include "touched_parts.h"

struct asked_turns {
	turn_on_read on_read;
	void *owner;
};

void
turn_open(struct db *db, struct day as_of, const char *rule_set, touched_on_done on_done,
	void *owner)
{
	struct db_params params = {0};

	db_add_day(&params, as_of);
	db_add_text(&params, rule_set);
	db_ask(db, statement(STATEMENT_TURN_OPEN), &params, touched_on_rows,
		touched_asked(on_done, owner));
}

static void
on_turns(void *owner, const struct db_result *result)
{
	struct asked_turns asked = *(struct asked_turns *)owner;
	size_t count = result->status == DB_OK ? (size_t)db_result_rows(result) : 0;
	struct turn *turns = xcalloc(count + 1, sizeof(*turns));

	free(owner);
	for (size_t i = 0; i < count; i++) {
		turns[i].county = (int32_t)db_int(result, (int)i, 0);
		turns[i].as_of = db_day(result, (int)i, 1);
		snprintf(turns[i].rule_set, sizeof(turns[i].rule_set), "%s",
			db_text(result, (int)i, 2));
		turns[i].next = db_int(result, (int)i, 3);
		turns[i].done = db_bool(result, (int)i, 4);
	}
	asked.on_read(
		asked.owner, turns, count, result->status == DB_OK ? NULL : result->error);
	free(turns);
}

void
turn_read(struct db *db, size_t limit, turn_on_read on_read, void *owner)
{
	struct asked_turns *asked = xcalloc(1, sizeof(*asked));
	struct db_params params = {0};

	*asked = (struct asked_turns){on_read, owner};
	db_add_int(&params, (int64_t)limit);
	db_ask(db, statement(STATEMENT_TURN_READ), &params, on_turns, asked);
}

void
turn_households(struct db *db, const struct turn *turn, size_t limit, touched_on_read on_read,
	void *owner)
{
	struct db_params params = {0};

	db_add_int(&params, turn->county);
	db_add_int(&params, turn->next);
	db_add_int(&params, (int64_t)limit);
	touched_ask(db, STATEMENT_TURN_HOUSEHOLDS, &params, on_read, owner);
}

/* Compares `next` with what the caller has read: of two that walk the same turn one goes on,
 * the other is told 0. */
void
turn_advance(struct db_session *session, const struct turn *turn, int64_t next, bool done,
	touched_on_done on_done, void *owner)
{
	struct db_params params = {0};

	db_add_int(&params, turn->county);
	db_add_day(&params, turn->as_of);
	db_add_text(&params, turn->rule_set);
	db_add_int(&params, turn->next);
	db_add_int(&params, next);
	db_add_bool(&params, done);
	db_session_ask(session, statement(STATEMENT_TURN_ADVANCE), &params, touched_on_rows,
		touched_asked(on_done, owner));
}
