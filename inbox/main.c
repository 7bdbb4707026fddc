/* needwatch-web: the inbox and its API. Holds no department's password and no population, and decides nothing itself.
 *
 *	main.c          options, configuration, signals, systemd, the end
 *	service.c       what all requests share
 *	server.c        HTTP: limits, Host, cross-site, the way to a page or an endpoint
 *	gate.c          connections: a cap, and a deadline for slow ones
 *	endpoint.c      the table of the API: method, path, function
 *	call.c          one request and its one answer, with every header
 *	request.c       parsers of paths, queries, cookies, bodies                       (pure)
 *	refusal.c       every no, with its words                                          (pure)
 *	session.c       cookies, tokens, who asks
 *	password.c      argon2id in a thread beside the loop
 *	pages.c         the built pages, in memory
 *	map.c           the organisation, read again when it moves
 *	reading.c       one transaction as needwatch_reader
 *	keys.c          the key pair of the sealed boxes
 *	alert_line.c    one line of the list
 *	offers.c        what may be done now, as decide() says
 *	api_session.c   sign in, sign out, me           api_list.c      the list
 *	api_alert.c     one alert                       api_story.c     its history
 *	api_act.c       actions                         api_box.c       opening a sealed box
 *	api_status.c    is needwatchd there?            api_why.c       what it says of the household
 *
 * One loop, one thread beside it. A request becomes a struct call, which is answered exactly once and then is gone. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>
#include <systemd/sd-daemon.h>

#include "buffer.h"
#include "clock.h"
#include "config.h"
#include "diag.h"
#include "ledger.h"
#include "log.h"
#include "map.h"
#include "memory.h"
#include "pages.h"
#include "password.h"
#include "server.h"
#include "service.h"
#include "store_place.h"
#include "liveness.h"

enum exit_code {
	EXIT_DONE = 0,
	EXIT_INPUT = 1,
	EXIT_USAGE = 2,
	EXIT_WORLD = 3,
};

/* Requests under way may take this long to be answered before we leave; the unit waits 15 s. */
#define ENDING_US (8 * US_PER_SECOND)

struct web {
	struct service service;
	struct server *server;
	struct config *config;
	char *conninfo;
	struct map_config map;
	struct event *signals[3];
	struct event *watchdog;
	struct event *ending; /* looks whether the last request is answered */
	struct mono ending_since;
	bool ready;
};

static int
fail(enum exit_code code, char *reason)
{
	fprintf(stderr, "needwatch-web: %s\n", reason);
	free(reason);
	return (int)code;
}

/* ---- ready, reloading, ending ---- */

/* Once the store has answered and the port is open. */
static void
on_map(void *owner)
{
	struct web *web = owner;
	if (!web->ready) {
		web->ready = true;
		log_line(LOG_INFO, "ready on port %d", (int)server_port(web->server));
		sd_notifyf(0, "READY=1\nSTATUS=port %d", (int)server_port(web->server));
	}
}

static void
read_pages(struct web *web)
{
	char *error = NULL;
	const char *folder = config_text(web->config, SETTING_SERVICE_WEB_PAGES);
	struct pages *pages = pages_read(folder, &error);
	if (pages == NULL) {
		log_line(LOG_WARNING, "%s; %s", error,
			web->service.pages == NULL ? "the API alone is served" : "the pages stay as they were");
		free(error);
		return;
	}
	log_line(LOG_INFO, "%zu files of pages read from %s", pages_count(pages), folder);
	pages_free(web->service.pages);
	web->service.pages = pages;
}

static void
on_reload(evutil_socket_t fd, short what, void *owner)
{
	(void)fd;
	(void)what;
	sd_notify(0, "RELOADING=1");
	read_pages(owner);
	sd_notify(0, "READY=1");
}

static void
on_ending(evutil_socket_t fd, short what, void *owner)
{
	struct web *web = owner;
	(void)fd;
	(void)what;
	if (server_idle(web->server) || clock_mono().us - web->ending_since.us > ENDING_US) {
		event_base_loopbreak(web->service.base);
	}
}

