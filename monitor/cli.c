/* The command line `needwatch`: one table of commands, each in its own file; does no work
 * itself. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "buffer.h"
#include "command.h"

static const struct command commands[] = {
	{"account",
		"add NAME --office AREA|ID --role ROLE [--label TEXT] [--detail] [--opens] [--password-stdin]\n"
		"list\ndisable NAME\nlink NAME [--minutes N]\nand --config FILE",
		"who may sign in to the inbox, as whom, and how", command_account},
	{"check", "FILE|DIR... [--print] [--json]",
		"check rule files; print the set in one layout", command_check},
	{"score",
		"--rules FILE|DIR... --facts DIR --areas FILE --as-of DATE\n"
		"[--threshold NAME=VALUE ...] [--threads N] [--repeat N]\n"
		"[--why|--why-all HOUSEHOLD [--tier TIER] [--lang zh|en] [--json]]",
		"judge households told in CSV files; no database", command_score},
	{"init", "[--config FILE] [--rules]",
		"make the store: schema, kinds, areas, offices, calendars, keys, rule set; again and again",
		command_init},
	{"ledger", "verify [--config FILE]",
		"whether each county's ledger still proves what it says", command_ledger},
	{"source", "check|accept|release|reconcile NAME [--config FILE]",
		"what a source needs and gives; let it go on, or read it again", command_source},
	{"status", "[--config FILE] [--json] [--watch]",
		"what the running daemon is at: sources, judge, messages, alerts", command_status},
	{"why", "COUNTY-ALERT|COUNTY/HOUSEHOLD [--all] [--tier TIER] [--lang zh|en] [--json] [--config FILE]",
		"why a household has its level, why no other, and what would change it", command_why},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

static const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* A line of usage per line of the table, aligned behind the name. */
static void
print_usage(FILE *out, const struct command *command)
{
	const char *line = command->usage;

	fprintf(out, "usage: needwatch %s ", command->name);
	while (*line) {
		size_t length = strcspn(line, "\n");

		fprintf(out, "%.*s\n", (int)length, line);
		line += length + (line[length] == '\n');
		if (*line)
			fprintf(out, "%*s",
				(int)strlen("usage: needwatch  ") + (int)strlen(command->name),
				"");
	}
}

int
usage_error(const char *name, const char *format, ...)
{
	const struct command *command = command_find(name);
	va_list list;

	fprintf(stderr, "needwatch %s: ", name);
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
	if (command)
		print_usage(stderr, command);
	return EXIT_USAGE;
}

void
diags_show(const struct diags *diags, bool json)
{
	struct buffer out = {0};

	if (json) {
		diags_json(diags, &out);
		buffer_text(&out, "\n");
	} else {
		diags_print(diags, &out);
	}
	if (out.length)
		fwrite(out.bytes, 1, out.length, json ? stdout : stderr);
	buffer_free(&out);
}

static int
help(const char *name)
{
	const struct command *command = name ? command_find(name) : NULL;

	if (command) {
		print_usage(stdout, command);
		printf("%s\n", command->summary);
		return EXIT_DONE;
	}
	printf("needwatch finds people in hardship before they apply.\n\n");
	for (size_t i = 0; i < COMMANDS; i++)
		printf("  %-12s %s\n", commands[i].name, commands[i].summary);
	printf("\n`needwatch help COMMAND` shows its usage. Exit codes: 0 done, 1 the input is "
	       "wrong, "
	       "2 usage,\n3 the world failed (database, network).\n");
	return EXIT_DONE;
}

static int
unknown_command(const char *name)
{
	const char *names[COMMANDS];
	const char *near;

	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	near = nearest_name(name, strlen(name), names, COMMANDS);
	fprintf(stderr, "needwatch: no command '%s'", name);
	if (near)
		fprintf(stderr, "; did you mean '%s'?", near);
	fprintf(stderr, "\n`needwatch help` lists the commands\n");
	return EXIT_USAGE;
}

/* Output that could not be written is a failure, too: a full disk must not look like success */
static int
finish(int code)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	fprintf(stderr, "needwatch: the output could not be written\n");
	return code == EXIT_DONE ? EXIT_WORLD : code;
}

int
main(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		fprintf(stderr,
			"usage: needwatch COMMAND ...\n`needwatch help` lists the commands\n");
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return finish(help(argc > 2 ? argv[2] : NULL));
	command = command_find(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	if (argc > 2 && strcmp(argv[2], "--help") == 0)
		return finish(help(argv[1]));
	return finish(command->run(argc - 1, argv + 1));
}
