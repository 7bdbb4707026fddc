/* The input of a fuzz target as a text that ends with NUL. */
#ifndef NEEDWATCH_FUZZ_H
#define NEEDWATCH_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* A copy of exactly that size, so that a read beyond it is seen; the caller frees it. */
static inline char *
fuzz_text(const uint8_t *bytes, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	memcpy(text, bytes, size);
	text[size] = '\0';
	return text;
}

#endif
