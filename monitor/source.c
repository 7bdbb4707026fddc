/* The states of a source and their beats: one function per state, one writer of the state. What
 * a pass reads stands in source_pass.c; nothing here knows a kind or a fact. */
#include "source.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/event.h>

#include "credential.h"
#include "memory.h"
#include "source_pace.h"
#include "source_parts.h"

#define OPEN_US (15 * US_PER_SECOND)
#define BROKEN_US (60 * US_PER_SECOND)

/* Levels of sd-daemon(3). */
enum {
	LOG_WARNING_LEVEL = 4,
	LOG_NOTICE_LEVEL = 5,
	LOG_DEBUG_LEVEL = 7,
};

static const struct {
	const char *word;
	const char *meaning;
} states[] = {
#define X(name, word, meaning) {word, meaning},
	SOURCE_STATES(X)
#undef X
};

const char *
source_state_word(enum source_state state)
{
	return states[state].word;
}

static int64_t
clock_us(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (int64_t)time.tv_sec * US_PER_SECOND + time.tv_nsec / 1000;
}

struct mono
source_mono(void)
{
	return (struct mono){clock_us(CLOCK_MONOTONIC)};
}

struct instant
source_real(void)
{
	return (struct instant){clock_us(CLOCK_REALTIME)};
}

void
source_wait(struct source *source, int64_t us)
{
	struct timeval time = {.tv_sec = us / US_PER_SECOND, .tv_usec = us % US_PER_SECOND};

	evtimer_add(source->timer, &time);
}

static void
source_log(struct source *source, int level, enum source_state before)
{
	char line[512];

	if (!source->world.log)
		return;
	snprintf(line, sizeof(line), "source %s: %s -> %s%s%s", source->config->name,
		states[before].word, states[source->state].word, source->reason[0] ? ": " : "",
		source->reason);
	source->world.log(source->world.owner, level, line);
}

static bool
state_is_blind(enum source_state state)
{
	return state == SOURCE_BROKEN || state == SOURCE_BACKING_OFF;
}

static void
source_disconnect(struct source *source)
{
	link_close(source->link);
	source->link = NULL;
	source->pass = PASS_NONE;
	source->held.pass = PASS_NONE;
	source->paused = false;
}

void
source_seen(struct source *source)
{
	source->blind_since.us = INSTANT_NONE;
	if (source->state != SOURCE_WAITING)
		source->reason[0] = '\0';
}

/* ---- entering a state ---- */

static void
enter_stopped(struct source *source)
{
	source_disconnect(source);
}

/* An earlier write may still be on its way to the store. */
#define BUSY_US (US_PER_SECOND / 10)

static void
enter_starting(struct source *source)
{
	if (intake_busy(source->intake))
		source_wait(source, BUSY_US);
	else
		intake_start(source->intake);
}

static void
enter_resting(struct source *source)
{
	int64_t us;

	source_disconnect(source);
	pace_open(source->config, source_real(), &us);
	source_wait(source, us + US_PER_SECOND / 10);
}

static void
on_opened(void *owner);
static void
on_answered(void *owner, const PGresult *result);
static void
on_lost(void *owner, const char *reason);
static void
on_notified(void *owner);

static const struct link_face link_face = {
	.opened = on_opened,
	.answered = on_answered,
	.lost = on_lost,
	.notified = on_notified,
};

static bool
keep_blind(struct source *source);

static void
enter_connecting(struct source *source)
{
	char application[64 + 16];
	char password[CREDENTIAL_SIZE] = "";
	struct link_target target = {
		.connect = source->config->connect,
		.application = application,
		.open_us = OPEN_US,
		.answer_us = source->config->settings[SETTING_SOURCE_TIMEOUT] * 3 / 2 +
			     5 * US_PER_SECOND,
	};

	source_disconnect(source);
	snprintf(application, sizeof(application), "needwatch/%s", source->config->name);
	if (source->config->credential) {
		if (!credential_read(
			    source->world.credentials, source->config->credential, password)) {
			source_broken(
				source, "no credential file '%s'", source->config->credential);
			return;
		}
		target.password = password;
	}
	source->link = link_open(source->world.base, &target, &link_face, source);
	explicit_bzero(password, sizeof(password));
}

