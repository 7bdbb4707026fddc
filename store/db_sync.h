/* A blocking connection for the command line: migrations, tables of kinds, set-up. Never used by a daemon's loop. */
#ifndef NEEDWATCH_DB_SYNC_H
#define NEEDWATCH_DB_SYNC_H

#include <stdbool.h>

#include "db.h"

struct db_sync;
struct event_base;

/* NULL if it could not connect: then *ret_error is one line, owned by the caller. */
struct db_sync *
db_sync_open(const char *conninfo, const char *password, const char *application,
	char **ret_error);

void
db_sync_close(struct db_sync *sync); /* NULL is fine */

/* One or several statements without results. False: see db_sync_error(). */
bool
db_sync_run(struct db_sync *sync, const char *sql) __attribute__((warn_unused_result));

/* One statement; `params` (may be NULL) is emptied. The result lives until the next call. */
const struct db_result *
db_sync_ask(struct db_sync *sync, const char *sql, struct db_params *params);

const struct db_result *
db_sync_ask_statement(struct db_sync *sync, const struct db_statement *statement,
	struct db_params *params);

/* Of the last call, one line; "" if it went well. */
const char *
db_sync_error(const struct db_sync *sync);

/* Runs the loop until `*done`, for those parts that only have an asynchronous face. False if the loop ended before. */
bool
loop_until(struct event_base *base, const bool *done);

#endif
