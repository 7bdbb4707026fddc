/* Two processes at the same store, and connections that are lost: who was first, and that
 * nothing is half done. */
#include "../cases.h"

#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "db_sync.h"
#include "village.h"

/* A transaction of somebody else's that a page is written into, and that stays open. */
struct other {
	struct village *village;
	struct journal *journal;
	struct journal_batch *page;
	struct db_session *session;
	bool ended;
	bool well;
};

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct other *other = owner;

	if (!session)
		fail_msg("%s", result->error);
	other->session = session;
	other->village->done = true;
}

static void
on_ended(void *owner, const struct db_result *result)
{
	struct other *other = owner;

	other->ended = true;
	other->well = result->status == DB_OK;
}

static struct other
begin(struct village *village, struct store *store, const char *source)
{
	struct other other = {.village = village,
		.journal = journal_new(store, source, (struct area){VILLAGE}),
		.page = page_new(village, source, JOURNAL_FORWARD)};

	village->done = false;
	db_begin(store_db(store), DB_READ_COMMITTED, on_begun, &other);
	wait_for(village);
	return other;
}

static void
write_in(struct other *other)
{
	struct village *village = other->village;

	village->done = false;
	journal_write_in(
		other->journal, other->session, other->page, village->now, on_written, village);
	wait_for(village);
	assert_string_equal(village->error, "");
}

static void
end(struct other *other, bool commit)
{
	if (commit)
		db_session_commit(other->session, on_ended, other);
	else
		db_session_rollback(other->session, on_ended, other);
	loop_until(other->village->base, &other->ended);
	assert_true(other->well);
	journal_free(other->journal);
	journal_batch_free(other->page);
}

/* Until the other process waits for a lock of the first one. */
static void
wait_blocked(struct village *village)
{
	for (int tries = 0; tries < 6000; tries++) {
		if (count_of(village, "select count(*) from pg_stat_activity where "
				      "application_name = 'second'"
				      " and wait_event_type = 'Lock'"))
			return;
		wait_ms(village, 10);
	}
	fail_msg("the other process waits for nothing");
}

/* A page of the other process that has come to where it has to wait. */
static struct journal *
begin_write(struct village *village, struct journal_batch *page, const char *source)
{
	struct journal *journal = journal_new(village->second, source, (struct area){VILLAGE});

	village->done = false;
	journal_write(journal, page, village->now, on_written, village);
	wait_blocked(village);
	return journal;
}

static void
wait_idle(struct village *village, const struct journal *journal)
{
	while (journal_busy(journal))
		wait_for(village);
	village->done = false;
}

static const char *
entries(struct village *village)
{
	return text_of(village,
		"select string_agg(concat(e.county, ':', e.position, ':', s.name), ' ' order by"
		" e.county, e.position) from needwatch.journal_entry e join needwatch.source s"
		" on s.id = e.source");
}

static void
page_of_another_waits_for_its_position(void **state)
{
	struct village *village = *state;
	struct other other = begin(village, village->store, "first");
	struct journal_batch *page = page_new(village, "second", JOURNAL_FORWARD);
	struct journal *journal;

	settlement(other.page, "1", 1, 1);
	write_in(&other);
	settlement(page, "1", 2, 1);
	journal = begin_write(village, page, "second");
	assert_false(village->done);
	assert_true(journal_busy(journal));
	assert_int_equal(
		count_of(village, "select count(*) from needwatch.fact_settlement"), 0);
	end(&other, true);
	wait_idle(village, journal);
	assert_string_equal(village->error, "");
	assert_string_equal(entries(village), "990102:1:first 990102:2:second");
	journal_free(journal);
	journal_batch_free(page);
}

