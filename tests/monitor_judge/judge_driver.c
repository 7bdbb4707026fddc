/* The judge and the door by themselves, on a real store, for test_judge.py: makes the tables,
 * prints what the rules say, or judges until nothing is left. Delivers nothing. */
#include <event2/event.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arena.h"
#include "buffer.h"
#include "clock.h"
#include "db_sync.h"
#include "diag.h"
#include "door.h"
#include "judge.h"
#include "kind_table.h"
#include "ledger.h"
#include "log.h"
#include "migration.h"
#include "population_read.h"
#include "rule_store.h"
#include "store.h"
#include "threshold.h"
#include "verdict.h"

#define POLL_US 2000

struct driver {
	struct event_base *base;
	struct text_files files;
	struct verdict *verdict;
	struct ruleset *ruleset; /* a reference of ours: the judge frees the verdict */
	struct store *reading;
	struct store *writing;
	struct clock *clock;
	struct door *door;
	struct judge *judge;
	struct event *poll;
	struct event *input;
	int64_t die_after; /* commits; 0: never */
	bool stay;
	bool stopped;
	bool done;
};

static void
end(const char *what, const char *error)
{
	fprintf(stderr, "judge_driver: %s: %s\n", what, error ? error : "?");
	exit(1);
}

static const char *
conninfo(void)
{
	const char *text = getenv("NEEDWATCH_TEST_STORE");

	if (!text)
		end("NEEDWATCH_TEST_STORE", "is not set");
	return text;
}

static struct ruleset *
compile(struct driver *driver)
{
	const char *const path = getenv("RULES");
	struct diags *diags = diags_new();
	struct buffer out = {0};
	struct ruleset *ruleset = verdict_rules(&path, 1, &driver->files, diags);

	diags_print(diags, &out);
	if (!ruleset)
		end("rules", out.bytes);
	diags_free(diags);
	buffer_free(&out);
	return ruleset;
}

static void
open_verdict(struct driver *driver)
{
	driver->ruleset = compile(driver);
	driver->verdict = verdict_new(ruleset_ref(driver->ruleset));
}

static struct store *
open_store(struct driver *driver, const char *application, const char *setup)
{
	struct store_config config = {.db = {.conninfo = conninfo(),
					      .application = application,
					      .backoff_us = 100000,
					      .setup = setup}};
	size_t count;
	const struct kind *const *kinds = ruleset_kinds(driver->ruleset, &count);

	return store_new(driver->base, &config, kinds, count, NULL, NULL, NULL);
}

/* ---- init ---- */

static int
init(struct driver *driver)
{
	char *error = NULL;
	struct db_sync *sync = db_sync_open(conninfo(), NULL, "judge_driver", &error);
	size_t count;
	const struct kind *const *kinds;

	if (!sync)
		end("store", error);
	open_verdict(driver);
	kinds = ruleset_kinds(driver->ruleset, &count);
	if (!migration_roles(sync, &error) || !migration_apply(sync, NULL, &error) ||
		!kind_tables_make(sync, kinds, count, NULL, &error) ||
		!kind_tables_check(sync, kinds, count, &error))
		end("tables", error);
	db_sync_close(sync);
	verdict_free(driver->verdict);
	return 0;
}

/* ---- assess: what the rules say of households, N at a time ---- */

struct assess {
	struct driver *driver;
	struct household_ref *households;
	size_t count;
	size_t at;
	size_t batch;
	struct day as_of;
	struct journal_bound bound;
	bool bounded;
	bool done;
};

static void
assess_next(struct assess *assess);

static void
on_population(void *owner, struct population_builder *builder,
	const struct household_read *reads, size_t count, const char *error)
{
	struct assess *assess = owner;
	struct arena *arena = arena_new();
	struct population *population;
	struct buffer line = {0};

	if (!builder)
		end("population", error);
	population = population_build(builder, assess->as_of, NULL);
	for (size_t i = 0; i < count; i++) {
		char key[POPULATION_KEY_SIZE];
		struct assessment *assessment;

		population_key(reads[i].ref.household, key);
		if (population_key_id(key) != reads[i].ref.household)
			end("key", key);
		assessment = verdict_of(
			assess->driver->verdict, population, key, assess->as_of, arena);
		buffer_clear(&line);
		buffer_printf(&line,
			"{\"persons\":%zu,\"position\":%lld,\"emergency\":%lld,\"is\":",
			reads[i].persons, (long long)reads[i].position,
			(long long)verdict_emergency(
				assess->driver->verdict, population, assessment)
				.code);
		assessment_json(assessment, assess->driver->ruleset, true, &line);
		buffer_text(&line, "}\n");
		fwrite(line.bytes, 1, line.length, stdout);
	}
	buffer_free(&line);
	population_unref(population);
	arena_free(arena);
	assess_next(assess);
}

