/* One state with one writer; each state waits for one thing. All work is done by the line. */
#include "daemon.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "buffer.h"
#include "clock.h"
#include "db.h"
#include "db_sync.h"
#include "kind_table.h"
#include "lease_keeper.h"
#include "line.h"
#include "log.h"
#include "memory.h"
#include "migration.h"
#include "notify.h"
#include "question.h"
#include "setup.h"
#include "source_set.h"
#include "status.h"
#include "why_desk.h"

#define LEASE "needwatchd"
#define UNFIT_US (2 * US_PER_SECOND)
#define END_US (7 * US_PER_SECOND) /* of the ten that ending may take */
#define STILL_US                                                                               \
	(60 * US_PER_SECOND) /* patience with the line where no watchdog says how long */
#define TAKE_US US_PER_SECOND

struct daemon {
	struct event_base *base;
	struct setup *setup;
	struct setup *next; /* to reload with, when the line has ended */
	struct clock *clock;
	struct db *db; /* of the lease */
	struct lease_keeper *keeper;
	struct line *line; /* NULL: none */
	struct question_server
		/* NULL: another daemon answers in this state folder */
		*questions;
	struct status_reports *reports;
	enum daemon_state state;
	struct instant since;
	struct instant started;
	struct event *timer; /* of the state */
	struct event *watchdog;
	struct event *take; /* tries to take the question socket */
	bool told_ready;
	bool progress;
	char reason[400]; /* why it does not work; "" it does */
	char holder[160]; /* of this process in the lease */
	char path[4096];  /* of the question socket */
};

static const char *const words[] = {
#define X(name, word, meaning) [name] = word,
	DAEMON_STATES(X)
#undef X
};

static void
daemon_set_state(struct daemon *daemon, enum daemon_state state, const char *reason);

static void
arm(struct event *event, int64_t us)
{
	struct timeval wait = {.tv_sec = us / US_PER_SECOND, .tv_usec = us % US_PER_SECOND};

	evtimer_add(event, &wait);
}

/* ---- the shape of the store ---- */

/* Blocks for a few short questions, to a store that has answered a moment ago, while nothing
 * else runs here. */
static bool
store_fits(struct daemon *daemon, char **ret_error)
{
	struct db_sync *sync =
		db_sync_open(daemon->setup->conninfo, NULL, "needwatchd/shape", ret_error);
	const struct kind *const *kinds;
	size_t count;
	bool fits;

	if (!sync)
		return false;
	kinds = ruleset_kinds(daemon->setup->ruleset, &count);
	fits = migration_check(sync, ret_error) &&
	       kind_tables_check(sync, kinds, count, ret_error);
	db_sync_close(sync);
	return fits;
}

/* True if the store fits; otherwise the state is another. */
static bool
check_store(struct daemon *daemon)
{
	char *error = NULL;
	bool fits = store_fits(daemon, &error);

	if (!fits)
		daemon_set_state(
			daemon, DAEMON_UNFIT, error ? error : "the store cannot be used");
	free(error);
	return fits;
}

static void
reach(struct daemon *daemon)
{
	if (db_state(daemon->db) == DB_READY && check_store(daemon))
		daemon_set_state(daemon, DAEMON_STANDBY, "");
}

static void
on_db_state(void *owner, enum db_state state, const char *reason)
{
	struct daemon *daemon = owner;

	if (state == DB_WAITING && daemon->state == DAEMON_REACHING) {
		if (daemon->reason[0] == '\0')
			log_line(LOG_WARNING, "the store cannot be reached, waiting for it: %s",
				reason);
		snprintf(daemon->reason, sizeof(daemon->reason),
			"the store cannot be reached: %s", reason);
		notify_status("waiting for the store: %s", reason);
	} else if (state == DB_READY && daemon->state == DAEMON_REACHING) {
		arm(daemon->timer, 0); /* never from inside the connection's own step */
	}
}

/* ---- the lease ---- */

