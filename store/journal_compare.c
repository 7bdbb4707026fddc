/* Comparing the keys of a source with those in the journal and taking back what has vanished.
 * Reads no record. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "journal_parts.h"
#include "memory.h"
#include "store.h"

/* Keys go to the store in pieces of this many; so do those that are taken back. */
#define KEYS_SENT 20000
#define KEYS_RETRACTED 2000

static void
begin(struct journal *journal, enum journal_call which, void *owner)
{
	assert(journal->call == CALL_NONE);
	journal->call = which;
	journal->owner = owner;
}

/* ---- keys that were seen ---- */

/* The first failure stands until the next comparison. */
static void
compare_fail(struct compare *compare, const char *error)
{
	if (!compare->error[0])
		snprintf(compare->error, sizeof(compare->error), "%s",
			error[0] ? error : "the keys could not be stored");
}

static struct journal *
journal_of(struct compare *compare)
{
	return (struct journal *)((char *)compare - offsetof(struct journal, compare));
}

static void
compare_flushed(struct journal *journal);

static void
on_flush_committed(void *owner, const struct db_result *result)
{
	struct compare *compare = owner;

	if (result->status != DB_OK)
		compare_fail(compare, result->error);
	compare->under_way--;
	compare_flushed(journal_of(compare));
}

static void
on_flush_rolled_back(void *owner, const struct db_result *result)
{
	struct compare *compare = owner;

	(void)result;
	compare->under_way--;
	compare_flushed(journal_of(compare));
}

/* The first piece that has, or has not yet, a session. */
static struct flush **
find_flush(struct compare *compare, bool begun)
{
	struct flush **place = &compare->first;

	while ((*place)->session ? !begun : begun)
		place = &(*place)->next;
	return place;
}

static struct db_session *
drop_flush(struct flush **place)
{
	struct flush *dropped = *place;
	struct db_session *session = dropped->session;

	*place = dropped->next;
	buffer_free(&dropped->rows);
	free(dropped);
	return session;
}

void
compare_drop(struct compare *compare)
{
	while (compare->first)
		drop_flush(&compare->first);
	buffer_free(&compare->rows);
}

static void
on_flush_copied(void *owner, const struct db_result *result)
{
	struct compare *compare = owner;
	struct db_session *session = drop_flush(find_flush(compare, true));

	if (result->status == DB_OK) {
		compare->sent += db_result_count(result);
		db_session_commit(session, on_flush_committed, compare);
	} else {
		compare_fail(compare, result->error);
		db_session_rollback(session, on_flush_rolled_back, compare);
	}
}

/* Sessions of one connection begin in the order in which they were asked for. */
static void
on_flush_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct compare *compare = owner;
	struct flush **place = find_flush(compare, false);

	if (!session) {
		compare_fail(compare, result->error);
		drop_flush(place);
		on_flush_rolled_back(compare, result);
		return;
	}
	(*place)->session = session;
	db_session_copy(session, statement(STATEMENT_COMPARE_COPY)->sql, &(*place)->rows,
		on_flush_copied, compare);
}

static void
flush(struct journal *journal)
{
	struct compare *compare = &journal->compare;
	struct flush **last = &compare->first;
	struct flush *added;

	if (!compare->waiting)
		return;
	while (*last)
		last = &(*last)->next;
	added = xcalloc(1, sizeof(*added));
	added->rows = compare->rows;
	*last = added;
	compare->rows = (struct buffer){0};
	compare->waiting = 0;
	compare->under_way++;
	db_begin(store_db(journal->store), DB_READ_COMMITTED, on_flush_begun, compare);
}

static void
add_hash(struct journal *journal, const struct identity_hash *hash)
{
	struct compare *compare = &journal->compare;

	copy_row(&compare->rows, 2);
	copy_int2(&compare->rows, journal->id);
	copy_bytes(&compare->rows, hash->bytes, IDENTITY_HASH);
	if (++compare->waiting >= KEYS_SENT)
		flush(journal);
}

