/* Reading alerts for pages, clocks and the command line. Changes nothing; whoever asks decides what may be seen. */
#ifndef NEEDWATCH_ALERT_STORE_H
#define NEEDWATCH_ALERT_STORE_H

#include "alert.h"
#include "db.h"

struct arena;

/* Alerts that want to be put through decide() by `now`, in order of their times. Rows: alert_due_read(). */
void
alert_ask_due(struct db *db, struct instant now, int limit, db_on_result on_result, void *owner);

/* One row: the next such moment, INSTANT_NONE if nothing waits; read it with db_instant(result, 0, 0). */
void
alert_ask_next_wake(struct db *db, db_on_result on_result, void *owner);

/* Open alerts whose owner's post is gone, vacant or on leave: an event post_changed is due for each. */
void
alert_ask_unreachable(struct db *db, db_on_result on_result, void *owner);

struct alert_key {
	int32_t county;
	int64_t alert;
	int64_t household;
};

/* A row of the two above. */
struct alert_key
alert_key_read(const struct db_result *result, int row);

/* Open alerts of an area's subtree, most serious first. `lane` -1: all. */
struct alert_list {
	struct area area;
	int lane;
	int first;
	int limit;
};

void
alert_ask_list(struct db *db, const struct alert_list *list, db_on_result on_result, void *owner);

void
alert_ask_one(struct db *db, int32_t county, int64_t alert, db_on_result on_result, void *owner);

/* Its clocks: rows for alert_clock_read(). */
void
alert_ask_clocks(struct db *db, int32_t county, int64_t household, db_on_result on_result,
	void *owner);

/* An alert of alert_ask_list() or alert_ask_one(), without clocks and told list. */
struct alert *
alert_store_read(const struct db_result *result, int row, struct arena *arena);

/* Takes the row's clock if it is of that alert. */
void
alert_clock_take(const struct db_result *result, int row, struct alert *alert);

/* The ledger's lines about it: reason, moment, account, payload (JSON or NULL), erased by (or NULL). */
void
alert_ask_story(struct db *db, int32_t county, int64_t alert, db_on_result on_result, void *owner);

#endif
