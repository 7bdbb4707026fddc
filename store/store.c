/* Holds together what the parts of a program share of the store; asks nothing by itself. */
#include "store.h"

#include <sodium.h>
#include <stdlib.h>

#include "kind_table.h"
#include "memory.h"

/* Tables of former rule sets: their statements stay prepared on the connection, so they live as
 * long as it does. */
struct former {
	struct kind_tables *kinds;
	struct former *next;
};

struct store {
	struct db *db;
	struct identity_keys keys;
	struct kind_tables *kinds;
	struct former *former;
	char *lease;
	int64_t fence;
};

struct store *
store_new(struct event_base *base, const struct store_config *config,
	const struct kind *const *kinds, size_t kind_count, db_on_state on_state,
	db_on_notify on_notify, void *owner)
{
	struct store *store = xcalloc(1, sizeof(*store));

	store->keys = config->keys;
	store->kinds = kind_tables_new(kinds, kind_count);
	store->db = db_new(base, &config->db, on_state, on_notify, owner);
	return store;
}

void
store_free(struct store *store)
{
	if (!store)
		return;
	db_free(store->db);
	while (store->former) {
		struct former *former = store->former;

		store->former = former->next;
		kind_tables_free(former->kinds);
		free(former);
	}
	kind_tables_free(store->kinds);
	sodium_memzero(&store->keys, sizeof(store->keys));
	free(store->lease);
	free(store);
}

struct db *
store_db(struct store *store)
{
	return store->db;
}

const struct identity_keys *
store_keys(const struct store *store)
{
	return &store->keys;
}

struct kind_tables *
store_kinds(struct store *store)
{
	return store->kinds;
}

void
store_set_kinds(struct store *store, const struct kind *const *kinds, size_t count)
{
	struct former *former = xcalloc(1, sizeof(*former));

	*former = (struct former){store->kinds, store->former};
	store->former = former;
	store->kinds = kind_tables_new(kinds, count);
}

void
store_set_fence(struct store *store, const char *lease, int64_t fence)
{
	free(store->lease);
	store->lease = fence ? xstrdup(lease) : NULL;
	store->fence = fence;
}

const char *
store_lease(const struct store *store, int64_t *ret_fence)
{
	*ret_fence = store->fence;
	return store->lease;
}
