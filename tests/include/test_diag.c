/* What a user sees of a mistake, pinned whole. */
#include "../cases.h"

#include <stdbool.h>
#include <string.h>

#include "bounds.h"
#include "buffer.h"
#include "diag.h"

static struct source_text
text_of(const char *name, const char *bytes)
{
	return (struct source_text){name, bytes, strlen(bytes)};
}

static struct span
span_of(const struct source_text *text, const char *piece)
{
	const char *at = strstr(text->bytes, piece);

	assert_non_null(at);
	return (struct span){text, (size_t)(at - text->bytes), strlen(piece)};
}

static void
assert_printed(const struct diags *diags, const char *expected)
{
	struct buffer out = {0};

	diags_print(diags, &out);
	assert_string_equal(out.bytes, expected);
	buffer_free(&out);
}

static void
the_line_the_words_and_the_remedy(void **state)
{
	struct source_text text = text_of("standard.rules",
		"rule x {\n\tlet      paid = sum(settlment.self_paid of all persons, y);\n}\n");
	struct diags *diags = diags_new();

	(void)state;
	diag_at(diags, DIAG_ERROR, span_of(&text, "settlment"), "'%s' is not a kind", "settlment");
	diag_hint(diags, "did you mean '%s'?", "settlement");
	assert_printed(diags,
		"standard.rules:2:22: error: 'settlment' is not a kind\n"
		"    2 | \tlet      paid = sum(settlment.self_paid of all persons, y);\n"
		"      | \t                    ^~~~~~~~~ did you mean 'settlement'?\n");
	diags_free(diags);
}

static void
chinese_is_two_columns_wide(void **state)
{
	struct source_text text = text_of("a.rules", "because \"家庭{人}去世\";\r\n");
	struct diags *diags = diags_new();

	(void)state;
	diag_at(diags, DIAG_WARNING, span_of(&text, "{人}"), "'人' is not a name here");
	assert_printed(diags,
		"a.rules:1:12: warning: '人' is not a name here\n"
		"    1 | because \"家庭{人}去世\";\n"
		"      |              ^~~~\n");
	diags_free(diags);
}

static void
sorted_by_place_and_cut_at_the_limit(void **state)
{
	struct source_text a = text_of("a", "x y\n"), b = text_of("b", "");
	struct diags *diags = diags_new();

	(void)state;
	diag_at(diags, DIAG_ERROR, (struct span){&b, 0, 0}, "nothing here");
	diag_at(diags, DIAG_ERROR, span_of(&a, "y"), "second");
	diag_at(diags, DIAG_ERROR, span_of(&a, "x"), "first");
	assert_printed(diags,
		"a:1:1: error: first\n    1 | x y\n      | ^\n"
		"a:1:3: error: second\n    1 | x y\n      |   ^\n"
		"b:1:1: error: nothing here\n    1 | \n      | ^\n");
	for (int i = 3; i < DIAG_LIMIT + 2; i++)
		diag_at(diags, DIAG_ERROR, (struct span){&b, 9, 9}, "beyond the end");
	assert_int_equal(diags_errors(diags), DIAG_LIMIT + 2);
	diags_free(diags);
}

static void
A08_half_a_character_at_the_end(void **state)
{
	static const char bytes[] = {'x', ' ', '\xEF'};
	struct source_text text = {"a", bytes, sizeof(bytes)};
	struct diags *diags = diags_new();

	(void)state;
	diag_at(diags, DIAG_ERROR, (struct span){&text, 2, 1}, "odd");
	assert_printed(diags, "a:1:3: error: odd\n    1 | x \xEF\n      |   ^\n");
	diags_free(diags);
}

static void
for_editors(void **state)
{
	struct source_text text = text_of("a", "\n 人x\n");
	struct diags *diags = diags_new();
	struct buffer out = {0};

	(void)state;
	diag_at(diags, DIAG_ERROR, span_of(&text, "x"), "odd \"x\"");
	diags_json(diags, &out);
	assert_string_equal(out.bytes,
		"[{\"file\":\"a\",\"line\":2,\"column\":3,\"end_column\":4,\"severity\":\"error\","
		"\"message\":\"odd \\\"x\\\"\",\"hint\":null}]");
	buffer_free(&out);
	diags_free(diags);
}

static void
near_misses(void **state)
{
	static const char *const names[] = {"settlement", "wage", "disability", "death"};

	(void)state;
	assert_string_equal(nearest_name("settlment", 9, names, 4), "settlement");
	assert_string_equal(nearest_name("wgae", 4, names, 4), "wage");
	assert_null(nearest_name("x", 1, names, 4));
	assert_null(nearest_name("pension", 7, names, 4));
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(the_line_the_words_and_the_remedy),
		cmocka_unit_test(chinese_is_two_columns_wide),
		cmocka_unit_test(sorted_by_place_and_cut_at_the_limit),
		cmocka_unit_test(A08_half_a_character_at_the_end),
		cmocka_unit_test(for_editors),
		cmocka_unit_test(near_misses),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
