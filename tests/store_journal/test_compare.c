/* Comparing keys: what has vanished is found and taken back, what came meanwhile is not; and
 * what lies in quarantine. */
#include "../cases.h"

#include <stdio.h>
#include <string.h>

#include "village.h"

static struct journal *
started(struct village *village)
{
	struct journal *journal =
		journal_new(village->store, "hospital", (struct area){VILLAGE});

	/* The source's row is there from the first page on. */
	written(village, journal, page_new(village, "hospital", JOURNAL_FORWARD));
	return journal;
}

static void
pay_many(struct village *village, struct journal *journal, int first, int end)
{
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);
	char key[16];

	for (int i = first; i < end; i++) {
		snprintf(key, sizeof(key), "%d", i);
		settlement(page, key, i % 900, i);
	}
	written(village, journal, page);
}

static void
see(struct journal *journal, int first, int end)
{
	char key[16];

	for (int i = first; i < end; i++) {
		snprintf(key, sizeof(key), "%d", i);
		journal_compare_add(journal, key, strlen(key));
	}
}

static void
open_comparison(struct village *village, struct journal *journal)
{
	journal_compare_open(journal, on_done, village);
	wait_for(village);
	assert_string_equal(village->error, "");
}

static void
compare(struct village *village, struct journal *journal, int64_t known, int64_t vanished)
{
	journal_compare(journal, on_compared, village);
	wait_for(village);
	assert_string_equal(village->error, "");
	assert_int_equal(village->known, known);
	assert_int_equal(village->vanished, vanished);
}

static void
retract(struct village *village, struct journal *journal, int64_t gone)
{
	journal_retract(journal, village->now, on_written, village);
	wait_for(village);
	assert_string_equal(village->error, "");
	assert_int_equal(village->count.gone, gone);
}

static void
A04_vanished_rows_are_counted_and_taken_back(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);

	pay_many(village, journal, 1, 101);
	assess(village);
	open_comparison(village, journal);
	see(journal, 1, 91);
	compare(village, journal, 100, 10);
	assert_int_equal(
		count_of(village, "select count(*) from needwatch.directory_key where gone"),
		0);
	retract(village, journal, 10);
	assert_string_equal(versions(village, "hospital", "95"), "1:95 2:gone");
	assert_string_equal(versions(village, "hospital", "90"), "1:90");
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 10);
	assert_int_equal(count_of(village, "select count(*) from needwatch.compare_key"), 0);
	journal_free(journal);
}

static void
nothing_vanished_nothing_taken_back(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);

	pay_many(village, journal, 1, 101);
	open_comparison(village, journal);
	see(journal, 1, 120);
	compare(village, journal, 100, 0);
	retract(village, journal, 0);
	assert_int_equal(count_of(village, "select count(*) from needwatch.compare_key"), 0);
	journal_free(journal);
}

static void
retracting_goes_in_pages(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);

	pay_many(village, journal, 1, 5001);
	open_comparison(village, journal);
	see(journal, 1, 2);
	compare(village, journal, 5000, 4999);
	retract(village, journal, 4999);
	/* One for the facts, three for the pages. */
	assert_int_equal(count_of(village, "select position from needwatch.journal_head"), 4);
	journal_free(journal);
}

static void
rows_written_meanwhile_count_as_seen(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);

	pay_many(village, journal, 1, 11);
	open_comparison(village, journal);
	see(journal, 1, 9);
	pay_many(village, journal, 20, 25);
	compare(village, journal, 15, 2);
	/* While somebody thinks about it, the source goes on. */
	pay_many(village, journal, 30, 35);
	pay_many(village, journal, 10, 11);
	retract(village, journal, 1);
	assert_string_equal(versions(village, "hospital", "9"), "1:9 2:gone");
	assert_string_equal(versions(village, "hospital", "10"), "1:10");
	assert_string_equal(versions(village, "hospital", "33"), "1:33");
	journal_free(journal);
}

static void
lost_keys_take_nothing_back(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);

	pay_many(village, journal, 1, 11);
	open_comparison(village, journal);
	see(journal, 1, 9);
	compare(village, journal, 10, 2);
	/* What a crash of the server leaves of an unlogged table. */
	run_sql(village, "truncate needwatch.compare_key");
	journal_retract(journal, village->now, on_written, village);
	wait_for(village);
	assert_string_equal(
		village->error, "the keys of the comparison are lost; compare again");
	assert_int_equal(
		count_of(village, "select count(*) from needwatch.directory_key where gone"),
		0);
	open_comparison(village, journal);
	see(journal, 1, 9);
	compare(village, journal, 10, 2);
	journal_free(journal);
}

static void
sources_are_compared_apart(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);
	struct journal *other =
		journal_new(village->store, "insurance", (struct area){VILLAGE});
	struct journal_batch *page = page_new(village, "insurance", JOURNAL_FORWARD);

	settlement(page, "1", 7, 1);
	written(village, other, page);
	pay_many(village, journal, 1, 5);
	open_comparison(village, journal);
	open_comparison(village, other);
	see(journal, 1, 3);
	compare(village, other, 1, 1);
	compare(village, journal, 4, 2);
	retract(village, journal, 2);
	assert_string_equal(versions(village, "insurance", "1"), "1:1");
	journal_free(journal);
	journal_free(other);
}

/* ---- quarantine ---- */

static void
fail_row(struct village *village, struct journal *journal, const char *key, const char *reason)
{
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	journal_batch_quarantine(page, key, strlen(key),
		&(struct journal_fault){"psn_part_amt", reason, "1********2", "S*"});
	written(village, journal, page);
	assert_int_equal(village->count.quarantined, 1);
}