static void
begin_line(struct daemon *daemon);

static void
on_held(void *owner, int64_t fence)
{
	struct daemon *daemon = owner;

	(void)fence;
	if (daemon->state != DAEMON_STANDBY)
		return;
	if (check_store(daemon))
		daemon_set_state(daemon, DAEMON_ACTIVE, "");
	else
		lease_keeper_release(daemon->keeper);
}

static void
on_waiting(void *owner, const char *holder)
{
	struct daemon *daemon = owner;

	if (daemon->state != DAEMON_STANDBY)
		return;
	log_line(LOG_NOTICE, "standby: %s holds the lease", holder[0] ? holder : "nobody yet");
	notify_status("standby: %s holds the lease", holder[0] ? holder : "nobody yet");
}

static void
on_lost(void *owner, const char *reason)
{
	struct daemon *daemon = owner;

	log_line(LOG_WARNING, "the lease is lost: %s", reason);
	switch (daemon->state) {
	case DAEMON_ACTIVE:
	case DAEMON_RELOADING:
		daemon_set_state(daemon, DAEMON_CLOSING, reason);
		break;
	case DAEMON_ENDING:
		line_stop(daemon->line);
		break;
	case DAEMON_REACHING:
	case DAEMON_UNFIT:
	case DAEMON_STANDBY:
	case DAEMON_CLOSING:
	case DAEMON_ENDED:
		break;
	}
}

static void
on_released(void *owner)
{
	struct daemon *daemon = owner;

	if (daemon->state == DAEMON_ENDING)
		daemon_set_state(daemon, DAEMON_ENDED, "");
}

static const struct lease_keeper_face keeper_face = {
	.held = on_held,
	.waiting = on_waiting,
	.lost = on_lost,
	.released = on_released,
};

/* ---- the line ---- */

static void
on_line_lost(void *owner, const char *reason)
{
	struct daemon *daemon = owner;

	lease_keeper_lose(daemon->keeper, reason);
}

static void
swap_setup(struct daemon *daemon)
{
	if (!daemon->next)
		return;
	setup_free(daemon->setup);
	daemon->setup = daemon->next;
	daemon->next = NULL;
	log_line(LOG_NOTICE, "reloaded %s", daemon->setup->path);
	if (daemon->told_ready)
		notify_ready();
}

static void
on_line_ended(void *owner)
{
	struct daemon *daemon = owner;

	status_reports_end(daemon->reports);
	line_free(daemon->line);
	daemon->line = NULL;
	swap_setup(daemon);
	switch (daemon->state) {
	case DAEMON_CLOSING:
		daemon_set_state(daemon, DAEMON_REACHING, "");
		break;
	case DAEMON_RELOADING:
		if (check_store(daemon))
			daemon_set_state(daemon, DAEMON_ACTIVE, "");
		else
			lease_keeper_release(daemon->keeper);
		break;
	case DAEMON_ENDING:
		lease_keeper_release(daemon->keeper);
		break;
	case DAEMON_REACHING:
	case DAEMON_UNFIT:
	case DAEMON_STANDBY:
	case DAEMON_ACTIVE:
	case DAEMON_ENDED:
		assert(false);
	}
}

static const struct line_face line_face = {
	.lost = on_line_lost,
	.ended = on_line_ended,
};

static void
begin_line(struct daemon *daemon)
{
	int64_t watchdog_us = notify_watchdog_us();
	const struct line_config config = {
		.base = daemon->base,
		.setup = daemon->setup,
		.clock = daemon->clock,
		.lease = LEASE,
		.fence = lease_keeper_fence(daemon->keeper),
		.patience_us = watchdog_us ? watchdog_us : STILL_US,
	};

	daemon->line = line_new(&config, &line_face, daemon);
}

/* ---- states ---- */

static void
tell_ready(struct daemon *daemon)
{
	if (!daemon->told_ready)
		notify_ready();
	daemon->told_ready = true;
}

