/* Home counties, and who lives with whom: keys of several sources, ranks, adoption, moving,
 * being alone. */
#include "../cases.h"

#include "village.h"

static struct journal *
source_of(struct village *village, const char *name)
{
	return journal_new(village->store, name, (struct area){VILLAGE});
}

/* One page of one source: each of `who` is written under `household`. */
static void
register_them(struct village *village, const char *source, const char *household, int rank,
	const int *who)
{
	struct journal *journal = source_of(village, source);
	struct journal_batch *page = page_new(village, source, JOURNAL_FORWARD);
	char key[8] = "p???";

	for (; *who; who++) {
		key[1] = (char)('0' + *who / 100);
		key[2] = (char)('0' + *who / 10 % 10);
		key[3] = (char)('0' + *who % 10);
		member(village, page, key, *who, household, rank);
	}
	written(village, journal, page);
	journal_free(journal);
}

#define THEM(...) ((const int[]){__VA_ARGS__, 0})
#define HOUSEHOLDS "select count(*) from needwatch.household"

static int64_t
is_resolved(struct village *village)
{
	return count_of(village,
		"select count(*) from needwatch.membership m where resolved and not exists"
		" (select from needwatch.membership n where n.county = m.county"
		" and n.person = m.person and n.position > m.position)");
}

static void
home_county_at(
	struct village *village, int n, int64_t residence, int64_t registered, int32_t county)
{
	struct journal *journal = source_of(village, "hospital");
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);
	const char *number = number_of(n);
	struct journal_person person = {.citizen = citizen_parse(number, 18),
		.residence = {residence},
		.register_area = {registered},
		.source_area = {VILLAGE}};
	char key[] = {(char)('a' + n), '\0'};

	record(page, key, key);
	paid(page, 0, journal_batch_person(page, &person), "2026-05-20", 1);
	written(village, journal, page);
	assert_int_equal(count_of(village,
				 "select county from needwatch.person order by first_seen desc,"
				 " id desc limit 1"),
		county);
	journal_free(journal);
}

static void
home_county_is_residence_else_register_else_source(void **state)
{
	home_county_at(*state, 1, OTHER_VILLAGE, VILLAGE, OTHER_COUNTY);
	home_county_at(*state, 2, 0, OTHER_VILLAGE, OTHER_COUNTY);
	home_county_at(*state, 3, 0, 0, COUNTY);
}

static void
home_county_never_changes(void **state)
{
	struct village *village = *state;
	struct journal *journal = source_of(village, "hospital");
	struct journal_batch *page;

	pay(village, "1", 7, 100);
	page = page_new(village, "hospital", JOURNAL_FORWARD);
	record(page, "2", "moved to the other county");
	paid(page, 0, somebody(page, 7, OTHER_VILLAGE), "2026-06-01", 5);
	written(village, journal, page);
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 1);
	assert_int_equal(
		count_of(village, "select count(*) from needwatch.fact_settlement where county"
				  " = 990102"),
		2);
	journal_free(journal);
}

static void
A11_without_a_key_a_person_is_alone_and_not_resolved(void **state)
{
	struct village *village = *state;

	pay(village, "1", 7, 100);
	pay(village, "2", 8, 100);
	assert_int_not_equal(household_of(village, 7), household_of(village, 8));
	assert_int_equal(is_resolved(village), 0);
	assert_int_equal(count_of(village, HOUSEHOLDS), 2);
}

static void
one_key_is_one_household(void **state)
{
	struct village *village = *state;

	register_them(village, "police", "H1", 2, THEM(7, 8, 9));
	assert_int_equal(household_of(village, 7), household_of(village, 8));
	assert_int_equal(household_of(village, 7), household_of(village, 9));
	assert_int_equal(is_resolved(village), 3);
	assert_int_equal(count_of(village, HOUSEHOLDS), 1);
	assert_int_equal(village->count.households, 1);
	assert_int_equal(village->count.touched, 1);
	assert_int_equal(village->count.moved, 0);
}

