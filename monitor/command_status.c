/* `needwatch status`: asks the running daemon and prints what it says, for a terminal or as
 * JSON. Opens no database. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "config.h"
#include "fault.h"
#include "instant.h"
#include "memory.h"
#include "question_client.h"
#include "terminal.h"

#define ASK_US (10 * US_PER_SECOND)
#define COLUMNS_MOST 10
#define BAR 24

struct status_call {
	const char *path;
	bool json;
	bool watch;
};

static int
parse_call(int argc, char **argv, struct status_call *call)
{
	call->path = "/etc/needwatch/needwatch.conf";
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			call->path = argv[++i];
		else if (strcmp(argv[i], "--json") == 0)
			call->json = true;
		else if (strcmp(argv[i], "--watch") == 0)
			call->watch = true;
		else
			return usage_error("status", "no option '%s'", argv[i]);
	}
	return EXIT_DONE;
}

/* ---- tables whose cells may be Chinese ---- */

/* Rows of cells; a row of one cell is a line of its own below the one before. */
struct table {
	char ***rows;
	int *counts;
	int row_count;
	int widths[COLUMNS_MOST];
	int numbers; /* bits: columns that are right-aligned */
};

static void
table_add(struct table *table, int count, ...)
{
	size_t rows = (size_t)table->row_count + 1;
	char **cells = xcalloc((size_t)count, sizeof(*cells));
	va_list list;

	table->rows = xrealloc(table->rows, rows, sizeof(*table->rows));
	table->counts = xrealloc(table->counts, rows, sizeof(*table->counts));
	va_start(list, count);
	for (int i = 0; i < count; i++) {
		int width;

		cells[i] = xstrdup(va_arg(list, const char *));
		width = terminal_width(cells[i]);
		if (count > 1 && width > table->widths[i])
			table->widths[i] = width;
	}
	va_end(list);
	table->rows[table->row_count] = cells;
	table->counts[table->row_count++] = count;
}

static void
print_cell(const struct table *table, int column, const char *text, bool last)
{
	int pad = table->widths[column] - terminal_width(text);

	if (table->numbers >> column & 1)
		printf("%*s%s", pad, "", text);
	else if (last)
		printf("%s", text);
	else
		printf("%s%*s", text, pad, "");
	printf(last ? "\n" : "  ");
}

static void
table_print(struct table *table)
{
	for (int row = 0; row < table->row_count; row++) {
		int count = table->counts[row];

		printf("  ");
		if (count == 1)
			printf("  %s\n", table->rows[row][0]);
		for (int i = 0; i < count; i++) {
			if (count > 1)
				print_cell(table, i, table->rows[row][i], i + 1 == count);
			free(table->rows[row][i]);
		}
		free(table->rows[row]);
	}
	free(table->rows);
	free(table->counts);
	*table = (struct table){.rows = NULL};
}

/* ---- reading the answer ---- */

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static int64_t
number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static bool
truth_of(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

/* "12,345"; four at a time may be used in one call of printf. */
static const char *
grouped(int64_t number)
{
	static char texts[4][32];
	static int next;
	char plain[24];
	char *out = texts[next++ % 4];
	size_t length = (size_t)snprintf(plain, sizeof(plain), "%lld", (long long)number);
	size_t at = 0;

	for (size_t i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0 && plain[i - 1] != '-')
			out[at++] = ',';
		out[at++] = plain[i];
	}
	out[at] = '\0';
	return out;
}

/* "2026-06-10 15:04:05" of an instant in the answer. */
static const char *
moment(const json_t *object, const char *key)
{
	static char texts[4][24];
	static int next;
	char *out = texts[next++ % 4];
	const char *text = text_of(object, key);

	snprintf(out, sizeof(texts[0]), "%.10s %.8s", text, strlen(text) > 11 ? text + 11 : "");
	return text[0] ? out : "never";
}

