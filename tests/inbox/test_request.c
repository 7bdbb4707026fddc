/* The parsers of what a browser sends: the whole text or nothing. */
#include "../cases.h"

#include <string.h>

#include "refusal.h"
#include "request.h"

static void
paths_are_matched_whole(void **state)
{
	struct request_ids ids;
	(void)state;
	assert_true(path_matches("me", "me", &ids));
	assert_true(path_matches("alerts/:alert/people/:person", "alerts/990102-17/people/9", &ids));
	assert_int_equal(ids.county, 990102);
	assert_int_equal(ids.alert, 17);
	assert_int_equal(ids.person, 9);
	assert_true(path_matches("alerts/:alert", "alerts/0-9223372036854775807", &ids));
	static const char *const wrong[] = {"alerts", "alerts/", "alerts/1", "alerts/1-", "alerts/-1", "alerts/1-0",
		"alerts/1-2/", "alerts//1-2", "alerts/1-2x", "alerts/+1-2", "alerts/1-9223372036854775808",
		"alerts/1000000-1", "alerts/1-2/history", "/alerts/1-2", "alerts/%31-2", "alerts/1--2"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_false(path_matches("alerts/:alert", wrong[i], &ids));
	}
}

static void
numbers_do_not_overflow(void **state)
{
	int64_t number;
	(void)state;
	assert_true(number_parse("4", 1, 4, &number));
	assert_false(number_parse("5", 1, 4, &number));
	assert_false(number_parse("9", 1, 4, &number));
	assert_false(number_parse("", 0, 4, &number));
	assert_true(number_parse("9223372036854775807", 19, INT64_MAX, &number));
	assert_false(number_parse("9223372036854775808", 19, INT64_MAX, &number));
}

static void
keysets_come_back(void **state)
{
	struct keyset made = {true, 4, {INT64_C(1781082000123456)}, 990102, 17};
	struct keyset read;
	char text[KEYSET_TEXT];
	(void)state;
	keyset_format(&made, text);
	assert_string_equal(text, "4.1781082000123456.990102.17");
	assert_true(keyset_parse(text, strlen(text), &read));
	assert_memory_equal(&read.wake, &made.wake, sizeof made.wake);
	made.wake.us = INSTANT_NONE;
	keyset_format(&made, text);
	assert_string_equal(text, "4.-.990102.17");
	assert_true(keyset_parse(text, strlen(text), &read));
	assert_int_equal(read.wake.us, INSTANT_NONE);
	static const char *const wrong[] = {"", ".", "4", "4.-.990102", "4.-.990102.17.", "5.-.990102.17",
		"-.-.990102.17", "4.x.990102.17", "4.-.-.17", "4.-.990102.", "4.-1.990102.17"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_false(keyset_parse(wrong[i], strlen(wrong[i]), &read));
	}
}

static void
queries_are_known_or_refused(void **state)
{
	struct list_query query;
	(void)state;
	assert_true(list_query_parse(NULL, &query));
	assert_false(query.all);
	assert_int_equal(query.level, -1);
	assert_true(list_query_parse("scope=all&level=red&after=4.-.990102.17", &query));
	assert_true(query.all && query.after.set);
	assert_int_equal(query.level, 4);
	static const char *const wrong[] = {"scope", "scope=", "scope=alle", "scope=all&scope=all", "scope=all&",
		"&scope=all", "level=green", "x=1", "scope=all;level=red", "scope=%61ll"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_false(list_query_parse(wrong[i], &query));
	}
}

#define COOKIE "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMN_-0"

static void
cookies_are_found_among_others(void **state)
{
	char cookie[COOKIE_LENGTH + 1];
	(void)state;
	assert_true(cookie_parse("needwatch=" COOKIE, cookie));
	assert_string_equal(cookie, COOKIE);
	assert_true(cookie_parse("a=b; needwatch=" COOKIE "; c=d", cookie));
	assert_false(cookie_parse("xneedwatch=" COOKIE, cookie));
	assert_false(cookie_parse("needwatch=" COOKIE "x", cookie));
	assert_false(cookie_parse("needwatch=short", cookie));
	assert_false(cookie_parse("", cookie));
}

