/* Citizen numbers in every shape of A10, names folded (A09), masks. */
#include "../cases.h"

#include <stdbool.h>
#include <string.h>

#include "citizen.h"

struct shape {
	const char *text;
	enum citizen_class class;
	const char *number;
};

static void
A10_every_class_is_recognised(void **state)
{
	static const struct shape shapes[] = {
		{"11010519491231002X", CITIZEN_VALID, "11010519491231002X"},
		{"440524188001010014", CITIZEN_VALID, "440524188001010014"},
		{"99010119700101001X", CITIZEN_VALID, "99010119700101001X"},
		{"990101198512314028", CITIZEN_VALID, "990101198512314028"},
		{"990202201602290038", CITIZEN_VALID, "990202201602290038"},
		{"99010119700101001x", CITIZEN_VALID, "99010119700101001X"},
		{"９９０１０１１９７００１０１００１Ｘ", CITIZEN_VALID, "99010119700101001X"},
		{" 990101 19700101 001X　", CITIZEN_VALID, "99010119700101001X"},
		{"'99010119700101001X", CITIZEN_VALID, "99010119700101001X"},
		{"990101700101001", CITIZEN_UPGRADED, "99010119700101001X"},
		{"990101700230001", CITIZEN_BAD_DATE, ""},
		{"990101197001010011", CITIZEN_BAD_CHECK, ""},
		{"99010119700101001", CITIZEN_BAD_LENGTH, ""},
		{"9.90102E+17", CITIZEN_FLOAT, ""},
		{"990101********001X", CITIZEN_MASKED, ""},
		{"E12345678", CITIZEN_FOREIGN, ""},
		{"", CITIZEN_MISSING, ""},
		{"　 ", CITIZEN_MISSING, ""},
		{"无", CITIZEN_MISSING, ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct citizen c = citizen_parse(shapes[i].text, strlen(shapes[i].text));

		assert_string_equal(citizen_class_name(c.class),
			citizen_class_name(shapes[i].class));
		assert_string_equal(c.number, shapes[i].number);
	}
}

static void
G10_fifteen_and_eighteen_are_one_person(void **state)
{
	struct citizen a = citizen_parse("990101700101001", 15);
	struct citizen b = citizen_parse("99010119700101001x", 18);

	(void)state;
	assert_string_equal(a.number, b.number);
	assert_int_equal(a.birth.n, 0);
	assert_int_equal(a.sex, 'M');
	assert_int_equal(citizen_parse("990101198512314028", 18).sex, 'F');
}

static void
numbers_hidden_in_text_are_found(void **state)
{
	static const char with[] = "身份证99010119700101001X，电话";
	static const char wide[] = "身份证９９０１０１１９７００１０１００１Ｘ";
	static const char mixed[] = "母99010170010100１同住";
	static const char without[] = "单号99010119700101001123，金额990101197001010011";

	(void)state;
	assert_true(citizen_in_text(with, strlen(with)));
	assert_false(citizen_in_text(without, strlen(without)));
	assert_true(citizen_in_text("a990101700101001", 16));
	assert_true(citizen_in_text(wide, strlen(wide)));
	assert_true(citizen_in_text(mixed, strlen(mixed)));
	assert_false(citizen_in_text("990101197001010019999", 21));
	assert_false(citizen_in_text("", 0));
}

static void
A09_names_fold_alike(void **state)
{
	static const char *const forms[] = {"阿卜杜·热合曼", "阿卜杜•热合曼", "阿卜杜・热合曼",
		"阿卜杜.热合曼", "阿卜杜　热 合曼"};
	char folded[64];

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		assert_int_equal(name_fold(forms[i], strlen(forms[i]), folded, sizeof(folded)), 18);
		assert_string_equal(folded, "阿卜杜热合曼");
	}
}

static void
masks_show_little(void **state)
{
	char mask[CITIZEN_MASK_SIZE], name[32];

	(void)state;
	citizen_mask("99010119700101001X", mask);
	assert_string_equal(mask, "990101********001X");
	name_mask("张三丰", strlen("张三丰"), name, sizeof(name));
	assert_string_equal(name, "张**");
	name_mask("", 0, name, sizeof(name));
	assert_string_equal(name, "");
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(A10_every_class_is_recognised),
		cmocka_unit_test(G10_fifteen_and_eighteen_are_one_person),
		cmocka_unit_test(numbers_hidden_in_text_are_found),
		cmocka_unit_test(A09_names_fold_alike),
		cmocka_unit_test(masks_show_little),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
