/* What touched.c and turn.c share: asking for households, and for a count. */
#ifndef NEEDWATCH_TOUCHED_PARTS_H
#define NEEDWATCH_TOUCHED_PARTS_H

#include "statement.h"
#include "touched.h"

struct touched_asked;

/* Columns of the answer: county, household, position, history, since. */
void
touched_ask(struct db *db, enum statement which, struct db_params *params,
	touched_on_read on_read, void *owner);

/* For touched_on_rows() as its owner: tells on_done how many rows a command met. */
struct touched_asked *
touched_asked(touched_on_done on_done, void *owner);

void
touched_on_rows(void *owner, const struct db_result *result);

#endif