static const char *
duration(int64_t us)
{
	static char texts[4][24];
	static int next;
	char *out = texts[next++ % 4];

	if (us < 0)
		return "-";
	if (us < 10000)
		snprintf(out, sizeof(texts[0]), "%.1f ms", (double)us / 1e3);
	else if (us < US_PER_SECOND)
		snprintf(out, sizeof(texts[0]), "%lld ms", (long long)(us / 1000));
	else if (us < 120 * US_PER_SECOND)
		snprintf(out, sizeof(texts[0]), "%.1f s", (double)us / 1e6);
	else
		snprintf(out, sizeof(texts[0]), "%lld min",
			(long long)(us / 60 / US_PER_SECOND));
	return out;
}

/* ---- printing it ---- */

static void
print_daemon(const json_t *answer)
{
	const json_t *daemon = json_object_get(answer, "daemon");
	const json_t *lease = json_object_get(answer, "lease");
	const json_t *rules = json_object_get(answer, "rules");

	printf("needwatchd  %s since %s, pid %lld%s\n", text_of(daemon, "state"),
		moment(daemon, "since"), (long long)number_of(daemon, "pid"),
		truth_of(daemon, "progress") ? "" : "; THE LINE MAKES NO PROGRESS");
	if (text_of(daemon, "reason")[0])
		printf("            %s\n", text_of(daemon, "reason"));
	if (number_of(daemon, "day_seconds") < 86400)
		printf("clock       %s, a day lasts %lld s\n", moment(daemon, "now"),
			(long long)number_of(daemon, "day_seconds"));
	printf("lease       %s, fence %lld, %s\n", text_of(lease, "state"),
		(long long)number_of(lease, "fence"), text_of(lease, "holder"));
	printf("rules       %.12s, %lld rules, %lld kinds\n", text_of(rules, "hash"),
		(long long)number_of(rules, "rules"), (long long)number_of(rules, "kinds"));
}

static void
print_store(const json_t *store)
{
	size_t ready = 0, i;
	json_t *connection;

	if (!store)
		return;
	json_array_foreach(store, i, connection) ready +=
		strcmp(text_of(connection, "state"), "ready") == 0;
	printf("store       %zu of %zu connections ready\n", ready, json_array_size(store));
	json_array_foreach(store, i, connection) if (text_of(connection, "reason")[0])
		printf("            for %s: %s: %s\n", text_of(connection, "name"),
			text_of(connection, "state"), text_of(connection, "reason"));
}

/* A first load or a comparison under way. */
static void
add_progress(struct table *table, const json_t *source)
{
	int64_t rows = number_of(source, "pass_rows");
	int64_t expected = number_of(source, "pass_expected");
	int64_t left = number_of(source, "seconds_left");
	int filled = expected > 0 ? (int)(rows * BAR / (expected > rows ? expected : rows)) : 0;
	char line[200], bar[3 * BAR + 1] = "";

	if (rows == 0)
		return;
	for (int i = 0; i < BAR; i++)
		strcat(bar, i < filled ? "█" : "░");
	if (expected > 0)
		snprintf(line, sizeof(line), "%s %lld %%  %s of about %s rows, %s/s%s%s", bar,
			(long long)(rows * 100 / (expected > rows ? expected : rows)),
			grouped(rows), grouped(expected), grouped(number_of(source, "rate")),
			left >= 0 ? ", left " : "",
			left >= 0 ? duration(left * US_PER_SECOND) : "");
	else
		snprintf(line, sizeof(line), "%s rows, %s/s", grouped(rows),
			grouped(number_of(source, "rate")));
	table_add(table, 1, line);
}

/* A reason as stored, in words. */
static const char *
meaning_of(const char *word)
{
	for (int fault = 0; fault < FAULT_COUNT; fault++)
		if (strcmp(fault_word((enum mapping_fault)fault), word) == 0)
			return fault_meaning((enum mapping_fault)fault);
	return word;
}

