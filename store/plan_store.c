/* Carries a batch of plans through one transaction, round by round; decides nothing and retries nothing. */
#include "plan_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "lease.h"
#include "memory.h"

enum run_state {
	RUN_BEFORE_READING,
	RUN_READING,
	RUN_BEFORE_WRITING,
	RUN_WRITING, /* also the ledger's round */
	RUN_ENDING
};

struct run {
	struct db_session *session;
	struct plan_batch *batch;
	const struct plan_access *access;
	plan_on_done on_done;
	void *owner;
	enum run_state state;
	const struct plan_step *steps; /* under way */
	size_t asked;    /* of the calls under way */
	size_t answered;
	enum plan_fault fault;
	char error[300];
};

static void
on_step(void *owner, const struct db_result *result);

static void
on_call(void *owner, const struct db_result *result);

static void
go_on(struct run *run);

static void
on_ended(void *owner, const struct db_result *result)
{
	struct run *run = owner;
	if (run->fault == PLAN_OK && result->status != DB_OK) {
		run->fault = result->status == DB_LOST ? PLAN_LOST
			: result->status == DB_CONFLICT || db_result_is(result, SQLSTATE_UNIQUE)
			? PLAN_AGAIN : PLAN_REFUSED;
		snprintf(run->error, sizeof run->error, "%s", result->error);
	}
	run->on_done(run->owner, run->batch, run->fault, run->error);
	free(run);
}

static void
end(struct run *run)
{
	run->state = RUN_ENDING;
	if (run->fault == PLAN_OK) {
		db_session_commit(run->session, on_ended, run);
	} else {
		db_session_rollback(run->session, on_ended, run);
	}
}

static void
ask_steps(struct run *run, const struct plan_step *steps, size_t count)
{
	run->steps = steps;
	run->asked = count;
	run->answered = 0;
	for (size_t i = 0; i < count; i++) {
		struct db_params params = {0};
		for (size_t j = 0; j < 4 && steps[i].params[j] != NULL; j++) {
			db_add_text(&params, steps[i].params[j]);
		}
		db_session_ask(run->session, steps[i].statement, &params, on_step, run);
	}
}

/* The next calls of the batch; the end if there are none. */
static void
ask_round(struct run *run)
{
	const struct store_call *calls;
	run->asked = plan_batch_round(run->batch, &calls);
	run->answered = 0;
	for (size_t i = 0; i < run->asked; i++) {
		struct db_params params = {0};
		for (size_t j = 0; j < CALL_PARAMS && calls[i].params[j] != NULL; j++) {
			db_add_text(&params, calls[i].params[j]);
		}
		db_session_ask(run->session, decide_statement(calls[i].statement), &params, on_call, run);
	}
	if (run->asked == 0 && run->state == RUN_READING) {
		go_on(run); /* no event: the caller's statements are carried out nevertheless */
	} else if (run->asked == 0) {
		end(run);
	}
}

/* All that was asked is answered: the next state, until something is under way again. */
static void
go_on(struct run *run)
{
	const struct plan_access *access = run->access;
	if (run->fault != PLAN_OK) {
		end(run);
		return;
	}
	switch (run->state) {
	case RUN_BEFORE_READING:
		run->state = RUN_READING;
		ask_round(run);
		return;
	case RUN_READING:
		if (access != NULL && access->before_writing_count > 0) {
			run->state = RUN_BEFORE_WRITING;
			ask_steps(run, access->before_writing, access->before_writing_count);
			return;
		}
		run->state = RUN_WRITING;
		ask_round(run);
		return;
	case RUN_BEFORE_WRITING:
	case RUN_WRITING:
		run->state = RUN_WRITING;
		ask_round(run);
		return;
	case RUN_ENDING:
		return;
	}
}

static void
answered(struct run *run)
{
	run->answered++;
	if (run->answered == run->asked) {
		go_on(run);
	}
}

static void
fail(struct run *run, enum plan_fault fault, const struct db_result *result)
{
	if (run->fault == PLAN_OK) {
		run->fault = fault;
		snprintf(run->error, sizeof run->error, "%s",
			result->error[0] != '\0' ? result->error : plan_fault_word(fault));
	}
}

static void
on_step(void *owner, const struct db_result *result)
{
	struct run *run = owner;
	switch (result->status) {
	case DB_OK:
		if (run->steps[run->answered].must_change && db_result_count(result) == 0) {
			fail(run, PLAN_OVERTAKEN, result);
		}
		break;
	case DB_CONFLICT:
		fail(run, PLAN_AGAIN, result);
		break;
	case DB_LOST:
		fail(run, PLAN_LOST, result);
		break;
	case DB_REFUSED:
		fail(run, PLAN_REFUSED, result);
		break;
	}
	answered(run);
}

static void
on_call(void *owner, const struct db_result *result)
{
	struct run *run = owner;
	if (run->fault == PLAN_OK) {
		enum plan_fault fault = plan_batch_take(run->batch, run->answered, result);
		if (fault != PLAN_OK) {
			fail(run, fault, result);
		}
	}
	answered(run);
}

static void
begin_reading(struct run *run)
{
	const struct plan_access *access = run->access;
	if (run->fault == PLAN_OK && access != NULL && access->before_reading_count > 0) {
		ask_steps(run, access->before_reading, access->before_reading_count);
		return;
	}
	go_on(run);
}

static void
on_lease(void *owner, bool held, int64_t fence, const char *holder, const char *error)
{
	struct run *run = owner;
	(void)fence;
	if (!held) {
		run->fault = error == NULL ? PLAN_LEASE_LOST : PLAN_LOST;
		snprintf(run->error, sizeof run->error, "%s%s",
			error == NULL ? "the lease went to " : error,
			error == NULL && holder != NULL ? holder : "");
	}
	begin_reading(run);
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct run *run = owner;
	if (session == NULL) {
		run->on_done(run->owner, run->batch, PLAN_LOST, result->error);
		free(run);
		return;
	}
	run->session = session;
	if (run->access != NULL && run->access->lease != NULL) {
		lease_verify(session, run->access->lease, run->access->fence, on_lease, run);
		return;
	}
	begin_reading(run);
}

void
plan_store_run(struct db *db, struct plan_batch *batch, const struct plan_access *access,
	plan_on_done on_done, void *owner)
{
	struct run *run = xcalloc(1, sizeof *run);
	*run = (struct run){.batch = batch, .access = access, .on_done = on_done, .owner = owner};
	db_begin(db, DB_READ_COMMITTED, on_begun, run);
}
