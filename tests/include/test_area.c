/* Area codes: every length, subtrees as ranges, pseudo-cities (A12). */
#include "../cases.h"

#include <stdbool.h>

#include "area.h"

static struct area
a(const char *text)
{
	struct area area;

	assert_true(area_parse(text, &area));
	return area;
}

static void
A12_codes_of_every_length(void **state)
{
	static const char *const codes[] = {"50", "5001", "500106", "500106001", "500106001001"};
	char text[AREA_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		assert_int_equal(area_tier(a(codes[i])), AREA_PROVINCE + (int)i);
		area_format(a(codes[i]), text);
		assert_string_equal(text, codes[i]);
	}
	assert_int_equal(a("500106000000").code, a("500106").code);
	area_format((struct area){0}, text);
	assert_string_equal(text, "");
}

static void
what_is_no_code(void **state)
{
	static const char *const wrong[] = {"", "5", "500", "50010", "5001060", "5001060010",
		"50010600100x", " 500106", "0500106", "012345678901"};
	struct area area;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(area_parse(wrong[i], &area));
}

static void
a_subtree_is_a_range(void **state)
{
	(void)state;
	assert_true(area_within(a("500106001001"), a("500106")));
	assert_true(area_within(a("500106"), a("500106")));
	assert_false(area_within(a("500107"), a("500106")));
	assert_false(area_within(a("500106"), a("500106001")));
	assert_false(area_within((struct area){0}, a("500106")));
	assert_int_equal(area_last(a("500106001")).code, INT64_C(500106001999));
	assert_int_equal(area_up(a("500106001001"), AREA_TOWN).code, a("500106001").code);
	assert_int_equal(area_county(a("500106001001")), 500106);
	assert_int_equal(area_county(a("5001")), 0);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(A12_codes_of_every_length),
		cmocka_unit_test(what_is_no_code),
		cmocka_unit_test(a_subtree_is_a_range),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
