/* Which value holds: kinds.md 1.2, on a rule set made by hand. */
#include "../cases.h"

#include <stdbool.h>
#include <string.h>

#include "ast.h"
#include "threshold.h"

static const char *classes[] = {"tekun", "dibao", "general"};
enum { TEKUN, DIBAO, GENERAL };

static struct declared_default limit_defaults[] = {
	{"tekun", 100000, {0}}, {NULL, 1500000, {0}}};
static struct declared_threshold declared[] = {
	{.name = "medical_limit",
		.unit = UNIT_MONEY,
		.by_class = true,
		.defaults = limit_defaults,
		.default_count = 2,
		.least = 0,
		.most = INT64_MAX},
	{.name = "dibao_line", .unit = UNIT_MONEY, .least = 0, .most = INT64_MAX},
	{.name = "edge_percent", .unit = UNIT_PLAIN, .least = 100, .most = 1000},
};
enum { LIMIT, LINE, PERCENT };
static const struct ruleset ruleset = {
	.thresholds = declared,
	.threshold_count = 3,
	.classes = classes,
	.class_count = 3,
};

static struct day
d(const char *text)
{
	struct day day = {DAY_NONE};

	if (*text)
		assert_true(day_parse(text, &day));
	return day;
}

static struct area
a(const char *text)
{
	struct area area = {0};

	if (*text)
		assert_true(area_parse(text, &area));
	return area;
}

static enum threshold_fault
add(struct thresholds *t, const char *name, const char *area, const char *class,
	enum residence residence, int64_t value, const char *from, const char *until)
{
	struct threshold_row row = {name, a(area), class, residence, value, d(from), d(until)};

	return thresholds_add(t, &row);
}

static void
assert_line(const struct thresholds *t, const char *area, size_t class,
	enum residence residence, const char *as_of, int64_t expected)
{
	const struct threshold_row *row;
	int64_t value = -1;

	if (!thresholds_find(t, LINE, a(area), class, residence, d(as_of), &value, &row))
		value = -1;
	else
		assert_int_equal(row->value, value);
	assert_int_equal(value, expected);
}

static void
defaults_by_class(void **state)
{
	struct thresholds *t = thresholds_new(&ruleset);
	const struct threshold_row *row;
	int64_t value;

	(void)state;
	assert_true(thresholds_find(t, LIMIT, a(""), TEKUN, 0, d("2026-01-01"), &value, &row));
	assert_int_equal(value, 100000);
	assert_null(row);
	assert_true(
		thresholds_find(t, LIMIT, a(""), GENERAL, 0, d("2026-01-01"), &value, NULL));
	assert_int_equal(value, 1500000);
	assert_line(t, "990102001201", GENERAL, RESIDENCE_RURAL, "2026-01-01", -1);
	thresholds_free(t);
}

static void
the_nearest_row_wins(void **state)
{
	struct thresholds *t = thresholds_new(&ruleset);

	(void)state;
	assert_int_equal(add(t, "dibao_line", "99", "dibao", 0, 1, "2026-01-01", ""), 0);
	assert_int_equal(add(t, "dibao_line", "990102", "", 0, 2, "", ""), 0);
	assert_int_equal(add(t, "dibao_line", "990102", "", RESIDENCE_RURAL, 3, "", ""), 0);
	assert_int_equal(add(t, "dibao_line", "990102", "dibao", 0, 4, "", ""), 0);
	assert_int_equal(
		add(t, "dibao_line", "990102", "dibao", 0, 5, "2026-03-01", "2026-03-31"), 0);
	assert_int_equal(add(t, "dibao_line", "", "", 0, 6, "", ""), 0);
	assert_line(t, "990102001201", GENERAL, RESIDENCE_URBAN, "2026-02-01", 2);
	assert_line(t, "990102001201", GENERAL, RESIDENCE_UNKNOWN, "2026-02-01", 2);
	assert_line(t, "990102001201", GENERAL, RESIDENCE_RURAL, "2026-02-01", 3);
	assert_line(t, "990102001201", DIBAO, RESIDENCE_RURAL, "2026-02-28", 4);
	assert_line(t, "990102001201", DIBAO, RESIDENCE_RURAL, "2026-03-01", 5);
	assert_line(t, "990102001201", DIBAO, RESIDENCE_RURAL, "2026-03-31", 5);
	assert_line(t, "990102001201", DIBAO, RESIDENCE_RURAL, "2026-04-01", 4);
	assert_line(t, "990103", DIBAO, RESIDENCE_RURAL, "2026-04-01", 1);
	assert_line(t, "990103", DIBAO, RESIDENCE_RURAL, "2025-12-31", 6);
	assert_line(t, "", DIBAO, RESIDENCE_RURAL, "2026-04-01", 6);
	thresholds_free(t);
}

static void
rows_that_cannot_stand(void **state)
{
	struct thresholds *t = thresholds_new(&ruleset);

	(void)state;
	assert_int_equal(add(t, "dibao_lin", "99", "", 0, 1, "", ""), THRESHOLD_UNKNOWN_NAME);
	assert_int_equal(
		add(t, "dibao_line", "99", "rich", 0, 1, "", ""), THRESHOLD_UNKNOWN_CLASS);
	assert_int_equal(
		add(t, "edge_percent", "", "", 0, 99, "", ""), THRESHOLD_OUT_OF_BOUNDS);
	assert_int_equal(add(t, "dibao_line", "99", "", 0, 1, "", "2026-01-01"), THRESHOLD_OK);
	assert_int_equal(add(t, "dibao_line", "99", "", 0, 2, "", ""), THRESHOLD_DOUBLED);
	assert_int_equal(add(t, "dibao_line", "99", "tekun", 0, 2, "", ""), THRESHOLD_OK);
	assert_int_equal(add(t, "dibao_line", "99", "dibao", 0, 2, "", ""), THRESHOLD_OK);
	assert_int_equal(add(t, "dibao_line", "99", "tekun", 0, 3, "", ""), THRESHOLD_DOUBLED);
	thresholds_free(t);
}

static void
an_override_replaces_all(void **state)
{
	struct thresholds *t = thresholds_new(&ruleset);
	int64_t value;

	(void)state;
	assert_int_equal(add(t, "medical_limit", "99", "", 0, 1, "", ""), THRESHOLD_OK);
	assert_true(thresholds_parse_value(t, "medical_limit", "31000.50", &value));
	assert_int_equal(value, 3100050);
	assert_int_equal(thresholds_override(t, "medical_limit", value), THRESHOLD_OK);
	assert_true(
		thresholds_find(t, LIMIT, a("9901"), TEKUN, 0, d("2026-01-01"), &value, NULL));
	assert_int_equal(value, 3100050);
	assert_int_equal(thresholds_override(t, "edge_percent", 1001), THRESHOLD_OUT_OF_BOUNDS);
	assert_false(thresholds_parse_value(t, "edge_percent", "1.5", &value));
	assert_true(thresholds_parse_value(t, "edge_percent", "150", &value));
	assert_false(thresholds_parse_value(t, "nothing", "1", &value));
	thresholds_free(t);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(defaults_by_class),
		cmocka_unit_test(the_nearest_row_wins),
		cmocka_unit_test(rows_that_cannot_stand),
		cmocka_unit_test(an_override_replaces_all),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
