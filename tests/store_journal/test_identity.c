/* Who is meant and what is stored of him: one person per number, boxes, masks, and no number
 * anywhere. */
#include "../cases.h"

#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "db_sync.h"
#include "village.h"

#define PERSONS "select count(*) from needwatch.person"

static int32_t
with_card(struct journal_batch *page, const char *number, int slot, const char *name,
	const char *phone)
{
	struct journal_person person = {.citizen = citizen_parse(number, strlen(number)),
		.slot = slot,
		.card = {.name = name,
			.name_length = name ? strlen(name) : 0,
			.phone = phone,
			.phone_length = phone ? strlen(phone) : 0},
		.source_area = {VILLAGE}};

	return journal_batch_person(page, &person);
}

static void
see(struct village *village, const char *key, const char *number, const char *name,
	const char *phone)
{
	struct journal *journal =
		journal_new(village->store, "hospital", (struct area){VILLAGE});
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	record(page, key, key);
	paid(page, 0, with_card(page, number, 0, name, phone), "2026-05-20", 1);
	written(village, journal, page);
	journal_free(journal);
}

/* What needwatch-web would show of the one person there is. */
static void
opened(struct village *village, struct buffer *ret_json)
{
	const struct db_result *result =
		db_sync_ask(village->sync, "select sealed from needwatch.person", NULL);
	const uint8_t *sealed;
	size_t length;

	assert_int_equal(db_result_rows(result), 1);
	sealed = db_bytes(result, 0, 0, &length);
	buffer_clear(ret_json);
	assert_true(
		identity_open(village->keys.box, village->secret, sealed, length, ret_json));
}

static void
G10_one_person_per_number_however_it_is_written(void **state)
{
	struct village *village = *state;
	char wide[40] = " ";

	see(village, "1", number_of(7), "张三", NULL);
	snprintf(wide, sizeof(wide), " '%.6s %s", number_of(7), number_of(7) + 6);
	see(village, "2", wide, "张三", NULL);
	assert_int_equal(count_of(village, PERSONS), 1);
	assert_int_equal(
		count_of(village, "select count(*) from needwatch.fact_settlement"), 2);
}

static void
box_and_masks_are_made_with_the_person(void **state)
{
	struct village *village = *state;
	struct buffer json = {0};
	char expected[200];

	see(village, "1", number_of(7), "欧阳丽", "13900000000");
	opened(village, &json);
	snprintf(expected, sizeof(expected),
		"{\"person\":\"%lld\",\"number\":\"%s\",\"name\":\"欧阳丽\",\"address\":null,"
		"\"phone\":\"13900000000\"}",
		(long long)person_of(village, 7), number_of(7));
	assert_string_equal(json.bytes, expected);
	assert_string_equal(
		text_of(village, "select concat(left(number_mask, 6), right(number_mask, 12),"
				 " ' ', birth, ' ', sex, ' ', key_id, ' ', unidentified)"
				 " from needwatch.person"),
		"990102********0075 1970-01-01 M 1 f");
	assert_int_equal(count_of(village, PERSONS
				 " where length(name_hash) = 16 and name_mask like '欧%*'"),
		1);
	buffer_free(&json);
}

static void
box_is_sealed_again_when_a_name_or_phone_becomes_known(void **state)
{
	struct village *village = *state;
	struct buffer json = {0};

	see(village, "1", number_of(7), NULL, NULL);
	opened(village, &json);
	assert_non_null(strstr(json.bytes, "\"name\":null"));
	assert_int_equal(count_of(village, PERSONS " where name_mask is null"), 1);
	see(village, "2", number_of(7), "张三", NULL);
	opened(village, &json);
	assert_non_null(
		strstr(json.bytes, "\"name\":\"张三\",\"address\":null,\"phone\":null"));
	assert_int_equal(count_of(village, PERSONS " where name_mask = '张*'"), 1);
	see(village, "3", number_of(7), "张三", "13900000000");
	opened(village, &json);
	assert_non_null(strstr(
		json.bytes, "\"name\":\"张三\",\"address\":null,\"phone\":\"13900000000\""));
	buffer_free(&json);
}