static void
positions_follow_the_order_of_commits_not_of_beginnings(void **state)
{
	struct village *village = *state;
	struct other early = begin(village, village->store, "early");
	struct journal_batch *page = page_new(village, "late", JOURNAL_FORWARD);
	struct journal *journal = journal_new(village->second, "late", (struct area){VILLAGE});

	settlement(page, "1", 2, 1);
	journal_write(journal, page, village->now, on_written, village);
	wait_idle(village, journal); /* whoever has begun holds nobody up */
	settlement(early.page, "1", 1, 1);
	write_in(&early);
	end(&early, true);
	assert_string_equal(entries(village), "990102:1:late 990102:2:early");
	assert_int_equal(count_of(village, "select position from needwatch.journal_head"), 2);
	journal_free(journal);
	journal_batch_free(page);
}

static void
position_of_a_rollback_is_given_to_the_next(void **state)
{
	struct village *village = *state;
	struct other other = begin(village, village->store, "first");

	settlement(other.page, "1", 1, 1);
	write_in(&other);
	end(&other, false);
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 0);
	pay(village, "2", 2, 1);
	assert_string_equal(entries(village), "990102:1:hospital");
}

static void
new_person_seen_by_two_at_once_is_one(void **state)
{
	struct village *village = *state;
	struct other other = begin(village, village->store, "first");
	struct journal_batch *page = page_new(village, "second", JOURNAL_FORWARD);
	struct journal *journal;

	settlement(other.page, "1", 7, 1);
	member(village, other.page, "m", 7, "H1", 2);
	write_in(&other);
	settlement(page, "1", 7, 1);
	member(village, page, "m", 8, "H1", 2);
	journal = begin_write(village, page, "second");
	assert_true(journal_busy(journal));
	end(&other, true);
	wait_idle(village, journal);
	assert_string_equal(village->error, "");
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 2);
	assert_int_equal(count_of(village, "select count(*) from needwatch.household"), 1);
	assert_int_equal(household_of(village, 7), household_of(village, 8));
	assert_int_equal(
		count_of(village,
			"select count(*) from needwatch.fact_settlement where person = "
			"(select min(person) from needwatch.fact_settlement)"),
		2);
	journal_free(journal);
	journal_batch_free(page);
}

static void
new_person_whose_first_sight_was_rolled_back_is_made_by_the_next(void **state)
{
	struct village *village = *state;
	struct other other = begin(village, village->store, "first");
	struct journal_batch *page = page_new(village, "second", JOURNAL_FORWARD);
	struct journal *journal;

	settlement(other.page, "1", 7, 1);
	write_in(&other);
	settlement(page, "1", 7, 1);
	journal = begin_write(village, page, "second");
	assert_true(journal_busy(journal));
	end(&other, false);
	wait_idle(village, journal);
	assert_string_equal(village->error, "");
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 1);
	assert_int_equal(count_of(village, "select count(*) from needwatch.membership"), 1);
	journal_free(journal);
	journal_batch_free(page);
}

static void
same_record_written_by_two_at_once_is_one(void **state)
{
	struct village *village = *state;
	struct other other = begin(village, village->store, "hospital");
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);
	struct journal *journal;

	settlement(other.page, "1", 7, 100);
	write_in(&other);
	settlement(page, "1", 7, 100);
	journal = begin_write(village, page, "hospital");
	assert_true(journal_busy(journal));
	end(&other, true);
	wait_idle(village, journal);
	assert_string_equal(village->error, "");
	assert_int_equal(village->count.same, 1);
	assert_string_equal(versions(village, "hospital", "1"), "1:100");
	journal_free(journal);
	journal_batch_free(page);
}

static void
record_corrected_by_two_at_once_has_a_version_of_each(void **state)
{
	struct village *village = *state;
	struct other other;
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_OVERLAP);
	struct journal *journal;

	pay(village, "1", 7, 100);
	other = begin(village, village->store, "hospital");
	settlement(other.page, "1", 7, 200);
	write_in(&other);
	settlement(page, "1", 7, 300);
	journal = begin_write(village, page, "hospital");
	assert_true(journal_busy(journal));
	end(&other, true);
	wait_idle(village, journal);
	assert_string_equal(village->error, "");
	assert_string_equal(versions(village, "hospital", "1"), "1:100 2:200 3:300");
	journal_free(journal);
	journal_batch_free(page);
}

