/* Claims, sends and keeps outcomes, message by message; a slow channel holds up nothing but
 * itself. Opens no connection of its own: channels do. */
#include "outbox_sender.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "alert_store.h"
#include "arena.h"
#include "channel.h"
#include "clock.h"
#include "config.h"
#include "door.h"
#include "log.h"
#include "memory.h"
#include "outbox.h"
#include "statement_decide.h"

/* Messages whose time comes (quiet hours, back-off) are looked for on this beat, and outcomes
 * that could not be kept are kept then. */
#define BEAT_US US_PER_SECOND
/* Claimed ahead, so that the store's answer is there before a channel has room: in deliveries
 * at once. */
#define AHEAD 4
/* A lease in the store outlives the deliveries by this much, so that the outcome can be kept.
 */
#define KEEP_US (60 * US_PER_SECOND)

enum letter_state {
	LETTER_CLAIMED, /* waits for room at the channel */
	LETTER_SENDING, /* at the channel */
	LETTER_KEEPING, /* its outcome is on its way to the store */
	LETTER_WAITING, /* the store did not take the outcome: again at the next beat */
	LETTER_DYING,   /* waits for its turn: deaths are decided one after another */
	LETTER_BURYING, /* at the door */
};

struct lane;

/* Of letter.household: the question was not answered. */
#define NOT_KNOWN (-1)

struct letter {
	TAILQ_ENTRY(letter) link;
	struct lane *lane;
	struct arena *arena; /* holds all it points to */
	struct outbox_message message;
	int64_t ticket;
	enum letter_state state;
	struct delivery_outcome outcome;
	/* of its death */
	struct alert_event event;
	int64_t household;
	struct plan_step step;
	struct door_visit visit;
};

TAILQ_HEAD(letters, letter);

struct lane {
	struct outbox_sender *sender;
	struct channel *channel; /* NULL: could not be opened */
	const char *name;
	int at_once;
	int attempts;
	int64_t lease_us; /* real time */
	struct letters letters;
	int claimed; /* letters in that state */
	int sending; /* the same */
	bool claiming;
	int limit;    /* of that claim */
	bool more;    /* the last claim was full, or messages came meanwhile */
	bool failing; /* its last delivery failed: said once */
};

struct outbox_sender {
	struct outbox_sender_config config;
	struct lane *lanes;
	size_t shown; /* those of the configuration */
	size_t count; /* and the canary's behind them, of which nobody is told */
	struct event *beat;
	struct letter *dying; /* the one whose death is being decided */
	int64_t tickets;
	bool freed; /* what a former daemon had claimed is free */
	bool freeing;
	bool shut;
	char *fault;
};

static void
lane_claim(struct lane *lane);

static void
decide_death(struct outbox_sender *sender);

static void
letter_settle(struct letter *letter);

/* ---- letters ---- */

/* The texts of a message live as long as the answer that brought it. */
static struct letter *
letter_new(struct lane *lane, const struct outbox_message *message)
{
	struct letter *letter = xcalloc(1, sizeof(*letter));

	letter->lane = lane;
	letter->arena = arena_new();
	letter->message = *message;
	letter->message.key = arena_strdup(letter->arena, message->key);
	letter->message.channel = lane->name;
	letter->message.body = arena_strdup(letter->arena, message->body);
	letter->ticket = ++lane->sender->tickets;
	letter->state = LETTER_CLAIMED;
	lane->claimed++;
	TAILQ_INSERT_TAIL(&lane->letters, letter, link);
	return letter;
}

static void
letter_free(struct letter *letter)
{
	struct outbox_sender *sender = letter->lane->sender;

	if (sender->dying == letter)
		sender->dying = NULL;
	TAILQ_REMOVE(&letter->lane->letters, letter, link);
	letter->lane->claimed -= letter->state == LETTER_CLAIMED;
	letter->lane->sending -= letter->state == LETTER_SENDING;
	arena_free(letter->arena);
	free(letter);
}

