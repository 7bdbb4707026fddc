/* Hashes, key files and sealed boxes: known answers, so that what is stored stays found. */
#include "../cases.h"

#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "identity.h"

static struct identity_keys
counted_keys(void)
{
	struct identity_keys keys = {.id = 1};

	for (int i = 0; i < IDENTITY_KEY; i++)
		keys.hash[i] = (uint8_t)i;
	return keys;
}

static const char *
hex(struct identity_hash hash)
{
	static char text[4][2 * IDENTITY_HASH + 1];
	static int turn;
	char *out = text[turn++ % 4];

	for (int i = 0; i < IDENTITY_HASH; i++)
		sprintf(out + 2 * i, "%02x", hash.bytes[i]);
	return out;
}

/* Made with Python's hashlib.blake2b(key=bytes(range(32)), person=..., digest_size=16). */
static void
hashes_are_those_of_blake2b(void **state)
{
	struct identity_keys keys = counted_keys();

	(void)state;
	assert_string_equal(hex(identity_of_number(&keys, "99010119900307001X")),
		"e1a6df3eaf707deb5dd5dd86ce652804");
	assert_string_equal(hex(identity_of_key(&keys, "wage", "a|1", 3)),
		"a12fc089782d402d34af6a6d84c18f68");
	assert_string_equal(hex(identity_of_household(&keys, "wage", "a|1", 3)),
		"9150d843c63c4d4ceb73a20d71e4a7b8");
	assert_string_equal(hex(identity_of_record(&keys, "wage", "a|1", 3, 2)),
		"acfac6e14f67be687e5699352b872265");
	assert_string_equal(
		hex(identity_of_content(&keys, "x", 1)), "2ca34a1ac09fdd8a08fc0e349f748b1c");
	assert_string_equal(hex(identity_of_name(&keys, "阿·衣古丽", strlen("阿·衣古丽"))),
		"13904b33f110abff34151e69f5c3af9d");
}

static void
parts_do_not_run_into_each_other(void **state)
{
	struct identity_keys keys = counted_keys();

	(void)state;
	assert_string_not_equal(hex(identity_of_key(&keys, "ab", "c", 1)),
		hex(identity_of_key(&keys, "a", "bc", 2)));
	assert_string_not_equal(hex(identity_of_record(&keys, "a", "b", 1, 0)),
		hex(identity_of_record(&keys, "a", "b", 1, 1)));
	assert_string_not_equal(hex(identity_of_key(&keys, "a", "b", 1)),
		hex(identity_of_household(&keys, "a", "b", 1)));
	assert_string_equal(hex(identity_of_name(&keys, "阿・衣古丽", strlen("阿・衣古丽"))),
		hex(identity_of_name(&keys, "阿·衣古丽", strlen("阿·衣古丽"))));
}

static void
another_key_gives_another_hash(void **state)
{
	struct identity_keys keys = counted_keys(), other = counted_keys();

	(void)state;
	other.hash[31] ^= 1;
	assert_string_not_equal(hex(identity_of_content(&keys, "x", 1)),
		hex(identity_of_content(&other, "x", 1)));
}

static void
key_files_are_read_as_they_are_written(void **state)
{
	struct identity_keys keys = counted_keys();
	char text[IDENTITY_KEY_TEXT + 1];
	uint8_t read[IDENTITY_KEY];

	(void)state;
	identity_key_format(keys.hash, text);
	strcat(text, "\n");
	assert_true(identity_key_parse(text, read));
	assert_memory_equal(read, keys.hash, IDENTITY_KEY);
	assert_false(identity_key_parse("", read));
	text[63] = '\0';
	assert_false(identity_key_parse(text, read));
	assert_false(identity_key_parse(
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00", read));
	assert_false(identity_key_parse(
		"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eXY", read));
}

static void
boxes_open_for_their_key_alone(void **state)
{
	struct identity_keys keys = counted_keys();
	uint8_t ignored[IDENTITY_KEY], secret[IDENTITY_SECRET_KEY], public[IDENTITY_PUBLIC_KEY];
	struct identity_card card = {.number = "99010119900307001X",
		.name = "张三丰",
		.name_length = strlen("张三"), /* texts need no NUL */
		.address = "甲村\"1\"号",
		.address_length = strlen("甲村\"1\"号")};
	struct buffer sealed = {0}, json = {0};

	(void)state;
	identity_keys_make(ignored, keys.box, secret);
	identity_public_key(secret, public);
	assert_memory_equal(public, keys.box, IDENTITY_PUBLIC_KEY);
	identity_seal(&keys, 123456789012345, &card, &sealed);
	assert_null(memmem(sealed.bytes, sealed.length, "9901011990", 10));
	assert_true(identity_open(public, secret, sealed.bytes, sealed.length, &json));
	assert_string_equal(json.bytes, "{\"person\":\"123456789012345\",\"number\":"
					"\"99010119900307001X\",\"name\":\"张三\","
					"\"address\":\"甲村\\\"1\\\"号\",\"phone\":null}");
	buffer_clear(&json);
	sealed.bytes[sealed.length - 1] ^= 1;
	assert_false(identity_open(public, secret, sealed.bytes, sealed.length, &json));
	sealed.bytes[sealed.length - 1] ^= 1;
	secret[0] ^= 8;
	assert_false(identity_open(public, secret, sealed.bytes, sealed.length, &json));
	assert_false(identity_open(public, secret, sealed.bytes, 10, &json));
	assert_int_equal(json.length, 0);
	buffer_free(&sealed);
	buffer_free(&json);
}

static int
ready(void **state)
{
	(void)state;
	return identity_ready() ? 0 : -1;
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(hashes_are_those_of_blake2b),
		cmocka_unit_test(parts_do_not_run_into_each_other),
		cmocka_unit_test(another_key_gives_another_hash),
		cmocka_unit_test(key_files_are_read_as_they_are_written),
		cmocka_unit_test(boxes_open_for_their_key_alone),
	};

	return cmocka_run_group_tests(cases, ready, NULL);
}
