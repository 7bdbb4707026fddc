/* Rule sets by their hash, where and from when they are in force, and the values of thresholds.
 * Takes nothing away: what is replaced is retired and stays. */
#include "rule_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "db.h"
#include "memory.h"
#include "statement.h"
#include "threshold.h"

struct asked_done {
	rule_store_on_done on_done;
	void *owner;
	const char *nothing; /* what it means that no row was met; NULL: nothing */
};

static struct asked_done *
asked_done(rule_store_on_done on_done, void *owner, const char *nothing)
{
	struct asked_done *asked = xcalloc(1, sizeof(*asked));

	*asked = (struct asked_done){on_done, owner, nothing};
	return asked;
}

static void
on_done(void *owner, const struct db_result *result)
{
	struct asked_done asked = *(struct asked_done *)owner;
	const char *error = NULL;

	free(owner);
	if (result->status != DB_OK)
		error = result->error;
	else if (asked.nothing && db_result_count(result) == 0)
		error = asked.nothing;
	asked.on_done(asked.owner, error);
}

/* ---- rule sets ---- */

void
rule_set_keep(struct db *db, const char *hash, const char *printed, struct instant now,
	rule_store_on_done on_kept, void *owner)
{
	struct db_params params = {0};

	db_add_text(&params, hash);
	db_add_text(&params, printed);
	db_add_instant(&params, now);
	db_ask(db, statement(STATEMENT_RULE_SET_KEEP), &params, on_done,
		asked_done(on_kept, owner, NULL));
}

void
rule_set_publish(struct db *db, int32_t county, const char *hash, struct day from,
	struct instant now, const char *by, rule_store_on_done on_published, void *owner)
{
	struct db_params params = {0};

	db_add_int(&params, county);
	db_add_day(&params, from);
	db_add_instant(&params, now);
	db_add_text(&params, hash);
	db_add_text(&params, by);
	db_ask(db, statement(STATEMENT_RULE_SET_PUBLISH), &params, on_done,
		asked_done(on_published, owner, NULL));
}

struct asked_set {
	rule_store_on_set on_set;
	void *owner;
};

static void
on_set_read(void *owner, const struct db_result *result)
{
	struct asked_set asked = *(struct asked_set *)owner;
	bool found = result->status == DB_OK && db_result_rows(result) > 0;

	free(owner);
	asked.on_set(asked.owner, found ? db_text(result, 0, 0) : NULL,
		found ? db_text(result, 0, 1) : NULL,
		result->status == DB_OK ? NULL : result->error);
}

static void
ask_set(struct db *db, enum statement which, struct db_params *params, rule_store_on_set on_set,
	void *owner)
{
	struct asked_set *asked = xcalloc(1, sizeof(*asked));

	*asked = (struct asked_set){on_set, owner};
	db_ask(db, statement(which), params, on_set_read, asked);
}

void
rule_set_current(
	struct db *db, int32_t county, struct day on, rule_store_on_set on_set, void *owner)
{
	struct db_params params = {0};

	db_add_int(&params, county);
	db_add_day(&params, on);
	ask_set(db, STATEMENT_RULE_SET_CURRENT, &params, on_set, owner);
}

void
rule_set_by_hash(struct db *db, const char *hash, rule_store_on_set on_set, void *owner)
{
	struct db_params params = {0};

	db_add_text(&params, hash);
	ask_set(db, STATEMENT_RULE_SET_BY_HASH, &params, on_set, owner);
}

/* ---- thresholds ---- */

struct asked_thresholds {
	struct thresholds *thresholds;
	threshold_on_read on_read;
	void *owner;
};

static struct threshold_row
row_of(const struct db_result *result, int row)
{
	return (struct threshold_row){
		.name = db_text(result, row, 0),
		.area = {db_int(result, row, 1)},
		.class = db_text(result, row, 2),
		.residence = (enum residence)db_int(result, row, 3),
		.value = db_int(result, row, 4),
		.from = db_day(result, row, 5),
		.until = db_day(result, row, 6),
	};
}

static void
on_thresholds(void *owner, const struct db_result *result)
{
	struct asked_thresholds asked = *(struct asked_thresholds *)owner;
	size_t added = 0, left_out = 0;

	free(owner);
	for (int row = 0; result->status == DB_OK && row < db_result_rows(result); row++) {
		struct threshold_row one = row_of(result, row);

		if (thresholds_add(asked.thresholds, &one) == THRESHOLD_OK)
			added++;
		else
			left_out++;
	}
	asked.on_read(
		asked.owner, added, left_out, result->status == DB_OK ? NULL : result->error);
}

void
threshold_read(struct db *db, struct thresholds *thresholds, struct instant known_at,
	threshold_on_read on_read, void *owner)
{
	struct asked_thresholds *asked = xcalloc(1, sizeof(*asked));
	struct db_params params = {0};

	*asked = (struct asked_thresholds){thresholds, on_read, owner};
	db_add_instant(&params, known_at);
	db_ask(db, statement(STATEMENT_THRESHOLD_READ), &params, on_thresholds, asked);
}

/* $1 county, $2 name, $3 area, $4 class, $5 residence, $6 first day: which row is meant. */
static void
add_place(struct db_params *params, const struct threshold_row *row)
{
	db_add_int(params, area_county(row->area));
	db_add_text(params, row->name);
	db_add_int(params, row->area.code);
	db_add_text(params, row->class ? row->class : "");
	db_add_int(params, row->residence);
	db_add_day(params, row->from);
}

void
threshold_set(struct db *db, const struct threshold_row *row, const char *basis, const char *by,
	struct instant now, rule_store_on_done on_set, void *owner)
{
	struct db_params params = {0};

	add_place(&params, row);
	db_add_text(&params, by);
	db_add_instant(&params, now);
	db_add_int(&params, row->value);
	db_add_day(&params, row->until);
	db_add_text(&params, basis);
	db_ask(db, statement(STATEMENT_THRESHOLD_SET), &params, on_done,
		asked_done(on_set, owner, NULL));
}

void
threshold_retire(struct db *db, const struct threshold_row *row, const char *by,
	struct instant now, rule_store_on_done on_retired, void *owner)
{
	struct db_params params = {0};

	add_place(&params, row);
	db_add_text(&params, by);
	db_add_instant(&params, now);
	db_ask(db, statement(STATEMENT_THRESHOLD_RETIRE), &params, on_done,
		asked_done(on_retired, owner,
			"no such value is in force: somebody else has retired it, or it was "
			"never set"));
}