static struct letter *
letter_find(struct lane *lane, int64_t ticket)
{
	struct letter *letter;

	TAILQ_FOREACH(letter, &lane->letters, link)
	if (letter->ticket == ticket)
		return letter;
	return NULL;
}

static void
letter_send(struct letter *letter)
{
	const struct outbox_message *message = &letter->message;
	struct message told = {
		.key = message->key,
		.alert = message->alert,
		.level = level_name(message->level),
		.code = message_template_name(message->template),
		.reason = reason_name(message->reason),
		.office = message->to.office,
		.role = role_name(message->to.role),
		.lead = message->lead,
		.due = message->due,
		.at = clock_now(letter->lane->sender->config.clock),
		.text = message->body,
	};

	letter->state = LETTER_SENDING;
	letter->lane->claimed--;
	letter->lane->sending++;
	channel_send(letter->lane->channel, letter->ticket, &told);
}

/* Messages go out in the order in which they were claimed; then the store is asked for more. */
static void
lane_send(struct lane *lane)
{
	struct letter *letter;

	TAILQ_FOREACH(letter, &lane->letters, link)
	{
		if (lane->claimed == 0 || lane->sending >= lane->at_once)
			break;
		if (letter->state == LETTER_CLAIMED)
			letter_send(letter);
	}
	if (lane->more)
		lane_claim(lane);
}

/* ---- deaths: what is decided about one is seen by the next ---- */

static void
on_kept(void *owner, const struct db_result *result)
{
	struct letter *letter = owner;

	if (result->status == DB_OK)
		letter_free(letter); /* kept, or it belongs to a later lease */
	else
		letter->state = LETTER_WAITING;
}

static void
on_dead(void *owner, const struct db_result *result)
{
	struct letter *letter = owner;
	struct outbox_sender *sender = letter->lane->sender;

	sender->dying = NULL;
	on_kept(letter, result);
	decide_death(sender);
}

static void
fill_burial(void *owner, struct plan_batch *batch)
{
	struct letter *letter = owner;

	plan_batch_event(batch, letter->message.county, letter->household,
		letter->message.alert, &letter->event);
}

/* Refused: its lease in the store ends, and it is tried once more. Overtaken: it has ended, and the message is another
 * letter's. */
static void
on_buried(void *owner, enum plan_fault fault, const char *error,
	const struct plan_result *results, size_t count)
{
	struct letter *letter = owner;
	struct outbox_sender *sender = letter->lane->sender;

	(void)error;
	(void)results;
	(void)count;
	if (fault == PLAN_OK)
		log_line(LOG_WARNING,
			"channel %s: a message of alert %lld is a dead letter; the "
			"alert climbs",
			letter->lane->name, (long long)letter->message.alert);
	sender->dying = NULL;
	letter_free(letter);
	decide_death(sender);
}

/* The death and what follows from it are one transaction. */
static void
letter_bury(struct letter *letter)
{
	struct outbox_sender *sender = letter->lane->sender;
	const struct outbox_message *message = &letter->message;

	letter->state = LETTER_BURYING;
	letter->event = (struct alert_event){
		.id = event_id_undeliverable(letter->arena, message->key, message->fence),
		.kind = EVENT_UNDELIVERABLE,
		.undeliverable = {.post = message->to, .channel = letter->lane->name},
	};
	letter->step = (struct plan_step){
		.statement = decide_statement(SQL_OUTBOX_BURY),
		.params = {outbox_burial(message, clock_now(sender->config.clock),
			letter->outcome.reason, letter->arena)},
		.must_change = true,
	};
	letter->visit = (struct door_visit){
		.rank = DOOR_CLOCKS,
		.fill = fill_burial,
		.done = on_buried,
		.owner = letter,
		.steps = &letter->step,
		.step_count = 1,
	};
	door_enter(sender->config.door, &letter->visit);
}

