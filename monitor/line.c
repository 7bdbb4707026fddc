/* Opens the parts of the line in the order in which a row travels, and ends them in the same
 * one. Writes no row itself. */
#include "line.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "canary.h"
#include "clock.h"
#include "door.h"
#include "due.h"
#include "judge.h"
#include "log.h"
#include "memory.h"
#include "outbox_sender.h"
#include "population_read.h"
#include "rule_store.h"
#include "source_set.h"
#include "store.h"
#include "verdict.h"
#include "why_desk.h"

/* Marks and thresholds that another program has written are looked for on this beat. */
#define LOOK_US US_PER_SECOND
#define IDLE_US (US_PER_SECOND / 50) /* between two looks at whether all has ended */
#define MIDNIGHT_MOST_US US_PER_HOUR /* the clock may be set meanwhile */
#define SILENCE_US (5 * US_PER_SECOND) /* beyond the longest statement: whoever says nothing then is not there */

/* One connection to the store. Each has one purpose, so that none waits for another's. */
struct connection {
	struct line *line;
	const char *name;    /* of what it is for; of a source: its own */
	struct store *store; /* holds `db`; NULL where no fact is read or written */
	struct db *db;
	enum db_state state;
	char reason[200];
};

/* Those that every line has; behind them one per source. */
enum purpose {
	FOR_DOOR,     /* plans, and the organisation they rest on */
	FOR_JUDGE,    /* marks and facts */
	FOR_DELIVERY, /* claims and outcomes of messages */
	FOR_CLOCKS,   /* what is due, counts for `status`, beats of the canary */
	FOR_CANARY,   /* the journal of the canary's source */
	FOR_QUESTIONS,/* what is known of a household that somebody asks about */
	FOR_SOURCES,
};

static const char *const purposes[] = {
	[FOR_DOOR] = "door",
	[FOR_JUDGE] = "judge",
	[FOR_DELIVERY] = "delivery",
	[FOR_CLOCKS] = "clocks",
	[FOR_CANARY] = "canary",
	[FOR_QUESTIONS] = "questions",
};

struct line {
	struct line_config config;
	const struct line_face *face;
	void *owner;
	enum line_state state;
	struct connection *connections;
	size_t connection_count;
	struct source_set *sources;
	struct judge *judge;
	struct door *door;
	struct outbox_sender *sender;
	struct due *due;
	struct canary *canary;
	struct why_desk *why_desk;
	struct day today;
	struct event *midnight;
	struct event *look; /* the beat; while it ends: has all ended? */
	struct event *patience;
	struct event *gone; /* the door lost the lease: told on the next turn */
	char loss[200];
};

static const char *const words[] = {
#define X(name, word, meaning) [name] = word,
	LINE_STATES(X)
#undef X
};

static void
arm(struct event *event, int64_t us)
{
	struct timeval wait = {.tv_sec = us / US_PER_SECOND, .tv_usec = us % US_PER_SECOND};

	evtimer_add(event, &wait);
}

/* ---- connections ---- */

/* The first fault of a connection is said, and that it is back. */
static void
on_state(void *owner, enum db_state state, const char *reason)
{
	struct connection *connection = owner;
	struct line *line = connection->line;
	bool was_well = connection->reason[0] == '\0';

	connection->state = state;
	if (state == DB_WAITING) {
		snprintf(connection->reason, sizeof(connection->reason), "%s", reason);
		if (was_well && line->state == LINE_RUNNING)
			log_line(LOG_WARNING, "store, for %s: %s", connection->name, reason);
	}
	if (state != DB_READY)
		return;
	if (!was_well && line->state == LINE_RUNNING)
		log_line(LOG_NOTICE, "store, for %s: is there again", connection->name);
	connection->reason[0] = '\0';
	if (line->state != LINE_RUNNING)
		return;
	if (connection == &line->connections[FOR_JUDGE])
		judge_reconnected(line->judge);
	else if (connection == &line->connections[FOR_DELIVERY])
		outbox_sender_wake(line->sender);
}