/* The second has looked up where he lives, and waits; the first moves him. */
static void
mark_follows_whoever_is_moved_at_this_moment(void **state)
{
	struct village *village = *state;
	struct journal_batch *page = page_new(village, "second", JOURNAL_FORWARD);
	struct journal *journal;
	struct other other;

	pay(village, "1", 7, 100);
	other = begin(village, village->store, "register");
	member(village, other.page, "m", 7, "H1", 2);
	write_in(&other);
	settlement(page, "1", 7, 1);
	journal = begin_write(village, page, "second");
	assert_true(journal_busy(journal));
	end(&other, true);
	run_sql(village, "begin; delete from needwatch.touched where position = 2; commit");
	wait_idle(village, journal);
	assert_string_equal(village->error, "");
	assert_int_equal(count_of(village, "select count(*) from needwatch.membership"), 2);
	assert_true(is_touched(village, 7));
	assert_int_equal(count_of(village, "select max(position) from needwatch.touched"), 3);
	journal_free(journal);
	journal_batch_free(page);
}

/* ---- what one connection has changed, as another sees it ---- */

/* Through the connection of that store, with a journal of its own. */
static void
tell(struct store *store, struct village *village, const char *source, struct journal_batch *page)
{
	struct journal *journal = journal_new(store, source, (struct area){VILLAGE});

	written(village, journal, page);
	journal_free(journal);
}

/* 7, of the other county, is the parent of 1. */
static void
tell_parent(struct village *village, struct journal_batch *page)
{
	(void)village;
	record(page, "c", "child");
	child_of(page, 0, somebody(page, 1, OTHER_VILLAGE), somebody(page, 7, VILLAGE));
}

/* 1 goes to live with 2, in the child's county. */
static void
tell_move(struct village *village, struct journal_batch *page)
{
	record(page, "m2", "2 H2");
	resident(village, page, somebody(page, 2, OTHER_VILLAGE), "H2", 2);
	record(page, "m1", "1 H2");
	resident(village, page, somebody(page, 1, OTHER_VILLAGE), "H2", 2);
}

static void
tell_death(struct journal_batch *page, const char *key)
{
	record(page, key, "dead");
	died(page, 0, somebody(page, 7, VILLAGE), "2026-06-01");
}

static struct journal_batch *
a_page(struct village *village, const char *source)
{
	return page_new(village, source, JOURNAL_FORWARD);
}

/* The source of the transaction at whose position the household's mark stands. */
static const char *
marked_by(struct village *village, int n)
{
	char sql[400];

	snprintf(sql, sizeof(sql),
		"select s.name from needwatch.touched t join needwatch.journal_entry e on e.county = t.county"
		" and e.position = t.position join needwatch.source s on s.id = e.source where t.household = %lld",
		(long long)household_of(village, n));
	return text_of(village, sql);
}

/* The second connection has met both before the first moves the child; its news of the parent finds the child where it
 * lives now. */
static void
news_of_a_parent_finds_the_child_that_another_has_moved(void **state)
{
	struct village *village = *state;
	struct journal_batch *page = a_page(village, "register");

	tell_parent(village, page);
	tell(village->second, village, "register", page);
	page = a_page(village, "health");
	tell_death(page, "d");
	tell(village->second, village, "health", page);
	page = a_page(village, "police");
	tell_move(village, page);
	tell(village->store, village, "police", page);
	assert_int_equal(household_of(village, 1), household_of(village, 2));
	assess(village);
	page = a_page(village, "health");
	tell_death(page, "e");
	tell(village->second, village, "health", page);
	assert_true(is_touched(village, 1) && is_touched(village, 2) && is_touched(village, 7));
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 2);
}