static void
assess_next(struct assess *assess)
{
	size_t left = assess->count - assess->at;
	size_t count = left < assess->batch ? left : assess->batch;

	if (count == 0) {
		assess->done = true;
		return;
	}
	assess->at += count;
	population_read(assess->driver->reading, assess->households + assess->at - count, count,
		assess->bounded ? &assess->bound : NULL, assess->bounded, on_population,
		assess);
}

static void
on_thresholds(void *owner, size_t added, size_t left_out, const char *error)
{
	(void)added;
	(void)left_out;
	if (error)
		end("thresholds", error);
	assess_next(owner);
}

static int
assess_all(struct driver *driver, int argc, char **argv)
{
	struct assess assess = {.driver = driver, .batch = (size_t)atoi(argv[2])};
	char *error = NULL;
	struct db_sync *sync = db_sync_open(conninfo(), NULL, "judge_driver", &error);
	const struct db_result *result;

	if (!sync || !day_parse(argv[3], &assess.as_of))
		end("assess", error);
	if (argc > 4) {
		assess.bounded = true;
		assess.bound = (struct journal_bound){atoi(argv[4]), atoll(argv[5])};
	}
	result = db_sync_ask(
		sync, "select county, id from needwatch.household order by id", NULL);
	assess.count = (size_t)db_result_rows(result);
	assess.households = calloc(assess.count + 1, sizeof(*assess.households));
	for (size_t i = 0; i < assess.count; i++)
		assess.households[i] = (struct household_ref){
			(int32_t)db_int(result, (int)i, 0), db_int(result, (int)i, 1)};
	db_sync_close(sync);
	open_verdict(driver);
	driver->reading = open_store(driver, "judge_driver reading", STORE_SETUP_BY_INDEX);
	threshold_read(store_db(driver->reading), driver->verdict->thresholds,
		(struct instant){INSTANT_NONE}, on_thresholds, &assess);
	loop_until(driver->base, &assess.done);
	store_free(driver->reading);
	verdict_free(driver->verdict);
	free(assess.households);
	return 0;
}

/* ---- run ---- */

static void
on_lease_lost(void *owner, const char *reason)
{
	(void)owner;
	end("lease", reason);
}

static void
on_organisation_moved(void *owner)
{
	(void)owner;
}

static void
on_committed(void *owner, const struct plan_result *results, size_t count)
{
	struct driver *driver = owner;

	(void)results;
	(void)count;
	if (driver->die_after && --driver->die_after == 0)
		raise(SIGKILL);
}

static json_t *
outcomes(const struct judge_status *status)
{
	static const char *const words[] = {
#define X(name, word, sort, chinese, english) word,
		REASONS(X)
#undef X
	};
	json_t *object = json_object();

	for (int i = 0; i < REASON_COUNT; i++)
		if (status->outcomes[i])
			json_object_set_new(
				object, words[i], json_integer(status->outcomes[i]));
	return object;
}

static json_t *
silences(const struct judge_status *status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < status->silence_count; i++)
		json_array_append_new(list,
			json_pack("{s:i, s:s, s:s}", "county", (int)status->silences[i].county,
				"threshold", status->silences[i].threshold, "rule",
				status->silences[i].rule));
	return list;
}

static void
print_status(struct driver *driver)
{
	const struct judge_status *s = judge_status(driver->judge);
	json_t *object = json_pack("{s:I s:I s:I s:I s:I s:I s:I s:I s:I s:I s:o s:o}",
		"judged", (json_int_t)s->judged, "history", (json_int_t)s->judged_history,
		"turn", (json_int_t)s->judged_turn, "empty", (json_int_t)s->empty, "seen",
		(json_int_t)s->seen, "refused", (json_int_t)s->refused, "p50",
		(json_int_t)histogram_percentile(&s->latency, 50), "p99",
		(json_int_t)histogram_percentile(&s->latency, 99), "evaluation_p99",
		(json_int_t)histogram_percentile(&s->evaluation, 99), "evaluation_most",
		(json_int_t)s->evaluation.most_us, "outcomes", outcomes(s), "silences",
		silences(s));

	json_dumpf(object, stdout, JSON_COMPACT);
	printf("\n");
	fflush(stdout);
	json_decref(object);
}

