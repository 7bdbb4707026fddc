/* Compares codes by their beginning; knows nothing of what they mean. */
#include "codes.h"

#include <string.h>

#include "arena.h"

#define CODE_LENGTH 32 /* more than any classification has; the rest of a text says nothing about its code */

/* Capital letters and digits of the first `length` bytes, as many as fit. */
static size_t
bare(const char *text, size_t length, char ret_bare[CODE_LENGTH + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < length && text[i] && n < CODE_LENGTH; i++) {
		char c = text[i];

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))
			ret_bare[n++] = c;
	}
	ret_bare[n] = '\0';
	return n;
}

const char *
code_range_read(const char *text, struct arena *arena, struct code_range *ret_range)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789. -";
	const char *dash = strchr(text, '-');
	char from[CODE_LENGTH + 1], to[CODE_LENGTH + 1];
	size_t a, b;

	if (text[strspn(text, allowed)] || (dash && strchr(dash + 1, '-')))
		return "a code is letters, digits and dots, a range has one '-' between two codes";
	a = bare(text, dash ? (size_t)(dash - text) : strlen(text), from);
	b = bare(dash ? dash + 1 : text, strlen(text), to);
	if (a == 0 || b == 0)
		return "a code has letters or digits";
	if (strncmp(from, to, a < b ? a : b) > 0)
		return "this range runs backwards";
	ret_range->from = arena_strdup(arena, from);
	ret_range->to = arena_strdup(arena, to);
	return NULL;
}

bool
code_list_holds(const struct code_list *list, const char *text)
{
	char code[CODE_LENGTH + 1];
	size_t length = bare(text, strlen(text), code);

	for (size_t i = 0; i < list->range_count; i++) {
		const struct code_range *range = &list->ranges[i];
		size_t end = strlen(range->to);

		if (length >= end && strncmp(code, range->from, strlen(range->from)) >= 0 &&
			strncmp(code, range->to, end) <= 0)
			return true;
	}
	return false;
}