#define QUARANTINE "select count(*) from needwatch.quarantine"

static void
unreadable_row_waits_and_what_is_known_of_it_stays(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);

	pay_many(village, journal, 1, 2);
	assess(village);
	fail_row(village, journal, "1", "money");
	assert_string_equal(
		text_of(village, "select concat(county, ' ', field, ' ', reason, ' ', masked,"
				 " ' ', key_mask)"
				 " from needwatch.quarantine"),
		"990102 psn_part_amt money 1********2 S*");
	assert_string_equal(versions(village, "hospital", "1"), "1:1");
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 0);
	village->now.us += US_PER_HOUR;
	fail_row(village, journal, "1", "day");
	assert_int_equal(count_of(village, QUARANTINE
				 " where reason = 'day' and last - first = '1 hour'"),
		1);
	journal_free(journal);
}

static void
row_that_can_be_read_again_leaves(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);

	fail_row(village, journal, "1", "money");
	fail_row(village, journal, "2", "money");
	pay_many(village, journal, 1, 2);
	assert_int_equal(count_of(village, QUARANTINE), 1);
	journal_free(journal);
}

static void
row_that_is_the_same_as_before_leaves(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);

	pay_many(village, journal, 1, 2);
	fail_row(village, journal, "1", "money");
	pay_many(village, journal, 1, 2);
	assert_int_equal(village->count.same, 1);
	assert_int_equal(count_of(village, QUARANTINE), 0);
	journal_free(journal);
}

static void
bad_and_good_in_one_page(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	settlement(page, "good then bad", 1, 10);
	journal_batch_quarantine(
		page, "good then bad", 13, &(struct journal_fault){"c", "money", "*", "g"});
	journal_batch_quarantine(
		page, "bad then good", 13, &(struct journal_fault){"c", "money", "*", "b"});
	settlement(page, "bad then good", 2, 20);
	written(village, journal, page);
	assert_string_equal(versions(village, "hospital", "good then bad"), "1:10");
	assert_string_equal(versions(village, "hospital", "bad then good"), "1:20");
	assert_int_equal(count_of(village, QUARANTINE), 1);
	journal_free(journal);
}

static void
release_asks_for_the_keys_in_quarantine(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);

	fail_row(village, journal, "1", "money");
	fail_row(village, journal, "2", "money");
	journal_quarantine_load(journal, on_compared, village);
	wait_for(village);
	assert_int_equal(village->known, 2);
	assert_true(journal_quarantined(journal, "1", 1));
	assert_false(journal_quarantined(journal, "3", 1));
	journal_free(journal);
}

static void
vanished_rows_leave_quarantine(void **state)
{
	struct village *village = *state;
	struct journal *journal = started(village);

	fail_row(village, journal, "1", "money");
	fail_row(village, journal, "2", "money");
	open_comparison(village, journal);
	see(journal, 2, 3);
	compare(village, journal, 0, 0);
	assert_int_equal(count_of(village, QUARANTINE), 1);
	journal_free(journal);
}

/* ---- the source's row ---- */

static struct journal_start seen;
static char seen_cursor[40];

static void
on_start(void *owner, const struct journal_start *start, const char *error)
{
	seen = *start;
	snprintf(
		seen_cursor, sizeof(seen_cursor), "%s", start->cursor ? start->cursor : "none");
	on_done(owner, error);
}

static void
start_tells_what_the_store_knows(void **state)
{
	struct village *village = *state;
	struct journal *journal =
		journal_new(village->store, "hospital", (struct area){VILLAGE});
	struct journal_batch *page;

	journal_start(journal, on_start, village);
	wait_for(village);
	assert_string_equal(village->error, "");
	assert_string_equal(seen_cursor, "none");
	assert_false(seen.loaded);
	assert_int_equal(seen.blind_since.us, INSTANT_NONE);
	page = page_new(village, "hospital", JOURNAL_LOAD);
	settlement(page, "1", 7, 1);
	settlement(page, "2", 7, 1);
	journal_batch_quarantine(page, "3", 1, &(struct journal_fault){"c", "money", "*", "3"});
	journal_batch_cursor(page, "here", NULL, true);
	written(village, journal, page);
	journal_keep_fingerprint(journal, "abc", on_done, village);
	wait_for(village);
	assert_string_equal(village->error, "");
	journal_keep_blind(journal, village->now, "refused", on_done, village);
	wait_for(village);
	journal_start(journal, on_start, village);
	wait_for(village);
	assert_string_equal(seen_cursor, "here");
	assert_true(seen.loaded);
	assert_int_equal(seen.rows, 2);
	assert_int_equal(seen.quarantined, 1);
	assert_int_equal(seen.blind_since.us, village->now.us);
	assert_string_equal(
		text_of(village,
			"select concat(fingerprint, ' ', reason) from needwatch.source"),
		"abc refused");
	journal_free(journal);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, village_open, village_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(A04_vanished_rows_are_counted_and_taken_back),
		CASE(nothing_vanished_nothing_taken_back),
		CASE(retracting_goes_in_pages),
		CASE(rows_written_meanwhile_count_as_seen),
		CASE(lost_keys_take_nothing_back),
		CASE(sources_are_compared_apart),
		CASE(unreadable_row_waits_and_what_is_known_of_it_stays),
		CASE(row_that_can_be_read_again_leaves),
		CASE(row_that_is_the_same_as_before_leaves),
		CASE(bad_and_good_in_one_page),
		CASE(release_asks_for_the_keys_in_quarantine),
		CASE(vanished_rows_leave_quarantine),
		CASE(start_tells_what_the_store_knows),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
