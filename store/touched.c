/* The marks that say which households are to be assessed again. A mark goes only while it
 * stands at the position that was assessed; nothing here assesses. */
#include "touched.h"

#include <stdlib.h>

#include "db.h"
#include "memory.h"
#include "statement.h"
#include "touched_parts.h"

/* ---- answers ---- */

struct asked_touched {
	touched_on_read on_read;
	void *owner;
};

static void
on_touched(void *owner, const struct db_result *result)
{
	struct asked_touched asked = *(struct asked_touched *)owner;
	size_t count = result->status == DB_OK ? (size_t)db_result_rows(result) : 0;
	struct touched *touched = xcalloc(count + 1, sizeof(*touched));

	free(owner);
	for (size_t i = 0; i < count; i++)
		touched[i] = (struct touched){
			.county = (int32_t)db_int(result, (int)i, 0),
			.household = db_int(result, (int)i, 1),
			.position = db_int(result, (int)i, 2),
			.history = db_bool(result, (int)i, 3),
			.since = db_instant(result, (int)i, 4),
		};
	asked.on_read(
		asked.owner, touched, count, result->status == DB_OK ? NULL : result->error);
	free(touched);
}

void
touched_ask(struct db *db, enum statement which, struct db_params *params,
	touched_on_read on_read, void *owner)
{
	struct asked_touched *asked = xcalloc(1, sizeof(*asked));

	*asked = (struct asked_touched){on_read, owner};
	db_ask(db, statement(which), params, on_touched, asked);
}

struct touched_asked {
	touched_on_done on_done;
	void *owner;
};

struct touched_asked *
touched_asked(touched_on_done on_done, void *owner)
{
	struct touched_asked *asked = xcalloc(1, sizeof(*asked));

	*asked = (struct touched_asked){on_done, owner};
	return asked;
}

void
touched_on_rows(void *owner, const struct db_result *result)
{
	struct touched_asked asked = *(struct touched_asked *)owner;
	bool well = result->status == DB_OK;

	free(owner);
	asked.on_done(
		asked.owner, well ? db_result_count(result) : 0, well ? NULL : result->error);
}

/* ---- marks ---- */

void
touched_read(struct db *db, size_t limit, touched_on_read on_read, void *owner)
{
	struct db_params params = {0};

	db_add_int(&params, (int64_t)limit);
	touched_ask(db, STATEMENT_TOUCHED_READ, &params, on_read, owner);
}

void
touched_clear(struct db_session *session, const struct touched *touched, size_t count,
	touched_on_done on_done, void *owner)
{
	struct db_params params = {0};

	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, touched[i].county);
	db_add_array(&params, DB_ARRAY_INT8);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, touched[i].household);
	db_add_array(&params, DB_ARRAY_INT8);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, touched[i].position);
	db_session_ask(session, statement(STATEMENT_TOUCHED_CLEAR), &params, touched_on_rows,
		touched_asked(on_done, owner));
}

void
touched_expand_areas(struct db *db, size_t limit, touched_on_done on_done, void *owner)
{
	struct db_params params = {0};

	db_add_int(&params, (int64_t)limit);
	db_ask(db, statement(STATEMENT_TOUCHED_EXPAND), &params, touched_on_rows,
		touched_asked(on_done, owner));
}
