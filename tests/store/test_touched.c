/* Marks go only at their position, areas become the households that live there, turns go on
 * where they stopped. */
#include "room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kind_table.h"
#include "touched.h"

#define SHOWN 8

struct marks {
	struct room *room;
	struct db_session *session;
	const struct touched *clearing;
	size_t clearing_count;
	const struct turn *turn;
	int64_t next;
	struct touched shown[SHOWN];
	struct turn turns[SHOWN];
	size_t count;
	int64_t met;
};

static void
on_read(void *owner, const struct touched *touched, size_t count, const char *error)
{
	struct marks *marks = owner;

	assert_null(error);
	assert_true(count <= SHOWN);
	memcpy(marks->shown, touched, count * sizeof(*touched));
	marks->count = count;
	marks->room->done = true;
}

static void
on_done(void *owner, int64_t count, const char *error)
{
	struct marks *marks = owner;

	assert_null(error);
	marks->met = count;
	marks->room->done = true;
}

static struct marks
all_marks(struct room *room)
{
	struct marks marks = {.room = room};

	touched_read(room->db, SHOWN, on_read, &marks);
	room_wait(room);
	return marks;
}

static void
mark(struct room *room, const char *values)
{
	char sql[300];

	snprintf(sql, sizeof(sql),
		"insert into needwatch.touched (county, household, position, history, since) "
		"values %s",
		values);
	room_run(room, sql);
}

static void
news_come_before_history_then_the_oldest(void **state)
{
	struct room *room = *state;
	struct marks marks;

	mark(room, "(1, 10, 5, true, '2026-01-01'), (1, 11, 6, false, '2026-01-03'), (2, 12, "
		   "7, false, '2026-01-02')");
	marks = all_marks(room);
	assert_int_equal(marks.count, 3);
	assert_int_equal(marks.shown[0].household, 12);
	assert_int_equal(marks.shown[1].household, 11);
	assert_int_equal(marks.shown[1].position, 6);
	assert_int_equal(marks.shown[2].household, 10);
	assert_true(marks.shown[2].history);
}

static void
on_committed(void *owner, const struct db_result *result)
{
	struct marks *marks = owner;

	assert_string_equal(result->error, "");
	marks->room->done = true;
}

static void
on_changed(void *owner, int64_t count, const char *error)
{
	struct marks *marks = owner;

	assert_null(error);
	marks->met = count;
	db_session_commit(marks->session, on_committed, marks);
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct marks *marks = owner;

	assert_string_equal(result->error, "");
	marks->session = session;
	if (marks->turn)
		turn_advance(session, marks->turn, marks->next, false, on_changed, marks);
	else
		touched_clear(
			session, marks->clearing, marks->clearing_count, on_changed, marks);
}

static int64_t
in_transaction(struct marks *marks)
{
	db_begin(marks->room->db, DB_READ_COMMITTED, on_begun, marks);
	room_wait(marks->room);
	return marks->met;
}

static void
a_mark_that_moved_on_stays(void **state)
{
	struct room *room = *state;
	const struct touched assessed[] = {{.county = 1, .household = 10, .position = 5},
		{.county = 1, .household = 11, .position = 5}};
	struct marks marks = {.room = room, .clearing = assessed, .clearing_count = 2};

	mark(room, "(1, 10, 5, false, '2026-01-01'), (1, 11, 6, false, '2026-01-03')");
	assert_int_equal(in_transaction(&marks), 1);
	marks = all_marks(room);
	assert_int_equal(marks.count, 1);
	assert_int_equal(marks.shown[0].household, 11);
}

/* ---- areas ---- */

/* Person 1 lives in village 990102001201 in household 500 of 990102; person 2 in 990102002000,
 * household 501; person 3 in the first village in household 600, whose home county is 990199.
 * Person 4 has moved away from there. */
static void
populate(struct room *room)
{
	char *error = NULL;

	if (!kind_tables_make(room->sync, NULL, 0, NULL, &error))
		fail_msg("%s", error);
	room_run(room, "insert into needwatch.source (name) values ('register');"
		       "insert into needwatch.journal_head values (990102, 9), (990199, 4);"
		       "insert into needwatch.journal_entry values (990102, 9, '2026-02-01', "
		       "1), (990199, 4, '2026-01-01', 1);"
		       "insert into needwatch.fact_resident (county, source, key_hash, "
		       "ordinal, version, gone, position,"
		       " person_county, person, area) values"
		       " (990102, 1, '\\x01', 0, 1, false, 1, 990102, 1, 990102001201),"
		       " (990102, 1, '\\x02', 0, 1, false, 1, 990102, 2, 990102002000),"
		       " (990102, 1, '\\x03', 0, 1, false, 1, 990199, 3, 990102001201),"
		       " (990102, 1, '\\x04', 0, 1, false, 1, 990102, 4, 990102001201),"
		       " (990102, 1, '\\x04', 0, 2, false, 2, 990102, 4, 990102002201),"
		       " (990102, 1, '\\x05', 0, 1, false, 1, 990102, 5, 990102001201),"
		       " (990102, 1, '\\x05', 0, 2, true, 2, null, null, 0);"
		       "insert into needwatch.membership values"
		       " (990102, 1, 1, 990102, 499, true, 2, '2026-01-01'), (990102, 1, 2, "
		       "990102, 500, true, 0, '2026-01-01'),"
		       " (990102, 2, 1, 990102, 501, true, 0, '2026-01-01'), (990199, 3, 1, "
		       "990199, 600, true, 0, '2026-01-01'),"
		       " (990102, 4, 1, 990102, 502, true, 0, '2026-01-01'), (990102, 5, 1, "
		       "990102, 503, true, 0, '2026-01-01')");
}

