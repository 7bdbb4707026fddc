/* Lists of code prefixes and ranges, as people write them: "C00-C97", "D59.3-D61", "E84". */
#ifndef NEEDWATCH_CODES_H
#define NEEDWATCH_CODES_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"

struct arena;

/* Both ends in the bare form: capital letters and digits alone. One code: from and to are the same. */
struct code_range {
	const char *from;
	const char *to;
};

struct code_list {
	const char *name;
	const char *label;
	const char *basis;
	struct span span;
	struct code_range *ranges;
	size_t range_count;
};

/* Reads "A" or "A-B"; NULL, or what is wrong with it. */
const char *
code_range_read(const char *text, struct arena *arena, struct code_range *ret_range);

/* The text begins with one of the codes, or with a code between the ends of a range. Small letters, dots and blanks
 * make no difference, and what follows the code neither. */
bool
code_list_holds(const struct code_list *list, const char *text);

#endif
