/* What becomes of rows that come late, are corrected, reversed, deleted, delivered again or
 * come back. */
#include "../cases.h"

#include <string.h>

#include "village.h"

#define FACTS "select count(*) from needwatch.fact_settlement"

static struct journal *
hospital(struct village *village)
{
	return journal_new(village->store, "hospital", (struct area){VILLAGE});
}

static void
a_row_is_a_fact_with_its_day_and_the_time_of_knowing(void **state)
{
	struct village *village = *state;

	pay(village, "1", 7, 12300);
	assert_int_equal(village->count.added, 1);
	assert_int_equal(village->count.facts, 1);
	assert_int_equal(village->count.persons, 1);
	assert_int_equal(village->count.touched, 1);
	assert_string_equal(versions(village, "hospital", "1"), "1:12300");
	assert_string_equal(
		text_of(village,
			"select concat(f.on_day, ' ', e.at at time zone 'Asia/Shanghai')"
			" from needwatch.fact_settlement f join needwatch.journal_entry e"
			" on e.county = f.county and e.position = f.position"),
		"2026-05-20 2026-06-10 09:00:00");
	assert_string_equal(
		text_of(village, "select f_stay from needwatch.fact_settlement"), "住院 1");
}

static void
A01_late_row_keeps_both_days_and_is_counted(void **state)
{
	struct village *village = *state;
	struct journal *journal = hospital(village);
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_OVERLAP);

	settlement(page, "1", 7, 100);
	written(village, journal, page);
	assert_int_equal(village->count.late, 1);
	assert_int_equal(village->count.added, 1);
	assert_int_equal(count_of(village, FACTS " where on_day = '2026-05-20'"), 1);
	journal_free(journal);
}

static void
A02_corrected_row_is_a_new_version(void **state)
{
	struct village *village = *state;

	pay(village, "1", 7, 100);
	assess(village);
	pay(village, "1", 7, 250);
	assert_int_equal(village->count.changed, 1);
	assert_int_equal(village->count.added, 0);
	assert_int_equal(village->count.redone, 1);
	assert_string_equal(versions(village, "hospital", "1"), "1:100 2:250");
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 1);
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 1);
}

static void
A02_reversal_is_a_row_of_its_own(void **state)
{
	struct village *village = *state;

	pay(village, "1", 7, 5000);
	pay(village, "1R", 7, -5000);
	assert_string_equal(versions(village, "hospital", "1"), "1:5000");
	assert_string_equal(versions(village, "hospital", "1R"), "1:-5000");
	assert_int_equal(
		count_of(village,
			"select sum(f_self_paid)::bigint from needwatch.fact_settlement"),
		0);
}

static void
take_back(struct village *village, const char *key)
{
	struct journal *journal = hospital(village);
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	journal_batch_gone(page, key, strlen(key));
	written(village, journal, page);
	journal_free(journal);
}

static void
A04_soft_deleted_row_is_a_version_that_says_gone(void **state)
{
	struct village *village = *state;

	pay(village, "1", 7, 100);
	assess(village);
	take_back(village, "1");
	assert_int_equal(village->count.gone, 1);
	assert_string_equal(versions(village, "hospital", "1"), "1:100 2:gone");
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 1);
	assert_int_equal(
		count_of(village, FACTS " where gone and (person is not null or on_day is not"
					" null or f_self_paid is not null or area <> 0)"),
		0);
	assess(village);
	take_back(village, "1");
	assert_int_equal(village->count.gone, 0);
	assert_int_equal(village->count.same, 1);
	assert_int_equal(count_of(village, FACTS), 2);
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 0);
}

static void
A04_undeleted_row_comes_back_as_a_version(void **state)
{
	struct village *village = *state;

	pay(village, "1", 7, 100);
	take_back(village, "1");
	pay(village, "1", 7, 100);
	assert_int_equal(village->count.changed, 1);
	assert_string_equal(versions(village, "hospital", "1"), "1:100 2:gone 3:100");
}

static void
certificate(struct village *village, const char *says)
{
	struct journal *journal = journal_new(village->store, "deaths", (struct area){VILLAGE});
	struct journal_batch *page = page_new(village, "deaths", JOURNAL_FORWARD);

	if (says) {
		record(page, "C1", says);
		died(page, 0, somebody(page, 7, VILLAGE), says);
	} else {
		journal_batch_gone(page, "C1", 2);
	}
	written(village, journal, page);
	journal_free(journal);
}

/* 撤销死亡: nobody is dead who is not; the certificate may come again with another day. */
static void
A21_a_revoked_death_is_taken_back_and_may_come_again(void **state)
{
	static const char living[] =
		"select count(*) from needwatch.fact_death d where not gone and not exists"
		" (select from needwatch.fact_death n where n.key_hash = d.key_hash"
		" and n.version > d.version)";
	struct village *village = *state;

	certificate(village, "2026-05-20");
	assess(village);
	certificate(village, NULL);
	assert_int_equal(count_of(village, living), 0);
	assert_true(is_touched(village, 7));
	certificate(village, "2026-05-21");
	assert_int_equal(count_of(village, living), 1);
	assert_string_equal(
		text_of(village, "select string_agg(coalesce(on_day::text, 'gone'),"
				 " ' ' order by version) from needwatch.fact_death"),
		"2026-05-20 gone 2026-05-21");
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 1);
}