/* The same while the move is under way. */
static void
news_of_a_parent_finds_the_child_that_another_moves_at_this_moment(void **state)
{
	struct village *village = *state;
	struct journal_batch *page = a_page(village, "register");
	struct journal *journal;
	struct other other;

	tell_parent(village, page);
	tell(village->second, village, "register", page);
	assess(village);
	other = begin(village, village->store, "police");
	tell_move(village, other.page);
	write_in(&other);
	page = a_page(village, "health");
	tell_death(page, "d");
	journal = begin_write(village, page, "health");
	assert_true(journal_busy(journal));
	end(&other, true);
	wait_idle(village, journal);
	assert_string_equal(village->error, "");
	assert_true(is_touched(village, 1) && is_touched(village, 2) && is_touched(village, 7));
	/* By the news, not by the move alone. */
	assert_int_equal(household_of(village, 1), household_of(village, 2));
	assert_string_equal(marked_by(village, 1), "health");
	journal_free(journal);
	journal_batch_free(page);
}

/* The news is written and not committed when somebody is named as a parent: either the child's mark is made behind it, or
 * the news waits and marks the child. */
static void
parent_who_is_named_while_his_news_is_under_way(void **state)
{
	struct village *village = *state;
	struct journal_batch *page = a_page(village, "health");
	struct journal *journal;
	struct other other;

	tell_death(page, "before");
	tell(village->store, village, "health", page);
	other = begin(village, village->store, "health");
	tell_death(other.page, "d");
	write_in(&other);
	page = a_page(village, "register");
	tell_parent(village, page);
	journal = begin_write(village, page, "register");
	/* What is marked by now is assessed, and does not know of the death. */
	if (!journal_busy(journal))
		run_sql(village, "begin; delete from needwatch.touched where county = 990103; commit");
	end(&other, true);
	wait_idle(village, journal);
	assert_string_equal(village->error, "");
	assert_true(is_touched(village, 1));
	journal_free(journal);
	journal_batch_free(page);
}

static void
named(struct journal_batch *page, const char *key, const char *name, const char *phone)
{
	const char *number = number_of(7);
	struct journal_person person = {.citizen = citizen_parse(number, strlen(number)),
		.card = {.name = name,
			.name_length = strlen(name),
			.phone = phone,
			.phone_length = phone ? strlen(phone) : 0},
		.residence = {VILLAGE},
		.source_area = {VILLAGE}};

	record(page, key, key);
	paid(page, 0, journal_batch_person(page, &person), "2026-05-20", 1);
}

/* Name and phone: what the directory says, and what lies in the box. */
static void
assert_box_is_full(struct village *village)
{
	struct buffer json = {0};
	const struct db_result *result = db_sync_ask(village->sync,
		"select p.sealed, d.holds from needwatch.person p"
		" join needwatch.directory_number d on d.person = p.id",
		NULL);
	const uint8_t *sealed;
	size_t length;

	assert_int_equal(db_result_rows(result), 1);
	assert_int_equal(db_int(result, 0, 1), 5);
	sealed = db_bytes(result, 0, 0, &length);
	assert_true(identity_open(village->keys.box, village->secret, sealed, length, &json));
	assert_non_null(strstr(json.bytes, "13900000000"));
	assert_non_null(strstr(json.bytes, "张三"));
	buffer_free(&json);
}

static void
box_that_another_has_filled_loses_nothing(void **state)
{
	struct village *village = *state;
	struct journal_batch *page = a_page(village, "hospital");

	settlement(page, "1", 7, 1);
	tell(village->second, village, "hospital", page);
	page = a_page(village, "register");
	named(page, "2", "张三", "13900000000");
	tell(village->store, village, "register", page);
	assert_box_is_full(village);
	page = a_page(village, "hospital");
	named(page, "3", "张三", NULL);
	tell(village->second, village, "hospital", page);
	assert_box_is_full(village);
}

/* The second has seen an empty box, and waits. */
static void
box_that_another_fills_at_this_moment_loses_nothing(void **state)
{
	struct village *village = *state;
	struct journal_batch *page;
	struct journal *journal;
	struct other other;

	pay(village, "1", 7, 1);
	other = begin(village, village->store, "register");
	named(other.page, "2", "张三", "13900000000");
	write_in(&other);
	page = a_page(village, "second");
	named(page, "3", "张三", NULL);
	journal = begin_write(village, page, "second");
	assert_true(journal_busy(journal));
	end(&other, true);
	wait_idle(village, journal);
	assert_string_equal(village->error, "");
	assert_box_is_full(village);
	journal_free(journal);
	journal_batch_free(page);
}

