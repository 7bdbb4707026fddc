/* Headers and chains without a store: the bytes are pinned, for they must be readable in ten years. */
#include "../cases.h"

#include <string.h>

#include "ledger.h"

static void
header_bytes_are_fixed(void **state)
{
	(void)state;
	uint8_t header[LEDGER_HEADER_SIZE];
	struct ledger_line back;
	struct ledger_line line = {.kind = 0x0102,
		.county = 990102,
		.sequence = 3,
		.at = {4},
		.alert = 5,
		.actor = 6,
		.ordinal = 7};
	memset(line.event, 0xEE, sizeof line.event);
	memset(line.payload, 0xAA, sizeof line.payload);
	ledger_header(&line, header);
	const uint8_t start[44] = {1, 1, 1, 2, 0, 0x0F, 0x1B, 0x96, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0,
		0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 7, 0, 0};
	assert_memory_equal(header, start, sizeof start);
	assert_int_equal(header[44], 0xEE);
	assert_int_equal(header[107], 0xAA);
	assert_true(ledger_header_parse(header, &back));
	assert_memory_equal(&back.event, &line.event, sizeof line.event);
	assert_int_equal(back.alert, 5);
	header[0] = 2;
	assert_false(ledger_header_parse(header, &back));
}

static void
salt_hides_equal_payloads(void **state)
{
	(void)state;
	uint8_t salts[2][LEDGER_SALT_SIZE];
	uint8_t hashes[2][LEDGER_HASH_SIZE];
	for (int i = 0; i < 2; i++) {
		ledger_salt(salts[i]);
		ledger_payload_hash(salts[i], "same", 4, hashes[i]);
	}
	assert_memory_not_equal(hashes[0], hashes[1], LEDGER_HASH_SIZE);
}

static void
chain_is_followed(void **state)
{
	(void)state;
	enum {
		LINES = 5
	};
	struct ledger_head head = {0};
	struct ledger_check check;
	ledger_check_begin(&check, 1);
	for (int i = 0; i < LINES; i++) {
		uint8_t header[LEDGER_HEADER_SIZE];
		uint8_t salt[LEDGER_SALT_SIZE];
		struct ledger_line line = {.county = 1, .kind = 9};
		ledger_salt(salt);
		ledger_payload_hash(salt, "{}", 2, line.payload);
		ledger_append(&head, &line, header);
		struct ledger_row row = {.sequence = i + 1,
			.header = header,
			.hash = head.hash,
			.event = line.event,
			.kind = 9,
			.salt = salt,
			.payload = "{}",
			.payload_length = 2,
			.erased_on = {DAY_NONE}};
		assert_true(ledger_check_row(&check, &row));
	}
	assert_true(ledger_check_end(&check, &head));
	assert_int_equal(check.lines, LINES);
	head.sequence++;
	assert_false(ledger_check_end(&check, &head));
	assert_string_equal(check.fault, "county 000001, line 6: it is missing");
}

static int
ready(void **state)
{
	(void)state;
	return ledger_ready() ? 0 : 1;
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(header_bytes_are_fixed),
		cmocka_unit_test(salt_hides_equal_payloads),
		cmocka_unit_test(chain_is_followed),
	};
	return cmocka_run_group_tests(cases, ready, NULL);
}