static void
enter_checking(struct source *source)
{
	check_begin(source);
}

/* Before a comparison: which batch, and is it complete? */
static void
begin_comparison(struct source *source)
{
	if (source->config->batch >= 0)
		pass_begin(source, PASS_BATCH);
	else if (source->config->complete_query)
		pass_begin(source, PASS_COMPLETE);
	else
		pass_begin(source, source->loaded ? PASS_KEYS : PASS_ROWS);
}

static void
enter_loading(struct source *source)
{
	if (source->config->way == WAY_CURSOR)
		pass_begin(source, PASS_FORWARD);
	else
		begin_comparison(source);
}

static void
plan_night(struct source *source)
{
	int second = source->config->reconcile_second;
	int64_t us = second < 0 ? INT64_MAX / 4 : pace_until(second, source_real());

	source->night_at.us = source_mono().us + us;
}

static void
enter_following(struct source *source)
{
	if (source->night_at.us == 0)
		plan_night(source);
	source_wait(source, 0);
}

static void
enter_comparing(struct source *source)
{
	plan_night(source);
	begin_comparison(source);
}

static void
enter_waiting(struct source *source)
{
	source_wait(source, source->config->settings[SETTING_SOURCE_EVERY]);
}

static void
enter_broken(struct source *source)
{
	source_disconnect(source);
	keep_blind(source);
	source_wait(source, BROKEN_US);
}

static void
enter_backing_off(struct source *source)
{
	source_disconnect(source);
	keep_blind(source);
	source_wait(source, pace_back_off(source->attempt++, arc4random()));
}

static void (*const enter[])(struct source *source) = {
	[SOURCE_STOPPED] = enter_stopped,
	[SOURCE_STARTING] = enter_starting,
	[SOURCE_RESTING] = enter_resting,
	[SOURCE_CONNECTING] = enter_connecting,
	[SOURCE_CHECKING] = enter_checking,
	[SOURCE_LOADING] = enter_loading,
	[SOURCE_FOLLOWING] = enter_following,
	[SOURCE_COMPARING] = enter_comparing,
	[SOURCE_WAITING] = enter_waiting,
	[SOURCE_BROKEN] = enter_broken,
	[SOURCE_BACKING_OFF] = enter_backing_off,
};

void
source_set_state(struct source *source, enum source_state state)
{
	enum source_state before = source->state;

	evtimer_del(source->timer);
	source->state = state;
	source->since = source_real();
	if (state_is_blind(state) && source->blind_since.us == INSTANT_NONE)
		source->blind_since = source->since;
	source_log(source,
		state_is_blind(state) || state == SOURCE_WAITING          ? LOG_WARNING_LEVEL
		: state == SOURCE_COMPARING || before == SOURCE_COMPARING ? LOG_DEBUG_LEVEL
									  : LOG_NOTICE_LEVEL,
		before);
	enter[state](source);
}

/* ---- faults ---- */

void
source_fault(struct source *source, const char *reason)
{
	snprintf(source->reason, sizeof(source->reason), "%s", reason);
	source_set_state(source, SOURCE_BACKING_OFF);
}

void
source_broken(struct source *source, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(source->reason, sizeof(source->reason), format, arguments);
	va_end(arguments);
	source_set_state(source, SOURCE_BROKEN);
}

/* Only the primary message: details may quote a row. Class 42: a lost column or table, no
 * right; class 22: a value does not fit its parameter. Both stay wrong until somebody mends
 * them. */
bool
source_result_fault(struct source *source, const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	const char *code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK)
		return false;
	if (code && strncmp(code, "42", 2) == 0)
		source_broken(source, "%s", message ? message : "the query is refused");
	else if (code && strncmp(code, "22", 2) == 0)
		source_broken(source, "a value does not fit its column (SQLSTATE %s)", code);
	else
		source_fault(source, message ? message : "the query was refused");
	return true;
}

