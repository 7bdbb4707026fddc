/* Watches the sources of a configuration with the memory double behind them: `source_driver
 * FILE`. Commands come as lines on stdin; states and commits are told on stdout as they happen.
 * For tests only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/event.h>

#include "buffer.h"
#include "config.h"
#include "intake_memory.h"
#include "kinds.h"
#include "memory.h"
#include "source.h"

struct driver {
	struct event_base *base;
	struct config *config;
	struct store *store;
	struct source_world world;
	struct source **sources;
	size_t count;
	struct evbuffer *input;
};

static struct instant
driver_now(void *owner)
{
	struct instant now;

	(void)owner;
	instant_parse("2026-06-10T12:00:00+08:00", &now);
	return now;
}

static void
driver_log(void *owner, int level, const char *line)
{
	(void)owner;
	printf("log %d %s\n", level, line);
	fflush(stdout);
}

static void
driver_committed(void *owner, const struct source *source, int64_t changed)
{
	struct source_status status;

	(void)owner;
	source_status(source, &status);
	printf("committed %s %lld\n", status.name, (long long)changed);
	fflush(stdout);
}

static void
print_number(struct buffer *out, const char *name, int64_t number)
{
	json_key(out, name);
	json_int(out, number);
}

static void
print_status(const struct source *source)
{
	struct source_status status;
	struct buffer out = {0};

	source_status(source, &status);
	json_open(&out, '{');
	json_key(&out, "state");
	json_text(&out, source_state_word(status.state));
	json_key(&out, "blind");
	json_bool(&out, status.blind_since.us != INSTANT_NONE);
	json_key(&out, "reason");
	json_text(&out, status.reason);
	json_key(&out, "cursor");
	json_text(&out, status.cursor ? status.cursor : "");
	print_number(&out, "rows", status.rows);
	print_number(&out, "changed", status.changed);
	print_number(&out, "late", status.late);
	print_number(&out, "quarantined", status.quarantined);
	print_number(&out, "losses", status.losses);
	print_number(&out, "polls", status.polls);
	print_number(&out, "ahead", status.clock_ahead_us);
	print_number(&out, "known", status.known);
	print_number(&out, "vanished", status.vanished);
	json_close(&out, '}');
	printf("status %s\n", out.bytes);
	buffer_free(&out);
}

static void
print_facts(struct driver *driver, const char *name)
{
	struct buffer out = {0};

	memory_store_dump(driver->store, name, &out);
	printf("%send\n", out.bytes ? out.bytes : "");
	buffer_free(&out);
}

static void
answer(bool well)
{
	printf("answer %s\n", well ? "yes" : "no");
}

static void
restart(struct driver *driver, int index)
{
	source_free(driver->sources[index]);
	driver->sources[index] =
		source_new(config_source(driver->config, (size_t)index), &driver->world);
	source_start(driver->sources[index]);
	answer(true);
}

static void
command(struct driver *driver, const char *word, const char *name, int number)
{
	int index = config_find_source(driver->config, name);
	struct source *source = index >= 0 ? driver->sources[index] : NULL;

	if (!source)
		printf("answer no source '%s'\n", name);
	else if (strcmp(word, "status") == 0)
		print_status(source);
	else if (strcmp(word, "facts") == 0)
		print_facts(driver, name);
	else if (strcmp(word, "accept") == 0)
		answer(source_accept(source));
	else if (strcmp(word, "reconcile") == 0)
		answer(source_reconcile(source));
	else if (strcmp(word, "release") == 0)
		answer(source_release(source));
	else if (strcmp(word, "restart") == 0)
		restart(driver, index);
	else if (strcmp(word, "fail") == 0)
		memory_store_fail(driver->store, name, number);
	fflush(stdout);
}

static void
on_input(evutil_socket_t fd, short what, void *owner)
{
	struct driver *driver = owner;
	char *line;

	(void)what;
	if (evbuffer_read(driver->input, fd, 4096) <= 0) {
		event_base_loopbreak(driver->base);
		return;
	}
	while ((line = evbuffer_readln(driver->input, NULL, EVBUFFER_EOL_LF)) != NULL) {
		char word[32] = "", name[64] = "";
		int number = 0;

		sscanf(line, "%31s %63s %d", word, name, &number);
		command(driver, word, name, number);
		free(line);
	}
}

static struct config *
read_config(const char *path)
{
	struct diags *diags = diags_new();
	struct buffer out = {0};
	char *fault;
	struct config *config = config_read(path, diags, &fault);

	if (config)
		config_bind(config, test_kinds, TEST_KINDS, diags);
	else
		fprintf(stderr, "%s\n", fault);
	diags_print(diags, &out);
	if (out.bytes)
		fputs(out.bytes, stderr);
	if (!config || diags_errors(diags))
		exit(1);
	buffer_free(&out);
	diags_free(diags);
	return config;
}

int
main(int count, char **arguments)
{
	struct driver driver = {.base = event_base_new(), .input = evbuffer_new()};
	struct event *input;

	if (count != 2)
		return 2;
	driver.config = read_config(arguments[1]);
	driver.store = memory_store_new(driver.base);
	driver.world = (struct source_world){.base = driver.base,
		.store = driver.store,
		.now = driver_now,
		.log = driver_log,
		.committed = driver_committed,
		.owner = &driver,
		.credentials = getenv("CREDENTIALS_DIRECTORY")};
	driver.count = config_source_count(driver.config);
	driver.sources = xcalloc(driver.count + 1, sizeof(*driver.sources));
	for (size_t i = 0; i < driver.count; i++) {
		driver.sources[i] = source_new(config_source(driver.config, i), &driver.world);
		source_start(driver.sources[i]);
	}
	input = event_new(driver.base, STDIN_FILENO, EV_READ | EV_PERSIST, on_input, &driver);
	event_add(input, NULL);
	event_base_dispatch(driver.base);
	for (size_t i = 0; i < driver.count; i++)
		source_free(driver.sources[i]);
	event_base_loop(driver.base, EVLOOP_NONBLOCK);
	event_free(input);
	evbuffer_free(driver.input);
	memory_store_free(driver.store);
	config_free(driver.config);
	free(driver.sources);
	event_base_free(driver.base);
	return 0;
}
