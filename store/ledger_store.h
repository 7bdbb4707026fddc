/* Walks a county's ledger in the store and says whether it still proves what it says. Changes nothing. */
#ifndef NEEDWATCH_LEDGER_STORE_H
#define NEEDWATCH_LEDGER_STORE_H

#include "db.h"
#include "ledger.h"

/* Exactly once. `check` NULL: it could not be read, `error` is one line. check->fault empty: the chain holds. */
typedef void (*ledger_on_verified)(void *owner, const struct ledger_check *check,
	const char *error);

/* In pages, in one snapshot, so that lines written meanwhile do not disturb it. Counties: SQL_LEDGER_COUNTIES. */
void
ledger_verify(struct db *db, int32_t county, ledger_on_verified on_verified, void *owner);

#endif
