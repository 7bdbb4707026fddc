/* A source's way into the journal: its row, and the beginning, the repeating and the end of
 * transactions. Knows no fact. */
#include "journal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal_parts.h"
#include "memory.h"
#include "store.h"

/* Somebody else in the way every time: then the store is in trouble, and the caller should hear
 * of it. */
#define ATTEMPTS_MOST 6

/* Batches that look their keys up first, after one that met a known key: a source that overlaps
 * does so again. */
#define OVERLAPS 16

struct journal *
journal_new(struct store *store, const char *source, struct area area)
{
	struct journal *journal = xcalloc(1, sizeof(*journal));

	journal->store = store;
	journal->source = xstrdup(source);
	journal->area = area;
	return journal;
}

static void
run_clear(struct run *run)
{
	arena_free(run->arena);
	lookup_free(&run->home_of);
	lookup_free(&run->link_of);
	lookup_free(&run->households.of);
	lookup_free(&run->areas.of);
	free(run->asked);
	*run = (struct run){.journal = run->journal};
}

void
journal_free(struct journal *journal)
{
	if (!journal)
		return;
	db_forget(store_db(journal->store), journal);
	db_forget(store_db(journal->store), &journal->compare);
	run_clear(&journal->run);
	journal_batch_free(journal->retracting);
	compare_drop(&journal->compare);
	lookup_free(&journal->quarantine_of);
	free(journal->quarantine);
	free(journal->source);
	free(journal);
}

bool
journal_busy(const struct journal *journal)
{
	return journal->call != CALL_NONE;
}

/* ---- one attempt ---- */

/* `careful` and what is asked of the caller stay; what an attempt has found out goes. */
static void
attempt_begin(struct run *run)
{
	struct journal *journal = run->journal;

	if (!run->arena)
		run->arena = arena_new();
	arena_reset(run->arena);
	lookup_clear(&run->home_of);
	lookup_clear(&run->link_of);
	lookup_clear(&run->households.of);
	lookup_clear(&run->areas.of);
	*run = (struct run){.journal = journal,
		.batch = run->batch,
		.now = run->now,
		.session = run->session,
		.borrowed = run->borrowed,
		.careful = run->careful,
		.count = {.redone = run->count.redone},
		.asked = run->asked,
		.asked_room = run->asked_room,
		.arena = run->arena,
		.home_of = run->home_of,
		.link_of = run->link_of,
		.households.of = run->households.of,
		.areas.of = run->areas.of,
		.tables = store_kinds(journal->store),
		.source = journal->id};
}

void
run_fail(struct run *run, enum run_fault fault, const char *error)
{
	if (run->fault != RUN_WELL)
		return;
	run->fault = fault;
	snprintf(run->error, sizeof(run->error), "%s",
		error[0] ? error : "the store did not take the batch");
}

void *
run_grow(struct run *run, void *old, size_t count, size_t *room, size_t size)
{
	void *grown;

	if (count < *room)
		return old;
	*room = *room ? 2 * *room : 64;
	grown = arena_array(run->arena, *room, size);
	if (count)
		memcpy(grown, old, count * size);
	return grown;
}

static void
answer(struct run *run, const char *error)
{
	struct journal *journal = run->journal;
	journal_on_written written = journal->answer.written;
	struct journal_count count = run->count;
	void *owner = journal->owner;

	if (!error && count.redone)
		journal->overlaps = OVERLAPS;
	else if (!error && journal->overlaps > 0)
		journal->overlaps--;
	if (!error)
		journal->id = run->source;
	run->batch = NULL;
	run->session = NULL;
	run->ending = false;
	if (journal->call == CALL_WRITE)
		journal->call = CALL_NONE;
	written(owner, &count, error);
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result);

/* What was tried is rolled back. */
static void
try_again(struct run *run)
{
	struct journal *journal = run->journal;

	if (run->fault == RUN_KNOWN) {
		run->careful = true;
		run->count.redone = 1;
	} else if (run->fault == RUN_AGAIN && ++journal->attempts >= ATTEMPTS_MOST) {
		run->fault = RUN_FAILED;
	}
	if (run->fault == RUN_KNOWN || run->fault == RUN_AGAIN)
		db_begin(store_db(journal->store), DB_READ_COMMITTED, on_begun, journal);
	else
		answer(run, run->error);
}

static void
on_rolled_back(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;

	(void)result;
	try_again(&journal->run);
}

/* Somebody else's transaction is failed as it stands: its owner ends it, and may repeat it. */
static void
give_up(struct run *run)
{
	if (run->borrowed)
		answer(run, run->error);
	else
		db_session_rollback(run->session, on_rolled_back, run->journal);
}

