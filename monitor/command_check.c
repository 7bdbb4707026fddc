/* `needwatch check`: says what is wrong with rule files, or prints the set; changes nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "memory.h"
#include "rule_files.h"

struct check_call {
	const char **paths;
	size_t path_count;
	bool print;
	bool json;
};

static int
parse_call(int argc, char **argv, struct check_call *call)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--print") == 0)
			call->print = true;
		else if (strcmp(argv[i], "--json") == 0)
			call->json = true;
		else if (argv[i][0] == '-')
			return usage_error("check", "no option '%s'", argv[i]);
		else
			call->paths[call->path_count++] = argv[i];
	}
	if (call->path_count == 0)
		return usage_error("check", "no file or folder of rules is named");
	return EXIT_DONE;
}

static int
check(const struct check_call *call)
{
	struct text_files files = {0};
	struct diags *diags = diags_new();
	struct ruleset *ruleset =
		rule_files_compile(call->paths, call->path_count, &files, diags);

	diags_show(diags, call->json);
	if (ruleset && call->print)
		fputs(ruleset_print(ruleset), stdout);
	else if (ruleset && !call->json)
		printf("%zu rules, %s\n", ruleset_rule_count(ruleset), ruleset_hash(ruleset));
	ruleset_unref(ruleset);
	diags_free(diags);
	text_files_free(&files);
	return ruleset ? EXIT_DONE : EXIT_INPUT;
}

int
command_check(int argc, char **argv)
{
	struct check_call call = {.paths = xcalloc((size_t)argc, sizeof(*call.paths))};
	int code = parse_call(argc, argv, &call);

	if (code == EXIT_DONE)
		code = check(&call);
	free(call.paths);
	return code;
}