static void
on_alert(void *owner, const struct db_result *result)
{
	struct letter *letter = owner;
	struct outbox_sender *sender = letter->lane->sender;

	if (result->status != DB_OK || letter->household == NOT_KNOWN) {
		letter->state = LETTER_WAITING;
		sender->dying = NULL;
		decide_death(sender);
	} else if (letter->household == 0 || db_result_rows(result) != 1) {
		outbox_dead(sender->config.db, &letter->message,
			clock_now(sender->config.clock), letter->outcome.reason, on_dead,
			letter);
	} else {
		letter->household = alert_store_read(result, 0, letter->arena)->household;
		letter_bury(letter);
	}
}

/* Until the alert is read, `household` says whether anybody has to hear of it at all. The alert's
 * answer follows. */
static void
on_lost(void *owner, const struct db_result *result)
{
	struct letter *letter = owner;

	if (result->status != DB_OK) {
		letter->household = NOT_KNOWN;
		return;
	}
	letter->household = db_result_rows(result) == 1 && db_bool(result, 0, 0);
	if (!letter->household)
		log_line(LOG_WARNING,
			"channel %s: a message of alert %lld is a dead letter; another "
			"channel carries it",
			letter->lane->name, (long long)letter->message.alert);
}

static struct letter *
next_death(struct outbox_sender *sender)
{
	for (size_t i = 0; i < sender->count; i++) {
		struct letter *letter;

		TAILQ_FOREACH(letter, &sender->lanes[i].letters, link)
		if (letter->state == LETTER_DYING)
			return letter;
	}
	return NULL;
}

static void
decide_death(struct outbox_sender *sender)
{
	struct letter *letter = sender->dying ? NULL : next_death(sender);

	if (!letter)
		return;
	sender->dying = letter;
	letter->state = LETTER_KEEPING;
	outbox_ask_lost(sender->config.db, &letter->message, on_lost, letter);
	alert_ask_one(sender->config.db, letter->message.county, letter->message.alert,
		on_alert, letter);
}

/* ---- outcomes ---- */

static int64_t
pause_us(const struct letter *letter)
{
	int64_t pause = outbox_pause_us(letter->message.attempts, arc4random());

	return letter->outcome.wait_us > pause ? letter->outcome.wait_us : pause;
}

/* Carries the outcome to the store; called again while it is not kept. */
static void
letter_settle(struct letter *letter)
{
	struct outbox_sender *sender = letter->lane->sender;
	const struct outbox_message *message = &letter->message;
	bool again = letter->outcome.end == DELIVERY_AGAIN &&
		     message->attempts < letter->lane->attempts;

	letter->state = LETTER_KEEPING;
	if (letter->outcome.end == DELIVERY_SENT) {
		outbox_sent(sender->config.db, message, clock_now(sender->config.clock),
			on_kept, letter);
	} else if (again) {
		outbox_again(sender->config.db, message,
			clock_ahead(sender->config.clock, pause_us(letter)),
			letter->outcome.reason, on_kept, letter);
	} else {
		letter->state = LETTER_DYING;
		decide_death(sender);
	}
}

/* A channel's trouble is said when it begins and when it ends, not with every message. */
static void
note_outcome(struct lane *lane, const struct delivery_outcome *outcome)
{
	bool failed = outcome->end == DELIVERY_AGAIN;

	if (failed && !lane->failing)
		log_line(LOG_WARNING, "channel %s: deliveries fail: %s", lane->name,
			outcome->reason);
	else if (outcome->end == DELIVERY_REFUSED)
		log_line(LOG_WARNING, "channel %s: a message was refused: %s", lane->name,
			outcome->reason);
	else if (!failed && lane->failing)
		log_line(LOG_NOTICE, "channel %s: delivers again", lane->name);
	lane->failing = failed;
}

static void
on_ended(void *owner, int64_t ticket, const struct delivery_outcome *outcome)
{
	struct lane *lane = owner;
	struct letter *letter = letter_find(lane, ticket);

	note_outcome(lane, outcome);
	if (!letter)
		return;
	letter->outcome = *outcome;
	lane->sending--;
	letter_settle(letter);
	lane_send(lane);
}

static const struct channel_face channel_face = {
	.ended = on_ended,
};

/* ---- claiming ---- */

