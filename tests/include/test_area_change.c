/* Abolished codes lead to what stands for them today (A12). */
#include "../cases.h"

#include <stdlib.h>

#include "area_change.h"

static struct area
area_of(const char *text)
{
	struct area area;

	assert_true(area_parse(text, &area));
	return area;
}

static struct day
day_of(const char *text)
{
	struct day day;

	assert_true(day_parse(text, &day));
	return day;
}

struct line {
	const char *old;
	const char *new;
	const char *changed;
};

#define LINES_MOST 8
static struct area_change changes[LINES_MOST];
static size_t change_count;

static void
told(const struct line *lines, size_t count)
{
	change_count = count;
	for (size_t i = 0; i < count; i++)
		changes[i] = (struct area_change){
			area_of(lines[i].old), area_of(lines[i].new), day_of(lines[i].changed)};
	qsort(changes, count, sizeof(*changes), area_change_order);
}

#define TOLD(...)                                                                              \
	told((const struct line[]){__VA_ARGS__},                                               \
		sizeof((const struct line[]){__VA_ARGS__}) / sizeof(struct line))

static void
leads(const char *from, const char *today, const char *to)
{
	char text[AREA_TEXT_SIZE];

	area_format(
		area_change_follow(changes, change_count, area_of(from), day_of(today)), text);
	assert_string_equal(text, to);
}

static void
A12_merged_village_is_its_successor_from_the_day_on(void **state)
{
	(void)state;
	TOLD({"990102001202", "990102001201", "2026-03-01"});
	leads("990102001202", "2026-02-28", "990102001202");
	leads("990102001202", "2026-03-01", "990102001201");
	leads("990102001201", "2026-03-01", "990102001201");
	leads("990102001203", "2026-03-01", "990102001203");
	leads("990102", "2026-03-01", "990102");
	assert_int_equal(area_change_follow(
				 changes, change_count, (struct area){0}, day_of("2026-03-01"))
				 .code,
		0);
}

static void
A12_chain_is_followed_to_its_end(void **state)
{
	(void)state;
	TOLD({"990102001204", "990102001205", "2024-01-01"},
		{"990102001202", "990102001204", "2020-01-01"},
		{"990102001205", "990102002201", "2025-06-30"});
	leads("990102001202", "2026-01-01", "990102002201");
	leads("990102001202", "2025-01-01", "990102001205");
	leads("990102001202", "2020-01-01", "990102001204");
}

static void
A12_what_lies_below_a_changed_area_becomes_the_successor_itself(void **state)
{
	(void)state;
	TOLD({"990102003", "990102004", "2025-01-01"},
		{"990102003201", "990102004207", "2025-01-01"},
		{"990105", "990102", "2025-01-01"});
	leads("990102003201", "2026-01-01", "990102004207");
	leads("990102003202", "2026-01-01", "990102004");
	leads("990102003", "2026-01-01", "990102004");
	leads("990105001201", "2026-01-01", "990102");
}

static void
A12_code_that_came_back_is_itself_again(void **state)
{
	(void)state;
	TOLD({"990102001202", "990102001201", "2010-01-01"},
		{"990102001201", "990102001202", "2020-01-01"});
	leads("990102001202", "2026-01-01", "990102001202");
	leads("990102001201", "2026-01-01", "990102001202");
	assert_false(area_change_turns(changes, change_count, 0));
	TOLD({"990102001202", "990102001201", "2010-01-01"},
		{"990102001202", "990102001203", "2020-01-01"});
	leads("990102001202", "2026-01-01", "990102001203");
	leads("990102001202", "2019-01-01", "990102001201");
}

static void
A12_circle_is_found_and_ends(void **state)
{
	(void)state;
	TOLD({"990102001201", "990102001202", "2020-01-01"},
		{"990102001202", "990102001201", "2020-01-01"},
		{"990102001203", "990102001201", "2019-01-01"});
	assert_true(area_change_turns(changes, change_count, 0));
	assert_true(area_change_turns(changes, change_count, 1));
	area_change_follow(
		changes, change_count, area_of("990102001203"), day_of("2026-01-01"));
	TOLD({"990102001", "990102001201", "2020-01-01"});
	assert_true(area_change_turns(changes, change_count, 0));
	TOLD({"990102001201", "990102001201", "2020-01-01"});
	assert_true(area_change_turns(changes, change_count, 0));
	TOLD({"990102001201", "990102001", "2020-01-01"});
	assert_false(area_change_turns(changes, change_count, 0));
	leads("990102001201", "2026-01-01", "990102001");
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(A12_merged_village_is_its_successor_from_the_day_on),
		cmocka_unit_test(A12_chain_is_followed_to_its_end),
		cmocka_unit_test(
			A12_what_lies_below_a_changed_area_becomes_the_successor_itself),
		cmocka_unit_test(A12_code_that_came_back_is_itself_again),
		cmocka_unit_test(A12_circle_is_found_and_ends),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