/* Locks are waited for half as long as statements run: that is a conflict, and tried again; the
 * other is a refusal. Arrays go in as parameters, and their plans do not depend on what is in them: planned once.
 * A connection that fell silent on its way is given up here; what it holds there, the server gives up by itself: its
 * transaction waits for nobody longer than two statements take, and its host is asked whether it is there. */
static void
connection_setup(const struct setup *setup, bool facts, char *out, size_t room)
{
	int64_t ms = config_number(setup->config, SETTING_STORE_STATEMENT_TIMEOUT) / 1000;
	bool loose = facts && config_number(setup->config, SETTING_STORE_ASYNC_COMMIT) != 0;

	snprintf(out, room,
		"set statement_timeout = %lld; set lock_timeout = %lld;"
		" set idle_in_transaction_session_timeout = %lld; set tcp_keepalives_idle = 30;"
		" set tcp_keepalives_interval = 10; set tcp_keepalives_count = 3;"
		" set plan_cache_mode = force_generic_plan; set jit = off%s",
		(long long)ms, (long long)(ms / 2), (long long)(2 * ms),
		loose ? "; set synchronous_commit = off" : "");
}

static void
connection_open(struct line *line, struct connection *connection, const char *name, bool facts)
{
	const struct setup *setup = line->config.setup;
	char sql[500], application[64];
	struct store_config config = {
		.db = {.conninfo = setup->conninfo,
			.application = application,
			.setup = sql,
			.backoff_us = 2 * US_PER_SECOND,
			.silence_us = config_number(setup->config, SETTING_STORE_STATEMENT_TIMEOUT) + SILENCE_US},
		.keys = setup->keys,
	};
	const struct kind *const *kinds;
	size_t count;

	connection->line = line;
	connection->name = name;
	connection_setup(setup, facts, sql, sizeof(sql));
	if (connection == &line->connections[FOR_JUDGE] || connection == &line->connections[FOR_DOOR] ||
		connection == &line->connections[FOR_QUESTIONS])
		snprintf(sql + strlen(sql), sizeof(sql) - strlen(sql), "; %s",
			STORE_SETUP_BY_INDEX);
	snprintf(application, sizeof(application), "needwatchd/%s", name);
	if (!facts) {
		connection->db =
			db_new(line->config.base, &config.db, on_state, NULL, connection);
		return;
	}
	kinds = ruleset_kinds(setup->ruleset, &count);
	connection->store =
		store_new(line->config.base, &config, kinds, count, on_state, NULL, connection);
	connection->db = store_db(connection->store);
	store_set_fence(connection->store, line->config.lease, line->config.fence);
}

static void
open_connections(struct line *line)
{
	const struct config *config = line->config.setup->config;

	line->connection_count = FOR_SOURCES + config_source_count(config);
	line->connections = xcalloc(line->connection_count, sizeof(*line->connections));
	for (int purpose = 0; purpose < FOR_SOURCES; purpose++)
		connection_open(line, &line->connections[purpose], purposes[purpose],
			purpose == FOR_JUDGE || purpose == FOR_CANARY || purpose == FOR_QUESTIONS);
	for (size_t i = FOR_SOURCES; i < line->connection_count; i++)
		connection_open(line, &line->connections[i],
			config_source(config, i - FOR_SOURCES)->name, true);
}

static struct db *
db_for(const struct line *line, enum purpose purpose)
{
	return line->connections[purpose].db;
}

/* ---- what the parts tell each other ---- */

static struct instant
on_now(void *owner)
{
	struct line *line = owner;

	return clock_now(line->config.clock);
}

static void
on_source_log(void *owner, int level, const char *said)
{
	(void)owner;
	log_line(level, "%s", said);
}