static void
enter_unfit(struct daemon *daemon, const char *before)
{
	if (strcmp(before, daemon->reason) != 0)
		log_line(LOG_ERR, "%s", daemon->reason);
	notify_status("waiting: %s", daemon->reason);
	arm(daemon->timer, UNFIT_US);
}

static void
enter_active(struct daemon *daemon)
{
	log_line(LOG_NOTICE, "active: the lease is held, fence %lld",
		(long long)lease_keeper_fence(daemon->keeper));
	notify_status("active");
	tell_ready(daemon);
	begin_line(daemon);
}

static void
enter_ending(struct daemon *daemon)
{
	notify_stopping();
	if (daemon->line)
		line_end(daemon->line, END_US);
	else
		lease_keeper_release(daemon->keeper);
}

/* The one writer of the state. */
static void
daemon_set_state(struct daemon *daemon, enum daemon_state state, const char *reason)
{
	enum daemon_state before = daemon->state;
	char reason_before[sizeof(daemon->reason)];

	assert(before < DAEMON_ENDING || state > before);
	snprintf(reason_before, sizeof(reason_before), "%s", daemon->reason);
	snprintf(daemon->reason, sizeof(daemon->reason), "%s", reason);
	evtimer_del(daemon->timer);
	daemon->state = state;
	if (state != before)
		daemon->since = clock_real();
	log_line(LOG_DEBUG, "daemon: %s -> %s", words[before], words[state]);
	switch (state) {
	case DAEMON_REACHING:
		arm(daemon->timer, 0);
		break;
	case DAEMON_UNFIT:
		enter_unfit(daemon, reason_before);
		break;
	case DAEMON_STANDBY:
		notify_status("standby");
		tell_ready(daemon);
		lease_keeper_start(daemon->keeper);
		break;
	case DAEMON_ACTIVE:
		enter_active(daemon);
		break;
	case DAEMON_CLOSING:
		notify_status("closing: %s", reason);
		line_stop(daemon->line);
		break;
	case DAEMON_RELOADING:
		line_end(daemon->line, END_US);
		break;
	case DAEMON_ENDING:
		enter_ending(daemon);
		break;
	case DAEMON_ENDED:
		event_base_loopbreak(daemon->base);
		break;
	}
}

/* A store that is unfit may be mended, and one that is away may have come back meanwhile. */
static void
on_timer(evutil_socket_t fd, short what, void *owner)
{
	struct daemon *daemon = owner;

	(void)fd;
	(void)what;
	if (daemon->state == DAEMON_UNFIT &&
		(db_state(daemon->db) != DB_READY ||
			lease_keeper_state(daemon->keeper) != KEEPER_IDLE))
		arm(daemon->timer, UNFIT_US);
	else if (daemon->state == DAEMON_REACHING || daemon->state == DAEMON_UNFIT)
		reach(daemon);
}

/* ---- the watchdog ---- */

/* Restarting would not bring a store back: without a line the loop alone is looked at. */
static void
on_watchdog(evutil_socket_t fd, short what, void *owner)
{
	struct daemon *daemon = owner;
	int64_t us = notify_watchdog_us();
	bool progress = !daemon->line || line_makes_progress(daemon->line);

	(void)fd;
	(void)what;
	if (progress)
		notify_alive();
	if (progress != daemon->progress && daemon->state == DAEMON_ACTIVE)
		notify_status(
			"%s", progress ? "active" : "active, but the line makes no progress");
	daemon->progress = progress;
	arm(daemon->watchdog, us && us < STILL_US / 4 ? us / 2 : STILL_US / 4);
}

/* ---- reloading ---- */

