/* Which rule set and which values hold where and when, and what is kept of those that hold no
 * more. */
#include "room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h"
#include "rule_store.h"
#include "ruleset.h"
#include "threshold.h"

static const struct instant first = {1000000000000000}, second = {1100000000000000},
			    third = {1200000000000000};

static void
on_done(void *owner, const char *error)
{
	struct room *room = owner;

	snprintf(room->error, sizeof(room->error), "%s", error ? error : "");
	room->done = true;
}

static void
on_set(void *owner, const char *hash, const char *printed, const char *error)
{
	struct room *room = owner;

	assert_null(error);
	snprintf(room->error, sizeof(room->error), "%s=%s", hash ? hash : "",
		printed ? printed : "");
	room->done = true;
}

static void
keep(struct room *room, const char *hash, const char *printed)
{
	rule_set_keep(room->db, hash, printed, first, on_done, room);
	room_wait(room);
	assert_string_equal(room->error, "");
}

static void
publish(struct room *room, int32_t county, const char *hash, int32_t from, struct instant now)
{
	rule_set_publish(
		room->db, county, hash, (struct day){from}, now, "test", on_done, room);
	room_wait(room);
	assert_string_equal(room->error, "");
}

static const char *
current(struct room *room, int32_t county, int32_t on)
{
	rule_set_current(room->db, county, (struct day){on}, on_set, room);
	room_wait(room);
	return room->error;
}

static void
a_set_is_kept_once_under_its_hash(void **state)
{
	struct room *room = *state;

	keep(room, "aa", "rules a");
	keep(room, "aa", "rules a");
	assert_int_equal(room_number(room, "select count(*) from needwatch.rule_set"), 1);
	rule_set_by_hash(room->db, "aa", on_set, room);
	room_wait(room);
	assert_string_equal(room->error, "aa=rules a");
	rule_set_by_hash(room->db, "bb", on_set, room);
	room_wait(room);
	assert_string_equal(room->error, "=");
	rule_set_publish(room->db, 0, "bb", (struct day){1}, first, "test", on_done, room);
	room_wait(room);
	assert_string_not_equal(room->error, "");
}

static void
the_county_before_everywhere_then_the_last_word(void **state)
{
	struct room *room = *state;

	keep(room, "aa", "a");
	keep(room, "bb", "b");
	keep(room, "cc", "c");
	assert_string_equal(current(room, 990102, 20000), "=");
	publish(room, 0, "aa", 20000, first);
	publish(room, 0, "bb", 20010, first);
	publish(room, 990102, "cc", 20005, first);
	assert_string_equal(current(room, 990102, 19999), "=");
	assert_string_equal(current(room, 990102, 20004), "aa=a");
	assert_string_equal(current(room, 990102, 20020), "cc=c");
	assert_string_equal(current(room, 990103, 20009), "aa=a");
	assert_string_equal(current(room, 990103, 20010), "bb=b");
	assert_string_equal(current(room, 0, 20010), "bb=b");
	/* Rolled back for the same day: said later. */
	publish(room, 0, "aa", 20010, second);
	assert_string_equal(current(room, 990103, 20010), "aa=a");
}

/* ---- thresholds ---- */

static const char rules[] = "classes dibao, general by general;\n"
			    "threshold line \"线\" { unit yuan per month; by class; values "
			    "dibao 500, general 600; basis \"甲省办法\"; }\n";

struct reading {
	struct room *room;
	size_t added;
	size_t left_out;
};

static void
on_read(void *owner, size_t added, size_t left_out, const char *error)
{
	struct reading *reading = owner;

	assert_null(error);
	reading->added = added;
	reading->left_out = left_out;
	reading->room->done = true;
}

static void
set(struct room *room, const struct threshold_row *row, int64_t value, struct instant now)
{
	struct threshold_row valued = *row;

	valued.value = value;
	threshold_set(room->db, &valued, "文号1", "worker", now, on_done, room);
	room_wait(room);
	assert_string_equal(room->error, "");
}

