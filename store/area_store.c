/* Writes the area tree and the changes of its codes, thousands of rows at a time in one
 * transaction. Reads no file and takes nothing away. */
#include "area_store.h"

#include "db_sync.h"
#include "refuse.h"
#include "statement.h"

#define ROWS_AT_ONCE 5000

static bool
load_some(struct db_sync *sync, const struct area_row *rows, size_t count)
{
	struct db_params params = {0};

	db_add_array(&params, DB_ARRAY_INT8);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, rows[i].area.code);
	db_add_array(&params, DB_ARRAY_TEXT);
	for (size_t i = 0; i < count; i++)
		db_item_text(&params, rows[i].name);
	db_add_array(&params, DB_ARRAY_INT8);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, rows[i].parent.code);
	db_add_array(&params, DB_ARRAY_INT2);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, area_tier(rows[i].area));
	return db_sync_ask_statement(sync, statement(STATEMENT_AREA_LOAD), &params)->status ==
	       DB_OK;
}

static bool
change_some(struct db_sync *sync, const struct area_change *changes, size_t count)
{
	struct db_params params = {0};

	db_add_array(&params, DB_ARRAY_INT8);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, changes[i].old.code);
	db_add_array(&params, DB_ARRAY_INT8);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, changes[i].new.code);
	db_add_array(&params, DB_ARRAY_DATE);
	for (size_t i = 0; i < count; i++)
		db_item_day(&params, changes[i].changed);
	return db_sync_ask_statement(sync, statement(STATEMENT_AREA_CHANGE), &params)->status ==
	       DB_OK;
}

/* The reason is kept before the rollback writes its own. */
static bool
give_up(struct db_sync *sync, const char *what, char **ret_error)
{
	refuse(ret_error, "%s: %s", what, db_sync_error(sync));
	(void)!db_sync_run(sync,
		"rollback"); /* refused: the connection is gone, the transaction with it */
	return false;
}

bool
area_store_load(
	struct db_sync *sync, const struct area_row *rows, size_t count, char **ret_error)
{
	bool well = db_sync_run(sync, "begin");

	for (size_t at = 0; well && at < count; at += ROWS_AT_ONCE)
		well = load_some(
			sync, rows + at, count - at < ROWS_AT_ONCE ? count - at : ROWS_AT_ONCE);
	return (well && db_sync_run(sync, "commit")) || give_up(sync, "areas", ret_error);
}

bool
area_store_changes(
	struct db_sync *sync, const struct area_change *changes, size_t count, char **ret_error)
{
	bool well = db_sync_run(sync, "begin");

	for (size_t at = 0; well && at < count; at += ROWS_AT_ONCE)
		well = change_some(sync, changes + at,
			count - at < ROWS_AT_ONCE ? count - at : ROWS_AT_ONCE);
	return (well && db_sync_run(sync, "commit")) ||
	       give_up(sync, "area changes", ret_error);
}
