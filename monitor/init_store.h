/* The store that `needwatch init` works on: found or made, connected as its owner, filled.
 * Prints what it did. */
#ifndef NEEDWATCH_INIT_STORE_H
#define NEEDWATCH_INIT_STORE_H

#include <stdbool.h>

#include "config.h"
#include "init_files.h"
#include "instant.h"

struct init_store;
struct ruleset;

/* Makes the private cluster if there is none, starts it if it does not run, makes roles and
 * database, and connects as the owner. NULL: *ret_error is one line, owned by the caller. */
struct init_store *
init_store_open(const struct config *config, char **ret_error);

/* Stops the private cluster if it did not run before. False: *ret_error. NULL is fine. */
bool
init_store_close(struct init_store *store, char **ret_error);

/* The program that runs the private cluster; NULL: the server is somebody else's. Owned by the
 * store. */
const char *
init_store_program(struct init_store *store);

/* Each prints a line for each thing that it did. False: *ret_error is one line, owned by the
 * caller. */

bool
init_store_schema(struct init_store *store, char **ret_error);

/* *ret_wrong: the rule files are, not the world. */
bool
init_store_kinds(struct init_store *store, const struct ruleset *ruleset, bool *ret_wrong,
	char **ret_error);

bool
init_store_load(struct init_store *store, const struct init_files *files, char **ret_error);

/* Publishes the set if none is published, or if `replace`: from `today` on. The first one holds
 * for all days. */
bool
init_store_publish(struct init_store *store, const struct ruleset *ruleset, bool replace,
	struct instant now, char **ret_error);

bool
init_store_in_use(struct init_store *store, bool *ret_in_use, char **ret_error);

#endif
