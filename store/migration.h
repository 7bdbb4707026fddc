/* Brings a store to the shape that this binary needs: numbered, additive steps, each applied once. Takes nothing away. */
#ifndef NEEDWATCH_MIGRATION_H
#define NEEDWATCH_MIGRATION_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;
struct db_sync;

struct migration {
	int number;       /* of the file: 001_journal.sql */
	const char *name; /* "001_journal" */
	const char *sql;
};

/* All that were compiled in, by number. */
extern const struct migration migrations[];
extern const size_t migration_count;

/* What each role may do; applied after them every time. */
extern const char migration_grants[];

/* Creates the roles of needwatch where they are missing. Needs CREATEROLE only then; *ret_error (owned by the caller) says
 * what an administrator has to run otherwise. */
bool
migration_roles(struct db_sync *sync, char **ret_error);

/* Applies what is missing, each in a transaction under a lock; lists it in `ret_log` (may be NULL), a line each. False:
 * *ret_error (owned by the caller) is one line: a step failed and was rolled back, the store is newer than this
 * binary, or a step was changed after it had been applied. */
bool
migration_apply(struct db_sync *sync, struct buffer *ret_log, char **ret_error);

/* The same questions without changing anything; for the daemons at start. */
bool
migration_check(struct db_sync *sync, char **ret_error);

#endif
