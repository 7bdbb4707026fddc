/* The store of the tests: what the intake's memory double keeps, and how a test looks at it. */
#ifndef NEEDWATCH_TEST_INTAKE_MEMORY_H
#define NEEDWATCH_TEST_INTAKE_MEMORY_H

#include <stddef.h>

struct buffer;
struct event_base;
struct store;

struct store *
memory_store_new(struct event_base *base);

void
memory_store_free(struct store *store);

/* The next `count` calls of the source fail, as if the store were away. */
void
memory_store_fail(struct store *store, const char *source, int count);

/* One line per key: key, version, and "gone" or what the record says; then one per quarantined key. */
void
memory_store_dump(struct store *store, const char *source, struct buffer *out);

#endif
