/* Secrets from files of the credentials folder; never from the configuration, never logged. */
#ifndef NEEDWATCH_CREDENTIAL_H
#define NEEDWATCH_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>

#define CREDENTIAL_SIZE 512

/* The first line of FOLDER/NAME. `folder` NULL: $CREDENTIALS_DIRECTORY. False if there is none, or if the
 * name leads out of the folder. The caller wipes it with explicit_bzero(). */
bool
credential_read(const char *folder, const char *name, char ret_secret[CREDENTIAL_SIZE]);

#endif