/* A statement that failed on the way here has told its fault. */
static void
on_committed(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;
	struct run *run = &journal->run;

	if (result->status == DB_OK) {
		compare_note(journal, run->batch);
		answer(run, NULL);
		return;
	}
	run_fail(run, result->status == DB_CONFLICT ? RUN_AGAIN : RUN_FAILED, result->error);
	try_again(run);
}

static void
end_borrowed(struct run *run)
{
	answer(run, NULL);
}

static bool
may_step(const struct run *run)
{
	const struct run_step *step = &run_steps[run->step];

	return run->answered == run->asked_count || (step->early && step->early(run));
}

static void
take_step(struct run *run)
{
	if (run->answered == run->asked_count)
		run->asked_count = run->answered = 0;
	run_steps[run->step++].ask(run);
}

static void
end(struct run *run)
{
	run->ending = true;
	db_session_commit(run->session, on_committed, run->journal);
}

/* Step after step, until one has to wait. */
static void
go_on(struct run *run)
{
	while (run->fault == RUN_WELL && run->step < run_step_count && may_step(run))
		take_step(run);
	if (run->fault == RUN_WELL && run->step == run_step_count && !run->borrowed)
		end(run);
	else if (run->answered < run->asked_count)
		return;
	else if (run->fault != RUN_WELL)
		give_up(run);
	else
		end_borrowed(run);
}

void
run_back_to(struct run *run, void (*step)(struct run *run))
{
	while (run_steps[run->step].ask != step)
		run->step--;
}

/* A key that was written in good faith and is known is no fault of anybody's. */
static enum run_fault
fault_of(const struct run *run, const struct db_result *result)
{
	if (result->status == DB_CONFLICT)
		return RUN_AGAIN;
	if (!db_result_is(result, SQLSTATE_UNIQUE))
		return RUN_FAILED;
	return !run->careful && strcmp(result->constraint, "directory_key_pkey") == 0
		       ? RUN_KNOWN
		       : RUN_AGAIN;
}

static void
on_answer(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;
	struct run *run = &journal->run;
	struct question question = run->asked[run->answered++];

	if (result->status != DB_OK)
		run_fail(run, fault_of(run, result), result->error);
	else if (run->fault == RUN_WELL && question.take)
		question.take(run, result, question.number);
	if (run->answered == run->asked_count && !run->ending)
		go_on(run);
}

static void
note_question(struct run *run, run_take take, int number)
{
	if (run->asked_count == run->asked_room) {
		run->asked_room = run->asked_room ? 2 * run->asked_room : 16;
		run->asked = xrealloc(run->asked, run->asked_room, sizeof(*run->asked));
	}
	run->asked[run->asked_count++] = (struct question){take, number};
}

void
run_ask(struct run *run, const struct db_statement *statement, struct db_params *params,
	run_take take, int number)
{
	note_question(run, take, number);
	db_session_ask(run->session, statement, params, on_answer, run->journal);
}

/* ---- rows ---- */

/* COPY is no part of a pipeline: it costs two round trips of its own, as much as so many statements. */
#define ROWS_FEW 16

static uint32_t
number_at(const uint8_t *at, int width)
{
	uint32_t number = 0;

	for (int i = 0; i < width; i++)
		number = number << 8 | at[i];
	return number;
}

/* Cells have the same form in a row of COPY and as binary parameters. The end of the row. */
static const uint8_t *
row_params(const uint8_t *at, struct db_params *params)
{
	int columns = (int)number_at(at, 2);

	at += 2;
	for (int i = 0; i < columns; i++) {
		int32_t length = (int32_t)number_at(at, 4);

		at += 4;
		if (params)
			db_add_bytes(params, length < 0 ? NULL : at, length < 0 ? 0 : (size_t)length);
		at += length < 0 ? 0 : length;
	}
	return at;
}

static bool
are_few(const struct buffer *rows)
{
	const uint8_t *at = (const uint8_t *)rows->bytes, *end = at + rows->length;
	int count = 0;

	while (at < end && count <= ROWS_FEW) {
		at = row_params(at, NULL);
		count++;
	}
	return count <= ROWS_FEW;
}

void
run_write(struct run *run, const struct db_statement *insert, const char *copy,
	struct buffer *rows)
{
	const uint8_t *at = (const uint8_t *)rows->bytes, *end = at + rows->length;

	if (!insert || !are_few(rows)) {
		note_question(run, NULL, 0);
		db_session_copy(run->session, copy, rows, on_answer, run->journal);
		return;
	}
	while (at < end) {
		struct db_params params = {0};

		at = row_params(at, &params);
		run_ask(run, insert, &params, NULL, 0);
	}
	buffer_free(rows);
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct journal *journal = owner;
	struct run *run = &journal->run;