static void
deletion_of_what_was_never_seen_is_nothing(void **state)
{
	struct village *village = *state;

	take_back(village, "never");
	assert_int_equal(village->count.gone, 0);
	assert_int_equal(count_of(village, "select count(*) from needwatch.directory_key"), 0);
	assert_int_equal(count_of(village, "select count(*) from needwatch.journal_entry"), 0);
}

static void
A_to_B_to_A_is_three_versions(void **state)
{
	struct village *village = *state;

	pay(village, "1", 7, 100);
	pay(village, "1", 7, 200);
	pay(village, "1", 7, 100);
	assert_string_equal(versions(village, "hospital", "1"), "1:100 2:200 3:100");
}

static struct journal_batch *
two_settlements(struct village *village, enum journal_way way)
{
	struct journal_batch *page = page_new(village, "hospital", way);

	settlement(page, "1", 7, 100);
	settlement(page, "2", 8, 200);
	return page;
}

static void
A03_page_delivered_again_writes_and_touches_nothing(void **state)
{
	struct village *village = *state;
	static const enum journal_way ways[] = {JOURNAL_FORWARD, JOURNAL_FORWARD,
		JOURNAL_OVERLAP, JOURNAL_COMPARE, JOURNAL_LOAD};
	struct journal *journal = hospital(village);

	written(village, journal, two_settlements(village, JOURNAL_FORWARD));
	assess(village);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		written(village, journal, two_settlements(village, ways[i]));
		assert_int_equal(village->count.same, 2);
		assert_int_equal(village->count.facts, 0);
		assert_int_equal(village->count.redone, i == 0);
	}
	assert_int_equal(count_of(village, FACTS), 2);
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 0);
	assert_int_equal(count_of(village, "select position from needwatch.journal_head"), 1);
	journal_free(journal);
}

static void
A03_known_and_new_rows_in_one_page(void **state)
{
	struct village *village = *state;
	struct journal *journal = hospital(village);
	struct journal_batch *page;

	pay(village, "1", 7, 100);
	page = page_new(village, "hospital", JOURNAL_FORWARD);
	settlement(page, "1", 7, 100);
	settlement(page, "2", 7, 50);
	settlement(page, "3", 9, 60);
	written(village, journal, page);
	assert_int_equal(village->count.same, 1);
	assert_int_equal(village->count.added, 2);
	assert_int_equal(village->count.late, 0);
	assert_int_equal(count_of(village, FACTS), 3);
	journal_free(journal);
}

static void
same_key_twice_in_a_page_the_last_word_wins(void **state)
{
	struct village *village = *state;
	struct journal *journal = hospital(village);
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	settlement(page, "1", 7, 100);
	settlement(page, "2", 8, 1);
	settlement(page, "1", 9, 300);
	assert_int_equal(journal_batch_records(page), 2);
	written(village, journal, page);
	assert_string_equal(versions(village, "hospital", "1"), "1:300");
	assert_int_equal(village->count.records, 2);
	/* Who was only in the replaced row was never seen. */
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 2);
	page = page_new(village, "hospital", JOURNAL_FORWARD);
	settlement(page, "1", 9, 400);
	journal_batch_gone(page, "1", 1);
	written(village, journal, page);
	assert_string_equal(versions(village, "hospital", "1"), "1:300 2:gone");
	journal_free(journal);
}

static void
told_twice(struct village *village, bool second)
{
	struct journal *journal = hospital(village);
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	record(page, "1", second ? "two" : "one");
	paid(page, 0, somebody(page, 7, VILLAGE), "2026-05-20", 100);
	if (second)
		paid(page, 1, somebody(page, 8, VILLAGE), "2026-05-21", 40);
	written(village, journal, page);
	journal_free(journal);
}

static void
fact_that_a_record_tells_no_more_is_gone(void **state)
{
	struct village *village = *state;

	told_twice(village, true);
	assess(village);
	told_twice(village, false);
	assert_string_equal(
		text_of(village,
			"select string_agg(ordinal || ':' || version || ':' || gone, ' '"
			" order by ordinal, version) from needwatch.fact_settlement"),
		"0:1:false 0:2:false 1:1:false 1:2:true");
	assert_true(is_touched(village, 7));
	assert_true(is_touched(village, 8));
}

