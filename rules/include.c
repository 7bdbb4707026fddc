/* Finds the include lines of a text; opens no file. */
#include "include.h"

#include "arena.h"
#include "lex.h"

size_t
rule_includes(const struct source_text *text, struct arena *arena, struct rule_include **ret_includes)
{
	struct diags *silent = diags_new(); /* the compiler lexes the text again, and tells */
	const struct token *tokens = lex(text, arena, silent);
	size_t length = 0, count = 0;
	int depth = 0;

	diags_free(silent);
	while (tokens[length].type != TOKEN_END)
		length++;
	*ret_includes = arena_array(arena, length / 2, sizeof(**ret_includes));
	for (size_t i = 0; i < length; i++) {
		depth += token_is(&tokens[i], "{") - token_is(&tokens[i], "}");
		if (depth != 0 || !token_is(&tokens[i], "include") || tokens[i + 1].type != TOKEN_STRING)
			continue;
		(*ret_includes)[count++] = (struct rule_include){tokens[i + 1].text, tokens[i + 1].span};
		i++;
	}
	return count;
}