static void
person_seen_before_its_register_moves_in_and_both_are_touched(void **state)
{
	struct village *village = *state;
	int64_t alone;

	pay(village, "1", 7, 100);
	alone = household_of(village, 7);
	assess(village);
	register_them(village, "police", "H1", 2, THEM(7, 8));
	assert_int_equal(village->count.moved, 1);
	assert_int_equal(household_of(village, 7), household_of(village, 8));
	assert_int_not_equal(household_of(village, 7), alone);
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 2);
	assert_true(is_touched(village, 7));
}

/* Three sources with three keys of one family: the second and the third find the household by
 * its first person. */
static void
A11_new_key_adopts_the_household_of_its_first_person(void **state)
{
	struct village *village = *state;
	int64_t household;

	register_them(village, "police", "H1", 2, THEM(7, 8));
	household = household_of(village, 7);
	register_them(village, "civil", "F1", 0, THEM(8, 9));
	assert_int_equal(household_of(village, 8), household);
	assert_int_equal(household_of(village, 9), household);
	register_them(village, "poverty", "P1", 1, THEM(9, 10));
	assert_int_equal(household_of(village, 10), household);
	assert_int_equal(count_of(village, HOUSEHOLDS), 1);
	assert_int_equal(count_of(village, "select count(*) from needwatch.household_link"), 3);
}

static void
A23_the_strongest_key_wins_whatever_came_last(void **state)
{
	struct village *village = *state;

	register_them(village, "civil", "F1", 0, THEM(1, 7));
	register_them(village, "police", "H2", 2, THEM(2, 7));
	assert_int_equal(household_of(village, 7), household_of(village, 1));
	register_them(village, "declared", "D2", 1, THEM(2, 7));
	assert_int_equal(household_of(village, 7), household_of(village, 1));
	/* The family's roll lets go: the next strongest says where. */
	register_them(village, "civil", "F9", 0, THEM(9));
	{
		struct journal *journal = source_of(village, "civil");
		struct journal_batch *page = page_new(village, "civil", JOURNAL_FORWARD);

		journal_batch_gone(page, "p007", 4);
		written(village, journal, page);
		assert_int_equal(village->count.moved, 1);
		journal_free(journal);
	}
	assert_int_equal(household_of(village, 7), household_of(village, 2));
	assert_int_equal(count_of(village,
				 "select rank from needwatch.membership order by position desc,"
				 " person desc limit 1"),
		1);
}

static void
among_equals_the_latest_wins(void **state)
{
	struct village *village = *state;

	register_them(village, "police", "H1", 2, THEM(1, 7));
	register_them(village, "police2", "H2", 2, THEM(2, 7));
	assert_int_equal(household_of(village, 7), household_of(village, 2));
	assert_int_not_equal(household_of(village, 1), household_of(village, 2));
}

static void
whoever_leaves_a_household_touches_both(void **state)
{
	struct village *village = *state;
	int64_t before;

	register_them(village, "police", "H1", 2, THEM(1, 7));
	register_them(village, "police", "H2", 2, THEM(2));
	before = household_of(village, 7);
	assess(village);
	register_them(village, "police", "H2", 2, THEM(7));
	assert_int_equal(village->count.moved, 1);
	assert_int_equal(village->count.changed, 1);
	assert_int_equal(household_of(village, 7), household_of(village, 2));
	assert_int_equal(household_of(village, 1), before);
	assert_true(is_touched(village, 1));
	assert_true(is_touched(village, 2));
}

static void
whoever_gets_a_book_of_his_own_leaves(void **state)
{
	struct village *village = *state;

	register_them(village, "police", "H1", 2, THEM(1, 7));
	register_them(village, "police", "NEW", 2, THEM(7));
	assert_int_not_equal(household_of(village, 7), household_of(village, 1));
	assert_int_equal(is_resolved(village), 2);
}

