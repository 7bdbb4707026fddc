/* A call's look into the store: one transaction as needwatch_reader over the account's area. Writes nothing. */
#ifndef NEEDWATCH_READING_H
#define NEEDWATCH_READING_H

#include "db.h"
#include "plan_store.h"

struct call;

/* The rows of one question; only when it went well. */
typedef void reading_take(struct call *call, const struct db_result *result);

typedef void reading_done(struct call *call);

/* Collected in order, asked together by reading_run(). `params` (may be NULL) is emptied. */
struct reading;

struct reading *
reading_new(struct call *call);

void
reading_ask(struct reading *reading, const struct db_statement *statement, struct db_params *params,
	reading_take *take);

/* All in one snapshot; then `done`, once, if every question was answered. Otherwise the call is refused. */
void
reading_run(struct reading *reading, reading_done *done);

/* The steps by which a transaction takes the reader's role and the account's area; `ret_step` borrows from the arena. */
void
reading_step(struct call *call, struct plan_step *ret_step);

/* The refusal for a question that failed; logs what the store said. */
void
reading_refuse(struct call *call, const struct db_result *result);

/* A step with its parameters as those of a request. */
void
reading_ask_step(struct db_session *session, const struct plan_step *step, db_on_result on_result,
	void *owner);

#endif
