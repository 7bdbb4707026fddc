/* Bytes, folding, masks and date formats, where a data file cannot hold the case. */
#include <string.h>

#include "arena.h"
#include "buffer.h"
#include "cases.h"
#include "charset.h"
#include "date_format.h"
#include "fold.h"
#include "setting.h"

static void
decodes(const char *charset_name, const char *bytes, size_t length, const char *expected,
	size_t expected_losses)
{
	struct charset *charset = charset_new(charset_name);
	struct arena *arena = arena_new();
	size_t losses, got;
	const char *text = charset_decode(charset, arena, bytes, length, &got, &losses);

	assert_string_equal(text, expected);
	assert_int_equal(got, strlen(expected));
	assert_int_equal(losses, expected_losses);
	arena_free(arena);
	charset_free(charset);
}

static void
A08_gb18030(void **state)
{
	(void)state;
	decodes("gb18030", "\xd5\xc5\xc8\xfd", 4, "张三", 0);
	decodes("gb18030", "\xfe\x9f", 2, "䶮", 0);     /* 䶮: GBK has no place for it */
	decodes("gb18030", "\xd5\xc5\xc8", 3, "张", 1); /* a column of so many bytes */
	decodes("gb18030", "\xd5\xc5\0\0\0", 5, "张", 0);
	decodes("gb18030",
		"\xff"
		"A\xff",
		3,
		"\xef\xbf\xbd"
		"A\xef\xbf\xbd",
		2);
	decodes("gb18030", "", 0, "", 0);
	assert_null(charset_new("gb18303"));
}

static void
A08_bytea(void **state)
{
	struct arena *arena = arena_new();
	const char *bytes;
	size_t length;

	(void)state;
	assert_true(bytes_decode(arena, "\\xd5c5", 6, &bytes, &length));
	assert_int_equal(length, 2);
	assert_memory_equal(bytes, "\xd5\xc5", 2);
	assert_true(bytes_decode(arena, "\\x", 2, &bytes, &length));
	assert_int_equal(length, 0);
	assert_false(bytes_decode(arena, "\\xd5c", 5, &bytes, &length));
	assert_false(bytes_decode(arena, "d5c5", 4, &bytes, &length));
	arena_free(arena);
}

static void
masked(const char *text, bool personal, const char *expected)
{
	char mask[TEXT_MASK_SIZE];

	text_mask(text, strlen(text), personal, mask);
	assert_string_equal(mask, expected);
}

static void
masks_show_codes_and_hide_people(void **state)
{
	(void)state;
	masked("极重度", false, "极**");
	masked("2026-13-45", false, "2026-13-45");
	masked("99010119700101001X", false, "99****************");
	masked("９９０１０１１９７００１０１００１Ｘ", false, "９９****************");
	masked("E12345678", true, "*12******");
	masked("张三丰", true, "张**");
	masked("", true, "");
}

static const struct date_format *
format_of(struct arena *arena, const char *text)
{
	const char *fault;
	size_t at;

	return date_format_compile(arena, text, strlen(text), &fault, &at);
}

static void
A05_only_sorting_formats_are_cursors(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_true(date_format_sorts(format_of(arena, "yyyy-MM-dd HH:mm:ss")));
	assert_true(date_format_sorts(format_of(arena, "yyyyMMddHHmmss")));
	assert_false(date_format_sorts(format_of(arena, "yyyy/M/d HH:mm:ss")));
	assert_false(date_format_sorts(format_of(arena, "dd-MM-yyyy HH:mm:ss")));
	assert_false(date_format_sorts(format_of(arena, "yyyyMMdd")));
	assert_null(format_of(arena, "yyyy-MM-dd zz"));
	assert_null(format_of(arena, "yyyy-yyyy"));
	assert_null(format_of(arena, "HH:mm:ss"));
	arena_free(arena);
}

static void
A17_a_moment_is_written_as_it_is_read(void **state)
{
	struct arena *arena = arena_new();
	const struct date_format *format = format_of(arena, "yyyyMMddHHmmss");
	struct date_reading reading;
	struct instant moment;
	struct buffer out = {0};

	(void)state;
	assert_true(instant_parse("2026-06-10T23:59:58+08:00", &moment));
	date_format_write(format, moment, &out);
	assert_string_equal(out.bytes, "20260610235958");
	assert_int_equal(date_format_read(format, out.bytes, out.length, &reading), DATE_OK);
	assert_int_equal(date_reading_instant(&reading).us, moment.us);
	buffer_free(&out);
	arena_free(arena);
}

static void
every_setting_stands_in_the_table(void **state)
{
	struct buffer out = {0};

	(void)state;
	settings_print(&out);
	for (size_t i = 0; i < SETTING_COUNT_ALL; i++) {
		const struct setting_row *row = setting_row((enum setting)i);

		assert_non_null(strstr(out.bytes, row->name));
		assert_true(strlen(row->description) > 10);
		assert_int_equal(setting_find(row->block, row->name, strlen(row->name)), i);
	}
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(A08_gb18030),
		cmocka_unit_test(A08_bytea),
		cmocka_unit_test(masks_show_codes_and_hide_people),
		cmocka_unit_test(A05_only_sorting_formats_are_cursors),
		cmocka_unit_test(A17_a_moment_is_written_as_it_is_read),
		cmocka_unit_test(every_setting_stands_in_the_table),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
