/* All that the daemon is told by files: configuration, rules, keys. Read whole or not at all, immutable afterwards; a reload
 * reads another one beside it. */
#ifndef NEEDWATCH_SETUP_H
#define NEEDWATCH_SETUP_H

#include <stddef.h>

#include "config.h"
#include "identity.h"
#include "ruleset.h"
#include "text_file.h"

struct buffer;
struct event_base;

struct setup {
	char *path;               /* of the configuration */
	struct config *config;    /* bound to the kinds of the rule set */
	struct text_files files;  /* of the rules */
	struct ruleset *ruleset;  /* the canary's rule is in it */
	struct identity_keys keys;
	char *conninfo;           /* of the store */
	const char **channels;    /* names; ends with NULL */
	size_t channel_count;
};

/* What it read, or NULL: then all faults are in `ret_report`, as people read them. `base` is used to try the channels. */
struct setup *
setup_read(const char *path, struct event_base *base, struct buffer *ret_report);

void
setup_free(struct setup *setup); /* NULL is fine */

/* A setting that is read at the start alone and differs between the two, as "store.connect"; NULL: none. */
const char *
setup_differs(const struct setup *one, const struct setup *other);

#endif
