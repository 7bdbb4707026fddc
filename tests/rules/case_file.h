/* A case of the rule pack: persons, facts, a day, and what must be found. Format: see golden.t. */
#ifndef NEEDWATCH_CASE_FILE_H
#define NEEDWATCH_CASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "evaluate.h"

struct arena;

#define WORDS 40

/* One line, cut at blanks; "name=value" stays one word. */
struct case_line {
	char *words[WORDS];
	size_t count;
	int number;
};

struct case_lines {
	struct case_line *all;
	size_t count;
};

/* The lines of one case, between its `case` line and the next. Ends the program if there is no such case. */
struct case_lines
case_read(const char *path, const char *name, struct arena *arena);

/* The value behind "name=" on the line, or NULL. */
const char *
case_value(const struct case_line *line, const char *name);

/* All .rules files below the folder, compiled; ends the program with their diagnostics. */
struct ruleset *
case_ruleset(const char *folder, struct arena *arena);

/* Ends the program: "FILE:LINE: text". */
_Noreturn void
case_fail(int line, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
