/* Allocation that ends the process with a message instead of returning NULL. */
#ifndef NEEDWATCH_MEMORY_H
#define NEEDWATCH_MEMORY_H

#include <stddef.h>

void *
xcalloc(size_t count, size_t size); /* zeroed; overflow ends the process */

void *
xrealloc(void *old, size_t count, size_t size);

char *
xstrdup(const char *text);

#endif