static void
box_loses_nothing_and_is_not_made_without_need(void **state)
{
	struct village *village = *state;

	see(village, "1", number_of(7), "张三", "13900000000");
	run_sql(village,
		"create temporary table before as select sealed from needwatch.person");
	see(village, "2", number_of(7), "张三", "13911111111");
	see(village, "3", number_of(7), "张三", NULL);
	assert_int_equal(
		count_of(village,
			"select count(*) from before join needwatch.person using (sealed)"),
		1);
}

static void
A10_number_that_does_not_validate_never_matches(void **state)
{
	struct village *village = *state;
	char wrong[24];

	snprintf(wrong, sizeof(wrong), "%s", number_of(7));
	wrong[17] = wrong[17] == '1' ? '2' : '1';
	see(village, "1", number_of(7), "张三", NULL);
	see(village, "2", wrong, "张三", NULL);
	see(village, "3", wrong, "张三", NULL);
	see(village, "4", "", "张三", NULL);
	assert_int_equal(count_of(village, PERSONS), 4);
	assert_int_equal(
		count_of(village, PERSONS " where unidentified and number_mask = ''"), 3);
	/* The same record again is the same somebody. */
	see(village, "2", wrong, "张三", NULL);
	assert_int_equal(count_of(village, PERSONS), 4);
}

static void
A10_two_unidentified_of_one_record_are_two(void **state)
{
	struct village *village = *state;
	struct journal *journal =
		journal_new(village->store, "hospital", (struct area){VILLAGE});
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	record(page, "1", "two");
	paid(page, 0, with_card(page, "无", 3, "甲", NULL), "2026-05-20", 1);
	paid(page, 1, with_card(page, "无", 4, "乙", NULL), "2026-05-20", 1);
	paid(page, 2, with_card(page, "无", 4, "乙", NULL), "2026-05-20", 1);
	written(village, journal, page);
	assert_int_equal(count_of(village, PERSONS), 2);
	journal_free(journal);
}

/* Every row of every table as text, searched for whatever looks like a number of these persons.
 */
static void
no_table_holds_a_number(void **state)
{
	struct village *village = *state;
	struct journal *journal = journal_new(village->store, "police", (struct area){VILLAGE});
	struct journal_batch *page = page_new(village, "police", JOURNAL_FORWARD);
	int32_t child, parent;

	see(village, number_of(7), number_of(7), "张三", "13900000000");
	see(village, number_of(8), "990102197001010081", "李四", NULL);
	child = somebody(page, 9, VILLAGE);
	parent = somebody(page, 7, VILLAGE);
	record(page, number_of(9), number_of(9));
	child_of(page, 0, child, parent);
	resident(village, page, child, number_of(9), 2);
	journal_batch_quarantine(page, number_of(11), 18,
		&(struct journal_fault){
			"certno", "check", "990102********0111", "99****************"});
	written(village, journal, page);
	journal_compare_open(journal, on_done, village);
	wait_for(village);
	journal_compare_add(journal, number_of(12), 18);
	journal_compare(journal, on_compared, village);
	wait_for(village);
	run_sql(village, "create function pg_temp.found(pattern text) returns bigint language "
			 "plpgsql as $$"
			 " declare t regclass; n bigint; total bigint := 0; begin"
			 " for t in select oid from pg_class where relnamespace = "
			 "'needwatch'::regnamespace"
			 " and relkind = 'r' loop"
			 " execute format('select count(*) from %s t where t::text ~ %L', t, "
			 "pattern) into n;"
			 " total := total + n; end loop;"
			 " return total; end $$");
	assert_int_equal(count_of(village, "select pg_temp.found('990102\\d{11}[0-9X]')"), 0);
	/* As bytes, which are shown in hexadecimal. */
	assert_int_equal(
		count_of(village, "select pg_temp.found(encode('990102197001010', 'hex'))"), 0);
	/* The search finds what is there: the mask. */
	assert_true(count_of(village, "select pg_temp.found('990102\\*{8}')") >= 3);
	journal_free(journal);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, village_open, village_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(G10_one_person_per_number_however_it_is_written),
		CASE(box_and_masks_are_made_with_the_person),
		CASE(box_is_sealed_again_when_a_name_or_phone_becomes_known),
		CASE(box_loses_nothing_and_is_not_made_without_need),
		CASE(A10_number_that_does_not_validate_never_matches),
		CASE(A10_two_unidentified_of_one_record_are_two),
		CASE(no_table_holds_a_number),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