void
journal_compare_add(struct journal *journal, const void *key, size_t length)
{
	struct identity_hash hash =
		identity_of_key(store_keys(journal->store), journal->source, key, length);

	add_hash(journal, &hash);
}

/* A record may come in behind the page of keys that would have held it, also while somebody
 * thinks about what has vanished. */
void
compare_note(struct journal *journal, const struct journal_batch *batch)
{
	if (!journal->compare.open || journal->retracting)
		return;
	for (size_t i = 0; i < batch->record_count; i++) {
		if (batch->records[i].says != SAYS_REPLACED)
			add_hash(journal, &batch->records[i].key);
	}
}

static void
on_opened(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;
	bool known = result->status == DB_OK && db_result_rows(result) == 1;
	const char *error = known                     ? NULL
			    : result->status == DB_OK ? "the source has no row yet"
						      : result->error;

	if (error)
		compare_fail(&journal->compare, error);
	journal->call = CALL_NONE;
	journal->answer.done(journal->owner, error);
}

static void
forget_keys(struct journal *journal, db_on_result on_result)
{
	struct db_params params = {0};

	db_add_text(&params, journal->source);
	db_ask(store_db(journal->store), statement(STATEMENT_COMPARE_OPEN), &params, on_result,
		journal);
}

/* Keys may be added from now on: they come behind this on the connection. */
void
journal_compare_open(struct journal *journal, journal_on_done on_done, void *owner)
{
	struct compare *compare = &journal->compare;

	begin(journal, CALL_OPEN, owner);
	journal->answer.done = on_done;
	buffer_clear(&compare->rows);
	compare->waiting = 0;
	compare->sent = 0;
	compare->error[0] = '\0';
	compare->open = true;
	compare->settled = false;
	if (!journal->id)
		compare_fail(compare, "the source has not been started");
	forget_keys(journal, on_opened);
}

/* ---- comparing ---- */

static void
compared(struct journal *journal, int64_t known, int64_t vanished, const char *error)
{
	journal->call = CALL_NONE;
	journal->answer.compared(journal->owner, known, vanished, error);
}

/* A server that has crashed comes back with an empty table: then nothing would seem to be
 * there. */
static bool
keys_are_whole(struct compare *compare, int64_t stored)
{
	if (stored != compare->sent)
		compare_fail(compare, "the keys of the comparison are lost; compare again");
	return compare->error[0] == '\0';
}

static void
on_settled(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;

	compared(journal, journal->known, 0, result->status == DB_OK ? NULL : result->error);
}

static void
clear(struct journal *journal, db_on_result on_result);

/* If nothing has vanished, there is nothing to be taken back: the comparison is over. */
static void
on_compared(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;
	struct compare *compare = &journal->compare;

	if (result->status != DB_OK) {
		compared(journal, 0, 0, result->error);
		return;
	}
	if (!keys_are_whole(compare, db_int(result, 0, 2))) {
		compared(journal, 0, 0, compare->error);
		return;
	}
	journal->known = db_int(result, 0, 0);
	if (db_int(result, 0, 1) > 0) {
		compared(journal, journal->known, db_int(result, 0, 1), NULL);
		return;
	}
	compare->open = false;
	compare->settled = true;
	clear(journal, on_settled);
}

static void
ask_page(struct journal *journal);

/* An answer comes on a later turn, always: the store is asked even if all is lost. */
static void
ask_compare(struct journal *journal)
{
	struct db_params params = {0};

	db_add_int(&params, journal->id);
	db_ask(store_db(journal->store), statement(STATEMENT_COMPARE), &params, on_compared,
		journal);
}

static void
go_on(struct journal *journal)
{
	if (journal->call == CALL_RETRACT)
		ask_page(journal);
	else
		ask_compare(journal);
}

/* What waited for the last of the keys goes on. */
static void
compare_flushed(struct journal *journal)
{
	struct compare *compare = &journal->compare;

	if (compare->under_way || !compare->asked)
		return;
	compare->asked = false;
	go_on(journal);
}