static void
on_facts(void *owner, const struct source *source, int64_t changed)
{
	struct line *line = owner;

	(void)source;
	(void)changed;
	if (line->state == LINE_RUNNING)
		judge_wake(line->judge);
}

static struct store *
on_store(void *owner, const struct source_config *source)
{
	struct line *line = owner;

	for (size_t i = FOR_SOURCES; i < line->connection_count; i++)
		if (strcmp(line->connections[i].name, source->name) == 0)
			return line->connections[i].store;
	return line->connections[FOR_CANARY].store;
}

static void
on_plans(void *owner, const struct plan_result *results, size_t count)
{
	struct line *line = owner;

	if (line->state != LINE_RUNNING)
		return;
	outbox_sender_wake(line->sender);
	due_wake(line->due);
	canary_committed(line->canary, results, count);
}

static void
on_organisation(void *owner)
{
	struct line *line = owner;

	if (line->state == LINE_RUNNING)
		due_wake(line->due);
}

static void
on_lease_lost(void *owner, const char *reason)
{
	struct line *line = owner;

	snprintf(line->loss, sizeof(line->loss), "%s", reason);
	event_active(line->gone, EV_TIMEOUT, 0);
}

static void
on_gone(evutil_socket_t fd, short what, void *owner)
{
	struct line *line = owner;

	(void)fd;
	(void)what;
	line->face->lost(line->owner, line->loss);
}

static bool
on_idle(void *owner)
{
	struct line *line = owner;

	return door_quiet(line->door) && judge_status(line->judge)->idle;
}

static void
on_kept(void *owner, const char *error)
{
	(void)owner;
	if (error)
		log_line(LOG_WARNING, "the rule set could not be kept in the store: %s", error);
}

/* Two places say what holds: an administrator should know when they differ. */
static void
on_in_force(void *owner, const char *hash, const char *printed, const char *error)
{
	struct line *line = owner;
	const char *ours = ruleset_hash(line->config.setup->ruleset);

	(void)printed;
	if (!error && hash && strcmp(hash, ours) != 0)
		log_line(LOG_WARNING,
			"judging by the rule files (%s), but the store says that %s is in "
			"force: "
			"`needwatch init --rules`",
			ours, hash);
}

/* ---- beats ---- */

static void
wait_for_midnight(struct line *line)
{
	int64_t us = clock_wait_us(
		line->config.clock, instant_at((struct day){line->today.n + 1}, 0));

	arm(line->midnight, us < MIDNIGHT_MOST_US ? us : MIDNIGHT_MOST_US);
}

static void
on_midnight(evutil_socket_t fd, short what, void *owner)
{
	struct line *line = owner;
	struct day today = clock_today(line->config.clock);

	(void)fd;
	(void)what;
	if (today.n != line->today.n) {
		line->today = today;
		judge_day_turned(line->judge);
	}
	wait_for_midnight(line);
}

static bool
all_idle(const struct line *line)
{
	for (size_t i = 0; i < line->connection_count; i++)
		if (db_pending(line->connections[i].db) > 0)
			return false;
	if (line->state == LINE_STOPPED)
		return door_idle(line->door);
	return judge_quiet(line->judge) && door_quiet(line->door) &&
	       outbox_sender_idle(line->sender);
}

static void
line_set_state(struct line *line, enum line_state state);

static void
on_look(evutil_socket_t fd, short what, void *owner)
{
	struct line *line = owner;

	(void)fd;
	(void)what;
	if (line->state == LINE_RUNNING) {
		judge_hold_history(line->judge, source_set_loading(line->sources));
		judge_wake(line->judge);
		judge_look_at_thresholds(line->judge);
		arm(line->look, LOOK_US);
	} else if (line->state == LINE_ENDED) {
		line->face->ended(line->owner);
	} else {
		line_set_state(line, all_idle(line) ? LINE_ENDED : line->state);
	}
}