	if (!session) {
		answer(run, result->error);
		return;
	}
	run->session = session;
	attempt_begin(run);
	go_on(run);
}

/* ---- writing ---- */

static bool
way_is_careful(const struct journal *journal, enum journal_way way)
{
	return way == JOURNAL_OVERLAP || way == JOURNAL_COMPARE || journal->overlaps > 0;
}

void
journal_run(struct journal *journal, struct journal_batch *batch, struct instant now)
{
	struct run *run = &journal->run;

	run->journal = journal;
	run->batch = batch;
	run->now = now;
	run->session = NULL;
	run->borrowed = false;
	run->careful = way_is_careful(journal, batch->way);
	run->count = (struct journal_count){0};
	journal->attempts = 0;
	db_begin(store_db(journal->store), DB_READ_COMMITTED, on_begun, journal);
}

static void
call(struct journal *journal, enum journal_call which, void *owner)
{
	assert(journal->call == CALL_NONE);
	journal->call = which;
	journal->owner = owner;
}

void
journal_write(struct journal *journal, struct journal_batch *batch, struct instant now,
	journal_on_written on_written, void *owner)
{
	call(journal, CALL_WRITE, owner);
	journal->answer.written = on_written;
	journal_run(journal, batch, now);
}

/* Careful: a duplicate would spoil the transaction of the caller. */
void
journal_write_in(struct journal *journal, struct db_session *session,
	struct journal_batch *batch, struct instant now, journal_on_written on_written,
	void *owner)
{
	struct run *run = &journal->run;

	call(journal, CALL_WRITE, owner);
	journal->answer.written = on_written;
	run->journal = journal;
	run->batch = batch;
	run->now = now;
	run->session = session;
	run->borrowed = true;
	run->careful = true;
	run->count = (struct journal_count){0};
	attempt_begin(run);
	go_on(run);
}

/* ---- the source's row ---- */

static void
on_started(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;
	struct journal_start start = {.blind_since = {INSTANT_NONE}};

	journal->call = CALL_NONE;
	if (result->status != DB_OK) {
		journal->answer.start(journal->owner, &start, result->error);
		return;
	}
	if (db_result_rows(result) != 1) {
		journal->answer.start(journal->owner, &start,
			"the source's row was made by somebody else at this moment");
		return;
	}
	journal->id = (int16_t)db_int(result, 0, 0);
	start.loaded = db_bool(result, 0, 1);
	start.cursor = db_text(result, 0, 2);
	start.batch = db_text(result, 0, 3);
	start.fingerprint = db_text(result, 0, 4);
	start.blind_since = db_instant(result, 0, 5);
	start.rows = db_int(result, 0, 6);
	start.quarantined = db_int(result, 0, 7);
	journal->answer.start(journal->owner, &start, NULL);
}

void
journal_start(struct journal *journal, journal_on_start on_start, void *owner)
{
	struct db_params params = {0};

	call(journal, CALL_START, owner);
	journal->answer.start = on_start;
	db_add_text(&params, journal->source);
	db_add_int(&params, journal->area.code);
	db_add_int(&params, area_county(journal->area));
	db_ask(store_db(journal->store), statement(STATEMENT_JOURNAL_START), &params,
		on_started, journal);
}

static void
on_kept(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;
	const char *error = result->status != DB_OK        ? result->error
			    : db_result_count(result) != 1 ? "the source has no row yet"
							   : NULL;

	journal->call = CALL_NONE;
	journal->answer.done(journal->owner, error);
}

void
journal_keep_fingerprint(
	struct journal *journal, const char *fingerprint, journal_on_done on_done, void *owner)
{
	struct db_params params = {0};

	call(journal, CALL_KEEP, owner);
	journal->answer.done = on_done;
	db_add_text(&params, journal->source);
	db_add_text(&params, fingerprint);
	db_ask(store_db(journal->store), statement(STATEMENT_JOURNAL_KEEP_FINGERPRINT), &params,
		on_kept, journal);
}

void
journal_keep_blind(struct journal *journal, struct instant since, const char *reason,
	journal_on_done on_done, void *owner)
{
	struct db_params params = {0};

	call(journal, CALL_KEEP, owner);
	journal->answer.done = on_done;
	db_add_text(&params, journal->source);
	db_add_instant(&params, since);
	db_add_text(&params, reason ? reason : "");
	db_ask(store_db(journal->store), statement(STATEMENT_JOURNAL_KEEP_BLIND), &params,
		on_kept, journal);
}
