/* JSON as it is written: commas, escapes, bytes that are not UTF-8. */
#include "../cases.h"

#include <stdbool.h>

#include "buffer.h"

static void
members_and_elements_are_separated(void **state)
{
	struct buffer out = {0};

	(void)state;
	json_open(&out, '{');
	json_key(&out, "a");
	json_open(&out, '[');
	json_item(&out);
	json_int(&out, INT64_MIN);
	json_item(&out);
	json_open(&out, '{');
	json_close(&out, '}');
	json_item(&out);
	json_bool(&out, true);
	json_close(&out, ']');
	json_key(&out, "b");
	json_text(&out, NULL);
	json_close(&out, '}');
	assert_string_equal(out.bytes, "{\"a\":[-9223372036854775808,{},true],\"b\":null}");
	buffer_free(&out);
}

static void
A08_bytes_that_are_not_utf8_are_replaced(void **state)
{
	struct buffer out = {0};

	(void)state;
	json_text(&out, "张\xD5\xC5\t\"\\\x01 𡐓 \xED\xA0\x80 \xE5\xBC");
	assert_string_equal(out.bytes,
		"\"张\xEF\xBF\xBD\xEF\xBF\xBD\\t\\\"\\\\\\u0001 𡐓 \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD "
		"\xEF\xBF\xBD\xEF\xBF\xBD\"");
	buffer_free(&out);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(members_and_elements_are_separated),
		cmocka_unit_test(A08_bytes_that_are_not_utf8_are_replaced),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
