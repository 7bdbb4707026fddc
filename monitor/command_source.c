/* `needwatch source check|accept|release|reconcile NAME`: check reads the department's database
 * itself, the others ask the running daemon. Changes nothing in any database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "config.h"
#include "memory.h"
#include "question_client.h"
#include "rule_files.h"
#include "source_try.h"

struct source_call {
	const char *verb;
	const char *name;
	const char *path;
};

static int
parse_call(int argc, char **argv, struct source_call *call)
{
	call->path = "/etc/needwatch/needwatch.conf";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			call->path = argv[++i];
		else if (argv[i][0] == '-')
			return usage_error("source", "no option '%s'", argv[i]);
		else if (!call->verb)
			call->verb = argv[i];
		else if (!call->name)
			call->name = argv[i];
		else
			return usage_error("source", "one source at a time");
	}
	if (!call->verb || !call->name)
		return usage_error("source", "say what to do, and the name of the source");
	return EXIT_DONE;
}

static void
say_unnamed(const struct config *config, const struct source_call *call)
{
	size_t count = config_source_count(config);
	const char **names = xcalloc(count + 1, sizeof(*names));
	const char *near;

	for (size_t i = 0; i < count; i++)
		names[i] = config_source(config, i)->name;
	near = nearest_name(call->name, strlen(call->name), names, count);
	fprintf(stderr, "needwatch source: %s names no source '%s'%s%s%s\n", call->path,
		call->name, near ? ": did you mean '" : "", near ? near : "", near ? "'?" : "");
	free(names);
}

static int
check_named(const struct config *config, const struct source_call *call)
{
	int index = config_find_source(config, call->name);
	struct diags *diags;
	int code;

	if (index < 0) {
		say_unnamed(config, call);
		return EXIT_INPUT;
	}
	diags = diags_new();
	code = source_try(config, config_source(config, (size_t)index), diags);
	fflush(stdout);
	diags_show(diags, false);
	diags_free(diags);
	return code;
}

/* The kinds come from the rules that the configuration names. */
static struct ruleset *
config_rules(const struct config *config, struct text_files *files, struct diags *diags)
{
	size_t count;
	const char *const *paths = config_list(config, SETTING_SERVICE_RULES, &count);

	return rule_files_compile(paths, count, files, diags);
}

static int
check(const struct source_call *call)
{
	struct diags *diags = diags_new();
	struct text_files files = {0};
	struct ruleset *ruleset = NULL;
	char *fault;
	struct config *config = config_read(call->path, diags, &fault);
	int code = EXIT_INPUT;
	size_t count;

	if (config)
		config_read_area_changes(config, diags, &fault);
	if (fault)
		fprintf(stderr, "needwatch source: %s\n", fault);
	if (config) {
		ruleset = config_rules(config, &files, diags);
		if (ruleset) {
			const struct kind *const *kinds = ruleset_kinds(ruleset, &count);

			config_bind(config, kinds, count, diags);
		}
		diags_show(diags, false);
		if (ruleset && !fault && diags_errors(diags) == 0)
			code = check_named(config, call);
	}
	free(fault);
	config_free(config);
	ruleset_unref(ruleset);
	diags_free(diags);
	text_files_free(&files);
	return code;
}

#define ASK_US (10 * US_PER_SECOND)

/* Prints what the daemon says to source_accept, source_release or source_reconcile. */
static int
tell_daemon(const struct config *config, const struct source_call *call)
{
	char path[4096], question[32];
	char *fault = NULL;
	const char *error = NULL;
	json_t *answer;
	int well = 0;

	snprintf(path, sizeof(path), "%s/question.sock",
		config_text(config, SETTING_SERVICE_STATE));
	snprintf(question, sizeof(question), "source_%s", call->verb);
	answer = question_ask(path,
		json_pack("{s:s, s:s}", "ask", question, "name", call->name), ASK_US, &fault);
	if (answer)
		json_unpack(answer, "{s:b, s?s}", "ok", &well, "error", &error);
	if (!well)
		fprintf(stderr, "needwatch source: %s\n",
			error   ? error
			: fault ? fault
				: "no answer");
	else
		printf("source %s: told to %s; `needwatch status` shows how it goes on\n",
			call->name, call->verb);
	free(fault);
	json_decref(answer);
	return well ? EXIT_DONE : error ? EXIT_INPUT : EXIT_WORLD;
}

static int
tell(const struct source_call *call)
{
	struct diags *diags = diags_new();
	char *fault;
	struct config *config = config_read(call->path, diags, &fault);
	int code = EXIT_INPUT;

	diags_show(diags, false);
	if (!config) {
		fprintf(stderr, "needwatch source: %s\n", fault);
		free(fault);
	} else if (diags_errors(diags) == 0) {
		code = tell_daemon(config, call);
	}
	config_free(config);
	diags_free(diags);
	return code;
}

int
command_source(int argc, char **argv)
{
	struct source_call call = {.verb = NULL};
	int code = parse_call(argc, argv, &call);

	if (code != EXIT_DONE)
		return code;
	if (strcmp(call.verb, "check") == 0)
		return check(&call);
	if (strcmp(call.verb, "accept") == 0 || strcmp(call.verb, "release") == 0 ||
		strcmp(call.verb, "reconcile") == 0)
		return tell(&call);
	return usage_error(
		"source", "'%s' is none of check, accept, release, reconcile", call.verb);
}
