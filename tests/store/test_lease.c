/* Who may write: one at a time, by a fencing number that only grows, also against a transaction
 * under way. */
#include "room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lease.h"
#include "statement.h"

struct answer {
	struct room *room;
	bool held;
	int64_t fence;
	char holder[64];
	struct db_session *session;
};

static void
on_answer(void *owner, bool held, int64_t fence, const char *holder, const char *error)
{
	struct answer *answer = owner;

	assert_null(error);
	answer->held = held;
	answer->fence = fence;
	snprintf(answer->holder, sizeof(answer->holder), "%s", holder);
	answer->room->done = true;
}

static struct answer
acquired(struct room *room, const char *holder, int seconds)
{
	struct answer answer = {.room = room};

	lease_acquire(room->db, "write", holder, seconds, on_answer, &answer);
	room_wait(room);
	return answer;
}

static bool
renewed(struct room *room, int64_t fence)
{
	struct answer answer = {.room = room};

	lease_renew(room->db, "write", fence, 60, on_answer, &answer);
	room_wait(room);
	return answer.held;
}

static void
end_it(struct room *room)
{
	room_run(room, "update needwatch.lease set expires = '2000-01-01'");
}

static void
one_holds_it_and_is_named(void **state)
{
	struct room *room = *state;
	struct answer first = acquired(room, "a", 60), second = acquired(room, "b", 60);

	assert_true(first.held);
	assert_int_equal(first.fence, 1);
	assert_false(second.held);
	assert_string_equal(second.holder, "a");
	/* Again by the same: renewed, and the fence stays. */
	first = acquired(room, "a", 60);
	assert_true(first.held);
	assert_int_equal(first.fence, 1);
}

static void
ended_it_goes_to_another_under_a_new_fence(void **state)
{
	struct room *room = *state;
	struct answer other;

	acquired(room, "a", 60);
	end_it(room);
	assert_true(renewed(room, 1)); /* nobody took it meanwhile */
	end_it(room);
	other = acquired(room, "b", 60);
	assert_true(other.held);
	assert_int_equal(other.fence, 2);
	assert_false(renewed(room, 1));
	assert_true(renewed(room, 2));
	assert_false(acquired(room, "a", 60).held);
}

static void
released_it_is_nobodys(void **state)
{
	struct room *room = *state;
	struct answer answer = {.room = room};

	acquired(room, "a", 60);
	lease_release(room->db, "write", 1, on_answer, &answer);
	room_wait(room);
	assert_false(answer.held);
	assert_false(renewed(room, 1));
	answer = acquired(room, "a", 60);
	assert_true(answer.held);
	assert_int_equal(answer.fence, 2);
	/* With a fence that has gone it releases nothing. */
	lease_release(room->db, "write", 1, on_answer, &answer);
	room_wait(room);
	assert_true(renewed(room, 2));
}

static void
on_ended(void *owner, const struct db_result *result)
{
	struct answer *answer = owner;

	assert_string_equal(result->error, "");
	answer->room->done = true;
}

static void
on_verified(void *owner, bool held, int64_t fence, const char *holder, const char *error)
{
	struct answer *answer = owner;
	struct room *room = answer->room;

	char *take = NULL;

	on_answer(answer, held, fence, holder, error);
	room->done = false;
	/* While the transaction is open nobody takes over, though the lease has ended; who
	 * holds it renews it all the same. */
	assert_true(asprintf(&take,
			    "set lock_timeout = '50ms'; prepare take as %s; execute "
			    "take('write', 'b', 60)",
			    statement(STATEMENT_LEASE_ACQUIRE)->sql) > 0);
	if (held) {
		room_refused(room, take, "55P03");
		room_run(room, "update needwatch.lease set expires = clock_timestamp() - "
			       "interval '1 second'"
			       " where name = 'write' and fence = 1 and holder <> ''");
	}
	free(take);
	db_session_rollback(answer->session, on_ended, answer);
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct answer *answer = owner;

	assert_string_equal(result->error, "");
	answer->session = session;
	lease_verify(session, "write", answer->fence, on_verified, answer);
}

static void
a_transaction_keeps_it_till_its_end(void **state)
{
	struct room *room = *state;
	struct answer answer = {.room = room, .fence = 1};

	acquired(room, "a", 60);
	end_it(room);
	db_begin(room->db, DB_READ_COMMITTED, on_begun, &answer);
	room_wait(room);
	assert_true(answer.held);
	room_run(room, "update needwatch.lease set holder = 'b', fence = 9");
	answer.fence = 1;
	db_begin(room->db, DB_READ_COMMITTED, on_begun, &answer);
	room_wait(room);
	assert_false(answer.held);
	assert_string_equal(answer.holder, "b");
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(one_holds_it_and_is_named),
		CASE(ended_it_goes_to_another_under_a_new_fence),
		CASE(released_it_is_nobodys),
		CASE(a_transaction_keeps_it_till_its_end),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
