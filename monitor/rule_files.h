/* Rule files and folders of them as one rule set. */
#ifndef NEEDWATCH_RULE_FILES_H
#define NEEDWATCH_RULE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"
#include "ruleset.h"
#include "text_file.h"

/* Compiles all .rules files of the paths, in byte order within each folder. NULL with faults in
 * `diags`, or with none there when a file could not be read, which stderr says. The texts stay
 * in `files`, empty before, for the diagnostics. */
struct ruleset *
rule_files_compile(
	const char *const *paths, size_t count, struct text_files *files, struct diags *diags);

#endif
