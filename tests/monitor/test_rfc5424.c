/* Records of RFC 5424 byte by byte: escapes, the byte order mark, what is cut and what is mended. */
#include "../cases.h"

#include <string.h>

#include "bounds.h"
#include "buffer.h"
#include "rfc5424.h"

#define AT {1781075045123456} /* 2026-06-10T15:04:05.123456+08:00 */

static void
expect(const struct rfc5424_record *record, const char *wanted)
{
	struct buffer out = {0};

	rfc5424_write(record, &out);
	assert_string_equal(out.bytes, wanted);
	buffer_free(&out);
}

static void
whole_record(void **state)
{
	const struct rfc5424_param params[] = {
		{"key", "a/1"}, {"due", NULL}, {"text", "say \"hi\" \\ [x]"}};
	const struct rfc5424_record record = {.facility = 16, .severity = 2, .at = AT, .host = "h1",
		.program = "needwatchd", .process = 42, .message_id = "new", .element = "needwatch",
		.enterprise = 32473, .params = params, .param_count = 3, .text = "red alert 7"};

	(void)state;
	expect(&record,
		"<130>1 2026-06-10T15:04:05.123456+08:00 h1 needwatchd 42 new "
		"[needwatch@32473 key=\"a/1\" text=\"say \\\"hi\\\" \\\\ [x\\]\"] red alert 7");
}

static void
mark_before_text_that_is_not_ascii(void **state)
{
	const struct rfc5424_param params[] = {{"level", "红"}};
	const struct rfc5424_record record = {.facility = 16, .severity = 6, .at = AT, .process = 1,
		.element = "needwatch", .enterprise = 1, .params = params, .param_count = 1,
		.text = "【预警】"};

	(void)state;
	expect(&record,
		"<134>1 2026-06-10T15:04:05.123456+08:00 - - 1 - [needwatch@1 level=\"红\"] "
		"\xef\xbb\xbf【预警】");
}

static void
nil_values_and_no_text(void **state)
{
	const struct rfc5424_record record = {.at = AT, .process = 1, .host = "a b\n", .text = ""};

	(void)state;
	expect(&record, "<0>1 2026-06-10T15:04:05.123456+08:00 a?b? - 1 - -");
}

static void
one_line_and_valid_characters(void **state)
{
	const struct rfc5424_record record = {
		.at = AT, .process = 1, .text = "a\nb\x7f\xc3(\xed\xa0\x80\xf5z"};

	(void)state;
	expect(&record,
		"<0>1 2026-06-10T15:04:05.123456+08:00 - - 1 - - \xef\xbb\xbf"
		"a b \xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
}

static void
cut_between_characters(void **state)
{
	char text[3 * MESSAGE_LIMIT + 1] = "";
	struct rfc5424_record record = {.at = AT, .process = 1, .text = text};
	struct buffer out = {0};

	(void)state;
	for (size_t i = 0; i < MESSAGE_LIMIT; i++)
		memcpy(text + 3 * i, "灾", 3);
	for (int shift = 0; shift < 3; shift++) {
		record.host = &"hhh"[shift];
		buffer_clear(&out);
		rfc5424_write(&record, &out);
		assert_in_range(out.length, MESSAGE_LIMIT - 2, MESSAGE_LIMIT);
		assert_memory_equal(out.bytes + out.length - 3, "灾", 3);
	}
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_record),
		cmocka_unit_test(mark_before_text_that_is_not_ascii),
		cmocka_unit_test(nil_values_and_no_text),
		cmocka_unit_test(one_line_and_valid_characters),
		cmocka_unit_test(cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