/* ---- what the state does next ---- */

static bool
due(struct mono at, struct mono now)
{
	return at.us <= now.us;
}

static bool
overlap_due(const struct source *source, struct mono now)
{
	const struct source_config *config = source->config;

	return config->way == WAY_CURSOR && config->overlap_every_us > 0 &&
	       config->overlap_us > 0 && due(source->overlap_at, now);
}

static void
beat(struct source *source)
{
	int64_t every = source->config->settings[SETTING_SOURCE_EVERY];

	if (source->config->way == WAY_CURSOR) {
		pass_poll(source);
		return;
	}
	source->poll_at.us = source_mono().us + every;
	source->counts.polls++;
	if (source->state == SOURCE_FOLLOWING)
		source_set_state(source, SOURCE_COMPARING);
	else
		source_wait(source, every);
}

/* The store's users see what this process sees: told when it changes and nothing else is under
 * way. */
static bool
keep_blind(struct source *source)
{
	if (source->blind_kept.us == source->blind_since.us || intake_busy(source->intake))
		return false;
	source->blind_kept = source->blind_since;
	intake_keep_blind(source->intake, source->blind_since, source->reason);
	return true;
}

/* One thing at a time, the rarest first. What takes more than a page gives way to the forward
 * poll. */
static void
follow(struct source *source)
{
	const struct source_config *config = source->config;
	struct mono now = source_mono();
	int64_t us;

	if (!pace_open(config, source_real(), &us)) {
		source_set_state(source, SOURCE_RESTING);
	} else if (intake_busy(source->intake) || keep_blind(source)) {
		return; /* its answer goes on */
	} else if (source->state == SOURCE_WAITING && source->allowance >= 0) {
		source->reason[0] = '\0';
		source_set_state(source, SOURCE_COMPARING);
	} else if (source->release_wanted) {
		source->release_wanted = false;
		pass_begin(source, PASS_RELEASE_KEYS);
	} else if (due(source->clock_at, now) && config->way == WAY_CURSOR) {
		pass_begin(source, PASS_CLOCK);
	} else if (due(source->night_at, now) && source->state == SOURCE_FOLLOWING) {
		source_set_state(source, SOURCE_COMPARING);
	} else if (overlap_due(source, now)) {
		source->overlap_at.us = now.us + config->overlap_every_us;
		pass_begin(source, PASS_OVERLAP);
	} else if (due(source->poll_at, now)) {
		beat(source);
	} else {
		source_wait(source, source->poll_at.us - now.us);
	}
}

static void
source_turn(struct source *source)
{
	int64_t us;

	switch (source->state) {
	case SOURCE_STOPPED:
	case SOURCE_CONNECTING:
	case SOURCE_CHECKING:
		break;
	case SOURCE_STARTING:
		enter_starting(source);
		break;
	case SOURCE_RESTING:
	case SOURCE_BROKEN:
	case SOURCE_BACKING_OFF:
		if (intake_busy(source->intake)) {
			source_wait(source, BUSY_US);
			return;
		}
		source_set_state(source, pace_open(source->config, source_real(), &us)
						 ? SOURCE_CONNECTING
						 : SOURCE_RESTING);
		break;
	case SOURCE_LOADING:
		enter_loading(source);
		break;
	case SOURCE_FOLLOWING:
	case SOURCE_WAITING:
		follow(source);
		break;
	case SOURCE_COMPARING:
		break;
	}
}

static void
on_timer(evutil_socket_t fd, short what, void *owner)
{
	struct source *source = owner;

	(void)fd;
	(void)what;
	if (source->paused)
		pass_ask(source);
	else
		source_turn(source);
}

/* Until something is due. What follow() would do at once is left to the loop's next turn: a pass has just ended, on the
 * stack of its answer. */