static void
record_that_tells_another_kind_takes_the_first_back(void **state)
{
	struct village *village = *state;
	struct journal *journal = hospital(village);
	struct journal_batch *page;

	pay(village, "1", 7, 100);
	page = page_new(village, "hospital", JOURNAL_FORWARD);
	record(page, "1", "dead");
	died(page, 0, somebody(page, 7, VILLAGE), "2026-05-20");
	written(village, journal, page);
	assert_string_equal(versions(village, "hospital", "1"), "1:100 2:gone");
	assert_int_equal(count_of(village, "select version from needwatch.fact_death"), 2);
	assert_string_equal(text_of(village, "select kinds::text from needwatch.source"),
		"{death,settlement}");
	journal_free(journal);
}

static void
corrected_subject_touches_both_households(void **state)
{
	struct village *village = *state;

	pay(village, "1", 7, 100);
	pay(village, "2", 8, 1);
	assess(village);
	pay(village, "1", 8, 100);
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 2);
	assert_int_equal(count_of(village, FACTS
				 " f where not gone and not exists (select from"
				 " needwatch.fact_settlement n where n.key_hash = f.key_hash"
				 " and n.version > f.version)"),
		2);
}

static void
corrected_subject_of_another_county_takes_the_fact_along(void **state)
{
	struct village *village = *state;
	struct journal *journal = hospital(village);
	struct journal_batch *page;

	pay(village, "1", 7, 100);
	assess(village);
	page = page_new(village, "hospital", JOURNAL_FORWARD);
	record(page, "1", "somebody else");
	paid(page, 0, somebody(page, 8, OTHER_VILLAGE), "2026-05-20", 100);
	written(village, journal, page);
	assert_string_equal(
		text_of(village,
			"select string_agg(concat(county, ':', version, ':', gone, ':', "
			"position),"
			" ' ' order by county, version) from needwatch.fact_settlement"),
		"990102:1:f:1 990102:2:t:2 990103:2:f:1");
	assert_int_equal(
		count_of(village, "select county from needwatch.directory_key"), OTHER_COUNTY);
	assert_string_equal(
		text_of(village,
			"select string_agg(concat(county, ':', position), ' ' order by county)"
			" from needwatch.touched"),
		"990102:2 990103:1");
	pay(village, "1", 7, 100);
	assert_string_equal(
		versions(village, "hospital", "1"), "1:100 2:gone 2:100 3:100 3:gone");
	journal_free(journal);
}

static void
two_sources_may_use_the_same_key(void **state)
{
	struct village *village = *state;
	struct journal *journal =
		journal_new(village->store, "insurance", (struct area){VILLAGE});
	struct journal_batch *page = page_new(village, "insurance", JOURNAL_FORWARD);

	pay(village, "1", 7, 100);
	settlement(page, "1", 7, 100);
	written(village, journal, page);
	assert_int_equal(village->count.added, 1);
	assert_int_equal(count_of(village, FACTS), 2);
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 1);
	journal_free(journal);
}

static void
cursor_moves_with_its_page(void **state)
{
	struct village *village = *state;
	struct journal *journal = hospital(village);
	struct journal_batch *page = two_settlements(village, JOURNAL_LOAD);

	journal_batch_cursor(page, "2026-06-01 00:00:00|2", NULL, false);
	written(village, journal, page);
	assert_string_equal(text_of(village, "select concat(cursor, ' ', batch, ' ', loaded)"
					     " from needwatch.source"),
		"2026-06-01 00:00:00|2  f");
	page = page_new(village, "hospital", JOURNAL_LOAD);
	journal_batch_cursor(page, NULL, "202606", true);
	written(village, journal, page);
	assert_string_equal(text_of(village, "select concat(cursor, ' ', batch, ' ', loaded)"
					     " from needwatch.source"),
		"2026-06-01 00:00:00|2 202606 t");
	journal_free(journal);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, village_open, village_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(a_row_is_a_fact_with_its_day_and_the_time_of_knowing),
		CASE(A01_late_row_keeps_both_days_and_is_counted),
		CASE(A02_corrected_row_is_a_new_version),
		CASE(A02_reversal_is_a_row_of_its_own),
		CASE(A04_soft_deleted_row_is_a_version_that_says_gone),
		CASE(A04_undeleted_row_comes_back_as_a_version),
		CASE(A21_a_revoked_death_is_taken_back_and_may_come_again),
		CASE(deletion_of_what_was_never_seen_is_nothing),
		CASE(A_to_B_to_A_is_three_versions),
		CASE(A03_page_delivered_again_writes_and_touches_nothing),
		CASE(A03_known_and_new_rows_in_one_page),
		CASE(same_key_twice_in_a_page_the_last_word_wins),
		CASE(fact_that_a_record_tells_no_more_is_gone),
		CASE(record_that_tells_another_kind_takes_the_first_back),
		CASE(corrected_subject_touches_both_households),
		CASE(corrected_subject_of_another_county_takes_the_fact_along),
		CASE(two_sources_may_use_the_same_key),
		CASE(cursor_moves_with_its_page),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
