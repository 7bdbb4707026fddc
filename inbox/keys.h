/* The key pair of the sealed boxes, from the credentials folder. Writes no file, logs no key. */
#ifndef NEEDWATCH_KEYS_H
#define NEEDWATCH_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "identity.h"

struct box_keys {
	bool there;
	uint8_t public[IDENTITY_PUBLIC_KEY];
	uint8_t secret[IDENTITY_SECRET_KEY];
};

/* FOLDER/seal.public and FOLDER/seal.secret, each 32 bytes as they are or as 64 hexadecimal digits. `folder` NULL:
 * $CREDENTIALS_DIRECTORY. Without them all works but opening boxes: false, *ret_error is one line, owned by the caller. */
bool
box_keys_read(struct box_keys *keys, const char *folder, char **ret_error);

#endif