/* NULL: reloading. Otherwise why not, owned by the caller; everything stays as it was. */
static char *
try_reload(struct daemon *daemon)
{
	struct buffer report = {0};
	struct setup *setup;
	const char *differs;

	if (daemon->state >= DAEMON_CLOSING || daemon->next)
		return xstrdup("it is about to end or to reload already");
	setup = setup_read(daemon->setup->path, daemon->base, &report);
	if (!setup)
		return report.bytes ? report.bytes : xstrdup("the new settings cannot be read");
	buffer_clear(&report);
	differs = setup_differs(daemon->setup, setup);
	if (differs) {
		buffer_printf(&report,
			"%s has changed, which is read at the start alone: restart "
			"needwatchd\n",
			differs);
		setup_free(setup);
		return report.bytes;
	}
	buffer_free(&report);
	notify_reloading();
	daemon->next = setup;
	if (daemon->line)
		daemon_set_state(daemon, DAEMON_RELOADING, "");
	else
		swap_setup(daemon);
	return NULL;
}

/* Each line of it is one of the log. */
static void
log_report(char *report)
{
	char *rest = NULL;

	log_line(LOG_ERR, "not reloaded, the old settings stay:");
	for (char *line = strtok_r(report, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest))
		log_line(LOG_ERR, "%s", line);
}

void
daemon_reload(struct daemon *daemon)
{
	char *fault = try_reload(daemon);

	if (fault)
		log_report(fault);
	free(fault);
}

/* ---- questions ---- */

static void
ask_status(void *owner, struct question_call *call, const json_t *asked)
{
	struct daemon *daemon = owner;
	const struct status_about about = {
		.base = daemon->base,
		.state = words[daemon->state],
		.since = daemon->since,
		.started = daemon->started,
		.reason = daemon->reason,
		.progress = daemon->progress,
		.setup = daemon->setup,
		.clock = daemon->clock,
		.keeper = daemon->keeper,
		.line = daemon->line,
		.reports = daemon->reports,
	};

	(void)asked;
	status_answer(call, &about);
}

static void
ask_source(void *owner, struct question_call *call, const json_t *asked)
{
	struct daemon *daemon = owner;
	const char *question = json_string_value(json_object_get(asked, "ask"));
	const char *name = json_string_value(json_object_get(asked, "name"));
	const char *fault;

	if (!name || !daemon->line) {
		question_refuse(call, "%s",
			name ? "this daemon does not watch sources just now"
			     : "no source is named");
		return;
	}
	fault = source_set_tell(line_sources(daemon->line), question, name);
	if (fault)
		question_refuse(call, "%s", fault);
	else
		question_answer(call, json_object());
}

static void
ask_why(void *owner, struct question_call *call, const json_t *asked)
{
	struct daemon *daemon = owner;

	if (daemon->line)
		why_desk_ask(line_why_desk(daemon->line), call, asked);
	else
		question_refuse(call, "this daemon does not judge just now");
}

static void
ask_reload(void *owner, struct question_call *call, const json_t *asked)
{
	struct daemon *daemon = owner;
	char *fault = try_reload(daemon);

	(void)asked;
	if (fault) {
		question_answer(call, json_pack("{s:b, s:s}", "ok", 0, "error", fault));
		log_report(fault);
	} else {
		question_answer(call, json_object());
	}
	free(fault);
}

static const struct question_row questions[] = {
	{"status", ask_status},
	{"why", ask_why},
	{"source_accept", ask_source},
	{"source_release", ask_source},
	{"source_reconcile", ask_source},
	{"reload", ask_reload},
	{NULL, NULL},
};

/* A waiting daemon on the same machine leaves the socket to the one that answers there. */
static void
on_take(evutil_socket_t fd, short what, void *owner)
{
	struct daemon *daemon = owner;
	const char *group = config_text(daemon->setup->config, SETTING_SERVICE_SOCKET_GROUP);
	char *fault = NULL;

	(void)fd;
	(void)what;
	if (daemon->state != DAEMON_ACTIVE && question_socket_lives(daemon->path)) {
		arm(daemon->take, TAKE_US);
		return;
	}
	daemon->questions = question_server_new(
		daemon->base, daemon->path, group, questions, daemon, &fault);
	if (!daemon->questions) {
		log_line(LOG_WARNING, "no question can be asked: %s", fault);
		arm(daemon->take, TAKE_US);
	}
	free(fault);
}

