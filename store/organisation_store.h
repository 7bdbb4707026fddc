/* Offices, posts and the work calendar as the store holds them, read in one snapshot. Changes nothing. */
#ifndef NEEDWATCH_ORGANISATION_STORE_H
#define NEEDWATCH_ORGANISATION_STORE_H

#include <stdint.h>

#include "calendar.h"
#include "db.h"
#include "organisation.h"

/* Owned by whoever got it. */
struct organisation_snapshot {
	int64_t version;
	struct organisation *organisation;
	struct calendar *calendar;
};

void
organisation_snapshot_free(struct organisation_snapshot *snapshot); /* NULL is fine */

/* Exactly once; `snapshot` NULL: `error` is one line. */
typedef void (*organisation_on_loaded)(void *owner, struct organisation_snapshot *snapshot,
	const char *error);

void
organisation_load(struct db *db, organisation_on_loaded on_loaded, void *owner);

#endif