static void
on_claimed(void *owner, const struct db_result *result)
{
	struct lane *lane = owner;
	int rows = result->status == DB_OK ? db_result_rows(result) : 0;

	lane->claiming = false;
	for (int row = 0; row < rows && !lane->sender->shut; row++) {
		struct outbox_message message = outbox_read(result, row);

		letter_new(lane, &message);
	}
	lane->more = result->status == DB_OK && (lane->more || rows == lane->limit);
	lane_send(lane);
}

static void
lane_claim(struct lane *lane)
{
	struct outbox_sender *sender = lane->sender;
	struct outbox_claim claim = {.channel = lane->name};

	lane->more = true;
	if (!sender->freed || sender->shut || !lane->channel || lane->claiming ||
		lane->claimed >= lane->at_once)
		return;
	lane->more = false;
	lane->claiming = true;
	lane->limit = AHEAD * lane->at_once - lane->claimed;
	claim.limit = lane->limit;
	claim.now = clock_now(sender->config.clock);
	claim.lease_until = clock_ahead(sender->config.clock, lane->lease_us);
	outbox_claim(sender->config.db, &claim, on_claimed, lane);
}

static void
on_freed(void *owner, const struct db_result *result)
{
	struct outbox_sender *sender = owner;

	sender->freeing = false;
	sender->freed = result->status == DB_OK;
	if (sender->freed)
		outbox_sender_wake(sender);
}

void
outbox_sender_wake(struct outbox_sender *sender)
{
	if (!sender->freed && !sender->freeing && !sender->shut) {
		sender->freeing = true;
		outbox_free(sender->config.db, on_freed, sender);
	}
	for (size_t i = 0; i < sender->count; i++)
		lane_claim(&sender->lanes[i]);
}

static void
keep_waiting(struct lane *lane)
{
	struct letter *letter, *next;

	for (letter = TAILQ_FIRST(&lane->letters); letter; letter = next) {
		next = TAILQ_NEXT(letter, link);
		if (letter->state == LETTER_WAITING)
			letter_settle(letter);
	}
}

static void
on_beat(evutil_socket_t fd, short what, void *owner)
{
	struct outbox_sender *sender = owner;
	struct timeval beat = {.tv_sec = BEAT_US / US_PER_SECOND};

	(void)fd;
	(void)what;
	for (size_t i = 0; i < sender->count; i++)
		keep_waiting(&sender->lanes[i]);
	outbox_sender_wake(sender);
	evtimer_add(sender->beat, &beat);
}

void
outbox_sender_shut(struct outbox_sender *sender)
{
	sender->shut = true;
	for (size_t i = 0; i < sender->count; i++) {
		struct letter *letter, *next;

		for (letter = TAILQ_FIRST(&sender->lanes[i].letters); letter; letter = next) {
			next = TAILQ_NEXT(letter, link);
			if (letter->state == LETTER_CLAIMED)
				letter_free(letter);
		}
	}
}

static bool
lane_idle(const struct lane *lane)
{
	const struct letter *letter;

	/* Deaths that are not at the door any more are decided by the next daemon. */
	TAILQ_FOREACH(letter, &lane->letters, link)
	if (letter->state == LETTER_SENDING || letter->state == LETTER_KEEPING)
		return false;
	return !lane->claiming;
}

bool
outbox_sender_idle(const struct outbox_sender *sender)
{
	for (size_t i = 0; i < sender->count; i++)
		if (!lane_idle(&sender->lanes[i]))
			return false;
	return true;
}

json_t *
outbox_sender_status(const struct outbox_sender *sender)
{
	json_t *array = json_array();

	for (size_t i = 0; i < sender->shown; i++) {
		static const struct channel_counts none;
		const struct channel *channel = sender->lanes[i].channel;
		const struct channel_counts *counts = channel ? &channel->counts : &none;

		json_array_append_new(array,
			json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:b}", "channel",
				sender->lanes[i].name, "kind",
				channel ? channel->settings.kind : "none", "delivered",
				(json_int_t)counts->sent, "failed", (json_int_t)counts->failed,
				"dropped", (json_int_t)counts->dropped, "under_way",
				(json_int_t)sender->lanes[i].sending, "failing",
				(int)sender->lanes[i].failing));
	}
	return array;
}

