/* The organisation as it was last read, and the policy over it: counted, so that a request keeps the one it began with. */
#ifndef NEEDWATCH_MAP_H
#define NEEDWATCH_MAP_H

#include "organisation_store.h"
#include "policy.h"

struct event_base;
struct map_keeper;

struct map {
	struct organisation_snapshot *snapshot;
	struct policy policy;
	size_t references;
};

/* Borrowed: outlives the keeper. */
struct map_config {
	const char *conninfo;
	const char *const *channels;
	size_t channel_count;
};

typedef void map_on_change(void *owner);

/* Reads it at once, and again when its version has moved, on a connection of its own: as needwatch_reader without an
 * area, which sees organisation tables and not one row about a person. `on_change` after every reading. */
struct map_keeper *
map_keeper_new(struct event_base *base, const struct map_config *config, map_on_change *on_change,
	void *owner);

void
map_keeper_free(struct map_keeper *keeper); /* NULL is fine */

/* A reference; NULL until it was read for the first time. */
struct map *
map_now(struct map_keeper *keeper);

void
map_unref(struct map *map); /* NULL is fine */

/* Somebody saw that it has moved: it is read again without waiting for the next look. */
void
map_keeper_look(struct map_keeper *keeper);

#endif
