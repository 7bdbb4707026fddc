/* Somebody acts on an alert: the form is read, decide() judges it within the plan's transaction, the alert is shown
 * again. Knows no rule of its own. */
#include <ctype.h>
#include <string.h>

#include <event2/event.h>

#include "arena.h"
#include "call.h"
#include "citizen.h"
#include "endpoint.h"
#include "log.h"
#include "map.h"
#include "offers.h"
#include "plan_store.h"
#include "reading.h"
#include "service.h"
#include "statement.h"
#include "whole.h"

#define TEXT_MOST 2000 /* bytes; the form takes 500 characters */
#define WORD_MOST 64
/* Another transaction was in the way, or the organisation moved: the same again, this often and this much later. */
#define TRIES_MOST 8
#define PAUSE_US 100000

struct acting {
	struct event_action action;
	int64_t household;
	int tries;
	struct plan_step reader;
	struct plan_step actor;
	struct plan_access access;
	struct alert_event event;
	struct event *pause; /* NULL: nothing is waited for */
};

static void
try(struct call *call);

/* ---- the form ---- */

static bool
blank(const char *text)
{
	while (isspace((unsigned char)*text)) {
		text++;
	}
	return *text == '\0';
}

/* The refusal, or REFUSAL_COUNT if all could be read. Whether it is enough is decide()'s to say. */
static enum refusal
read_form(struct call *call, struct event_action *action)
{
	const char *word;
	const char *cause;
	const char *disposition;
	int64_t version;
	int64_t target;
	if (!body_text(call->body, "action", WORD_MOST, true, &word) ||
		!body_number(call->body, "version", INT32_MAX, true, &version) ||
		!body_text(call->body, "text", TEXT_MOST, false, &action->text) ||
		!body_text(call->body, "cause", WORD_MOST, false, &cause) ||
		!body_text(call->body, "disposition", WORD_MOST, false, &disposition) ||
		!body_number(call->body, "target", INT32_MAX, false, &target)) {
		return REFUSAL_MALFORMED;
	}
	action->action = action_find(word);
	action->version = (int32_t)version;
	action->target = (int32_t)target;
	action->text = blank(action->text) ? NULL : action->text;
	action->cause = cause[0] == '\0' ? NULL : cause;
	action->disposition = disposition[0] == '\0' ? DISPOSITION_NONE : disposition_find(disposition);
	if (action->action == ACTION_COUNT) {
		return REFUSAL_NO_SUCH_ACTION;
	}
	if (action->disposition == DISPOSITION_COUNT) {
		return REFUSAL_MALFORMED;
	}
	if (action->cause != NULL && !cause_known(action->cause)) {
		return REFUSAL_NO_SUCH_CAUSE;
	}
	return action->text != NULL && citizen_in_text(action->text, strlen(action->text))
		? REFUSAL_NUMBER_IN_TEXT : REFUSAL_COUNT;
}

/* ---- the plan ---- */

static void
on_pause(evutil_socket_t fd, short what, void *owner)
{
	struct call *call = owner;
	struct acting *acting = call->own;
	(void)fd;
	(void)what;
	event_free(acting->pause);
	acting->pause = NULL;
	/* The account's office may have moved, too. */
	map_unref(call->map);
	call->map = map_now(call->service->keeper);
	int32_t office = acting->action.actor.office;
	call->account.office = organisation_office(call->map->policy.organisation, office);
	if (call->account.office == NULL) {
		call_refuse(call, REFUSAL_OFFICE_GONE);
	} else {
		try(call);
	}
}

static void
try_again(struct call *call)
{
	struct acting *acting = call->own;
	struct timeval pause = {.tv_usec = PAUSE_US};
	if (acting->tries == TRIES_MOST) {
		call_refuse(call, REFUSAL_BUSY);
		return;
	}
	acting->pause = evtimer_new(call->service->base, on_pause, call);
	evtimer_add(acting->pause, &pause);
}

