/* Keyed BLAKE2b with a domain for each kind of thing, and libsodium's sealed boxes. Keeps
 * nothing, knows no file. */
#include "identity.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "memory.h"

_Static_assert(
	IDENTITY_KEY <= crypto_generichash_blake2b_KEYBYTES_MAX, "BLAKE2b takes the key");
_Static_assert(IDENTITY_PUBLIC_KEY == crypto_box_PUBLICKEYBYTES, "X25519");
_Static_assert(IDENTITY_SECRET_KEY == crypto_box_SECRETKEYBYTES, "X25519");

/* BLAKE2b's personalisation: exactly 16 bytes each. They are part of what is stored: never
 * change one. */
#define DOMAIN_SIZE crypto_generichash_blake2b_PERSONALBYTES
static const unsigned char number_domain[DOMAIN_SIZE + 1] = "needwatch number";
static const unsigned char record_domain[DOMAIN_SIZE + 1] = "needwatch record";
static const unsigned char name_domain[DOMAIN_SIZE + 1] = "needwatch name  ";
static const unsigned char key_domain[DOMAIN_SIZE + 1] = "needwatch key   ";
static const unsigned char household_domain[DOMAIN_SIZE + 1] = "needwatch family";
static const unsigned char content_domain[DOMAIN_SIZE + 1] = "needwatch says  ";

bool
identity_ready(void)
{
	return sodium_init() >= 0;
}

void
identity_keys_make(uint8_t ret_hash_key[IDENTITY_KEY], uint8_t ret_public[IDENTITY_PUBLIC_KEY],
	uint8_t ret_secret[IDENTITY_SECRET_KEY])
{
	randombytes_buf(ret_hash_key, IDENTITY_KEY);
	crypto_box_keypair(ret_public, ret_secret);
}

void
identity_key_format(const uint8_t key[IDENTITY_KEY], char ret_text[IDENTITY_KEY_TEXT])
{
	sodium_bin2hex(ret_text, IDENTITY_KEY_TEXT, key, IDENTITY_KEY);
}

bool
identity_key_parse(const char *text, uint8_t ret_key[IDENTITY_KEY])
{
	const char *end;
	size_t length;

	return sodium_hex2bin(ret_key, IDENTITY_KEY, text, strlen(text), NULL, &length, &end) ==
		       0 &&
	       length == IDENTITY_KEY && end[strspn(end, "\r\n")] == '\0';
}

void
identity_public_key(
	const uint8_t secret[IDENTITY_SECRET_KEY], uint8_t ret_public[IDENTITY_PUBLIC_KEY])
{
	crypto_scalarmult_base(ret_public, secret);
}

/* ---- hashes ---- */

struct hashing {
	crypto_generichash_blake2b_state state;
};

static void
hashing_begin(
	struct hashing *hashing, const struct identity_keys *keys, const unsigned char *domain)
{
	crypto_generichash_blake2b_init_salt_personal(
		&hashing->state, keys->hash, IDENTITY_KEY, IDENTITY_HASH, NULL, domain);
}

/* With its length in front, so that ("ab", "c") and ("a", "bc") differ. */
static void
hashing_part(struct hashing *hashing, const void *bytes, size_t length)
{
	unsigned char size[8];

	for (int i = 0; i < 8; i++)
		size[i] = (unsigned char)((uint64_t)length >> 8 * (7 - i));
	crypto_generichash_blake2b_update(&hashing->state, size, sizeof(size));
	crypto_generichash_blake2b_update(&hashing->state, bytes, length);
}

static struct identity_hash
hashing_end(struct hashing *hashing)
{
	struct identity_hash hash;

	crypto_generichash_blake2b_final(&hashing->state, hash.bytes, IDENTITY_HASH);
	sodium_memzero(hashing, sizeof(*hashing));
	return hash;
}

static struct identity_hash
hash_two(const struct identity_keys *keys, const unsigned char *domain, const char *source,
	const void *bytes, size_t length)
{
	struct hashing hashing;

	hashing_begin(&hashing, keys, domain);
	hashing_part(&hashing, source, strlen(source));
	hashing_part(&hashing, bytes, length);
	return hashing_end(&hashing);
}

static struct identity_hash
hash_one(const struct identity_keys *keys, const unsigned char *domain, const void *bytes,
	size_t length)
{
	struct hashing hashing;

	hashing_begin(&hashing, keys, domain);
	hashing_part(&hashing, bytes, length);
	return hashing_end(&hashing);
}

struct identity_hash
identity_of_number(const struct identity_keys *keys, const char *number)
{
	return hash_one(keys, number_domain, number, strlen(number));
}

