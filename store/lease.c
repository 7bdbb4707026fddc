/* One row per lease; every change compares and sets it in one statement. Renews nothing by
 * itself. */
#include "lease.h"

#include <stdio.h>
#include <stdlib.h>

#include "memory.h"
#include "statement.h"

struct asked {
	lease_on_answer on_answer;
	void *owner;
};

/* Columns of every answer: held, fence, holder. No row: somebody took it at this very
 * moment. */
static void
on_lease(void *owner, const struct db_result *result)
{
	struct asked asked = *(struct asked *)owner;
	bool known = result->status == DB_OK && db_result_rows(result) == 1;

	free(owner);
	asked.on_answer(asked.owner, known && db_bool(result, 0, 0),
		known ? db_int(result, 0, 1) : 0, known ? db_text(result, 0, 2) : "",
		result->status == DB_OK ? NULL : result->error);
}

static struct asked *
asked_new(lease_on_answer on_answer, void *owner)
{
	struct asked *asked = xcalloc(1, sizeof(*asked));

	*asked = (struct asked){on_answer, owner};
	return asked;
}

void
lease_acquire(struct db *db, const char *name, const char *holder, int seconds,
	lease_on_answer on_answer, void *owner)
{
	struct db_params params = {0};

	db_add_text(&params, name);
	db_add_text(&params, holder);
	db_add_int(&params, seconds);
	db_ask(db, statement(STATEMENT_LEASE_ACQUIRE), &params, on_lease,
		asked_new(on_answer, owner));
}

void
lease_renew(struct db *db, const char *name, int64_t fence, int seconds,
	lease_on_answer on_answer, void *owner)
{
	struct db_params params = {0};

	db_add_text(&params, name);
	db_add_int(&params, fence);
	db_add_int(&params, seconds);
	db_ask(db, statement(STATEMENT_LEASE_RENEW), &params, on_lease,
		asked_new(on_answer, owner));
}

/* The row lock is what protects: whoever takes over has to wait for the end of
 * this transaction, even when the lease's time has passed meanwhile. */
void
lease_verify(struct db_session *session, const char *name, int64_t fence,
	lease_on_answer on_answer, void *owner)
{
	struct db_params params = {0};

	db_add_text(&params, name);
	db_add_int(&params, fence);
	db_session_ask(session, statement(STATEMENT_LEASE_VERIFY), &params, on_lease,
		asked_new(on_answer, owner));
}

void
lease_release(
	struct db *db, const char *name, int64_t fence, lease_on_answer on_answer, void *owner)
{
	struct db_params params = {0};

	db_add_text(&params, name);
	db_add_int(&params, fence);
	db_ask(db, statement(STATEMENT_LEASE_RELEASE), &params, on_lease,
		asked_new(on_answer, owner));
}
