/* Transactions in a pipeline: what is asked at one moment is one round trip, and all of it or nothing is done, whatever
 * fails on the way. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "room.h"

/* What one transaction was told, in the order of the answers. */
struct said {
	struct room *room;
	struct db_session *session;
	const char *const *sql; /* asked when it begins */
	bool commits;           /* with them */
	char told[400];
};

static void
say(struct said *said, const struct db_result *result)
{
	static const char *const words[] = {
		[DB_OK] = "ok", [DB_CONFLICT] = "conflict", [DB_LOST] = "lost", [DB_REFUSED] = "refused"};
	size_t length = strlen(said->told);

	snprintf(said->told + length, sizeof(said->told) - length, "%s%s%s%s", length ? "; " : "",
		words[result->status], *result->error ? ": " : "", result->error);
}

static void
on_answer(void *owner, const struct db_result *result)
{
	say(owner, result);
}

static void
on_last(void *owner, const struct db_result *result)
{
	struct said *said = owner;

	say(said, result);
	said->room->done = true;
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct said *said = owner;

	assert_string_equal(result->error, "");
	said->session = session;
	for (size_t i = 0; said->sql[i]; i++)
		db_session_ask_sql(session, said->sql[i], NULL,
			said->sql[i + 1] || said->commits ? on_answer : on_last, said);
	if (said->commits)
		db_session_commit(session, on_last, said);
}

static void
begin(struct room *room, struct said *said, const char *const *sql, bool commits)
{
	*said = (struct said){.room = room, .sql = sql, .commits = commits};
	db_begin(room->db, DB_READ_COMMITTED, on_begun, said);
}

static void
end(struct said *said, void (*how)(struct db_session *session, db_on_result on_result, void *owner))
{
	how(said->session, on_last, said);
	room_wait(said->room);
}

static void
make_table(struct room *room)
{
	room_run(room, "create table needwatch.paper (word text primary key)");
}

static int64_t
words(struct room *room)
{
	return room_number(room, "select count(*) from needwatch.paper");
}

static const char *const two_words[] = {"insert into needwatch.paper values ('a')",
	"insert into needwatch.paper values ('b')", NULL};
static const char *const word_twice[] = {"insert into needwatch.paper values ('a')",
	"insert into needwatch.paper values ('a')", "insert into needwatch.paper values ('b')", NULL};

#define TWICE "duplicate key value violates unique constraint \"paper_pkey\" [23505]"

static void
test_all_at_once(void **state)
{
	struct room *room = *state;
	struct said said;

	make_table(room);
	begin(room, &said, two_words, true);
	room_wait(room);
	assert_string_equal(said.told, "ok; ok; ok");
	assert_int_equal(words(room), 2);
}

/* The next transaction and the next question are asked at the same moment: neither gets into the one that failed. */
static void
test_a_commit_behind_a_failure_is_a_rollback(void **state)
{
	struct room *room = *state;
	struct said failed, next, alone = {.room = room};

	make_table(room);
	begin(room, &failed, word_twice, true);
	begin(room, &next, two_words, true);
	db_ask_sql(room->db, "insert into needwatch.paper values ('c')", NULL, on_last, &alone);
	while (!*alone.told)
		room_wait(room);
	assert_string_equal(failed.told,
		"ok; refused: " TWICE "; refused: a statement before it failed;"
		" refused: a statement of the transaction failed");
	assert_string_equal(next.told, "ok; ok; ok");
	assert_string_equal(alone.told, "ok");
	assert_int_equal(words(room), 3);
}

static void
test_a_commit_long_after_a_failure_is_a_rollback(void **state)
{
	struct room *room = *state;
	struct said said;

	make_table(room);
	begin(room, &said, word_twice, false);
	room_wait(room);
	end(&said, db_session_commit);
	assert_string_equal(said.told,
		"ok; refused: " TWICE "; refused: a statement before it failed;"
		" refused: a statement of the transaction failed");
	assert_int_equal(words(room), 0);
}

static void
test_a_rollback_is_carried_out(void **state)
{
	struct room *room = *state;
	struct said said;

	make_table(room);
	begin(room, &said, two_words, false);
	room_wait(room);
	end(&said, db_session_rollback);
	assert_string_equal(said.told, "ok; ok; ok");
	assert_int_equal(words(room), 0);
}

/* Were it not noticed, the statements that follow would be carried out one by one. */
static void
test_a_begin_that_is_refused(void **state)
{
	struct room *room = *state;
	struct said before = {.room = room}, said;

	make_table(room);
	db_ask_sql(room->db, "begin", NULL, on_answer, &before);
	db_ask_sql(room->db, "select 1 / 0", NULL, on_answer, &before);
	begin(room, &said, two_words, false);
	room_wait(room);
	db_ask_sql(room->db, "rollback", NULL, on_last, &before);
	room_wait(room);
	db_session_ask_sql(said.session, two_words[0], NULL, on_answer, &said);
	end(&said, db_session_commit);
	assert_string_equal(before.told, "ok; refused: division by zero [22012]; ok");
	assert_string_equal(said.told,
		"refused: a statement before it failed; refused: a statement before it failed;"
		" lost: the connection was lost; lost: the connection was lost");
	assert_int_equal(words(room), 0);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(test_all_at_once),
		CASE(test_a_commit_behind_a_failure_is_a_rollback),
		CASE(test_a_commit_long_after_a_failure_is_a_rollback),
		CASE(test_a_rollback_is_carried_out),
		CASE(test_a_begin_that_is_refused),
	};

	return cmocka_run_group_tests_name("store.session", cases, NULL, NULL);
}
