/* All sources of the daemon: started and stopped together, shown in `status`, told by name. */
#ifndef NEEDWATCH_SOURCE_SET_H
#define NEEDWATCH_SOURCE_SET_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "config.h"
#include "source.h"

struct source_set;

/* `config` and what `world` points to are borrowed. Sources that say who lives with whom are started first, the others
 * behind their first load: else every person would begin as a household alone. */
struct source_set *
source_set_new(const struct config *config, const struct source_world *world);

void
source_set_free(struct source_set *set); /* NULL is fine */

void
source_set_start(struct source_set *set);

void
source_set_stop(struct source_set *set);

/* A first load is under way or about to begin: what is known of the households is not whole yet. A source that cannot be
 * seen is waited for by nobody. */
bool
source_set_loading(const struct source_set *set);

size_t
source_set_count(const struct source_set *set);

struct source *
source_set_at(const struct source_set *set, size_t index);

/* What a question "source_accept", "source_release" or "source_reconcile" with a name asks for. NULL: done;
 * else why not, in one line (static). */
const char *
source_set_tell(struct source_set *set, const char *question, const char *name);

/* An array with an object per source, for the question "status": name, label, area, state, since, blind_since (null: it can be
 * seen), reason, rows, changed, late, quarantined, ..., and of a pass under way its rows, rate and seconds left. The
 * caller owns it. */
json_t *
source_set_status(const struct source_set *set);

#endif
