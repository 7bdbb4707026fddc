/* Walks a county's ledger page by page; mends nothing. */
#include "ledger_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "statement_decide.h"

enum {
	PAGE_LINES = 2000
};

struct walk {
	struct db_session *session;
	struct ledger_check check;
	struct ledger_head stored;
	ledger_on_verified on_verified;
	void *owner;
	char error[300];
};

static void
on_ended(void *owner, const struct db_result *result)
{
	struct walk *walk = owner;
	(void)result; /* a read-only snapshot: nothing hangs on its end */
	walk->on_verified(walk->owner, walk->error[0] == '\0' ? &walk->check : NULL, walk->error);
	free(walk);
}

static void
end(struct walk *walk, const struct db_result *result)
{
	if (result->status != DB_OK) {
		snprintf(walk->error, sizeof walk->error, "%s", result->error);
	}
	db_session_rollback(walk->session, on_ended, walk);
}

static const uint8_t *
bytes_of(const struct db_result *result, int row, int column, size_t size)
{
	size_t length = 0;
	const uint8_t *bytes = db_bytes(result, row, column, &length);
	return bytes != NULL && length == size ? bytes : NULL;
}

/* A line and where its columns lie in LEDGER_PAGE. */
static struct ledger_row
read_row(const struct db_result *result, int row)
{
	size_t length = 0;
	const uint8_t *payload = db_bytes(result, row, 8, &length);
	return (struct ledger_row){
		.sequence = db_int(result, row, 0),
		.header = bytes_of(result, row, 1, LEDGER_HEADER_SIZE),
		.hash = bytes_of(result, row, 2, LEDGER_HASH_SIZE),
		.event = bytes_of(result, row, 3, LEDGER_HASH_SIZE),
		.alert = db_int(result, row, 4),
		.actor = db_int(result, row, 5),
		.kind = (int32_t)db_int(result, row, 6),
		.salt = bytes_of(result, row, 7, LEDGER_SALT_SIZE),
		.payload = (const char *)payload,
		.payload_length = length,
		.erased_by = db_text(result, row, 9),
		.erased_on = db_day(result, row, 10),
	};
}

static void
ask_page(struct walk *walk);

static void
on_page(void *owner, const struct db_result *result)
{
	struct walk *walk = owner;
	if (result->status != DB_OK) {
		end(walk, result);
		return;
	}
	bool sound = true;
	for (int row = 0; row < db_result_rows(result) && sound; row++) {
		struct ledger_row line = read_row(result, row);
		sound = ledger_check_row(&walk->check, &line);
	}
	if (sound && db_result_rows(result) == PAGE_LINES) {
		ask_page(walk);
		return;
	}
	ledger_check_end(&walk->check, &walk->stored);
	end(walk, result);
}

static void
ask_page(struct walk *walk)
{
	struct db_params params = {0};
	db_add_int(&params, walk->check.county);
	db_add_int(&params, walk->check.head.sequence);
	db_add_int(&params, PAGE_LINES);
	db_session_ask(walk->session, decide_statement(SQL_LEDGER_PAGE), &params, on_page, walk);
}

static void
on_head(void *owner, const struct db_result *result)
{
	struct walk *walk = owner;
	if (result->status != DB_OK) {
		end(walk, result);
		return;
	}
	if (db_result_rows(result) == 1) {
		const uint8_t *hash = bytes_of(result, 0, 1, LEDGER_HASH_SIZE);
		walk->stored.sequence = db_int(result, 0, 0);
		for (size_t i = 0; hash != NULL && i < LEDGER_HASH_SIZE; i++) {
			walk->stored.hash[i] = hash[i];
		}
	}
	ask_page(walk);
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct walk *walk = owner;
	if (session == NULL) {
		walk->on_verified(walk->owner, NULL, result->error);
		free(walk);
		return;
	}
	walk->session = session;
	struct db_params params = {0};
	db_add_int(&params, walk->check.county);
	db_session_ask(session, decide_statement(SQL_LEDGER_HEAD_OF), &params, on_head, walk);
}

void
ledger_verify(struct db *db, int32_t county, ledger_on_verified on_verified, void *owner)
{
	struct walk *walk = xcalloc(1, sizeof *walk);
	ledger_check_begin(&walk->check, county);
	walk->on_verified = on_verified;
	walk->owner = owner;
	db_begin(db, DB_SNAPSHOT, on_begun, walk);
}
