/* Which other files a text of rules asks for. Opens none: that is for those who have files. */
#ifndef NEEDWATCH_RULE_INCLUDE_H
#define NEEDWATCH_RULE_INCLUDE_H

#include <stddef.h>

#include "diag.h"

struct arena;

struct rule_include {
	const char *path; /* as written; relative to the folder of the text */
	struct span span; /* of the path in the text */
};

/* The `include "path";` lines of the text, in an array in the arena. */
size_t
rule_includes(const struct source_text *text, struct arena *arena, struct rule_include **ret_includes);

#endif