static void
hosts_are_ours_or_not(void **state)
{
	static const char *const hosts[] = {"127.0.0.1", "inbox.example", "[::1]"};
	(void)state;
	assert_true(host_known("127.0.0.1", hosts, 3));
	assert_true(host_known("127.0.0.1:8480", hosts, 3));
	assert_true(host_known("Inbox.Example:443", hosts, 3));
	assert_true(host_known("[::1]:8480", hosts, 3));
	static const char *const wrong[] = {"", ":80", "evil.example", "inbox.example.evil", "127.0.0.1:x",
		"127.0.0.1:80:80", "inbox.example:99999", "[::1", "[::1]x"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_false(host_known(wrong[i], hosts, 3));
	}
	assert_false(host_known(NULL, hosts, 3));
	assert_true(origin_is_host("https://inbox.example:8443", "inbox.example:8443"));
	assert_false(origin_is_host("https://evil.example", "inbox.example"));
	assert_false(origin_is_host("null", "inbox.example"));
}

static void
keys_are_plain_and_long_enough(void **state)
{
	(void)state;
	assert_true(key_valid("0123456789abcdef0123456789abcdef"));
	assert_true(key_valid("AbC_-123"));
	assert_false(key_valid(NULL));
	assert_false(key_valid(""));
	assert_false(key_valid("short"));
	assert_false(key_valid("with blank in it"));
	assert_false(key_valid("'; drop table x"));
	assert_false(key_valid("0123456789012345678901234567890123456789012345678901234567890123456789"
			       "0123456789012345678901234567890"));
}

static json_t *
body(const char *text)
{
	return body_parse(text, strlen(text));
}

static void
bodies_are_flat_objects(void **state)
{
	const char *text;
	int64_t number;
	(void)state;
	json_t *good = body("{\"a\":\"x\",\"n\":5,\"s\":\"17\",\"z\":null}");
	assert_non_null(good);
	assert_true(body_text(good, "a", 1, true, &text));
	assert_string_equal(text, "x");
	assert_false(body_text(good, "a", 0, true, &text));
	assert_false(body_text(good, "n", 9, false, &text));
	assert_true(body_text(good, "z", 9, false, &text));
	assert_false(body_text(good, "z", 9, true, &text));
	assert_true(body_number(good, "n", 5, true, &number) && number == 5);
	assert_false(body_number(good, "n", 4, true, &number));
	assert_true(body_number(good, "s", 100, true, &number) && number == 17);
	assert_true(body_number(good, "missing", 4, false, &number) && number == 0);
	assert_false(body_number(good, "a", 4, false, &number));
	json_decref(good);
	static const char *const wrong[] = {"", "null", "[]", "\"x\"", "{", "{}{}", "{\"a\":1,\"a\":2}",
		"{\"a\":[[[[1]]]]}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\xff\"}", "{'a':1}"};
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		assert_null(body(wrong[i]));
	}
}

static void
every_refusal_says_what_to_do(void **state)
{
	(void)state;
	for (int i = 0; i < REFUSAL_COUNT; i++) {
		const struct refusal_row *row = refusal_row((enum refusal)i);
		assert_true(row->status >= 400 && row->status < 600);
		assert_true(strlen(row->message) > 0 && strlen(row->remedy) > 0);
	}
	for (int i = 0; i < REASON_COUNT; i++) {
		struct refusal_row row;
		if (reason_sort((enum reason)i) == REASON_REFUSES) {
			refusal_of_reason((enum reason)i, &row);
			assert_string_equal(row.word, reason_name((enum reason)i));
			assert_string_not_equal(row.remedy, "请刷新页面后重试");
		}
	}
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(paths_are_matched_whole),
		cmocka_unit_test(numbers_do_not_overflow),
		cmocka_unit_test(keysets_come_back),
		cmocka_unit_test(queries_are_known_or_refused),
		cmocka_unit_test(cookies_are_found_among_others),
		cmocka_unit_test(hosts_are_ours_or_not),
		cmocka_unit_test(keys_are_plain_and_long_enough),
		cmocka_unit_test(bodies_are_flat_objects),
		cmocka_unit_test(every_refusal_says_what_to_do),
	};
	return cmocka_run_group_tests(cases, NULL, NULL);
}
