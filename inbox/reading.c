/* Asks all questions of a page in one pipelined transaction and hands the rows on; knows none of them. */
#include "reading.h"

#include "arena.h"
#include "call.h"
#include "log.h"
#include "service.h"
#include "statement.h"

struct question {
	struct question *next;
	struct reading *reading;
	const struct db_statement *statement;
	struct db_params params;
	reading_take *take;
};

/* Lies in the call's arena. */
struct reading {
	struct call *call;
	struct question *first;
	struct question **last;
	reading_done *done;
	struct db_result failed; /* status DB_OK: nothing has */
	char error[300];
};

struct reading *
reading_new(struct call *call)
{
	struct reading *reading = arena_alloc(call->arena, sizeof *reading);
	reading->call = call;
	reading->last = &reading->first;
	return reading;
}

void
reading_ask(struct reading *reading, const struct db_statement *statement, struct db_params *params,
	reading_take *take)
{
	struct question *question = arena_alloc(reading->call->arena, sizeof *question);
	*question = (struct question){.reading = reading, .statement = statement, .take = take};
	if (params != NULL) {
		question->params = *params;
		*params = (struct db_params){0};
	}
	*reading->last = question;
	reading->last = &question->next;
}

void
reading_step(struct call *call, struct plan_step *ret_step)
{
	struct area area = call->account.office->area;
	*ret_step = (struct plan_step){.statement = statement(STATEMENT_INBOX_READ),
		.params = {arena_printf(call->arena, "%lld", (long long)area.code),
			arena_printf(call->arena, "%lld", (long long)area_last(area).code),
			arena_printf(call->arena, "%d", (int)call->account.office->id)}};
}

void
reading_ask_step(struct db_session *session, const struct plan_step *step, db_on_result on_result,
	void *owner)
{
	struct db_params params = {0};
	for (size_t i = 0; i < 4 && step->params[i] != NULL; i++) {
		db_add_text(&params, step->params[i]);
	}
	db_session_ask(session, step->statement, &params, on_result, owner);
}

void
reading_refuse(struct call *call, const struct db_result *result)
{
	if (result->status == DB_REFUSED) {
		log_line(LOG_ERR, "the store refused: %s", result->error);
	}
	call_refuse(call, result->status == DB_LOST ? REFUSAL_STORE_AWAY
			: result->status == DB_CONFLICT ? REFUSAL_BUSY : REFUSAL_BROKEN);
}

/* The first failure says why; those behind it are its echoes. */
static void
fail(struct reading *reading, const struct db_result *result)
{
	if (reading->failed.status == DB_OK) {
		snprintf(reading->error, sizeof reading->error, "%s", result->error);
		reading->failed = (struct db_result){.status = result->status, .error = reading->error};
	}
}

static void
on_answer(void *owner, const struct db_result *result)
{
	struct question *question = owner;
	struct reading *reading = question->reading;
	if (result->status != DB_OK) {
		fail(reading, result);
	} else if (reading->failed.status == DB_OK) {
		question->take(reading->call, result);
	}
}

static void
on_step(void *owner, const struct db_result *result)
{
	if (result->status != DB_OK) {
		fail(owner, result);
	}
}

static void
on_ended(void *owner, const struct db_result *result)
{
	struct reading *reading = owner;
	if (result->status != DB_OK) {
		fail(reading, result);
	}
	if (reading->failed.status != DB_OK) {
		reading_refuse(reading->call, &reading->failed);
	} else {
		reading->done(reading->call);
	}
}

static void
drop(struct reading *reading)
{
	for (struct question *question = reading->first; question != NULL; question = question->next) {
		db_params_clear(&question->params);
	}
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct reading *reading = owner;
	if (session == NULL) {
		drop(reading);
		reading_refuse(reading->call, result);
		return;
	}
	struct plan_step step;
	reading_step(reading->call, &step);
	reading_ask_step(session, &step, on_step, reading);
	for (struct question *question = reading->first; question != NULL; question = question->next) {
		db_session_ask(session, question->statement, &question->params, on_answer, question);
	}
	db_session_commit(session, on_ended, reading);
}

void
reading_run(struct reading *reading, reading_done *done)
{
	struct db *db = service_db(reading->call->service);
	reading->done = done;
	if (db == NULL) {
		drop(reading);
		call_refuse(reading->call, REFUSAL_STORE_AWAY);
		return;
	}
	db_begin(db, DB_SNAPSHOT, on_begun, reading);
}