/* Why rows lie in quarantine, and how they come out. */
static void
add_held(struct table *table, const json_t *source)
{
	const json_t *why = json_object_get(source, "held_why");
	char line[600];
	json_t *held;
	size_t i;

	json_array_foreach(why, i, held)
	{
		const char *column = text_of(held, "column");

		snprintf(line, sizeof(line), "%s in quarantine%s%s: %s, like '%s' in row '%s'",
			grouped(number_of(held, "rows")), *column ? " for " : "", column,
			meaning_of(text_of(held, "reason")), text_of(held, "value"),
			text_of(held, "key"));
		table_add(table, 1, line);
	}
	if (!json_array_size(why))
		return;
	snprintf(line, sizeof(line),
		"once the mapping reads them: reload, then `needwatch source release %s`",
		text_of(source, "name"));
	table_add(table, 1, line);
}

static void
print_sources(const json_t *sources)
{
	struct table table = {.numbers = 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7};
	json_t *source;
	size_t i;

	if (json_array_size(sources) == 0)
		return;
	table_add(&table, 9, "source", "", "state", "since", "rows", "changed", "late", "held",
		"cursor");
	json_array_foreach(sources, i, source)
	{
		char line[400];

		table_add(&table, 9, text_of(source, "name"), text_of(source, "label"),
			text_of(source, "state"), moment(source, "since"),
			grouped(number_of(source, "rows")),
			grouped(number_of(source, "changed")),
			grouped(number_of(source, "late")),
			json_is_integer(json_object_get(source, "held"))
				? grouped(number_of(source, "held"))
				: "?",
			text_of(source, "cursor"));
		add_progress(&table, source);
		add_held(&table, source);
		if (json_is_string(json_object_get(source, "blind_since"))) {
			snprintf(line, sizeof(line), "blind since %s",
				moment(source, "blind_since"));
			table_add(&table, 1, line);
		}
		if (text_of(source, "reason")[0])
			table_add(&table, 1, text_of(source, "reason"));
	}
	printf("\n");
	table_print(&table);
}

static void
print_judge(const json_t *judge)
{
	const json_t *latency = json_object_get(judge, "latency");

	if (!judge)
		return;
	printf("\njudge       %s: %s news, %s of history, %s areas wait, %lld turns open\n",
		truth_of(judge, "idle") ? "idle" : "at work",
		grouped(number_of(judge, "waiting_news")),
		grouped(number_of(judge, "waiting_history")),
		grouped(number_of(judge, "waiting_areas")),
		(long long)number_of(judge, "turns_open"));
	printf("            judged %s, of history %s, by turns of the day %s; refused %s\n",
		grouped(number_of(judge, "judged")),
		grouped(number_of(judge, "judged_history")),
		grouped(number_of(judge, "judged_turn")), grouped(number_of(judge, "refused")));
	if (number_of(latency, "count") > 0)
		printf("            from mark to commit: p50 %s, p90 %s, p99 %s, most %s\n",
			duration(number_of(latency, "p50_us")),
			duration(number_of(latency, "p90_us")),
			duration(number_of(latency, "p99_us")),
			duration(number_of(latency, "most_us")));
}

static void
print_alerts(const json_t *alerts)
{
	const char *level;
	json_t *count;

	if (!json_is_object(alerts))
		return;
	printf("alerts open");
	json_object_foreach((json_t *)alerts, level,
		count) if (json_integer_value(count) > 0 || strcmp(level, "none") != 0)
		printf("  %s %s", level, grouped(json_integer_value(count)));
	printf("\n");
}

static void
print_outbox(const json_t *outbox)
{
	struct table table = {.numbers = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5};
	json_t *lane;
	size_t i;

	if (json_array_size(outbox) == 0)
		return;
	table_add(&table, 7, "channel", "kind", "queued", "under way", "sent", "dead", "");
	json_array_foreach(outbox, i, lane)
	{
		bool known = json_is_string(json_object_get(lane, "kind"));

		table_add(&table, 7, text_of(lane, "channel"), text_of(lane, "kind"),
			grouped(number_of(lane, "queued")), grouped(number_of(lane, "leased")),
			grouped(number_of(lane, "sent")), grouped(number_of(lane, "dead")),
			!known                      ? "not configured"
			: truth_of(lane, "failing") ? "deliveries fail"
						    : "");
	}
	printf("\n");
	table_print(&table);
}

