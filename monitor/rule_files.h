/* Rule files, folders of them and what they include as one rule set. */
#ifndef NEEDWATCH_RULE_FILES_H
#define NEEDWATCH_RULE_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"
#include "ruleset.h"
#include "text_file.h"

/* Reads all .rules files of the paths, in byte order within each folder, and then what they include; each file
 * once, by whatever way it is named. False with faults in `diags`, or with none there when a path of the caller
 * could not be read, which stderr says. */
bool
rule_files_read(
	const char *const *paths, size_t count, struct text_files *files, struct diags *diags);

/* Reads and compiles. NULL with faults as above. The texts stay in `files`, empty before, for the diagnostics. */
struct ruleset *
rule_files_compile(
	const char *const *paths, size_t count, struct text_files *files, struct diags *diags);

#endif
