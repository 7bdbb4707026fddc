/* Moments and Shanghai's civil time: midnight, before 1970, what cannot be read. */
#include "../cases.h"

#include <stdbool.h>

#include "instant.h"

static struct instant
at(const char *text)
{
	struct instant instant;

	assert_true(instant_parse(text, &instant));
	return instant;
}

static void
assert_instant(struct instant instant, const char *expected)
{
	char text[INSTANT_TEXT_SIZE];

	instant_format(instant, text);
	assert_string_equal(text, expected);
}

static void
zones_meet(void **state)
{
	(void)state;
	assert_int_equal(at("1970-01-01T00:00:00Z").us, 0);
	assert_int_equal(at("2026-06-10T08:00:00+08:00").us, at("2026-06-10T00:00:00Z").us);
	assert_instant(at("2026-06-09T16:00:00.000001Z"), "2026-06-10T00:00:00.000001+08:00");
	assert_instant(at("1969-12-31T15:59:59.5Z"), "1969-12-31T23:59:59.500000+08:00");
}

static void
a_day_begins_at_midnight_in_shanghai(void **state)
{
	struct day day;

	(void)state;
	assert_true(day_parse("2026-06-10", &day));
	assert_int_equal(instant_day(at("2026-06-09T16:00:00Z")).n, day.n);
	assert_int_equal(instant_day(at("2026-06-09T15:59:59Z")).n, day.n - 1);
	assert_int_equal(instant_second(at("2026-06-10T18:00:00+08:00")), 18 * 3600);
	assert_instant(instant_at(day, 18 * 3600), "2026-06-10T18:00:00.000000+08:00");
}

static void
what_cannot_be_read(void **state)
{
	static const char *const wrong[] = {"", "2026-06-10", "2026-06-10T24:00:00Z",
		"2026-06-10T08:60:00Z", "2026-06-10T08:00:00", "2026-06-10T08:00:00.Z",
		"2026-06-10T08:00:00.1234567Z", "2026-06-10T08:00:00+0800", "2026-02-30T08:00:00Z",
		"2026-06-10T08:00:00Zx"};
	struct instant instant;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(instant_parse(wrong[i], &instant));
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(zones_meet),
		cmocka_unit_test(a_day_begins_at_midnight_in_shanghai),
		cmocka_unit_test(what_cannot_be_read),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