/* The value at the place of `row` as known at a moment; -1: the default. */
static int64_t
value_at(
	struct room *room, const struct ruleset *ruleset, struct instant known_at, int64_t area)
{
	struct reading reading = {.room = room};
	struct thresholds *thresholds = thresholds_new(ruleset);
	const struct threshold_row *row = NULL;
	int64_t value = -1;

	threshold_read(room->db, thresholds, known_at, on_read, &reading);
	room_wait(room);
	assert_true(thresholds_find(thresholds, 0, (struct area){area}, 0, RESIDENCE_RURAL,
		(struct day){20000}, &value, &row));
	value = row ? value : -1;
	thresholds_free(thresholds);
	return value;
}

static const struct ruleset *
compiled(struct room *room)
{
	size_t count;

	room_kinds(room, rules, &count);
	return room->rulesets[0];
}

static void
a_value_replaces_one_and_is_remembered(void **state)
{
	struct room *room = *state;
	const struct ruleset *ruleset = compiled(room);
	struct threshold_row row = {.name = "line",
		.area = {990102000000},
		.class = "dibao",
		.from = {DAY_NONE},
		.until = {DAY_NONE}};

	assert_int_equal(
		value_at(room, ruleset, (struct instant){INSTANT_NONE}, 990102001000), -1);
	set(room, &row, 51000, first);
	set(room, &row, 52000, second);
	assert_int_equal(
		value_at(room, ruleset, (struct instant){INSTANT_NONE}, 990102001000), 52000);
	assert_int_equal(
		value_at(room, ruleset, (struct instant){INSTANT_NONE}, 990103000000), -1);
	assert_int_equal(
		value_at(room, ruleset, (struct instant){first.us + 1}, 990102001000), 51000);
	assert_int_equal(
		value_at(room, ruleset, (struct instant){first.us - 1}, 990102001000), -1);
	assert_int_equal(
		room_number(
			room, "select count(*) from needwatch.threshold where county = 990102"),
		2);
	threshold_retire(room->db, &row, "worker", third, on_done, room);
	room_wait(room);
	assert_string_equal(room->error, "");
	assert_int_equal(
		value_at(room, ruleset, (struct instant){INSTANT_NONE}, 990102001000), -1);
	assert_int_equal(value_at(room, ruleset, second, 990102001000), 52000);
	threshold_retire(room->db, &row, "worker", third, on_done, room);
	room_wait(room);
	assert_string_equal(room->error,
		"no such value is in force: somebody else has retired it, or it was never set");
}

static void
rows_that_the_set_does_not_know_are_left_out(void **state)
{
	struct room *room = *state;
	struct reading reading = {.room = room};
	struct threshold_row row = {
		.name = "line", .class = "", .from = {20000}, .until = {DAY_NONE}};
	struct thresholds *thresholds = thresholds_new(compiled(room));

	set(room, &row, 100, first);
	row.name = "forgotten";
	set(room, &row, 100, first);
	row.name = "line";
	row.class = "forgotten";
	set(room, &row, 100, first);
	threshold_read(room->db, thresholds, (struct instant){INSTANT_NONE}, on_read, &reading);
	room_wait(room);
	assert_int_equal(reading.added, 1);
	assert_int_equal(reading.left_out, 2);
	thresholds_free(thresholds);
}

static void
two_in_force_for_one_place_cannot_be(void **state)
{
	struct room *room = *state;
	static const char insert[] =
		"insert into needwatch.threshold (county, name, value, set_at, set_by)"
		" values (0, 'line', 1, '2026-01-01', 'a')";

	room_run(room, insert);
	room_refused(room, insert, "23505");
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(a_set_is_kept_once_under_its_hash),
		CASE(the_county_before_everywhere_then_the_last_word),
		CASE(a_value_replaces_one_and_is_remembered),
		CASE(rows_that_the_set_does_not_know_are_left_out),
		CASE(two_in_force_for_one_place_cannot_be),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
