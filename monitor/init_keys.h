/* The key files of `needwatch init`: made once, never replaced. */
#ifndef NEEDWATCH_INIT_KEYS_H
#define NEEDWATCH_INIT_KEYS_H

#include <stdbool.h>

/* Where they lie: `said` (of the configuration), else $CREDENTIALS_DIRECTORY, else where the
 * units look. */
const char *
init_keys_folder(const char *said);

/* Makes pseudonym.key, seal.public and seal.secret in the folder where they are missing, and
 * says so on stdout, a line each. `in_use`: the store holds persons already, so that a missing
 * key is a loss and not a beginning. False: *ret_error is one line, owned by the caller. */
bool
init_keys_make(const char *folder, bool in_use, char **ret_error);

#endif
