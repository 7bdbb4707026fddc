/* The area tree and the codes that were changed, in the store. Reads no file. */
#ifndef NEEDWATCH_AREA_STORE_H
#define NEEDWATCH_AREA_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "area_change.h"

struct db_sync;

struct area_row {
	struct area area;
	const char *name;
	struct area parent; /* code 0: none */
};

/* Adds and renames; takes none away. False: *ret_error, one line, owned by the caller. */
bool
area_store_load(struct db_sync *sync, const struct area_row *rows, size_t count,
	char **ret_error);

bool
area_store_changes(struct db_sync *sync, const struct area_change *changes, size_t count,
	char **ret_error);

#endif