static int64_t
expand(struct room *room)
{
	struct marks marks = {.room = room};

	touched_expand_areas(room->db, 10, on_done, &marks);
	room_wait(room);
	return marks.met;
}

static void
an_area_becomes_the_households_that_live_there(void **state)
{
	struct room *room = *state;
	struct marks marks;

	populate(room);
	mark(room, "(990102, 500, 8, true, '2026-01-15 00:00+00')");
	room_run(room, "insert into needwatch.touched_area values (990102, 990102001000, 9, "
		       "false, '2026-02-01')");
	assert_int_equal(expand(room), 1);
	assert_int_equal(room_number(room, "select count(*) from needwatch.touched_area"), 0);
	marks = all_marks(room);
	assert_int_equal(marks.count, 2);
	assert_int_equal(marks.shown[0].household, 500);
	assert_int_equal(marks.shown[0].position, 9); /* moved on, and news now */
	assert_false(marks.shown[0].history);
	assert_int_equal(
		marks.shown[0].since.us, INT64_C(1768435200000000)); /* 2026-01-15, as it was */
	/* Elsewhere at home: a new position of its own county, with an entry that says from
	 * when. */
	assert_int_equal(marks.shown[1].household, 600);
	assert_int_equal(marks.shown[1].position, 5);
	assert_int_equal(
		room_number(room,
			"select position from needwatch.journal_head where county = 990199"),
		5);
	assert_int_equal(
		room_number(room,
			"select position from needwatch.journal_head where county = 990102"),
		9);
	assert_int_equal(
		room_number(room,
			"select count(*) from needwatch.journal_entry where county = 990199"
			" and position = 5 and at = '2026-02-01'"),
		1);
	assert_int_equal(expand(room), 0);
}

static void
a_county_takes_in_all_below_it(void **state)
{
	struct room *room = *state;
	struct marks marks;

	populate(room);
	room_run(room, "insert into needwatch.touched_area values (990102, 990102000000, 9, "
		       "true, '2026-02-01')");
	assert_int_equal(expand(room), 1);
	marks = all_marks(room);
	assert_int_equal(marks.count, 4); /* 500, 501, 502, 600 */
	assert_true(marks.shown[0].history);
}

static void
an_area_where_nobody_lives_is_done_with(void **state)
{
	struct room *room = *state;

	populate(room);
	room_run(room, "insert into needwatch.touched_area values (990103, 990103000000, 1, "
		       "false, '2026-02-01')");
	assert_int_equal(expand(room), 1);
	assert_int_equal(all_marks(room).count, 0);
}

/* ---- turns ---- */

static void
on_turns(void *owner, const struct turn *turns, size_t count, const char *error)
{
	struct marks *marks = owner;

	assert_null(error);
	assert_true(count <= SHOWN);
	memcpy(marks->turns, turns, count * sizeof(*turns));
	marks->count = count;
	marks->room->done = true;
}

static struct marks
all_turns(struct room *room)
{
	struct marks marks = {.room = room};

	turn_read(room->db, SHOWN, on_turns, &marks);
	room_wait(room);
	return marks;
}

static int64_t
open_turns(struct room *room, int32_t day)
{
	struct marks marks = {.room = room};

	turn_open(room->db, (struct day){day}, "0123456789abcdef0123456789abcdef", on_done,
		&marks);
	room_wait(room);
	return marks.met;
}

static void
a_turn_goes_on_where_it_stopped(void **state)
{
	struct room *room = *state;
	struct marks marks, walk = {.room = room};

	room_run(room, "insert into needwatch.household values (1, 10, '2026-01-01'), (1, 11, "
		       "'2026-01-01'),"
		       " (1, 12, '2026-01-01'), (2, 5, '2026-01-01')");
	assert_int_equal(open_turns(room, 20001), 2);
	assert_int_equal(open_turns(room, 20000), 2);
	assert_int_equal(open_turns(room, 20000), 0);
	marks = all_turns(room);
	assert_int_equal(marks.count, 4);
	assert_int_equal(marks.turns[0].as_of.n, 20000);
	assert_int_equal(marks.turns[0].county, 1);
	assert_string_equal(marks.turns[0].rule_set, "0123456789abcdef0123456789abcdef");
	turn_households(room->db, &marks.turns[0], 2, on_read, &walk);
	room_wait(room);
	assert_int_equal(walk.count, 2);
	assert_int_equal(walk.shown[1].household, 11);
	assert_int_equal(walk.shown[1].position, 0);
	walk.turn = &marks.turns[0];
	walk.next = 12;
	assert_int_equal(in_transaction(&walk), 1);
	/* Another one that read it before is told so. */
	assert_int_equal(in_transaction(&walk), 0);
	marks = all_turns(room);
	turn_households(room->db, &marks.turns[0], 2, on_read, &walk);
	room_wait(room);
	assert_int_equal(walk.count, 1);
	assert_int_equal(walk.shown[0].household, 12);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(news_come_before_history_then_the_oldest),
		CASE(a_mark_that_moved_on_stays),
		CASE(an_area_becomes_the_households_that_live_there),
		CASE(a_county_takes_in_all_below_it),
		CASE(an_area_where_nobody_lives_is_done_with),
		CASE(a_turn_goes_on_where_it_stopped),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
