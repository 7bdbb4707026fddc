/* A population says the same whatever the order of its rows, and counts what it leaves out. */
#include "../cases.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "population.h"

static const char *const classes[] = {"edge", "dibao"};
static struct field settlement_fields[] = {
	{.name = "paid", .type = FIELD_MONEY},
	{.name = "icd", .type = FIELD_TEXT},
};
static struct field parent_fields[] = {
	{.name = "parent", .type = FIELD_PERSON},
	{.name = "class", .type = FIELD_CODE, .words = classes, .word_count = 2},
};
static const struct kind settlement = {.name = "settlement",
	.subject = SUBJECT_PERSON,
	.fields = settlement_fields,
	.field_count = 2};
static const struct kind parent = {.name = "parent",
	.subject = SUBJECT_PERSON,
	.state = true,
	.fields = parent_fields,
	.field_count = 2};
static const struct kind report = {.name = "month", .subject = SUBJECT_AREA};
static const struct kind *const kinds[] = {&settlement, &parent, &report};
enum { SETTLEMENT, PARENT, MONTH };

static struct day
d(int n)
{
	return (struct day){n};
}

static void
add_person(
	struct population_builder *b, const char *key, const char *household, const char *area)
{
	struct person_row row = {.key = key, .household = household, .birth = {DAY_NONE}};

	assert_true(area_parse(area, &row.area));
	assert_true(population_add_person(b, &row));
}

static void
add_settlement(
	struct population_builder *b, const char *person, int on, int64_t paid, const char *icd)
{
	struct field_cell cells[] = {{true, paid, NULL}, {icd != NULL, 0, icd}};
	struct fact_row fact = {
		.subject = person, .on = d(on), .until = d(DAY_NONE), .cells = cells};

	population_add_fact(b, SETTLEMENT, &fact);
}

struct settled {
	const char *person;
	int on;
	int64_t paid;
	const char *icd;
};

