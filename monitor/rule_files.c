/* Gathers rule files and compiles them; the language itself is rules/. */
#include "rule_files.h"

#include "bounds.h"

struct ruleset *
rule_files_compile(
	const char *const *paths, size_t count, struct text_files *files, struct diags *diags)
{
	for (size_t i = 0; i < count; i++)
		if (!text_files_add_tree(files, paths[i], ".rules", RULE_TEXT_LIMIT))
			return NULL;
	return ruleset_compile(text_files_block(files), files->count, diags);
}
