/* Sums as departments write them (A13), and the strict form of CSV. */
#include "../cases.h"

#include <stdbool.h>

#include "money.h"

struct sum {
	const char *text;
	enum money_unit unit;
	enum money_fault fault;
	int64_t fen;
};

static void
A13_sums_of_departments(void **state)
{
	static const struct sum sums[] = {
		{"4,800.00元", MONEY_YUAN, MONEY_OK, 480000},
		{"1.2", MONEY_WAN, MONEY_OK, 1200000},
		{"1.2万元", MONEY_WAN, MONEY_OK, 1200000},
		{"0.000001", MONEY_WAN, MONEY_OK, 1},
		{"0.0000001", MONEY_WAN, MONEY_TOO_FINE, 0},
		{"12300", MONEY_FEN, MONEY_OK, 12300},
		{"１２，３００．５", MONEY_YUAN, MONEY_OK, 1230050},
		{" -11000.00 ", MONEY_YUAN, MONEY_OK, -1100000},
		{"5.100", MONEY_YUAN, MONEY_OK, 510},
		{"5.101", MONEY_YUAN, MONEY_TOO_FINE, 0},
		{"", MONEY_YUAN, MONEY_EMPTY, 0},
		{"　", MONEY_YUAN, MONEY_EMPTY, 0},
		{"-", MONEY_YUAN, MONEY_NOT_A_SUM, 0},
		{"***", MONEY_YUAN, MONEY_NOT_A_SUM, 0},
		{"1.2.3", MONEY_YUAN, MONEY_NOT_A_SUM, 0},
		{"3万元", MONEY_YUAN, MONEY_NOT_A_SUM, 0},
		{"99999999999999999999", MONEY_YUAN, MONEY_TOO_LARGE, 0},
		{"90000000000.00", MONEY_YUAN, MONEY_OK, MONEY_MAX},
		{"90000000000.01", MONEY_YUAN, MONEY_TOO_LARGE, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++) {
		struct money money = {0};

		assert_int_equal(money_parse(sums[i].text, sums[i].unit, &money), sums[i].fault);
		if (sums[i].fault == MONEY_OK)
			assert_int_equal(money.fen, sums[i].fen);
	}
}

static void
csv_is_strict(void **state)
{
	static const char *const wrong[] = {"", "+1", "1.", ".5", "1.234", "1,000", " 1", "1元", "-",
		"1e3"};
	struct money money;

	(void)state;
	assert_true(money_parse_plain("-0.01", &money));
	assert_int_equal(money.fen, -1);
	assert_true(money_parse_plain("20000.1", &money));
	assert_int_equal(money.fen, 2000010);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(money_parse_plain(wrong[i], &money));
}

static void
sums_are_shown(void **state)
{
	char text[MONEY_TEXT_SIZE];

	(void)state;
	money_format((struct money){1230000}, true, text);
	assert_string_equal(text, "12300.00");
	money_format((struct money){1230000}, false, text);
	assert_string_equal(text, "12300");
	money_format((struct money){-5}, false, text);
	assert_string_equal(text, "-0.05");
	money_format((struct money){INT64_MIN}, true, text);
	assert_string_equal(text, "-92233720368547758.08");
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(A13_sums_of_departments),
		cmocka_unit_test(csv_is_strict),
		cmocka_unit_test(sums_are_shown),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
