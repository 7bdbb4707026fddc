/* Civil days: every day of four centuries, months that are too short, birthdays on 29 February. */
#include "../cases.h"

#include <stdbool.h>

#include "day.h"

static struct day
d(const char *text)
{
	struct day day;

	assert_true(day_parse(text, &day));
	return day;
}

static void
assert_day(struct day day, const char *expected)
{
	char text[DAY_TEXT_SIZE];

	day_format(day, text);
	assert_string_equal(text, expected);
}

static void
every_day_there_and_back(void **state)
{
	(void)state;
	assert_int_equal(d("1970-01-01").n, 0);
	assert_int_equal(d("1900-01-01").n, DAY_MIN);
	assert_int_equal(d("9999-12-31").n, DAY_MAX);
	for (int32_t n = DAY_MIN; n < DAY_MIN + 4 * 146097; n++) {
		struct civil c = day_civil((struct day){n});
		struct day back;

		assert_true(day_from_civil(c.year, c.month, c.day, &back));
		assert_int_equal(back.n, n);
	}
}

static void
A07_dates_that_do_not_exist(void **state)
{
	static const char *const wrong[] = {"2025-02-29", "1900-02-29", "2026-13-01", "2026-00-01",
		"2026-04-31", "0000-00-00", "1899-12-31", "2026-6-1", "2026-06-01 ", "", "20260601",
		"２０２６-06-01"};
	struct day day;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(day_parse(wrong[i], &day));
	assert_true(day_parse("2024-02-29", &day));
}

static void
months_end_on_their_last_day(void **state)
{
	(void)state;
	assert_day(day_add_months(d("2026-08-31"), 6), "2027-02-28");
	assert_day(day_add_months(d("2023-08-31"), 6), "2024-02-29");
	assert_day(day_add_months(d("2025-12-10"), 6), "2026-06-10");
	assert_day(day_add_months(d("2026-01-31"), -2), "2025-11-30");
	assert_day(day_add_months(d("9999-12-01"), 1), "9999-12-31");
	assert_day(day_add_months(d("1900-01-15"), -1), "1900-01-01");
}

static void
months_are_counted_from_year_0(void **state)
{
	(void)state;
	assert_int_equal(day_month(d("2026-01-31")), 2026 * 12);
	assert_day(day_of_month(day_month(d("2026-06-10"))), "2026-06-01");
	assert_day(day_of_month(day_month(d("2026-01-10")) - 1), "2025-12-01");
}

static void
age_is_birthdays_reached(void **state)
{
	(void)state;
	assert_int_equal(day_age(d("2008-06-11"), d("2026-06-10")), 17);
	assert_int_equal(day_age(d("2008-06-10"), d("2026-06-10")), 18);
	assert_int_equal(day_age(d("2008-02-29"), d("2026-02-28")), 17);
	assert_int_equal(day_age(d("2008-02-29"), d("2026-03-01")), 18);
	assert_int_equal(day_age(d("2008-02-29"), d("2028-02-29")), 20);
	assert_int_equal(day_age(d("2026-06-11"), d("2026-06-10")), -1);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(every_day_there_and_back),
		cmocka_unit_test(A07_dates_that_do_not_exist),
		cmocka_unit_test(months_end_on_their_last_day),
		cmocka_unit_test(months_are_counted_from_year_0),
		cmocka_unit_test(age_is_birthdays_reached),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