static void
on_end(evutil_socket_t fd, short what, void *owner)
{
	struct web *web = owner;
	struct timeval beat = {.tv_usec = 20000};
	(void)fd;
	(void)what;
	if (web->ending != NULL) {
		return;
	}
	log_line(LOG_INFO, "ending; %zu requests are under way", web->service.calls);
	sd_notify(0, "STOPPING=1");
	server_stop(web->server);
	web->ending_since = clock_mono();
	web->ending = event_new(web->service.base, -1, EV_PERSIST, on_ending, web);
	event_add(web->ending, &beat);
}

static void
on_watchdog(evutil_socket_t fd, short what, void *owner)
{
	(void)fd;
	(void)what;
	(void)owner;
	sd_notify(0, "WATCHDOG=1");
}

static void
watch_signals(struct web *web)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
	uint64_t us;
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		web->signals[i] = evsignal_new(web->service.base, numbers[i],
			numbers[i] == SIGHUP ? on_reload : on_end, web);
		event_add(web->signals[i], NULL);
	}
	if (sd_watchdog_enabled(0, &us) > 0) {
		struct timeval beat = {(time_t)(us / 2 / 1000000), (suseconds_t)(us / 2 % 1000000)};
		web->watchdog = event_new(web->service.base, -1, EV_PERSIST, on_watchdog, web);
		event_add(web->watchdog, &beat);
	}
}

/* ---- the parts ---- */

static void
on_store(void *owner, enum db_state state, const char *reason)
{
	(void)owner;
	if (reason[0] != '\0') {
		log_line(LOG_WARNING, "store: %s: %s", db_state_word(state), reason);
	}
}

/* No request waits long for another: a lock that is not had soon is a conflict, and tried again. */
static const char set_up[] =
	"set statement_timeout = '20s'; set lock_timeout = '3s'; set idle_in_transaction_session_timeout = '30s';"
	" set jit = off"; /* compiling a page's query would take longer than the query */

static void
connect_store(struct web *web)
{
	struct db_config store = {.conninfo = web->conninfo,
		.application = "needwatch-web",
		.setup = set_up,
		.backoff_us = 2 * US_PER_SECOND};
	for (int i = 0; i < CONNECTIONS; i++) {
		web->service.connections[i] =
			db_new(web->service.base, &store, i == 0 ? on_store : NULL, NULL, web);
	}
	web->map.conninfo = web->conninfo;
	web->service.keeper = map_keeper_new(web->service.base, &web->map, on_map, web);
}

/* Browsers call us by our address, by the names of this machine's own loop, and by those that were configured. */
static void
know_hosts(struct web *web)
{
	size_t given;
	const char *const *names = config_list(web->config, SETTING_SERVICE_WEB_HOSTS, &given);
	static const char *const own[] = {"localhost", "127.0.0.1", "[::1]"};
	size_t count = 0;
	const char **hosts = xcalloc(given + 4, sizeof *hosts);
	hosts[count++] = config_text(web->config, SETTING_SERVICE_WEB_ADDRESS);
	for (size_t i = 0; i < 3; i++) {
		hosts[count++] = own[i];
	}
	for (size_t i = 0; i < given; i++) {
		hosts[count++] = names[i];
	}
	web->service.hosts = hosts;
	web->service.host_count = count;
}

static void
know_channels(struct web *web)
{
	size_t count = config_channel_count(web->config);
	const char **names = xcalloc(count + 1, sizeof *names);
	for (size_t i = 0; i < count; i++) {
		names[i] = config_channel_name(web->config, i);
	}
	web->map.channels = names;
	web->map.channel_count = count;
}

static void
read_keys(struct web *web)
{
	char *error = NULL;
	if (!box_keys_read(&web->service.keys, config_text(web->config, SETTING_SERVICE_CREDENTIALS), &error)) {
		log_line(LOG_WARNING, "%s; names and addresses cannot be opened", error);
		free(error);
	}
}