static const struct settled rows[] = {
	{"A2", 20, 500, "C34"},
	{"A1", 10, -100, NULL},
	{"B1", 5, INT64_C(9000000000000), "I10"},
	{"A1", 10, 200, "C34"},
	{"nobody", 1, 1, NULL},
	{"A1", 99, 1, NULL},
	{"A1", DAY_NONE, 1, NULL},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static struct population *
build(size_t shift, struct population_left_out *ret_left_out)
{
	static const char *const keys[] = {"B1", "A2", "A1", "C"};
	struct population_builder *b = population_builder_new(kinds, 3);
	struct field_cell cells[] = {{true, 0, "B1"}, {true, 1, NULL}};
	struct fact_row fact = {.subject = "A1", .on = d(1), .until = d(30), .cells = cells};

	for (size_t i = 0; i < 4; i++) {
		const char *key = keys[(i + shift) % 4];
		const char *household = key[0] == 'C' ? NULL : key[0] == 'A' ? "HA" : "HB";

		add_person(b, key, household, "990102001201");
	}
	for (size_t i = 0; i < ROWS; i++) {
		const struct settled *row = &rows[(i + shift) % ROWS];

		add_settlement(b, row->person, row->on, row->paid, row->icd);
	}
	population_add_fact(b, PARENT, &fact);
	fact = (struct fact_row){.subject = "990102", .on = d(3), .until = d(DAY_NONE)};
	population_add_fact(b, MONTH, &fact);
	fact.subject = "990103";
	population_add_fact(b, MONTH, &fact);
	fact.subject = "somewhere";
	population_add_fact(b, MONTH, &fact);
	return population_build(b, d(50), ret_left_out);
}

static void
assert_settlements(const struct population *p)
{
	static const int64_t paid[] = {-100, 200, 500, INT64_C(9000000000000)};
	static const uint8_t known[] = {0, 1, 1, 1};
	uint32_t all[] = {0, 1, 2, 3};
	struct fact_columns facts = population_facts(p, SETTLEMENT);
	int64_t values[4];
	uint8_t there[4];

	assert_int_equal(facts.count, 4);
	population_cells(p, SETTLEMENT, 0, all, 4, values, there);
	assert_memory_equal(values, paid, sizeof(paid));
	population_cells(p, SETTLEMENT, 1, all, 4, values, there);
	assert_memory_equal(there, known, sizeof(known));
	assert_int_equal(population_text_count(p, SETTLEMENT, 1), 2);
	assert_string_equal(population_text(p, SETTLEMENT, 1, (size_t)values[3]), "I10");
}

static void
the_order_of_rows_does_not_show(void **state)
{
	(void)state;
	for (size_t shift = 0; shift < 7; shift++) {
		struct population_left_out out;
		struct population *p = build(shift, &out);
		uint32_t first, end;

		assert_int_equal(population_households(p), 3);
		assert_string_equal(population_household_key(p, 0), "C");
		assert_int_equal(population_find_household(p, "HB"), 2);
		assert_int_equal(population_find_household(p, "HX"), -1);
		population_persons(p, 1, &first, &end);
		assert_int_equal(end - first, 2);
		assert_string_equal(population_person_key(p, first), "A1");
		assert_settlements(p);
		assert_int_equal(out.no_day, 1);
		assert_int_equal(out.future, 1);
		assert_int_equal(out.no_subject, 1);
		assert_int_equal(out.no_area, 1);
		population_unref(p);
	}
}

static void
references_lead_to_rows(void **state)
{
	struct population *p = build(0, NULL);
	struct fact_columns facts = population_facts(p, PARENT);
	uint32_t fact = 0;
	int64_t value;
	uint8_t known;

	(void)state;
	assert_int_equal(facts.until[0], 30);
	population_cells(p, PARENT, 0, &fact, 1, &value, &known);
	assert_string_equal(population_person_key(p, (uint32_t)value), "B1");
	population_cells(p, PARENT, 1, &fact, 1, &value, &known);
	assert_int_equal(value, 1);
	population_unref(p);
}

static void
facts_of_an_area_reach_all_below_it(void **state)
{
	struct population *p = build(0, NULL);
	struct fact_range ranges[AREA_RANGES];

	(void)state;
	assert_int_equal(population_area_facts(p, MONTH, 0, ranges), 1);
	assert_int_equal(ranges[0].end - ranges[0].first, 1);
	assert_int_equal(
		population_fact_area(p, MONTH, ranges[0].first).code, INT64_C(990102000000));
	population_unref(p);
}

static void
household_lives_where_its_speaker_does(void **state)
{
	struct population_builder *b = population_builder_new(kinds, 3);
	struct person_row row = {.household = "H", .birth = {DAY_NONE}};
	struct population *p;

	(void)state;
	for (int i = 0; i < 3; i++) {
		row.key = ((const char *[]){"P3", "P1", "P2"})[i];
		row.area.code = INT64_C(990102001201) + i;
		row.speaks = i != 1;
		row.residence = i == 2 ? RESIDENCE_RURAL : RESIDENCE_URBAN;
		assert_true(population_add_person(b, &row));
	}
	row = (struct person_row){
		.key = "Q2", .household = "I", .area = {INT64_C(990102000000)}};
	population_add_person(b, &row);
	row = (struct person_row){
		.key = "Q1", .household = "I", .area = {INT64_C(990103000000)}};
	population_add_person(b, &row);
	p = population_build(b, d(0), NULL);
	assert_int_equal(population_household_area(p, 0).code, INT64_C(990102001203));
	assert_int_equal(population_household_residence(p, 0), RESIDENCE_RURAL);
	assert_int_equal(population_household_area(p, 1).code, INT64_C(990103000000));
	population_unref(p);
}

static void
a_person_stands_once(void **state)
{
	struct population_builder *b = population_builder_new(kinds, 3);
	struct person_row row = {.key = "A"};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char key[16];

		snprintf(key, sizeof(key), "p%d", i);
		row.key = key;
		assert_true(population_add_person(b, &row));
		assert_false(population_add_person(b, &row));
	}
	population_unref(population_build(b, d(0), NULL));
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_order_of_rows_does_not_show),
		cmocka_unit_test(references_lead_to_rows),
		cmocka_unit_test(facts_of_an_area_reach_all_below_it),
		cmocka_unit_test(household_lives_where_its_speaker_does),
		cmocka_unit_test(a_person_stands_once),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