static int64_t
rest_us(const struct source *source)
{
	struct mono now = source_mono();
	bool cursor = source->config->way == WAY_CURSOR;

	if (source->release_wanted || source->allowance >= 0 ||
		source->blind_kept.us != source->blind_since.us ||
		(cursor && due(source->clock_at, now)) || due(source->night_at, now) ||
		overlap_due(source, now) || due(source->poll_at, now))
		return 0;
	return source->poll_at.us - now.us;
}

void
source_pass_done(struct source *source)
{
	source->pass = PASS_NONE;
	if (pass_resume(source))
		return;
	if (source->state == SOURCE_LOADING && !source->loaded)
		source_wait(source, source->config->settings[SETTING_SOURCE_EVERY]);
	else if (source->state == SOURCE_LOADING || source->state == SOURCE_COMPARING)
		source_set_state(source, SOURCE_FOLLOWING);
	else
		source_wait(source, rest_us(source));
}

/* ---- what the link says ---- */

static void
on_opened(void *owner)
{
	source_set_state(owner, SOURCE_CHECKING);
}

static void
on_answered(void *owner, const PGresult *result)
{
	struct source *source = owner;

	if (source->state == SOURCE_CHECKING)
		check_answered(source, result);
	else
		pass_answered(source, result);
}

static void
on_lost(void *owner, const char *reason)
{
	source_fault(owner, reason);
}

/* A hint: the next poll comes as soon as it may see what was committed just now. */
static void
on_notified(void *owner)
{
	struct source *source = owner;
	int64_t ahead = source->counts.clock_ahead_us;
	int64_t wait = source->config->settings[SETTING_SOURCE_MARGIN] + (ahead > 0 ? ahead : 0);

	source->hint_at.us = source_mono().us + wait;
	if (source->poll_at.us > source->hint_at.us)
		source->poll_at = source->hint_at;
	if (source->pass == PASS_NONE &&
		(source->state == SOURCE_FOLLOWING || source->state == SOURCE_WAITING))
		source_wait(source, 0);
}

/* ---- what the intake says. A source that has been disconnected meanwhile begins again anyway.
 * ---- */