/* Asks once all keys are stored. */
static void
ask_behind_keys(struct journal *journal)
{
	struct compare *compare = &journal->compare;

	if (!compare->open)
		compare_fail(compare, "no comparison is open");
	flush(journal);
	compare->asked = compare->under_way > 0;
	if (!compare->asked)
		go_on(journal);
}

void
journal_compare(struct journal *journal, journal_on_compared answer, void *owner)
{
	begin(journal, CALL_COMPARE, owner);
	journal->answer.compared = answer;
	ask_behind_keys(journal);
}

/* ---- retracting ---- */

static void
retracted(struct journal *journal, const char *error)
{
	struct journal_count count = journal->retracted;

	journal_batch_free(journal->retracting);
	journal->retracting = NULL;
	journal->call = CALL_NONE;
	if (!error)
		journal->compare.open = false;
	journal->retract_answer(journal->retract_owner, &count, error);
}

static void
count_page(struct journal_count *sum, const struct journal_count *page)
{
	sum->records += page->records;
	sum->gone += page->gone;
	sum->same += page->same;
	sum->facts += page->facts;
	sum->households += page->households;
	sum->moved += page->moved;
	sum->touched += page->touched;
}

static void
on_page_written(void *owner, const struct journal_count *count, const char *error)
{
	struct journal *journal = owner;

	journal_batch_free(journal->retracting);
	journal->retracting = NULL;
	if (error) {
		retracted(journal, error);
		return;
	}
	count_page(&journal->retracted, count);
	ask_page(journal);
}

static void
on_cleared(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;

	retracted(journal, result->status == DB_OK ? NULL : result->error);
}

/* Quarantined records that their source does not have any more are forgotten, and so are the
 * keys. */
static void
clear(struct journal *journal, db_on_result on_result)
{
	struct db_params params = {0};

	db_add_int(&params, area_county(journal->area));
	db_add_int(&params, journal->id);
	db_ask(store_db(journal->store), statement(STATEMENT_COMPARE_CLEAR), &params, on_result,
		journal);
}

static void
write_page(struct journal *journal, const struct db_result *result)
{
	struct journal_batch *batch = journal_batch_new(
		store_keys(journal->store), journal->source, journal->area, JOURNAL_COMPARE);

	for (int i = 1; i < db_result_rows(result); i++) {
		struct identity_hash key;
		size_t length;

		memcpy(key.bytes, db_bytes(result, i, 0, &length), IDENTITY_HASH);
		journal_batch_gone_hash(batch, &key);
		journal->last_key = key;
	}
	journal->retracting = batch;
	journal->answer.written = on_page_written;
	journal->owner = journal;
	journal_run(journal, batch, journal->now);
}

/* The first row is the number of keys stored: counted for the first page alone, since a crash
 * in between fails the page. */
static void
on_page(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;

	if (result->status != DB_OK)
		retracted(journal, result->error);
	else if (!db_null(result, 0, 1) &&
		 !keys_are_whole(&journal->compare, db_int(result, 0, 1)))
		retracted(journal, journal->compare.error);
	else if (db_result_rows(result) == 1)
		clear(journal, on_cleared);
	else
		write_page(journal, result);
}

static void
ask_page(struct journal *journal)
{
	struct db_params params = {0};

	db_add_int(&params, journal->id);
	db_add_bytes(&params, journal->last_key.bytes, journal->past_first ? IDENTITY_HASH : 0);
	db_add_int(&params, KEYS_RETRACTED);
	db_add_bool(&params, !journal->past_first);
	journal->past_first = true;
	db_ask(store_db(journal->store), statement(STATEMENT_COMPARE_PAGE), &params, on_page,
		journal);
}

void
journal_retract(
	struct journal *journal, struct instant now, journal_on_written on_written, void *owner)
{
	begin(journal, CALL_RETRACT, owner);
	journal->retract_answer = on_written;
	journal->retract_owner = owner;
	journal->now = now;
	journal->retracted = (struct journal_count){0};
	journal->past_first = false;
	if (journal->compare.settled)
		forget_keys(journal, on_cleared);
	else
		ask_behind_keys(journal);
}