static void
print_missing(const json_t *missing)
{
	json_t *silence;
	size_t i;

	json_array_foreach(missing, i, silence)
		printf("%sthreshold   county %lld has no value of %s: rule %s is silent for %s "
		       "households\n",
			i == 0 ? "\n" : "", (long long)number_of(silence, "county"),
			text_of(silence, "threshold"), text_of(silence, "rule"),
			grouped(number_of(silence, "households")));
}

static void
print_canary(const json_t *canary)
{
	if (!canary)
		return;
	if (!truth_of(canary, "flies"))
		printf("\ncanary      stays at home (service.canary is 0s)\n");
	else
		printf("\ncanary      %s; arrived %s of %s times, last %s after %s%s%s\n",
			text_of(canary, "place"),
			grouped(number_of(canary, "arrived")),
			grouped(number_of(canary, "beats")), moment(canary, "arrived_at"),
			duration(number_of(canary, "travel_us")),
			text_of(canary, "reason")[0] ? "; its source: " : "",
			text_of(canary, "reason"));
}

static void
print_answer(const json_t *answer)
{
	print_daemon(answer);
	print_store(json_object_get(answer, "store"));
	print_sources(json_object_get(answer, "sources"));
	print_judge(json_object_get(answer, "judge"));
	print_alerts(json_object_get(answer, "alerts"));
	print_outbox(json_object_get(answer, "outbox"));
	print_missing(json_object_get(answer, "thresholds_missing"));
	print_canary(json_object_get(answer, "canary"));
}

/* ---- asking ---- */

static void
show(const struct status_call *call, const json_t *answer)
{
	if (call->watch && !call->json)
		printf("\033[H\033[J");
	if (call->json) {
		json_dumpf(answer, stdout, call->watch ? JSON_COMPACT : JSON_INDENT(2));
		printf("\n");
	} else {
		print_answer(answer);
	}
	fflush(stdout);
}

static int
ask(const struct status_call *call, const char *socket)
{
	char *fault = NULL;
	json_t *answer =
		question_ask(socket, json_pack("{s:s}", "ask", "status"), ASK_US, &fault);
	int code = EXIT_WORLD;

	if (answer && truth_of(answer, "ok")) {
		show(call, answer);
		code = EXIT_DONE;
	} else {
		fprintf(stderr, "needwatch status: %s\n",
			fault ? fault : text_of(answer, "error"));
	}
	free(fault);
	json_decref(answer);
	return code;
}

static int
ask_daemon(const struct status_call *call, const struct config *config)
{
	char socket[4096];
	int code;

	snprintf(socket, sizeof(socket), "%s/question.sock",
		config_text(config, SETTING_SERVICE_STATE));
	code = ask(call, socket);
	while (call->watch && (code == EXIT_DONE || !call->json)) {
		sleep(1);
		code = ask(call, socket);
	}
	return code;
}

int
command_status(int argc, char **argv)
{
	struct status_call call = {.path = NULL};
	struct diags *diags;
	struct config *config;
	char *fault = NULL;
	int code = parse_call(argc, argv, &call);

	if (code != EXIT_DONE)
		return code;
	terminal_open();
	diags = diags_new();
	config = config_read(call.path, diags, &fault);
	diags_show(diags, false);
	code = EXIT_INPUT;
	if (!config)
		fprintf(stderr, "needwatch status: %s\n", fault);
	else if (diags_errors(diags) == 0)
		code = ask_daemon(&call, config);
	free(fault);
	config_free(config);
	diags_free(diags);
	return code;
}
