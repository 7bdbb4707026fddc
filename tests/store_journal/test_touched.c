/* Whom news concerns: households, those that refer to their persons, areas; history and news;
 * positions. */
#include "../cases.h"

#include "village.h"

static struct journal *
source_of(struct village *village, const char *name)
{
	return journal_new(village->store, name, (struct area){VILLAGE});
}

static void
load(struct village *village, enum journal_way way, const char *key, int n, int64_t fen)
{
	struct journal *journal = source_of(village, "hospital");
	struct journal_batch *page = page_new(village, "hospital", way);

	settlement(page, key, n, fen);
	written(village, journal, page);
	journal_free(journal);
}

static const char *
mark(struct village *village)
{
	return text_of(village, "select concat(position, ' ', history, ' ',"
				" since at time zone 'Asia/Shanghai') from needwatch.touched");
}

static void
first_load_is_history(void **state)
{
	struct village *village = *state;

	load(village, JOURNAL_LOAD, "1", 7, 100);
	assert_string_equal(mark(village), "1 t 2026-06-10 09:00:00");
	village->now.us += US_PER_HOUR;
	load(village, JOURNAL_LOAD, "2", 7, 100);
	assert_string_equal(mark(village), "2 t 2026-06-10 09:00:00");
}

static void
news_on_top_of_history_is_news_from_then_on(void **state)
{
	struct village *village = *state;

	load(village, JOURNAL_LOAD, "1", 7, 100);
	village->now.us += US_PER_HOUR;
	load(village, JOURNAL_FORWARD, "2", 7, 100);
	assert_string_equal(mark(village), "2 f 2026-06-10 10:00:00");
}

static void
news_stays_news_when_history_comes_later(void **state)
{
	struct village *village = *state;

	load(village, JOURNAL_FORWARD, "1", 7, 100);
	village->now.us += US_PER_HOUR;
	load(village, JOURNAL_LOAD, "2", 7, 100);
	assert_string_equal(mark(village), "2 f 2026-06-10 09:00:00");
}

static void
mark_moves_on_so_that_an_assessment_of_before_does_not_clear_it(void **state)
{
	struct village *village = *state;

	load(village, JOURNAL_FORWARD, "1", 7, 100);
	load(village, JOURNAL_FORWARD, "2", 7, 100);
	run_sql(village, "delete from needwatch.touched where position = 1");
	assert_int_equal(count_of(village, "select position from needwatch.touched"), 2);
}

static void
position_counts_transactions_not_rows(void **state)
{
	struct village *village = *state;
	struct journal *journal = source_of(village, "hospital");
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	for (int i = 1; i < 20; i++) {
		char key[] = {(char)('a' + i), '\0'};

		settlement(page, key, i, 1);
	}
	written(village, journal, page);
	assert_int_equal(count_of(village, "select position from needwatch.journal_head"), 1);
	assert_int_equal(
		count_of(village,
			"select count(distinct position) from needwatch.fact_settlement"),
		1);
	journal_free(journal);
}

static void
page_without_news_takes_no_position(void **state)
{
	struct village *village = *state;
	struct journal *journal = source_of(village, "hospital");
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	journal_batch_cursor(page, "later", NULL, false);
	written(village, journal, page);
	assert_int_equal(count_of(village, "select count(*) from needwatch.journal_head"), 0);
	assert_string_equal(text_of(village, "select cursor from needwatch.source"), "later");
	journal_free(journal);
}

static void
tell_parents(struct village *village, int child, int parent)
{
	struct journal *journal = source_of(village, "police");
	struct journal_batch *page = page_new(village, "police", JOURNAL_FORWARD);

	record(page, "c", "child");
	child_of(
		page, 0, somebody(page, child, OTHER_VILLAGE), somebody(page, parent, VILLAGE));
	written(village, journal, page);
	journal_free(journal);
}

static void
tell_death(struct village *village, const char *key, int n)
{
	struct journal *journal = source_of(village, "health");
	struct journal_batch *page = page_new(village, "health", JOURNAL_FORWARD);

	record(page, key, "dead");
	died(page, 0, somebody(page, n, VILLAGE), "2026-06-01");
	written(village, journal, page);
	journal_free(journal);
}