static void
whoever_is_struck_off_every_list_is_alone_again(void **state)
{
	struct village *village = *state;
	struct journal *journal;
	struct journal_batch *page;

	register_them(village, "police", "H1", 2, THEM(1, 7));
	assess(village);
	journal = source_of(village, "police");
	page = page_new(village, "police", JOURNAL_FORWARD);
	journal_batch_gone(page, "p007", 4);
	written(village, journal, page);
	assert_int_not_equal(household_of(village, 7), household_of(village, 1));
	assert_int_equal(is_resolved(village), 1);
	assert_true(is_touched(village, 1));
	assert_true(is_touched(village, 7));
	assert_int_equal(count_of(village, HOUSEHOLDS), 2);
	journal_free(journal);
	/* His news is news of where he lives now. */
	assess(village);
	pay(village, "1", 7, 100);
	assert_true(is_touched(village, 7));
	assert_false(is_touched(village, 1));
}

static void
damage(struct village *village, const char *key, int n, const char *household)
{
	struct journal *journal = source_of(village, "disaster");
	struct journal_batch *page = page_new(village, "disaster", JOURNAL_FORWARD);

	record(page, key, "collapsed");
	damaged(village, page, n ? somebody(page, n, VILLAGE) : JOURNAL_NOBODY, household,
		"collapsed");
	written(village, journal, page);
	journal_free(journal);
}

static void
household_fact_by_its_head_touches_his_household(void **state)
{
	struct village *village = *state;

	register_them(village, "police", "H1", 2, THEM(1, 7));
	assess(village);
	damage(village, "d1", 7, NULL);
	assert_true(is_touched(village, 1));
	assert_int_equal(village->count.touched, 1);
	assert_int_equal(
		count_of(village, "select count(*) from needwatch.fact_house_damage"
				  " where person is not null and f_grade = 'collapsed'"),
		1);
}

static void
household_fact_by_its_key_touches_the_household(void **state)
{
	struct village *village = *state;

	register_them(village, "police", "H1", 2, THEM(1, 7));
	assess(village);
	damage(village, "d1", 0, "H1");
	assert_true(is_touched(village, 1));
	assert_int_equal(village->count.households, 0);
	assert_int_equal(count_of(village, "select count(*) from needwatch.fact_house_damage"
					   " where person is null and length(household) = 16"),
		1);
}

/* A visit from the pages: they know the person, not the number. */
static void
fact_of_somebody_who_is_known_by_his_id(void **state)
{
	struct village *village = *state;
	struct journal *journal = source_of(village, "pages");
	struct journal_batch *page = page_new(village, "pages", JOURNAL_FORWARD);
	struct journal_person person = {.known_county = COUNTY};

	register_them(village, "police", "H1", 2, THEM(1, 7));
	assess(village);
	person.known = person_of(village, 7);
	record(page, "v1", "visit");
	damaged(village, page, journal_batch_person(page, &person), NULL, "minor");
	written(village, journal, page);
	assert_true(is_touched(village, 1));
	assert_int_equal(count_of(village, "select person from needwatch.fact_house_damage"),
		person.known);
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 2);
	page = page_new(village, "pages", JOURNAL_FORWARD);
	person.known = 999999;
	record(page, "v2", "visit");
	damaged(village, page, journal_batch_person(page, &person), NULL, "minor");
	write_page(village, journal, page);
	assert_string_equal(village->error, "a person told by id is not in the store");
	journal_free(journal);
}

/* The disaster came before the register: the key has a household where nobody lives yet. */
static void
key_without_anybody_goes_to_the_household_of_its_first_person(void **state)
{
	struct village *village = *state;

	damage(village, "d1", 0, "D1");
	assert_int_equal(village->count.households, 1);
	register_them(village, "police", "H1", 2, THEM(1, 7));
	assess(village);
	register_them(village, "disaster people", "D1", 1, THEM(7));
	assert_int_equal(household_of(village, 7), household_of(village, 1));
	assert_int_equal(
		count_of(village,
			"select count(distinct household) from needwatch.household_link"),
		1);
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 2);
}

