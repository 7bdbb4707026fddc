/* Permitted hours, rows per second, backing off, and the SQL of pages. */
#include <string.h>

#include "cases.h"
#include "source_pace.h"
#include "source_query.h"

static struct instant
at(const char *time)
{
	struct instant instant;

	assert_true(instant_parse(time, &instant));
	return instant;
}

static void
A18_night_hours_span_midnight(void **state)
{
	struct source_config source = {.hours = {{22 * 3600, 6 * 3600}}, .hours_count = 1};
	int64_t us;

	(void)state;
	assert_true(pace_open(&source, at("2026-06-10T23:00:00+08:00"), &us));
	assert_true(pace_open(&source, at("2026-06-10T05:59:59+08:00"), &us));
	assert_false(pace_open(&source, at("2026-06-10T06:00:00+08:00"), &us));
	assert_int_equal(us, 16 * US_PER_HOUR);
	source.hours_count = 0;
	assert_true(pace_open(&source, at("2026-06-10T12:00:00+08:00"), &us));
}

static void
A18_rows_per_second(void **state)
{
	struct source_config source = {.rows_per_second = 1000};

	(void)state;
	assert_int_equal(pace_pause(&source, 1000, 200000), 800000);
	assert_int_equal(pace_pause(&source, 1000, 1200000), 0);
	source.rows_per_second = 0;
	assert_int_equal(pace_pause(&source, 1000, 0), 0);
}

static void
A18_backing_off_grows_and_spreads(void **state)
{
	(void)state;
	assert_int_equal(pace_back_off(0, 0), 750000);
	assert_int_equal(pace_back_off(0, 1000), 1250000);
	assert_int_equal(pace_back_off(3, 0), 6000000);
	assert_int_equal(pace_back_off(100, 1000), 375 * US_PER_SECOND);
}

static void
the_night_comes_within_a_day(void **state)
{
	(void)state;
	assert_int_equal(pace_until(9000, at("2026-06-10T02:29:00+08:00")), 60 * US_PER_SECOND);
	assert_int_equal(pace_until(9000, at("2026-06-10T02:30:00+08:00")), US_PER_DAY);
}

static void
A05_pages_go_by_cursor_and_key(void **state)
{
	const char *columns[] = {"id", "updated_at", "org"};
	struct source_config source = {.name = "s",
		.query = "select * from t",
		.columns = columns,
		.column_count = 3,
		.keys = {2, 0},
		.key_count = 2,
		.cursor = 1,
		.batch = COLUMN_NONE};
	struct source_queries *queries = source_queries_new(&source, CURSOR_TIMESTAMP);

	(void)state;
	assert_string_equal(source_query_text(queries, QUERY_FORWARD_AFTER),
		"select q.id, q.updated_at, q.org from (select * from t\n) q where "
		"q.updated_at < $1 "
		"and (q.updated_at, q.org, q.id) > ($2, $3, $4) "
		"order by q.updated_at, q.org, q.id limit 10000");
	assert_string_equal(source_query_text(queries, QUERY_KEYS_AFTER),
		"select q.org, q.id from (select * from t\n) q where (q.org, q.id) > ($1, $2) "
		"order by q.org, q.id limit 10000");
	source_queries_free(queries);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(A18_night_hours_span_midnight),
		cmocka_unit_test(A18_rows_per_second),
		cmocka_unit_test(A18_backing_off_grows_and_spreads),
		cmocka_unit_test(the_night_comes_within_a_day),
		cmocka_unit_test(A05_pages_go_by_cursor_and_key),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
