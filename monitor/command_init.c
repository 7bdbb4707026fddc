/* `needwatch init`: makes the store what this needwatch needs, as often as one likes. Reads and
 * checks all files before it changes anything, and takes nothing away. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "command.h"
#include "config.h"
#include "init_files.h"
#include "init_keys.h"
#include "init_store.h"
#include "memory.h"
#include "store_place.h"
#include "verdict.h"

struct init_call {
	const char *path;
	bool rules; /* the tables of kinds and the rule set alone */
};

/* What is read before anything is changed. */
struct init_inputs {
	struct diags *diags;
	struct config *config;
	struct text_files rule_texts;
	struct ruleset *ruleset;
	struct init_files files;
};

static int
parse_call(int argc, char **argv, struct init_call *call)
{
	call->path = "/etc/needwatch/needwatch.conf";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			call->path = argv[++i];
		else if (strcmp(argv[i], "--rules") == 0)
			call->rules = true;
		else
			return usage_error("init", "'%s' is not understood", argv[i]);
	}
	return EXIT_DONE;
}

/* The reason goes to stderr, and is freed. */
static int
failed(int code, char *error)
{
	fprintf(stderr, "needwatch init: %s\n", error ? error : "it failed without a reason");
	free(error);
	return code;
}

/* ---- reading ---- */

static bool
read_rules(struct init_inputs *inputs)
{
	size_t count;
	const char *const *paths = config_list(inputs->config, SETTING_SERVICE_RULES, &count);
	const struct kind *const *kinds;

	inputs->ruleset = verdict_rules(paths, count, &inputs->rule_texts, inputs->diags);
	if (!inputs->ruleset)
		return false;
	kinds = ruleset_kinds(inputs->ruleset, &count);
	return config_bind(inputs->config, kinds, count, inputs->diags);
}

/* Can the store be named at all? */
static bool
knows_store(const struct config *config)
{
	char *error = NULL;
	char *conninfo = store_conninfo(config, SETTING_STORE_OWNER_CONNECT, &error);
	bool known = conninfo != NULL;

	free(conninfo);
	return known || failed(EXIT_INPUT, error) == EXIT_DONE;
}

/* Everything that is wrong is told in one run. */
static int
read_inputs(const struct init_call *call, struct init_inputs *inputs)
{
	char *error = NULL;
	bool well;

	inputs->diags = diags_new();
	inputs->config = config_read(call->path, inputs->diags, &error);
	if (!inputs->config)
		return failed(EXIT_INPUT, error);
	well = config_read_area_changes(inputs->config, inputs->diags, &error);
	if (!well)
		failed(EXIT_INPUT, error);
	well &= read_rules(inputs);
	well &= call->rules || init_files_read(inputs->config, &inputs->files, inputs->diags);
	well &= knows_store(inputs->config);
	diags_show(inputs->diags, false);
	return well && diags_errors(inputs->diags) == 0 ? EXIT_DONE : EXIT_INPUT;
}

static void
free_inputs(struct init_inputs *inputs)
{
	config_free(inputs->config);
	ruleset_unref(inputs->ruleset);
	diags_free(inputs->diags);
	init_files_free(&inputs->files);
	text_files_free(&inputs->rule_texts);
}

/* ---- doing ---- */

static bool
business_now(const struct config *config, struct instant *ret_now, char **ret_error)
{
	struct clock *clock = clock_open(config_number(config, SETTING_SERVICE_DAY),
		config_text(config, SETTING_SERVICE_STATE), ret_error);

	if (!clock)
		return false;
	*ret_now = clock_now(clock);
	clock_free(clock);
	return true;
}

static bool
make_keys(struct init_store *store, const struct config *config, char **ret_error)
{
	const char *folder = init_keys_folder(config_text(config, SETTING_SERVICE_CREDENTIALS));
	bool in_use;

	return init_store_in_use(store, &in_use, ret_error) &&
	       init_keys_make(folder, in_use, ret_error);
}

static int
set_up(const struct init_call *call, struct init_inputs *inputs, struct init_store *store)
{
	struct instant now;
	char *error = NULL;
	bool wrong;

	if (!init_store_schema(store, &error))
		return failed(EXIT_WORLD, error);
	if (!init_store_kinds(store, inputs->ruleset, &wrong, &error))
		return failed(wrong ? EXIT_INPUT : EXIT_WORLD, error);
	if (!call->rules && !init_store_load(store, &inputs->files, &error))
		return failed(EXIT_WORLD, error);
	if (!call->rules && !make_keys(store, inputs->config, &error))
		return failed(EXIT_WORLD, error);
	if (!business_now(inputs->config, &now, &error) ||
		!init_store_publish(store, inputs->ruleset, call->rules, now, &error))
		return failed(EXIT_WORLD, error);
	return EXIT_DONE;
}

/* Units look in one place; everywhere else the programs are started by whoever set them up
 * there. */
static void
print_next(const struct init_call *call, const struct config *config, const char *program)
{
	bool units =
		access("/run/systemd/system", F_OK) == 0 &&
		strcmp(config_text(config, SETTING_SERVICE_STATE), "/var/lib/needwatch") == 0;

	if (units)
		printf("next: systemctl enable --now%s needwatchd needwatch-web\n",
			program ? " needwatch-store" : "");
	else
		printf("next: run %s%s%sneedwatchd --config %s; needwatch-web --config %s\n",
			program ? program : "", program ? " (as the folder's owner)" : "",
			program ? "; " : "", call->path, call->path);
}

static int
init(const struct init_call *call, struct init_inputs *inputs)
{
	int code = read_inputs(call, inputs);
	struct init_store *store;
	char *error = NULL, *program;

	if (code != EXIT_DONE)
		return code;
	store = init_store_open(inputs->config, &error);
	if (!store)
		return failed(EXIT_WORLD, error);
	code = set_up(call, inputs, store);
	program = init_store_program(store) ? xstrdup(init_store_program(store)) : NULL;
	if (!init_store_close(store, &error))
		code = failed(EXIT_WORLD, error);
	if (code == EXIT_DONE && !call->rules)
		print_next(call, inputs->config, program);
	free(program);
	return code;
}

int
command_init(int argc, char **argv)
{
	struct init_call call = {NULL, false};
	struct init_inputs inputs = {.diags = NULL};
	int code = parse_call(argc, argv, &call);

	if (code != EXIT_DONE)
		return code;
	setvbuf(stdout, NULL, _IOLBF, 0); /* lines stay in order with those of stderr */
	code = init(&call, &inputs);
	free_inputs(&inputs);
	return code;
}