/* Two counties, crosswise: one of the two is chosen by the server and does it again. */
static void
two_that_wait_for_each_other_both_come_through(void **state)
{
	struct village *village = *state;
	struct other other = begin(village, village->store, "first");
	struct journal_batch *page = page_new(village, "second", JOURNAL_FORWARD);
	struct journal_batch *more = page_new(village, "first", JOURNAL_FORWARD);
	struct journal *journal;

	settlement(other.page, "1", 1, 1);
	write_in(&other);
	record(page, "1", "far");
	paid(page, 0, somebody(page, 2, OTHER_VILLAGE), "2026-05-20", 1);
	record(page, "2", "near");
	paid(page, 0, somebody(page, 3, VILLAGE), "2026-05-20", 1);
	journal = begin_write(village, page, "second");
	assert_true(journal_busy(journal));
	/* The first wants a person whom the second has just made, while that one waits for the
	 * first's county. */
	settlement(more, "2", 2, 1);
	journal_batch_free(other.page);
	other.page = more;
	village->done = false;
	journal_write_in(other.journal, other.session, more, village->now, on_written, village);
	wait_for(village);
	if (village->error[0]) {
		/* The first was chosen: its owner repeats. */
		end(&other, false);
	} else {
		end(&other, true);
	}
	wait_idle(village, journal);
	assert_string_equal(village->error, "");
	assert_int_equal(
		count_of(village,
			"select count(*) from needwatch.fact_settlement f join"
			" needwatch.source s on s.id = f.source where s.name = 'second'"),
		2);
	journal_free(journal);
	journal_batch_free(page);
}

/* ---- crashes ---- */

static void
kill_connection(struct village *village, const char *application)
{
	char sql[160];

	snprintf(sql, sizeof(sql),
		"select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where "
		"application_name = '%s'",
		application);
	assert_int_equal(count_of(village, sql), 1);
}

static void
is_empty(struct village *village)
{
	static const char *const tables[] = {"fact_settlement", "directory_key",
		"directory_number", "person", "household", "membership", "household_link",
		"touched", "journal_head", "journal_entry", "source", "quarantine"};
	char sql[80];

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		snprintf(sql, sizeof(sql), "select count(*) from needwatch.%s", tables[i]);
		if (count_of(village, sql) != 0)
			fail_msg("%s is not empty", tables[i]);
	}
}

static void
connection_lost_before_the_commit_leaves_nothing(void **state)
{
	struct village *village = *state;
	struct other other = begin(village, village->store, "hospital");

	settlement(other.page, "1", 7, 1);
	member(village, other.page, "m", 8, "H1", 2);
	journal_batch_quarantine(
		other.page, "q", 1, &(struct journal_fault){"c", "money", "*", "q"});
	journal_batch_cursor(other.page, "here", NULL, false);
	write_in(&other);
	kill_connection(village, "first");
	db_session_commit(other.session, on_ended, &other);
	loop_until(village->base, &other.ended);
	assert_false(other.well);
	is_empty(village);
	/* The same page again, as its caller would. */
	written(village, other.journal, other.page);
	assert_int_equal(village->count.added, 2);
	journal_free(other.journal);
}

static void
connection_lost_in_the_middle_fails_the_page_and_it_can_be_repeated(void **state)
{
	struct village *village = *state;
	struct other other = begin(village, village->store, "first");
	struct journal_batch *page = page_new(village, "second", JOURNAL_FORWARD);
	struct journal *journal;

	settlement(other.page, "1", 7, 1);
	write_in(&other);
	settlement(page, "1", 8, 1);
	journal_batch_cursor(page, "here", NULL, false);
	journal = begin_write(village, page, "second");
	assert_true(journal_busy(journal));
	kill_connection(village, "second");
	wait_for(village);
	assert_string_not_equal(village->error, "");
	assert_false(journal_busy(journal));
	end(&other, true);
	assert_string_equal(entries(village), "990102:1:first");
	written(village, journal, page);
	assert_string_equal(entries(village), "990102:1:first 990102:2:second");
	assert_string_equal(
		text_of(village, "select cursor from needwatch.source where name = 'second'"),
		"here");
	journal_free(journal);
}