static void
key_without_anybody_is_joined_by_its_first_person(void **state)
{
	struct village *village = *state;

	damage(village, "d1", 0, "D1");
	register_them(village, "police", "D1", 2, THEM(1, 7));
	assert_int_equal(count_of(village, HOUSEHOLDS), 1);
	assert_int_equal(household_of(village, 1), household_of(village, 7));
	assert_int_equal(count_of(village, "select household from needwatch.household_link"),
		household_of(village, 1));
}

/* The same rows again, in every way there is, change nothing. */
static void
deliver_all_again(struct village *village)
{
	static const enum journal_way ways[] = {JOURNAL_LOAD, JOURNAL_FORWARD, JOURNAL_OVERLAP};

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct journal *journal = source_of(village, "police");
		struct journal_batch *page = page_new(village, "police", ways[i]);

		member(village, page, "p001", 1, "H2", 2);
		member(village, page, "p007", 7, "H2", 2);
		written(village, journal, page);
		assert_int_equal(village->count.same, 2);
		journal_free(journal);
	}
}

/* The family moves to another county in the middle of the stream; facts keep coming, and all is
 * delivered again. */
static void
household_that_moves_between_counties_keeps_its_keys(void **state)
{
	struct village *village = *state;
	struct journal *journal = source_of(village, "police");
	struct journal_batch *page = page_new(village, "police", JOURNAL_FORWARD);

	record(page, "x", "2 H2 2");
	resident(village, page, somebody(page, 2, OTHER_VILLAGE), "H2", 2);
	written(village, journal, page);
	register_them(village, "police", "H1", 2, THEM(1, 7));
	pay(village, "1", 7, 100);
	assess(village);
	register_them(village, "police", "H2", 2, THEM(1, 7));
	assert_int_equal(household_of(village, 7), household_of(village, 2));
	assert_string_equal(
		text_of(village, "select string_agg(county::text, ' ' order by county)"
				 " from needwatch.touched"),
		"990102 990103");
	assess(village);
	pay(village, "2", 7, 100);
	assert_int_equal(
		count_of(village, "select county from needwatch.touched"), OTHER_COUNTY);
	assert_int_equal(count_of(village, "select position from needwatch.touched"),
		count_of(village,
			"select position from needwatch.journal_head where county = 990103"));
	assess(village);
	deliver_all_again(village);
	assert_int_equal(count_of(village, "select count(*) from needwatch.touched"), 0);
	assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 3);
	assert_int_equal(
		count_of(village, "select count(*) from needwatch.fact_settlement"), 2);
	assert_int_equal(
		count_of(village, "select count(*) from needwatch.fact_settlement where county"
				  " = 990102"),
		2);
	journal_free(journal);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, village_open, village_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(home_county_is_residence_else_register_else_source),
		CASE(home_county_never_changes),
		CASE(A11_without_a_key_a_person_is_alone_and_not_resolved),
		CASE(one_key_is_one_household),
		CASE(person_seen_before_its_register_moves_in_and_both_are_touched),
		CASE(A11_new_key_adopts_the_household_of_its_first_person),
		CASE(A23_the_strongest_key_wins_whatever_came_last),
		CASE(among_equals_the_latest_wins),
		CASE(whoever_leaves_a_household_touches_both),
		CASE(whoever_gets_a_book_of_his_own_leaves),
		CASE(whoever_is_struck_off_every_list_is_alone_again),
		CASE(household_fact_by_its_head_touches_his_household),
		CASE(household_fact_by_its_key_touches_the_household),
		CASE(fact_of_somebody_who_is_known_by_his_id),
		CASE(key_without_anybody_goes_to_the_household_of_its_first_person),
		CASE(key_without_anybody_is_joined_by_its_first_person),
		CASE(household_that_moves_between_counties_keeps_its_keys),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
