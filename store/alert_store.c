/* Questions about alerts; changes nothing. */
#include "alert_store.h"


#include "alert_row.h"
#include "statement_decide.h"

void
alert_ask_due(struct db *db, struct instant now, int limit, db_on_result on_result, void *owner)
{
	struct db_params params = {0};
	db_add_instant(&params, now);
	db_add_int(&params, limit);
	db_ask(db, decide_statement(SQL_ALERT_DUE), &params, on_result, owner);
}

void
alert_ask_next_wake(struct db *db, db_on_result on_result, void *owner)
{
	db_ask(db, decide_statement(SQL_ALERT_NEXT_WAKE), NULL, on_result, owner);
}

void
alert_ask_unreachable(struct db *db, db_on_result on_result, void *owner)
{
	db_ask(db, decide_statement(SQL_ALERT_OPEN_UNREACHABLE), NULL, on_result, owner);
}

struct alert_key
alert_key_read(const struct db_result *result, int row)
{
	return (struct alert_key){(int32_t)db_int(result, row, 0), db_int(result, row, 1),
		db_int(result, row, 2)};
}

void
alert_ask_list(struct db *db, const struct alert_list *list, db_on_result on_result, void *owner)
{
	struct db_params params = {0};
	db_add_int(&params, list->area.code);
	db_add_int(&params, area_last(list->area).code);
	if (list->lane < 0) {
		db_add_null(&params);
	} else {
		db_add_int(&params, list->lane);
	}
	db_add_int(&params, list->first);
	db_add_int(&params, list->limit);
	db_ask(db, decide_statement(SQL_ALERT_LIST), &params, on_result, owner);
}

static void
ask_key(struct db *db, enum decide_statement sql, int32_t county, int64_t id, db_on_result on_result,
	void *owner)
{
	struct db_params params = {0};
	db_add_int(&params, county);
	db_add_int(&params, id);
	db_ask(db, decide_statement(sql), &params, on_result, owner);
}

void
alert_ask_one(struct db *db, int32_t county, int64_t alert, db_on_result on_result, void *owner)
{
	ask_key(db, SQL_ALERT_ONE, county, alert, on_result, owner);
}

void
alert_ask_clocks(struct db *db, int32_t county, int64_t household, db_on_result on_result,
	void *owner)
{
	ask_key(db, SQL_ALERT_CLOCKS, county, household, on_result, owner);
}

struct alert *
alert_store_read(const struct db_result *result, int row, struct arena *arena)
{
	return alert_read(result, row, arena);
}

void
alert_clock_take(const struct db_result *result, int row, struct alert *alert)
{
	if (db_int(result, row, 0) == alert->county && db_int(result, row, 1) == alert->id) {
		alert_read_clock(result, row, alert);
	}
}

void
alert_ask_story(struct db *db, int32_t county, int64_t alert, db_on_result on_result, void *owner)
{
	ask_key(db, SQL_ALERT_STORY, county, alert, on_result, owner);
}
