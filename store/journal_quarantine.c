/* Records that could not be read: kept with their reason, and let go when they can be read
 * again. Reads no record. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "journal_parts.h"
#include "memory.h"
#include "store.h"

/* ---- in the transaction of their page ---- */

static void
keep_quarantine(struct run *run)
{
	const struct journal_batch *batch = run->batch;
	struct db_params params = {0};

	if (!run->count.quarantined)
		return;
	db_add_int(&params, area_county(batch->area));
	db_add_int(&params, run->source);
	db_add_instant(&params, run->now);
	for (int column = 0; column < 5; column++) {
		db_add_array(&params, column == 0 ? DB_ARRAY_BYTES : DB_ARRAY_TEXT);
		for (size_t i = 0; i < batch->record_count; i++) {
			const struct batch_record *record = &batch->records[i];
			const char *const texts[] = {NULL, record->fault.column,
				record->fault.reason, record->fault.masked,
				record->fault.key_mask};

			if (record->says == SAYS_REPLACED || !record->faulty)
				continue;
			if (column == 0)
				db_item_bytes(&params, record->key.bytes, IDENTITY_HASH);
			else
				db_item_text(&params, texts[column]);
		}
	}
	run_ask(run, statement(STATEMENT_JOURNAL_QUARANTINE), &params, NULL, 0);
}

/* A record that can be read again, or is gone, leaves quarantine. */
static void
clear_quarantine(struct run *run)
{
	const struct journal_batch *batch = run->batch;
	struct db_params params = {0};

	if (!run->quarantine_before || !run->order_count)
		return;
	db_add_int(&params, area_county(batch->area));
	db_add_int(&params, run->source);
	db_add_array(&params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < run->order_count; i++) {
		const struct batch_record *record = &batch->records[run->order[i]];

		if (!record->faulty)
			db_item_bytes(&params, record->key.bytes, IDENTITY_HASH);
	}
	run_ask(run, statement(STATEMENT_JOURNAL_CLEAR_QUARANTINE), &params, NULL, 0);
}

void
quarantine_write(struct run *run)
{
	keep_quarantine(run);
	clear_quarantine(run);
}

/* ---- looking ---- */

static uint32_t
hash_of(const struct identity_hash *hash)
{
	uint32_t head;

	memcpy(&head, hash->bytes, sizeof(head));
	return head;
}

static void
loaded(struct journal *journal, int64_t count, const char *error)
{
	journal->call = CALL_NONE;
	journal->answer.compared(journal->owner, count, 0, error);
}

static void
on_quarantine(void *owner, const struct db_result *result)
{
	struct journal *journal = owner;
	int rows = db_result_rows(result);

	if (result->status != DB_OK) {
		loaded(journal, 0, result->error);
		return;
	}
	lookup_clear(&journal->quarantine_of);
	free(journal->quarantine);
	journal->quarantine = xcalloc((size_t)rows + 1, sizeof(*journal->quarantine));
	for (int i = 0; i < rows; i++) {
		size_t length;

		memcpy(journal->quarantine[i].bytes, db_bytes(result, i, 0, &length),
			IDENTITY_HASH);
		lookup_put(
			&journal->quarantine_of, hash_of(&journal->quarantine[i]), (uint32_t)i);
	}
	loaded(journal, rows, NULL);
}

void
journal_quarantine_load(struct journal *journal, journal_on_compared on_loaded, void *owner)
{
	struct db_params params = {0};

	assert(journal->call == CALL_NONE);
	journal->call = CALL_QUARANTINE;
	journal->owner = owner;
	journal->answer.compared = on_loaded;
	db_add_int(&params, area_county(journal->area));
	db_add_text(&params, journal->source);
	db_ask(store_db(journal->store), statement(STATEMENT_QUARANTINE_KEYS), &params,
		on_quarantine, journal);
}

bool
journal_quarantined(const struct journal *journal, const void *key, size_t length)
{
	struct identity_hash hash =
		identity_of_key(store_keys(journal->store), journal->source, key, length);
	size_t place = hash_of(&hash);
	int64_t found;

	while ((found = lookup_next(&journal->quarantine_of, hash_of(&hash), &place)) >= 0) {
		if (memcmp(journal->quarantine[found].bytes, hash.bytes, IDENTITY_HASH) == 0)
			return true;
	}
	return false;
}