static void
ask_daemon(struct web *web)
{
	struct buffer path = {0};
	buffer_printf(&path, "%s/question.sock", config_text(web->config, SETTING_SERVICE_STATE));
	web->service.liveness = liveness_new(web->service.base, path.bytes);
	web->service.questions = path.bytes; /* kept */
}

static int
start(struct web *web)
{
	struct service *service = &web->service;
	char *error = NULL;
	service->day_us = config_number(web->config, SETTING_SERVICE_DAY);
	service->clock = clock_open(service->day_us, config_text(web->config, SETTING_SERVICE_STATE), &error);
	if (service->clock == NULL) {
		return fail(EXIT_WORLD, error);
	}
	web->conninfo = store_conninfo(web->config, SETTING_STORE_WEB_CONNECT, &error);
	if (web->conninfo == NULL) {
		return fail(EXIT_WORLD, error);
	}
	service->base = event_base_new();
	service->passwords = password_checker_new(service->base);
	if (service->passwords == NULL) {
		return fail(EXIT_WORLD, xstrdup("no thread for checking passwords"));
	}
	know_hosts(web);
	know_channels(web);
	read_keys(web);
	read_pages(web);
	ask_daemon(web);
	web->server = server_new(service, config_text(web->config, SETTING_SERVICE_WEB_ADDRESS),
		(uint16_t)config_number(web->config, SETTING_SERVICE_WEB_PORT), &error);
	if (web->server == NULL) {
		return fail(EXIT_WORLD, error);
	}
	connect_store(web);
	watch_signals(web);
	return EXIT_DONE;
}

/* Requests that could not be answered in time keep what they point to: the process ends anyway. */
static void
end(struct web *web)
{
	struct service *service = &web->service;
	password_checker_free(service->passwords);
	if (service->calls > 0) {
		log_line(LOG_WARNING, "%zu requests were not answered", service->calls);
		return;
	}
	server_free(web->server);
	for (int i = 0; i < CONNECTIONS; i++) {
		db_free(service->connections[i]);
	}
	map_keeper_free(service->keeper);
	liveness_free(service->liveness);
	free(service->questions);
	pages_free(service->pages);
	for (size_t i = 0; i < sizeof web->signals / sizeof web->signals[0]; i++) {
		if (web->signals[i] != NULL) {
			event_free(web->signals[i]);
		}
	}
	if (web->watchdog != NULL) {
		event_free(web->watchdog);
	}
	if (web->ending != NULL) {
		event_free(web->ending);
	}
	if (service->base != NULL) {
		event_base_free(service->base);
	}
	clock_free(service->clock);
	explicit_bzero(&service->keys, sizeof service->keys);
	free((void *)service->hosts);
	free((void *)web->map.channels);
	free(web->conninfo);
	config_free(web->config);
}

/* ---- main ---- */

static int
usage(void)
{
	fprintf(stderr, "usage: needwatch-web [--config FILE|DIR]\n");
	return EXIT_USAGE;
}

static int
read_config(struct web *web, const char *path)
{
	struct diags *diags = diags_new();
	struct buffer out = {0};
	char *error = NULL;
	web->config = config_read(path, diags, &error);
	if (web->config != NULL) {
		diags_print(diags, &out);
		fputs(out.bytes == NULL ? "" : out.bytes, stderr);
	}
	size_t errors = diags_errors(diags);
	buffer_free(&out);
	diags_free(diags);
	if (web->config == NULL) {
		return fail(EXIT_INPUT, error);
	}
	return errors > 0 ? EXIT_INPUT : EXIT_DONE;
}

int
main(int argc, char **argv)
{
	struct web web = {.ready = false};
	const char *path = "/etc/needwatch/needwatch.conf";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") != 0 || i + 1 == argc) {
			return usage();
		}
		path = argv[++i];
	}
	if (!identity_ready() || !ledger_ready()) {
		return fail(EXIT_WORLD, xstrdup("no source of secure randomness"));
	}
	int code = read_config(&web, path);
	if (code == EXIT_DONE) {
		code = start(&web);
	}
	if (code == EXIT_DONE) {
		event_base_dispatch(web.service.base);
	}
	end(&web);
	return code;
}