struct identity_hash
identity_of_record(const struct identity_keys *keys, const char *source, const void *key,
	size_t length, int slot)
{
	unsigned char place[4];
	struct hashing hashing;

	for (int i = 0; i < 4; i++)
		place[i] = (unsigned char)((uint32_t)slot >> 8 * (3 - i));
	hashing_begin(&hashing, keys, record_domain);
	hashing_part(&hashing, source, strlen(source));
	hashing_part(&hashing, key, length);
	hashing_part(&hashing, place, sizeof(place));
	return hashing_end(&hashing);
}

struct identity_hash
identity_of_name(const struct identity_keys *keys, const char *name, size_t length)
{
	char room[256];
	size_t needed = name_fold(name, length, room, sizeof(room));
	char *folded = room;
	struct identity_hash hash;

	if (needed >= sizeof(room)) {
		folded = xcalloc(needed + 1, 1);
		name_fold(name, length, folded, needed + 1);
	}
	hash = hash_one(keys, name_domain, folded, strlen(folded));
	sodium_memzero(folded, needed < sizeof(room) ? sizeof(room) : needed + 1);
	if (folded != room)
		free(folded);
	return hash;
}

struct identity_hash
identity_of_key(
	const struct identity_keys *keys, const char *source, const void *key, size_t length)
{
	return hash_two(keys, key_domain, source, key, length);
}

struct identity_hash
identity_of_household(
	const struct identity_keys *keys, const char *source, const void *key, size_t length)
{
	return hash_two(keys, household_domain, source, key, length);
}

struct identity_hash
identity_of_content(const struct identity_keys *keys, const void *content, size_t length)
{
	return hash_one(keys, content_domain, content, length);
}

/* ---- sealed boxes ---- */

static void
card_text(struct buffer *json, const char *key, const char *text, size_t length)
{
	char *copy = NULL;

	if (text) {
		copy = xcalloc(length + 1, 1);
		memcpy(copy, text, length);
	}
	json_key(json, key);
	json_text(json, copy);
	if (copy)
		sodium_memzero(copy, length);
	free(copy);
}

static size_t
card_room(const struct identity_card *card)
{
	return 200 + 6 * (card->name_length + card->address_length + card->phone_length);
}

/* The room is taken at once: a buffer that grows leaves readable copies behind. */
static void
card_json(int64_t person, const struct identity_card *card, struct buffer *ret_json)
{
	char id[24];

	ret_json->room = card_room(card);
	ret_json->bytes = xcalloc(ret_json->room, 1);
	snprintf(id, sizeof(id), "%lld", (long long)person);
	json_open(ret_json, '{');
	json_key(ret_json, "person");
	json_text(ret_json, id);
	card_text(ret_json, "number", card->number, card->number ? strlen(card->number) : 0);
	card_text(ret_json, "name", card->name, card->name_length);
	card_text(ret_json, "address", card->address, card->address_length);
	card_text(ret_json, "phone", card->phone, card->phone_length);
	json_close(ret_json, '}');
}

void
identity_seal(const struct identity_keys *keys, int64_t person,
	const struct identity_card *card, struct buffer *ret_sealed)
{
	struct buffer json = {0};
	size_t length;
	unsigned char *sealed;

	card_json(person, card, &json);
	length = json.length + crypto_box_SEALBYTES;
	sealed = xcalloc(length, 1);
	if (crypto_box_seal(
		    sealed, (const unsigned char *)json.bytes, json.length, keys->box) != 0) {
		fprintf(stderr,
			"needwatch: the key of the sealed boxes is no point of the curve\n");
		abort(); /* a person without a box could never be found again by those entitled */
	}
	buffer_add(ret_sealed, sealed, length);
	sodium_memzero(json.bytes, json.room);
	buffer_free(&json);
	free(sealed);
}

bool
identity_open(const uint8_t public_key[IDENTITY_PUBLIC_KEY],
	const uint8_t secret[IDENTITY_SECRET_KEY], const void *sealed, size_t length,
	struct buffer *ret_json)
{
	unsigned char *json;
	bool well;

	if (length < crypto_box_SEALBYTES)
		return false;
	json = xcalloc(length - crypto_box_SEALBYTES + 1, 1);
	well = crypto_box_seal_open(json, sealed, length, public_key, secret) == 0;
	if (well)
		buffer_add(ret_json, json, length - crypto_box_SEALBYTES);
	sodium_memzero(json, length - crypto_box_SEALBYTES + 1);
	free(json);
	return well;
}
