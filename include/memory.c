/* Ends the process when memory is gone; never returns NULL. */
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
out_of_memory(size_t count, size_t size)
{
	fprintf(stderr, "needwatch: out of memory (%zu x %zu bytes)\n", count, size);
	abort();
}

void *
xcalloc(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size ? size : 1);

	if (!memory)
		out_of_memory(count, size);
	return memory;
}

void *
xrealloc(void *old, size_t count, size_t size)
{
	size_t bytes;
	void *memory;

	if (__builtin_mul_overflow(count, size, &bytes))
		out_of_memory(count, size);
	memory = realloc(old, bytes ? bytes : 1);
	if (!memory)
		out_of_memory(count, size);
	return memory;
}

char *
xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(xcalloc(size, 1), text, size);
}