/* ---- the outer face ---- */

static struct channel_settings
lane_settings(const struct config *config, size_t at)
{
	const char *folder = config_text(config, SETTING_SERVICE_CREDENTIALS);

	return (struct channel_settings){
		.name = config_channel_name(config, at),
		.kind = config_channel_text(config, at, SETTING_CHANNEL_KIND),
		.socket = config_channel_text(config, at, SETTING_CHANNEL_SOCKET),
		.url = config_channel_text(config, at, SETTING_CHANNEL_URL),
		.secret = config_channel_text(config, at, SETTING_CHANNEL_SECRET),
		.credentials = folder ? folder : getenv("CREDENTIALS_DIRECTORY"),
		.timeout_us = config_channel_number(config, at, SETTING_CHANNEL_TIMEOUT),
		.at_once = config_channel_number(config, at, SETTING_CHANNEL_AT_ONCE),
	};
}

/* What goes out there is sent as soon as it has come so far: the line has been travelled. */
static struct channel_settings
canary_settings(void)
{
	return (struct channel_settings){.name = OUTBOX_CANARY, .kind = "null", .at_once = 1};
}

static void
lane_open(struct lane *lane, const struct channel_settings *settings)
{
	struct outbox_sender *sender = lane->sender;
	char *reason = NULL;
	char fault[400];

	lane->name = settings->name;
	lane->at_once = (int)settings->at_once;
	lane->lease_us = (AHEAD + 1) * settings->timeout_us + KEEP_US;
	TAILQ_INIT(&lane->letters);
	lane->channel =
		channel_open(settings, sender->config.base, &channel_face, lane, &reason);
	if (lane->channel)
		return;
	snprintf(fault, sizeof(fault), "channel %s: %s", lane->name, reason);
	free(reason);
	if (sender->config.db)
		log_line(LOG_ERR, "%s; its messages wait", fault);
	if (!sender->fault)
		sender->fault = xstrdup(fault);
}

struct outbox_sender *
outbox_sender_new(const struct outbox_sender_config *config)
{
	struct outbox_sender *sender = xcalloc(1, sizeof(*sender));
	struct timeval now = {0, 0};

	sender->config = *config;
	sender->shown = config_channel_count(config->config);
	sender->count = sender->shown + 1;
	sender->lanes = xcalloc(sender->count, sizeof(*sender->lanes));
	for (size_t i = 0; i < sender->count; i++) {
		bool canary = i == sender->shown;
		struct channel_settings settings =
			canary ? canary_settings() : lane_settings(config->config, i);

		sender->lanes[i].sender = sender;
		sender->lanes[i].attempts = canary ? OUTBOX_ATTEMPTS
						   : (int)config_channel_number(config->config, i,
							     SETTING_CHANNEL_ATTEMPTS);
		lane_open(&sender->lanes[i], &settings);
	}
	sender->beat = evtimer_new(config->base, on_beat, sender);
	if (config->db)
		evtimer_add(sender->beat, &now);
	return sender;
}

const char *
outbox_sender_fault(const struct outbox_sender *sender)
{
	return sender->fault;
}

void
outbox_sender_free(struct outbox_sender *sender)
{
	if (!sender)
		return;
	for (size_t i = 0; i < sender->count; i++) {
		struct lane *lane = &sender->lanes[i];

		channel_close(lane->channel);
		if (sender->config.db)
			db_forget(sender->config.db, lane);
		while (!TAILQ_EMPTY(&lane->letters)) {
			struct letter *letter = TAILQ_FIRST(&lane->letters);

			db_forget(sender->config.db, letter);
			if (letter->state == LETTER_BURYING)
				door_leave(sender->config.door, &letter->visit);
			letter_free(letter);
		}
	}
	if (sender->config.db)
		db_forget(sender->config.db, sender);
	event_free(sender->beat);
	free(sender->lanes);
	free(sender->fault);
	free(sender);
}