static void
on_planned(struct call *call, const struct plan_batch *batch)
{
	const struct plan_result *results;
	size_t count = plan_batch_results(batch, &results);
	const struct plan *plan = count == 1 ? results[0].plan : NULL;
	if (plan != NULL && plan->refused) {
		call_refuse_rule(call, plan->outcome);
	} else {
		whole_answer(call);
	}
}

static void
on_done(void *owner, struct plan_batch *batch, enum plan_fault fault, const char *error)
{
	struct call *call = owner;
	switch (fault) {
	case PLAN_OK:
		on_planned(call, batch);
		break;
	case PLAN_ORGANISATION_MOVED:
		map_keeper_look(call->service->keeper);
		try_again(call);
		break;
	case PLAN_AGAIN:
		try_again(call);
		break;
	case PLAN_LOST:
		call_refuse(call, REFUSAL_STORE_AWAY);
		break;
	case PLAN_LEASE_LOST:
	case PLAN_OVERTAKEN:
	case PLAN_REFUSED:
		log_line(LOG_ERR, "an action was not written: %s", error);
		call_refuse(call, REFUSAL_BROKEN);
		break;
	}
	plan_batch_free(batch);
}

/* Read as the reader, whose policies let the account's area be locked; written as the actor, for this alert alone. */
static void
take_steps(struct call *call, struct acting *acting)
{
	struct arena *arena = call->arena;
	reading_step(call, &acting->reader);
	acting->actor = (struct plan_step){.statement = statement(STATEMENT_INBOX_ACT),
		.params = {arena_printf(arena, "%d", (int)call->ids.county),
			arena_printf(arena, "%lld", (long long)call->ids.alert),
			arena_printf(arena, "%lld", (long long)call->account.id), "0"}};
	acting->access = (struct plan_access){.before_reading = &acting->reader,
		.before_reading_count = 1,
		.before_writing = &acting->actor,
		.before_writing_count = 1};
}

static void
try(struct call *call)
{
	struct acting *acting = call->own;
	struct db *db = service_db(call->service);
	if (db == NULL) {
		call_refuse(call, REFUSAL_STORE_AWAY);
		return;
	}
	acting->tries++;
	take_steps(call, acting);
	struct plan_batch *batch =
		plan_batch_new(&call->map->policy, call->map->snapshot->version, call->now);
	plan_batch_event(batch, call->ids.county, acting->household, call->ids.alert, &acting->event);
	plan_store_run(db, batch, &acting->access, on_done, call);
}

/* ---- the endpoint ---- */

static void
take_household(struct call *call, const struct db_result *result)
{
	struct acting *acting = call->own;
	if (db_result_rows(result) == 1) {
		acting->household = db_int(result, 0, 0);
	}
}

static void
on_found(struct call *call)
{
	struct acting *acting = call->own;
	if (acting->household == 0) {
		call_refuse(call, REFUSAL_NO_SUCH_ALERT);
		return;
	}
	/* The key is the caller's for this alert: the same key at another alert is another intention. */
	const char *key = arena_printf(call->arena, "%d-%lld/%s", (int)call->ids.county,
		(long long)call->ids.alert, call->key);
	acting->event = (struct alert_event){.id = event_id_action(call->arena, call->account.id, key),
		.kind = EVENT_ACTION,
		.action = acting->action};
	try(call);
}

void
api_act(struct call *call)
{
	struct acting *acting = arena_alloc(call->arena, sizeof *acting);
	acting->action.account = call->account.id;
	acting->action.actor = (struct post_ref){call->account.office->id, call->account.role};
	enum refusal refusal = read_form(call, &acting->action);
	if (refusal != REFUSAL_COUNT) {
		call_refuse(call, refusal);
		return;
	}
	struct reading *reading = reading_new(call);
	struct db_params params = {0};
	call->own = acting;
	db_add_int(&params, call->ids.county);
	db_add_int(&params, call->ids.alert);
	reading_ask(reading, statement(STATEMENT_INBOX_HOUSEHOLD), &params, take_household);
	reading_run(reading, on_found);
}
