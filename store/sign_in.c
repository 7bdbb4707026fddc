/* libsodium's hashes in the forms that accounts, sessions and links are kept in. Opens no connection. */
#include "sign_in.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

_Static_assert(SIGN_IN_HASH == crypto_generichash_BYTES, "BLAKE2b-256");
_Static_assert(sodium_base64_ENCODED_LEN(32, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == SIGN_IN_TOKEN + 1,
	"32 bytes");

void
sign_in_hash(const char *purpose, const char *text, uint8_t ret_hash[SIGN_IN_HASH])
{
	crypto_generichash_state state;

	crypto_generichash_init(&state, NULL, 0, SIGN_IN_HASH);
	crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&state, (const unsigned char *)text, strlen(text));
	crypto_generichash_final(&state, ret_hash, SIGN_IN_HASH);
}

static void
encode(const uint8_t bytes[32], char ret_text[SIGN_IN_TOKEN + 1])
{
	sodium_bin2base64(ret_text, SIGN_IN_TOKEN + 1, bytes, 32, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void
sign_in_hash_text(const char *purpose, const char *text, char ret_text[SIGN_IN_TOKEN + 1])
{
	uint8_t hash[SIGN_IN_HASH];

	sign_in_hash(purpose, text, hash);
	encode(hash, ret_text);
}

void
sign_in_token_new(char ret_token[SIGN_IN_TOKEN + 1])
{
	uint8_t bytes[32];

	randombytes_buf(bytes, sizeof(bytes));
	encode(bytes, ret_token);
	sodium_memzero(bytes, sizeof(bytes));
}

char *
password_hash(const char *password)
{
	char *hash = xcalloc(1, crypto_pwhash_STRBYTES);

	if (crypto_pwhash_str(hash, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
		    crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0)
		return hash;
	free(hash);
	return NULL;
}