static void
news_of_a_parent_is_news_of_the_child(void **state)
{
	struct village *village = *state;

	tell_parents(village, 1, 7);
	assert_true(is_touched(village, 1));
	assert_false(is_touched(village, 7));
	assess(village);
	tell_death(village, "d", 7);
	assert_true(is_touched(village, 1));
	assert_true(is_touched(village, 7));
	assert_int_equal(
		count_of(village,
			"select position from needwatch.touched where county = 990103"),
		2);
	assess(village);
	tell_death(village, "e", 1);
	assert_false(is_touched(village, 7));
}

static void
parent_who_was_known_before_is_found_just_the_same(void **state)
{
	struct village *village = *state;

	tell_death(village, "d", 7);
	tell_parents(village, 1, 7);
	assess(village);
	load(village, JOURNAL_FORWARD, "1", 7, 100);
	assert_true(is_touched(village, 1));
}

static void
parent_who_was_met_before_he_was_named_is_found_just_the_same(void **state)
{
	struct village *village = *state;

	load(village, JOURNAL_FORWARD, "1", 7, 100);
	load(village, JOURNAL_FORWARD, "2", 7, 100);
	tell_parents(village, 1, 7);
	assess(village);
	tell_death(village, "d", 7);
	assert_true(is_touched(village, 1));
}

static void
parent_whose_household_changes_is_news_of_the_child(void **state)
{
	struct village *village = *state;
	struct journal *journal = source_of(village, "register");
	struct journal_batch *page;

	tell_parents(village, 1, 7);
	assess(village);
	page = page_new(village, "register", JOURNAL_FORWARD);
	member(village, page, "m", 7, "H1", 2);
	written(village, journal, page);
	assert_true(is_touched(village, 1));
	journal_free(journal);
}

static void
reference_that_was_taken_back_is_none(void **state)
{
	struct village *village = *state;
	struct journal *journal = source_of(village, "police");
	struct journal_batch *page = page_new(village, "police", JOURNAL_FORWARD);

	tell_parents(village, 1, 7);
	journal_batch_gone(page, "c", 1);
	written(village, journal, page);
	assess(village);
	tell_death(village, "d", 7);
	assert_false(is_touched(village, 1));
	journal_free(journal);
}

static void
parent_is_stored_as_a_person_not_as_a_number(void **state)
{
	struct village *village = *state;

	tell_parents(village, 1, 7);
	assert_int_equal(count_of(village, "select f_parent from needwatch.fact_parent"),
		person_of(village, 7));
	assert_int_equal(
		count_of(village, "select c_parent from needwatch.fact_parent"), COUNTY);
	assert_int_equal(
		count_of(village, "select county from needwatch.fact_parent"), OTHER_COUNTY);
}

static void
fact_of_an_area_touches_its_area(void **state)
{
	struct village *village = *state;
	struct journal *journal = source_of(village, "grid");
	struct journal_batch *page = page_new(village, "grid", JOURNAL_FORWARD);

	record(page, "v", "3 visits");
	visited(page, VILLAGE, 3);
	written(village, journal, page);
	assert_string_equal(
		text_of(village, "select concat(county, ' ', area, ' ', position, ' ', history)"
				 " from needwatch.touched_area"),
		"990102 990102001201 1 f");
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 0);
	assess(village);
	page = page_new(village, "grid", JOURNAL_FORWARD);
	record(page, "v", "in fact in the other village");
	visited(page, OTHER_VILLAGE, 3);
	written(village, journal, page);
	assert_string_equal(
		text_of(village, "select string_agg(concat(county, ' ', area), ', ' order by"
				 " county) from needwatch.touched_area"),
		"990102 990102001201, 990103 990103001201");
	journal_free(journal);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, village_open, village_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(first_load_is_history),
		CASE(news_on_top_of_history_is_news_from_then_on),
		CASE(news_stays_news_when_history_comes_later),
		CASE(mark_moves_on_so_that_an_assessment_of_before_does_not_clear_it),
		CASE(position_counts_transactions_not_rows),
		CASE(page_without_news_takes_no_position),
		CASE(news_of_a_parent_is_news_of_the_child),
		CASE(parent_who_was_known_before_is_found_just_the_same),
		CASE(parent_who_was_met_before_he_was_named_is_found_just_the_same),
		CASE(parent_whose_household_changes_is_news_of_the_child),
		CASE(reference_that_was_taken_back_is_none),
		CASE(parent_is_stored_as_a_person_not_as_a_number),
		CASE(fact_of_an_area_touches_its_area),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