/* ---- the outer face ---- */

/* Unique: a process that comes after us must not take our lease for its own. */
static void
name_holder(struct daemon *daemon)
{
	char host[64] = "";

	gethostname(host, sizeof(host) - 1);
	snprintf(daemon->holder, sizeof(daemon->holder), "%s/%ld/%08x", host, (long)getpid(),
		arc4random());
}

static bool
open_state(struct daemon *daemon, char **ret_fault)
{
	const char *state = config_text(daemon->setup->config, SETTING_SERVICE_STATE);

	if (mkdir(state, 0710) < 0 && errno != EEXIST) {
		if (asprintf(ret_fault, "%s: cannot be made: %s", state, strerror(errno)) < 0)
			*ret_fault = NULL;
		return false;
	}
	snprintf(daemon->path, sizeof(daemon->path), "%s/question.sock", state);
	daemon->clock = clock_open(
		config_number(daemon->setup->config, SETTING_SERVICE_DAY), state, ret_fault);
	return daemon->clock != NULL;
}

static void
open_lease(struct daemon *daemon)
{
	const struct db_config db = {
		.conninfo = daemon->setup->conninfo,
		.application = "needwatchd/lease",
		.backoff_us = 2 * US_PER_SECOND,
		/* By then the lease is lost anyway: another connection may get it back. */
		.silence_us = config_number(daemon->setup->config, SETTING_SERVICE_LEASE),
	};
	struct lease_keeper_config keeper = {
		.base = daemon->base,
		.name = LEASE,
		.holder = daemon->holder,
		.length_us = config_number(daemon->setup->config, SETTING_SERVICE_LEASE),
	};

	daemon->db = db_new(daemon->base, &db, on_db_state, NULL, daemon);
	keeper.db = daemon->db;
	daemon->keeper = lease_keeper_new(&keeper, &keeper_face, daemon);
}

struct daemon *
daemon_new(struct event_base *base, struct setup *setup, char **ret_fault)
{
	struct daemon *daemon = xcalloc(1, sizeof(*daemon));

	daemon->base = base;
	daemon->setup = setup;
	daemon->state = DAEMON_REACHING;
	daemon->started = daemon->since = clock_real();
	daemon->reports = status_reports_new();
	daemon->progress = true;
	daemon->timer = evtimer_new(base, on_timer, daemon);
	daemon->watchdog = evtimer_new(base, on_watchdog, daemon);
	daemon->take = evtimer_new(base, on_take, daemon);
	name_holder(daemon);
	if (!open_state(daemon, ret_fault)) {
		daemon_free(daemon);
		return NULL;
	}
	open_lease(daemon);
	arm(daemon->watchdog, 0);
	on_take(-1, 0, daemon);
	return daemon;
}

void
daemon_end(struct daemon *daemon)
{
	if (daemon->state >= DAEMON_ENDING) {
		if (daemon->line)
			line_stop(daemon->line);
		return;
	}
	log_line(LOG_NOTICE, "told to end");
	daemon_set_state(daemon, DAEMON_ENDING, "");
}

void
daemon_free(struct daemon *daemon)
{
	if (!daemon)
		return;
	status_reports_end(daemon->reports);
	line_free(daemon->line);
	question_server_free(daemon->questions);
	status_reports_free(daemon->reports);
	if (daemon->db)
		db_stop(daemon->db); /* the keeper hears of what was under way */
	db_free(daemon->db);
	lease_keeper_free(daemon->keeper);
	clock_free(daemon->clock);
	event_free(daemon->timer);
	event_free(daemon->watchdog);
	event_free(daemon->take);
	setup_free(daemon->next);
	setup_free(daemon->setup);
	free(daemon);
}
