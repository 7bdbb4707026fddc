/* Carries a batch of plans through one transaction, round by round; decides nothing and retries nothing. */
#include "plan_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "lease.h"
#include "memory.h"

/*
 * Three times something is waited for, whatever the number of statements: what lies between is one pipeline.
 *
 *   begin, the lease, the caller's statements, the batch's reading   -> it decides
 *   the caller's statements, the batch's writing, heads locked       -> it chains
 *   the ledger, commit
 */
struct run {
	struct db_session *session;
	struct plan_batch *batch;
	const struct plan_access *access; /* or NULL */
	plan_on_done on_done;
	void *owner;
	const struct plan_step *steps; /* under way: the one whose answer comes next */
	bool must_change; /* one of those under way may come to nothing: no commit before it is known */
	bool writing; /* the first round of it was asked */
	bool ending;
	size_t pending; /* questions that are not answered */
	size_t taken;   /* answers to calls of the round */
	enum plan_fault fault;
	char error[300];
};

static void
go_on(struct run *run);

static void
fail(struct run *run, enum plan_fault fault, const char *error)
{
	if (run->fault == PLAN_OK) {
		run->fault = fault;
		snprintf(run->error, sizeof run->error, "%s",
			error[0] != '\0' ? error : plan_fault_word(fault));
	}
}

static enum plan_fault
fault_of_end(const struct db_result *result)
{
	if (result->status == DB_LOST) {
		return PLAN_LOST;
	}
	return result->status == DB_CONFLICT || db_result_is(result, SQLSTATE_UNIQUE) ? PLAN_AGAIN
										      : PLAN_REFUSED;
}

static void
on_ended(void *owner, const struct db_result *result)
{
	struct run *run = owner;
	if (run->fault == PLAN_OK && result->status != DB_OK) {
		fail(run, fault_of_end(result), result->error);
	}
	run->on_done(run->owner, run->batch, run->fault, run->error);
	free(run);
}

/* With statements still under way: a commit behind one that fails is a rollback. */
static void
end(struct run *run)
{
	run->ending = true;
	if (run->fault == PLAN_OK) {
		db_session_commit(run->session, on_ended, run);
	} else {
		db_session_rollback(run->session, on_ended, run);
	}
}

static void
answered(struct run *run)
{
	run->pending--;
	if (run->pending == 0 && !run->ending) {
		go_on(run);
	}
}

static void
on_step(void *owner, const struct db_result *result)
{
	struct run *run = owner;
	const struct plan_step *step = run->steps++;
	switch (result->status) {
	case DB_OK:
		if (step->must_change && db_result_count(result) == 0) {
			fail(run, PLAN_OVERTAKEN, "");
		}
		break;
	case DB_CONFLICT:
		fail(run, PLAN_AGAIN, result->error);
		break;
	case DB_LOST:
		fail(run, PLAN_LOST, result->error);
		break;
	case DB_REFUSED:
		fail(run, PLAN_REFUSED, result->error);
		break;
	}
	answered(run);
}

static void
on_call(void *owner, const struct db_result *result)
{
	struct run *run = owner;
	if (run->fault == PLAN_OK) {
		enum plan_fault fault = plan_batch_take(run->batch, run->taken++, result);
		if (fault != PLAN_OK) {
			fail(run, fault, result->error);
		}
	}
	answered(run);
}

static void
on_lease(void *owner, bool held, int64_t fence, const char *holder, const char *error)
{
	struct run *run = owner;
	char line[200];
	(void)fence;
	if (!held && error != NULL) {
		fail(run, PLAN_LOST, error);
	} else if (!held) {
		snprintf(line, sizeof line, "the lease went to %s", holder == NULL ? "" : holder);
		fail(run, PLAN_LEASE_LOST, line);
	}
	answered(run);
}

static void
ask_lease(struct run *run)
{
	if (run->access != NULL && run->access->lease != NULL) {
		run->pending++;
		lease_verify(run->session, run->access->lease, run->access->fence, on_lease, run);
	}
}

static void
ask_steps(struct run *run, const struct plan_step *steps, size_t count)
{
	run->steps = steps;
	run->must_change = false;
	for (size_t i = 0; i < count; i++) {
		struct db_params params = {0};
		for (size_t j = 0; j < 4 && steps[i].params[j] != NULL; j++) {
			db_add_text(&params, steps[i].params[j]);
		}
		run->pending++;
		run->must_change |= steps[i].must_change;
		db_session_ask(run->session, steps[i].statement, &params, on_step, run);
	}
}

/* The next calls of the batch. */
static void
ask_round(struct run *run)
{
	const struct store_call *calls;
	size_t count = plan_batch_round(run->batch, &calls);
	run->taken = 0;
	for (size_t i = 0; i < count; i++) {
		struct db_params params = {0};
		for (size_t j = 0; j < CALL_PARAMS && calls[i].params[j] != NULL; j++) {
			db_add_text(&params, calls[i].params[j]);
		}
		run->pending++;
		db_session_ask(run->session, decide_statement(calls[i].statement), &params, on_call, run);
	}
}

/* The caller's statements before writing are carried out even if there is nothing to write. */
static void
write_round(struct run *run)
{
	const struct plan_access *access = run->access;
	run->must_change = false;
	if (access != NULL && !run->writing) {
		ask_steps(run, access->before_writing, access->before_writing_count);
	}
	run->writing = true;
	ask_round(run);
	if (plan_batch_over(run->batch) && !run->must_change) {
		end(run);
	}
}

/* All that was asked is answered. */
static void
go_on(struct run *run)
{
	if (run->fault == PLAN_OK) {
		write_round(run);
	} else {
		end(run);
	}
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct run *run = owner;
	const struct plan_access *access = run->access;
	if (session == NULL) {
		run->on_done(run->owner, run->batch, PLAN_LOST, result->error);
		free(run);
		return;
	}
	run->session = session;
	ask_lease(run);
	if (access != NULL) {
		ask_steps(run, access->before_reading, access->before_reading_count);
	}
	ask_round(run);
	if (run->pending == 0) {
		go_on(run);
	}
}

void
plan_store_run(struct db *db, struct plan_batch *batch, const struct plan_access *access,
	plan_on_done on_done, void *owner)
{
	struct run *run = xcalloc(1, sizeof *run);
	*run = (struct run){.batch = batch, .access = access, .on_done = on_done, .owner = owner};
	db_begin(db, DB_READ_COMMITTED, on_begun, run);
}
