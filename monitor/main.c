/* needwatchd: reads its settings, opens the loop, ends by its exit code. Does no work itself.
 *
 * The map of the program, in the way of a row. Each file says at its top what it never does.
 *
 * main.c                 options, signals, exit codes
 * setup.c                configuration, rules and keys, whole or not at all
 *   config*.c              needwatch.conf: its language, blocks and sources
 *   setting.c  formula.c   the table of settings; expressions over columns
 *   text_file.c            files as texts that diagnostics can point into
 *   verdict.c              the rule set in use, the canary's rule in it
 *   store_place.c          where the store is, and as whom one comes to it
 *   credential.c           secrets from their folder
 * daemon.c               one state: reaching the store, standby, active, ending
 *   lease_keeper.c         who may write: taken, renewed, given back
 *   question.c             the socket on which others of this machine ask
 *   status.c               the answer to `status`
 *   why_desk.c             the answer to `why`
 *   notify.c  log.c        what systemd is told; lines of the log
 *   clock.c                business time, and the interval clock
 * line.c                 all that runs while the lease is held, and its connections
 *   source.c               one department's database: its states and beats
 *     source_check.c         are all columns there?
 *     source_pass.c          pages: forward, overlap, comparison
 *     source_query.c         the SQL of these
 *     source_link.c          its one connection
 *     source_pace.c          hours, nights, back-off
 *     source_set.c           all of them by name
 *   intake.c               pages of rows become batches of the journal
 *     intake_row.c           keys and contents of a row
 *     mapping.c              rows become facts, or a fault
 *     charset.c  fold.c  date_format.c  fault.c
 *   judge.c  judge_*.c     touched households become assessments
 *     histogram.c            how long it took
 *   door.c                 events go through decide() into the store
 *   due.c                  deadlines that came, posts that fell vacant
 *   outbox_sender.c        messages on their way out, and their outcomes
 *     channel.c  channel_log.c  channel_webhook.c  channel_null.c  rfc5424.c
 *   canary.c               whether all of this makes progress
 *
 * The command line `needwatch` is cli.c with a command_*.c for each command. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <event2/event.h>

#include "buffer.h"
#include "command.h"
#include "daemon.h"
#include "identity.h"
#include "log.h"
#include "setup.h"

static const char usage[] = "usage: needwatchd [--config FILE|DIR] [--check] [--debug]\n";

struct options {
	const char *config;
	bool check; /* reads everything and says what is wrong, starts nothing */
	bool help;
};

static bool
parse_options(int argc, char **argv, struct options *options)
{
	options->config = "/etc/needwatch/needwatch.conf";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			options->config = argv[++i];
		else if (strcmp(argv[i], "--check") == 0)
			options->check = true;
		else if (strcmp(argv[i], "--debug") == 0)
			log_up_to(LOG_DEBUG);
		else if (strcmp(argv[i], "--help") == 0)
			options->help = true;
		else {
			fprintf(stderr, "needwatchd: no option '%s'\n%s", argv[i], usage);
			return false;
		}
	}
	return true;
}

static void
on_end(evutil_socket_t signal_number, short what, void *owner)
{
	(void)signal_number;
	(void)what;
	daemon_end(owner);
}

static void
on_reload(evutil_socket_t signal_number, short what, void *owner)
{
	(void)signal_number;
	(void)what;
	daemon_reload(owner);
}

/* Signals are events of the loop like any other. */
static void
run(struct event_base *base, struct daemon *daemon)
{
	struct event *events[] = {
		evsignal_new(base, SIGTERM, on_end, daemon),
		evsignal_new(base, SIGINT, on_end, daemon),
		evsignal_new(base, SIGHUP, on_reload, daemon),
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
		event_add(events[i], NULL);
	event_base_dispatch(base);
	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
		event_free(events[i]);
}

static struct setup *
read_setup(const char *path, struct event_base *base)
{
	struct buffer report = {0};
	struct setup *setup = setup_read(path, base, &report);

	if (report.length)
		fputs(report.bytes, stderr);
	buffer_free(&report);
	return setup;
}

static int
serve(struct event_base *base, struct setup *setup)
{
	char *fault = NULL;
	struct daemon *daemon = daemon_new(base, setup, &fault);

	if (!daemon) {
		fprintf(stderr, "needwatchd: %s\n", fault);
		free(fault);
		return EXIT_WORLD;
	}
	run(base, daemon);
	daemon_free(daemon);
	log_line(LOG_NOTICE, "ended");
	return EXIT_DONE;
}

int
main(int argc, char **argv)
{
	struct options options = {.config = NULL};
	struct event_base *base;
	struct setup *setup;
	int code = EXIT_INPUT;

	if (!parse_options(argc, argv, &options))
		return EXIT_USAGE;
	if (options.help) {
		fputs(usage, stdout);
		return EXIT_DONE;
	}
	signal(SIGPIPE, SIG_IGN);
	if (!identity_ready() || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		fprintf(stderr, "needwatchd: no secure random numbers, or no libcurl\n");
		return EXIT_WORLD;
	}
	base = event_base_new();
	setup = read_setup(options.config, base);
	if (setup && options.check) {
		setup_free(setup);
		code = EXIT_DONE;
	} else if (setup) {
		code = serve(base, setup);
	}
	event_base_free(base);
	curl_global_cleanup();
	return code;
}
