/* The commands of `needwatch`, and what they share. */
#ifndef NEEDWATCH_COMMAND_H
#define NEEDWATCH_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"

/* Exit codes of every command. */
enum command_exit {
	EXIT_DONE = 0,
	EXIT_INPUT = 1, /* the input is wrong: diagnostics are on stderr */
	EXIT_USAGE = 2,
	EXIT_WORLD = 3, /* database or network failed */
};

/* `name` may be two words ("source check" is one command `source`: it reads its second word
 * itself). argv[0] is the word behind `needwatch`, options begin at argv[1]. Returns an enum
 * command_exit. */
struct command {
	const char *name;
	const char *usage;   /* what stands behind the name, a line for each form */
	const char *summary; /* one line for `needwatch help` */
	int (*run)(int argc, char **argv);
};

/* Says what is wrong with the call of a command and shows its usage. Returns EXIT_USAGE. */
int
usage_error(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints the diagnostics to stderr; as JSON to stdout if `json`. */
void
diags_show(const struct diags *diags, bool json);

int
command_account(int argc, char **argv);

int
command_check(int argc, char **argv);

int
command_score(int argc, char **argv);

int
command_source(int argc, char **argv);

int
command_init(int argc, char **argv);

int
command_ledger(int argc, char **argv);

int
command_status(int argc, char **argv);

int
command_why(int argc, char **argv);

#endif