static void
on_patience(evutil_socket_t fd, short what, void *owner)
{
	(void)fd;
	(void)what;
	line_stop(owner);
}

/* ---- states ---- */

static void
enter_running(struct line *line)
{
	source_set_start(line->sources);
	canary_start(line->canary);
	judge_hold_history(line->judge, source_set_loading(line->sources));
	judge_start(line->judge);
	wait_for_midnight(line);
	arm(line->look, LOOK_US);
}

/* The door stays open for those who are on their way to it. */
static void
begin_nothing(struct line *line)
{
	source_set_stop(line->sources);
	canary_stop(line->canary);
	judge_stop(line->judge);
	due_shut(line->due);
	outbox_sender_shut(line->sender);
	evtimer_del(line->midnight);
}

static void
cut_connections(struct line *line)
{
	for (size_t i = 0; i < line->connection_count; i++)
		db_stop(line->connections[i].db);
}

/* The one writer of the state. */
static void
line_set_state(struct line *line, enum line_state state)
{
	bool news = state != line->state;

	assert(state >= line->state);
	line->state = state;
	switch (state) {
	case LINE_RUNNING:
		enter_running(line);
		break;
	case LINE_ENDING:
		if (news)
			begin_nothing(line);
		arm(line->look, IDLE_US);
		break;
	case LINE_STOPPED:
		if (news) {
			begin_nothing(line);
			door_shut(line->door);
			cut_connections(line);
		}
		arm(line->look, IDLE_US);
		break;
	case LINE_ENDED:
		door_shut(line->door);
		cut_connections(line); /* a timer may have asked since */
		evtimer_del(line->patience);
		arm(line->look, 0);
		break;
	}
	if (news)
		log_line(LOG_DEBUG, "line: %s", words[state]);
}

void
line_end(struct line *line, int64_t patience_us)
{
	if (line->state != LINE_RUNNING)
		return;
	arm(line->patience, patience_us);
	line_set_state(line, LINE_ENDING);
}

void
line_stop(struct line *line)
{
	if (line->state < LINE_STOPPED)
		line_set_state(line, LINE_STOPPED);
}

bool
line_makes_progress(struct line *line)
{
	return line->state != LINE_RUNNING || canary_sees_progress(line->canary);
}

/* ---- for those who answer questions ---- */

struct source_set *
line_sources(struct line *line)
{
	return line->sources;
}

struct judge *
line_judge(struct line *line)
{
	return line->judge;
}

const struct outbox_sender *
line_sender(const struct line *line)
{
	return line->sender;
}

const struct canary *
line_canary(const struct line *line)
{
	return line->canary;
}

struct why_desk *
line_why_desk(struct line *line)
{
	return line->why_desk;
}

struct db *
line_reading(struct line *line)
{
	return db_for(line, FOR_CLOCKS);
}

json_t *
line_connections(const struct line *line)
{
	json_t *array = json_array();

	for (size_t i = 0; i < line->connection_count; i++)
		json_array_append_new(
			array, json_pack("{s:s, s:s, s:s}", "name", line->connections[i].name,
				       "state", db_state_word(line->connections[i].state),
				       "reason", line->connections[i].reason));
	return array;
}

json_t *
line_due(const struct line *line)
{
	struct due_counts counts = due_counts(line->due);

	return json_pack("{s:I, s:I}", "clocks", (json_int_t)counts.clocks, "posts",
		(json_int_t)counts.posts);
}

/* ---- opening and freeing, in the way of a row ---- */

static struct source_world
source_world(struct line *line)
{
	return (struct source_world){
		.base = line->config.base,
		.store_of = on_store,
		.credentials =
			config_text(line->config.setup->config, SETTING_SERVICE_CREDENTIALS),
		.now = on_now,
		.log = on_source_log,
		.committed = on_facts,
		.owner = line,
	};
}