static char *
copy_text(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static void
on_started(void *owner, const struct intake_start *start)
{
	struct source *source = owner;
	int64_t us;

	if (source->state != SOURCE_STARTING)
		return;
	source->loaded = start->loaded;
	position_clear(&source->forward);
	source->forward.cursor = copy_text(start->cursor);
	free(source->batch);
	source->batch = copy_text(start->batch);
	free(source->accepted);
	source->accepted = copy_text(start->fingerprint);
	source->counts.known = start->rows;
	source->blind_since = source->blind_kept = start->blind_since;
	source_set_state(source, pace_open(source->config, source_real(), &us)
					 ? SOURCE_CONNECTING
					 : SOURCE_RESTING);
}

static void
on_written(void *owner, const struct intake_count *count)
{
	struct source *source = owner;

	if (source->state == SOURCE_CHECKING)
		check_written(source);
	else if (source->pass != PASS_NONE)
		pass_written(source, count);
	else if (source->state == SOURCE_FOLLOWING || source->state == SOURCE_WAITING)
		source_wait(source, 0);
}

static void
on_compared(void *owner, int64_t known, int64_t vanished)
{
	struct source *source = owner;

	if (source->pass == PASS_KEYS || source->pass == PASS_RELEASE_KEYS)
		pass_compared(source, known, vanished);
}

static void
on_retracted(void *owner, int64_t rows)
{
	struct source *source = owner;

	if (source->pass == PASS_RETRACT)
		pass_retracted(source, rows);
}

static void
on_failed(void *owner, const char *reason)
{
	struct source *source = owner;
	char line[200];

	snprintf(line, sizeof(line), "the store: %s", reason);
	if (source->state == SOURCE_STARTING) {
		snprintf(source->reason, sizeof(source->reason), "%s", line);
		source_wait(source, pace_back_off(source->attempt++, arc4random()));
	} else if (source->pass != PASS_NONE || source->state == SOURCE_CHECKING ||
		   source->state == SOURCE_FOLLOWING || source->state == SOURCE_WAITING) {
		source_fault(source, line);
	}
}

static const struct intake_face intake_face = {
	.started = on_started,
	.written = on_written,
	.compared = on_compared,
	.retracted = on_retracted,
	.failed = on_failed,
};

/* ---- the outer face ---- */

struct source *
source_new(const struct source_config *config, const struct source_world *world)
{
	struct source *source = xcalloc(1, sizeof(*source));

	source->config = config;
	source->world = *world;
	source->state = SOURCE_STOPPED;
	source->since = source_real();
	source->blind_since.us = source->blind_kept.us = INSTANT_NONE;
	source->allowance = -1;
	source->timer = evtimer_new(world->base, on_timer, source);
	source->intake = intake_new(
		world->store_of ? world->store_of(world->owner, config) : world->store, config,
		&intake_face, source);
	return source;
}

void
source_free(struct source *source)
{
	if (!source)
		return;
	source_disconnect(source);
	intake_free(source->intake);
	event_free(source->timer);
	source_queries_free(source->queries);
	position_clear(&source->forward);
	position_clear(&source->at);
	position_clear(&source->held.at);
	free(source->fingerprint);
	free(source->accepted);
	free(source->batch);
	free(source->next_batch);
	free(source->overlap_last);
	free(source);
}

void
source_start(struct source *source)
{
	if (source->state == SOURCE_STOPPED)
		source_set_state(source, SOURCE_STARTING);
}

void
source_stop(struct source *source)
{
	if (source->state != SOURCE_STOPPED)
		source_set_state(source, SOURCE_STOPPED);
}

static void
status_of_pass(const struct source *source, struct source_status *status)
{
	double seconds = (double)(source_mono().us - source->pass_started.us) / 1e6;

	status->seconds_left = -1;
	status->pass_rows = 0;
	if (source->state != SOURCE_LOADING && source->state != SOURCE_COMPARING)
		return;
	status->pass_rows = source->counts.pass_rows;
	status->rate = seconds > 0 ? (double)status->pass_rows / seconds : 0;
	if (status->rate > 0 && status->pass_expected >= status->pass_rows)
		status->seconds_left =
			(int64_t)((double)(status->pass_expected - status->pass_rows) /
				  status->rate);
}

void
source_status(const struct source *source, struct source_status *ret_status)
{
	*ret_status = source->counts;
	ret_status->name = source->config->name;
	ret_status->label = source->config->label;
	ret_status->area = source->config->area;
	ret_status->state = source->state;
	ret_status->since = source->since;
	ret_status->blind_since = source->blind_since;
	ret_status->reason = source->reason;
	ret_status->cursor = source->forward.cursor;
	status_of_pass(source, ret_status);
}

static bool
at_leisure(const struct source *source)
{
	return source->state == SOURCE_FOLLOWING || source->state == SOURCE_WAITING;
}

bool
source_accept(struct source *source)
{
	if (source->state == SOURCE_BROKEN && source->fingerprint && source->accepted &&
		strcmp(source->fingerprint, source->accepted) != 0) {
		free(source->accepted);
		source->accepted = NULL;
		source_set_state(source, SOURCE_CONNECTING);
		return true;
	}
	if (source->state != SOURCE_WAITING)
		return false;
	source->allowance = source->counts.vanished;
	if (source->pass == PASS_NONE)
		source_wait(source, 0);
	return true;
}

bool
source_release(struct source *source)
{
	if (!at_leisure(source))
		return false;
	source->release_wanted = true;
	if (source->pass == PASS_NONE)
		source_wait(source, 0);
	return true;
}

bool
source_reconcile(struct source *source)
{
	if (source->state != SOURCE_FOLLOWING)
		return false;
	source->night_at = source_mono();
	if (source->pass == PASS_NONE)
		source_wait(source, 0);
	return true;
}
