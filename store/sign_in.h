/* What the store keeps of secrets by which people sign in: hashes of passwords, cookies and links. Keeps none itself. */
#ifndef NEEDWATCH_SIGN_IN_H
#define NEEDWATCH_SIGN_IN_H

#include <stdint.h>

#define SIGN_IN_HASH 32
#define SIGN_IN_TOKEN 43 /* 32 random bytes in base64url */

/* For random secrets and for what is only compared: `purpose` ("session", "link", "name" ...) keeps them apart. */
void
sign_in_hash(const char *purpose, const char *text, uint8_t ret_hash[SIGN_IN_HASH]);

/* The same as text. */
void
sign_in_hash_text(const char *purpose, const char *text, char ret_text[SIGN_IN_TOKEN + 1]);

void
sign_in_token_new(char ret_token[SIGN_IN_TOKEN + 1]);

/* argon2id, 64 MiB, about 70 ms: never on a loop. Owned by the caller; NULL: no memory for it. */
char *
password_hash(const char *password);

#endif