static void
open_door(struct line *line)
{
	const struct door_config config = {
		.base = line->config.base,
		.db = db_for(line, FOR_DOOR),
		.clock = line->config.clock,
		.channels = line->config.setup->channels,
		.channel_count = line->config.setup->channel_count,
		.lease = line->config.lease,
		.fence = line->config.fence,
		.lease_lost = on_lease_lost,
		.organisation_moved = on_organisation,
		.committed = on_plans,
		.owner = line,
	};

	line->door = door_new(&config);
}

static void
open_judge(struct line *line)
{
	const struct judge_config config = {
		.base = line->config.base,
		.reading = line->connections[FOR_JUDGE].store,
		.door = line->door,
		.clock = line->config.clock,
		.verdict = verdict_new(ruleset_ref(line->config.setup->ruleset)),
	};

	line->judge = judge_new(&config);
}

static void
open_delivery(struct line *line)
{
	const struct outbox_sender_config config = {
		.base = line->config.base,
		.db = db_for(line, FOR_DELIVERY),
		.door = line->door,
		.clock = line->config.clock,
		.config = line->config.setup->config,
	};

	line->sender = outbox_sender_new(&config);
}

static void
open_canary(struct line *line)
{
	const struct setup *setup = line->config.setup;
	struct canary_config config = {
		.world = source_world(line),
		.conninfo = setup->conninfo,
		.db = db_for(line, FOR_CLOCKS),
		.clock = line->config.clock,
		.judge = line->judge,
		.every_us = config_number(setup->config, SETTING_SERVICE_CANARY),
		.patience_us = line->config.patience_us,
		.idle = on_idle,
		.owner = line,
	};

	config.world.store = line->connections[FOR_CANARY].store;
	config.world.store_of = NULL;
	config.kinds = ruleset_kinds(setup->ruleset, &config.kind_count);
	line->canary = canary_new(&config);
}

struct line *
line_new(const struct line_config *config, const struct line_face *face, void *owner)
{
	struct line *line = xcalloc(1, sizeof(*line));
	const struct setup *setup = config->setup;
	struct source_world world;

	line->config = *config;
	line->face = face;
	line->owner = owner;
	line->today = clock_today(config->clock);
	line->midnight = evtimer_new(config->base, on_midnight, line);
	line->look = evtimer_new(config->base, on_look, line);
	line->patience = evtimer_new(config->base, on_patience, line);
	line->gone = event_new(config->base, -1, 0, on_gone, line);
	open_connections(line);
	world = source_world(line);
	line->sources = source_set_new(setup->config, &world);
	open_door(line);
	open_judge(line);
	open_delivery(line);
	line->due = due_new(&(struct due_config){
		config->base, db_for(line, FOR_CLOCKS), line->door, config->clock});
	open_canary(line);
	line->why_desk = why_desk_new(&(struct why_desk_config){config->base,
		line->connections[FOR_QUESTIONS].store, line->judge, line->sources, config->clock});
	rule_set_keep(db_for(line, FOR_CLOCKS), ruleset_hash(setup->ruleset),
		ruleset_print(setup->ruleset), clock_now(config->clock), on_kept, line);
	rule_set_current(db_for(line, FOR_CLOCKS), 0, line->today, on_in_force, line);
	line_set_state(line, LINE_RUNNING);
	return line;
}

void
line_free(struct line *line)
{
	if (!line)
		return;
	assert(line->state == LINE_ENDED);
	why_desk_free(line->why_desk);
	source_set_free(line->sources);
	canary_free(line->canary);
	judge_free(line->judge);
	due_free(line->due);
	outbox_sender_free(line->sender);
	door_free(line->door);
	for (size_t i = 0; i < line->connection_count; i++) {
		if (line->connections[i].store)
			store_free(line->connections[i].store);
		else
			db_free(line->connections[i].db);
	}
	event_free(line->midnight);
	event_free(line->look);
	event_free(line->patience);
	event_free(line->gone);
	free(line->connections);
	free(line);
}
