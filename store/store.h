/* What the parts of a program share of the store: its connection, its keys and the tables of its kinds. */
#ifndef NEEDWATCH_STORE_H
#define NEEDWATCH_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"
#include "identity.h"

struct kind;
struct kind_tables;
struct store;

/* For db_config.setup of a connection that asks for a few rows of each table by index, with the same plan every time. Left
 * to itself the planner keeps a plan from when a table was small, reads through one of middling size, or plans anew for
 * every household. */
#define STORE_SETUP_BY_INDEX \
	"set plan_cache_mode = force_generic_plan; set enable_seqscan = off;" \
	" set enable_hashjoin = off; set enable_mergejoin = off; set jit = off"

/* Borrowed only for the call. */
struct store_config {
	struct db_config db;
	struct identity_keys keys; /* zeros where no fact is written */
};

/* `kinds` (of the rule set) are borrowed and must outlive the store; count 0: none. Never fails: see db_state(). */
struct store *
store_new(struct event_base *base, const struct store_config *config,
	const struct kind *const *kinds, size_t kind_count, db_on_state on_state,
	db_on_notify on_notify, void *owner);

void
store_free(struct store *store); /* NULL is fine */

struct db *
store_db(struct store *store);

const struct identity_keys *
store_keys(const struct store *store);

struct kind_tables *
store_kinds(struct store *store);

/* A new rule set: the kinds that are written and read from now on. No journal may be busy. */
void
store_set_kinds(struct store *store, const struct kind *const *kinds, size_t count);

/* The lease under which this process writes; 0: none is checked. Every fact transaction fails once it is lost. */
void
store_set_fence(struct store *store, const char *lease, int64_t fence);

/* For lease_verify() in each of those transactions; NULL: none is checked. */
const char *
store_lease(const struct store *store, int64_t *ret_fence);

#endif
