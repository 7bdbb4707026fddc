/* Reads the two halves of the key pair and checks that they belong together. */
#include "keys.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 64 digits, a line end, and one more to see that it is too long. */
#define FILE_ROOM 66

static bool
take_key(const char *bytes, size_t length, uint8_t ret_key[32])
{
	size_t made;
	if (length == 32) {
		memcpy(ret_key, bytes, 32);
		return true;
	}
	length -= length == 65 && bytes[64] == '\n';
	return length == 64 &&
		sodium_hex2bin(ret_key, 32, bytes, length, NULL, &made, NULL) == 0 && made == 32;
}

static bool
read_key(const char *folder, const char *name, uint8_t ret_key[32], char **ret_error)
{
	char path[4096];
	char bytes[FILE_ROOM];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		if (asprintf(ret_error, "no key %s: `needwatch init` makes it", path) < 0) {
			abort();
		}
		return false;
	}
	setvbuf(file, NULL, _IONBF, 0); /* no copy of the key stays in a buffer */
	size_t length = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	bool right = take_key(bytes, length, ret_key);
	sodium_memzero(bytes, sizeof bytes);
	if (!right && asprintf(ret_error, "%s is no key: 32 bytes, or 64 hexadecimal digits", path) < 0) {
		abort();
	}
	return right;
}

bool
box_keys_read(struct box_keys *keys, const char *folder, char **ret_error)
{
	uint8_t public[IDENTITY_PUBLIC_KEY];
	if (folder == NULL) {
		folder = getenv("CREDENTIALS_DIRECTORY");
	}
	if (folder == NULL) {
		folder = "/etc/needwatch/keys";
	}
	if (!read_key(folder, "seal.public", keys->public, ret_error) ||
		!read_key(folder, "seal.secret", keys->secret, ret_error)) {
		return false;
	}
	crypto_scalarmult_base(public, keys->secret);
	if (sodium_memcmp(public, keys->public, sizeof public) != 0) {
		if (asprintf(ret_error, "%s: seal.public and seal.secret do not belong together", folder) < 0) {
			abort();
		}
		return false;
	}
	keys->there = true;
	return true;
}