static void
journal_freed_in_the_middle_is_rolled_back_and_silent(void **state)
{
	struct village *village = *state;
	struct other other = begin(village, village->store, "first");
	struct journal_batch *page = page_new(village, "second", JOURNAL_FORWARD);
	struct journal *journal;

	settlement(other.page, "1", 7, 1);
	write_in(&other);
	settlement(page, "1", 8, 1);
	journal = begin_write(village, page, "second");
	assert_true(journal_busy(journal));
	journal_free(journal);
	journal_batch_free(page);
	end(&other, true);
	wait_ms(village, 200);
	assert_string_equal(entries(village), "990102:1:first");
}

/* ---- the lease ---- */

static void
lost_lease_writes_nothing(void **state)
{
	struct village *village = *state;
	struct journal *journal =
		journal_new(village->store, "hospital", (struct area){VILLAGE});
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	run_sql(village, "insert into needwatch.lease (name, holder, fence, expires)"
			 " values ('writer', 'us', 3, 'infinity')");
	store_set_fence(village->store, "writer", 3);
	pay(village, "1", 7, 1);
	run_sql(village, "update needwatch.lease set holder = 'them', fence = 4");
	settlement(page, "2", 8, 1);
	write_page(village, journal, page);
	assert_string_equal(village->error, "the lease is lost: another needwatchd writes now");
	assert_int_equal(
		count_of(village, "select count(*) from needwatch.fact_settlement"), 1);
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 1);
	journal_free(journal);
}

static void
lease_cannot_go_to_another_while_a_page_is_written(void **state)
{
	struct village *village = *state;
	struct other other;

	run_sql(village, "insert into needwatch.lease (name, holder, fence, expires)"
			 " values ('writer', 'us', 3, 'infinity')");
	store_set_fence(village->store, "writer", 3);
	other = begin(village, village->store, "hospital");
	settlement(other.page, "1", 7, 1);
	write_in(&other);
	assert_int_equal(
		count_of(village, "select count(*) from needwatch.lease where name = 'writer'"),
		1);
	assert_string_equal(
		text_of(village, "select coalesce((select 'free' from "
				 "needwatch.lease where name = 'writer' for update skip "
				 "locked),"
				 " 'held')"),
		"held");
	end(&other, true);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, village_open, village_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(page_of_another_waits_for_its_position),
		CASE(positions_follow_the_order_of_commits_not_of_beginnings),
		CASE(position_of_a_rollback_is_given_to_the_next),
		CASE(new_person_seen_by_two_at_once_is_one),
		CASE(new_person_whose_first_sight_was_rolled_back_is_made_by_the_next),
		CASE(same_record_written_by_two_at_once_is_one),
		CASE(record_corrected_by_two_at_once_has_a_version_of_each),
		CASE(mark_follows_whoever_is_moved_at_this_moment),
		CASE(news_of_a_parent_finds_the_child_that_another_has_moved),
		CASE(news_of_a_parent_finds_the_child_that_another_moves_at_this_moment),
		CASE(parent_who_is_named_while_his_news_is_under_way),
		CASE(box_that_another_has_filled_loses_nothing),
		CASE(box_that_another_fills_at_this_moment_loses_nothing),
		CASE(two_that_wait_for_each_other_both_come_through),
		CASE(connection_lost_before_the_commit_leaves_nothing),
		CASE(connection_lost_in_the_middle_fails_the_page_and_it_can_be_repeated),
		CASE(journal_freed_in_the_middle_is_rolled_back_and_silent),
		CASE(lost_lease_writes_nothing),
		CASE(lease_cannot_go_to_another_while_a_page_is_written),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