static void
on_poll(evutil_socket_t fd, short what, void *owner)
{
	struct driver *driver = owner;

	(void)fd;
	(void)what;
	if (!driver->stay && judge_status(driver->judge)->idle && door_idle(driver->door)) {
		driver->stopped = true;
		judge_stop(driver->judge);
	}
	if (driver->stopped && judge_quiet(driver->judge))
		driver->done = true;
}

/* Words on standard input, for a driver that stays: wake, day, thresholds, rules, status; its
 * end ends the driver. */
static void
on_input(evutil_socket_t fd, short what, void *owner)
{
	struct driver *driver = owner;
	char line[4096];
	ssize_t length = read(fd, line, sizeof(line) - 1);

	(void)what;
	if (length <= 0) {
		event_del(driver->input);
		driver->stay = false;
		return;
	}
	line[length] = '\0';
	for (char *word = strtok(line, "\n"); word; word = strtok(NULL, "\n")) {
		if (strcmp(word, "wake") == 0)
			judge_wake(driver->judge);
		else if (strcmp(word, "day") == 0)
			judge_day_turned(driver->judge);
		else if (strcmp(word, "thresholds") == 0)
			judge_look_at_thresholds(driver->judge);
		else if (strcmp(word, "status") == 0)
			print_status(driver);
		else if (strcmp(word, "rules") == 0) {
			text_files_free(&driver->files);
			ruleset_unref(driver->ruleset);
			driver->ruleset = compile(driver);
			judge_set_verdict(
				driver->judge, verdict_new(ruleset_ref(driver->ruleset)));
		}
	}
}

static void
watch(struct driver *driver)
{
	static const struct timeval poll = {0, POLL_US};

	driver->poll = event_new(driver->base, -1, EV_PERSIST, on_poll, driver);
	event_add(driver->poll, &poll);
	driver->input = event_new(driver->base, 0, EV_READ | EV_PERSIST, on_input, driver);
	if (driver->stay)
		event_add(driver->input, NULL);
}

static void
open_judge(struct driver *driver, const char *state, int64_t day_us)
{
	static const char *const channels[] = {"log"};
	char *error = NULL;
	struct door_config door = {.base = driver->base,
		.channels = channels,
		.channel_count = 1,
		.lease_lost = on_lease_lost,
		.organisation_moved = on_organisation_moved,
		.committed = on_committed,
		.owner = driver};
	struct judge_config judge = {.base = driver->base, .verdict = driver->verdict};
	const char *most = getenv("BATCH_MOST");

	driver->clock = clock_open(day_us, state, &error);
	if (!driver->clock)
		end("clock", error);
	driver->reading = open_store(driver, "judge_driver reading", STORE_SETUP_BY_INDEX);
	driver->writing = open_store(driver, "judge_driver writing", NULL);
	door.db = store_db(driver->writing);
	door.clock = judge.clock = driver->clock;
	driver->door = door_new(&door);
	judge.reading = driver->reading;
	judge.door = driver->door;
	judge.batch_most = most ? (size_t)atoi(most) : 0;
	driver->judge = judge_new(&judge);
}

static int
run(struct driver *driver, int argc, char **argv)
{
	for (int i = 4; i < argc; i++) {
		if (strcmp(argv[i], "--stay") == 0)
			driver->stay = true;
		else if (strcmp(argv[i], "--die-after") == 0 && i + 1 < argc)
			driver->die_after = atoll(argv[++i]);
	}
	if (!ledger_ready())
		end("ledger", "no secure randomness");
	open_verdict(driver);
	open_judge(driver, argv[2], atoll(argv[3]));
	watch(driver);
	judge_start(driver->judge);
	loop_until(driver->base, &driver->done);
	print_status(driver);
	event_free(driver->poll);
	event_free(driver->input);
	judge_free(driver->judge);
	door_free(driver->door);
	store_free(driver->reading);
	store_free(driver->writing);
	clock_free(driver->clock);
	return 0;
}

int
main(int argc, char **argv)
{
	struct driver driver = {.base = event_base_new()};
	int code = 2;

	log_up_to(getenv("JUDGE_DEBUG") ? LOG_DEBUG : LOG_INFO);
	if (argc >= 2 && strcmp(argv[1], "init") == 0)
		code = init(&driver);
	else if (argc >= 4 && strcmp(argv[1], "assess") == 0)
		code = assess_all(&driver, argc, argv);
	else if (argc >= 4 && strcmp(argv[1], "run") == 0)
		code = run(&driver, argc, argv);
	else
		fprintf(stderr, "judge_driver init | assess N DAY [COUNTY POSITION] | run "
				"STATE DAY_US [--stay]"
				" [--die-after N]\n");
	ruleset_unref(driver.ruleset);
	text_files_free(&driver.files);
	event_base_free(driver.base);
	return code;
}
