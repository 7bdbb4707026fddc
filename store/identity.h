/* Who is meant, without keeping it readable: keyed hashes of numbers, names, keys and contents, masks, and sealed
 * boxes. Seals and never opens; reads no key file. */
#ifndef NEEDWATCH_IDENTITY_H
#define NEEDWATCH_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "citizen.h"
#include "day.h"

struct buffer;

#define IDENTITY_HASH 16       /* BLAKE2b-128 */
#define IDENTITY_KEY 32        /* pseudonym key */
#define IDENTITY_PUBLIC_KEY 32 /* X25519, of needwatch-web's box */
#define IDENTITY_SECRET_KEY 32

struct identity_hash {
	uint8_t bytes[IDENTITY_HASH];
};

/* Copied from credentials by the caller. `id` is stored with every person. */
struct identity_keys {
	int16_t id;
	uint8_t hash[IDENTITY_KEY];
	uint8_t box[IDENTITY_PUBLIC_KEY];
};

/* Must succeed once before anything below is used; false: no secure randomness. */
bool
identity_ready(void) __attribute__((warn_unused_result));

/* New keys for `needwatch init`; the caller stores each where it belongs. */
void
identity_keys_make(uint8_t ret_hash_key[IDENTITY_KEY], uint8_t ret_public[IDENTITY_PUBLIC_KEY],
	uint8_t ret_secret[IDENTITY_SECRET_KEY]);

/* A key file holds one line of 64 hexadecimal digits. False: `text` (a line end may follow) is none. */
#define IDENTITY_KEY_TEXT 65
void
identity_key_format(const uint8_t key[IDENTITY_KEY], char ret_text[IDENTITY_KEY_TEXT]);

bool
identity_key_parse(const char *text, uint8_t ret_key[IDENTITY_KEY]);

/* The public half of a box's key. */
void
identity_public_key(const uint8_t secret[IDENTITY_SECRET_KEY], uint8_t ret_public[IDENTITY_PUBLIC_KEY]);

/* ---- hashes: the same bytes under two of these give different hashes ---- */

/* `number`: 18 characters, normalised. */
struct identity_hash
identity_of_number(const struct identity_keys *keys, const char *number);

/* Somebody whose number does not validate: known by where he stands, never matched. `slot` tells several such persons of
 * one record apart. */
struct identity_hash
identity_of_record(const struct identity_keys *keys, const char *source, const void *key,
	size_t length, int slot);

struct identity_hash
identity_of_name(const struct identity_keys *keys, const char *name, size_t length);

/* The key of a record in its source. */
struct identity_hash
identity_of_key(const struct identity_keys *keys, const char *source, const void *key,
	size_t length);

/* The source's key of a household. */
struct identity_hash
identity_of_household(const struct identity_keys *keys, const char *source, const void *key,
	size_t length);

/* What a record says. */
struct identity_hash
identity_of_content(const struct identity_keys *keys, const void *content, size_t length);

/* ---- sealed boxes ---- */

/* What needwatch-web may show to those entitled. Texts need no NUL; NULL: not known. */
struct identity_card {
	const char *number;
	const char *name;
	size_t name_length;
	const char *address;
	size_t address_length;
	const char *phone;
	size_t phone_length;
};

/* JSON {"person":"…","number":…,"name":…,"address":…,"phone":…}, sealed; the person's id inside ties it to its row. */
void
identity_seal(const struct identity_keys *keys, int64_t person, const struct identity_card *card,
	struct buffer *ret_sealed);

/* For needwatch-web alone. False: not for this key, or tampered with. */
bool
identity_open(const uint8_t public_key[IDENTITY_PUBLIC_KEY],
	const uint8_t secret[IDENTITY_SECRET_KEY], const void *sealed, size_t length,
	struct buffer *ret_json);

#endif
