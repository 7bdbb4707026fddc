/* Steps are applied once, in order, by one at a time; what does not fit is refused and changes
 * nothing. */
#include "room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "kind_table.h"
#include "migration.h"
#include "statement.h"
#include "statement_decide.h"

static struct db_sync *
other_connection(void)
{
	char *error = NULL;
	struct db_sync *sync =
		db_sync_open(getenv("NEEDWATCH_TEST_STORE"), NULL, "other", &error);

	if (!sync)
		fail_msg("%s", error);
	return sync;
}

static void
steps_are_numbered_from_one_without_gaps(void **state)
{
	(void)state;
	for (size_t i = 0; i < migration_count; i++)
		assert_int_equal(migrations[i].number, i + 1);
}

static void
every_step_once(void **state)
{
	struct room *room = *state;
	struct buffer log = {0};
	char *error = NULL;

	assert_int_equal(
		room_number(room, "select count(*) from needwatch.migration"), migration_count);
	assert_true(migration_apply(room->sync, &log, &error));
	assert_int_equal(log.length, 0);
	assert_true(migration_check(room->sync, &error));
	room_run(room, "drop schema needwatch cascade");
	assert_false(migration_check(room->sync, &error));
	assert_string_equal(
		error, "this database holds no needwatch yet: run `needwatch init`");
	free(error);
	assert_true(migration_apply(room->sync, &log, &error));
	assert_ptr_equal(
		strstr(log.bytes, "step 001_journal applied\nstep 002_decide applied\n"),
		log.bytes);
	buffer_free(&log);
}

static void
what_does_not_fit_is_refused(void **state)
{
	struct room *room = *state;
	char *error = NULL;

	room_run(room, "delete from needwatch.migration where number = 2");
	assert_false(migration_check(room->sync, &error));
	assert_string_equal(error, "the store lacks step 002_decide: run `needwatch init`");
	free(error);
	/* The step finds its tables there: it fails, and nothing of it stays. */
	assert_false(migration_apply(room->sync, NULL, &error));
	assert_non_null(strstr(error, "002_decide: "));
	assert_non_null(strstr(error, "[42P07]; nothing of it was kept"));
	free(error);
	room_run(room, "update needwatch.migration set checksum = 'other' where number = 1");
	assert_false(migration_check(room->sync, &error));
	assert_ptr_equal(
		strstr(error,
			"step 001_journal is not what was applied to the store (other there, "),
		error);
	free(error);
	room_run(room, "update needwatch.migration set number = 900, name = '900_future' where "
		       "number = 1");
	assert_false(migration_apply(room->sync, NULL, &error));
	assert_string_equal(error, "the store has step 900_future, which this needwatch does "
				   "not know: it is newer;"
				   " install that version here, too");
	free(error);
}

/* A second one waits for the lock of the first, and then finds nothing to do. */
static void
the_lock_is_an_ordinary_one(void **state)
{
	struct room *room = *state;
	struct db_sync *other = other_connection();
	char *error = NULL;

	room_run(room, "begin; lock table needwatch.migration in share row exclusive mode");
	assert_true(db_sync_run(other, "set lock_timeout = '50ms'"));
	assert_false(migration_apply(other, NULL, &error));
	assert_non_null(strstr(error, "[55P03]"));
	free(error);
	room_run(room, "commit");
	assert_true(migration_apply(other, NULL, &error));
	assert_int_equal(
		room_number(room, "select count(*) from pg_locks where locktype = 'advisory'"),
		0);
	db_sync_close(other);
}

static void
web_has_two_roles_and_no_rights(void **state)
{
	struct room *room = *state;
	char *error = NULL;

	assert_int_equal(
		room_number(room, "select count(*) from pg_roles where rolname = "
				  "'needwatch_web' and not rolinherit"
				  " and pg_has_role(rolname, 'needwatch_reader', 'member')"
				  " and pg_has_role(rolname, 'needwatch_actor', 'member')"),
		1);
	room_run(room, "revoke needwatch_actor from needwatch_web");
	assert_true(migration_roles(room->sync, &error));
	assert_int_equal(
		room_number(
			room, "select count(*) from (select where pg_has_role('needwatch_web', "
			      "'needwatch_actor', 'member')) as r"),
		1);
	room_run(room, "revoke needwatch_actor from needwatch_web; set role needwatch_monitor");
	assert_false(migration_roles(room->sync, &error));
	assert_string_equal(error,
		"user needwatch_monitor may not make the roles that are missing; an "
		"administrator of the"
		" server runs: grant needwatch_reader, needwatch_actor to needwatch_web;");
	free(error);
	room_run(room, "reset role");
	assert_true(migration_roles(room->sync, &error));
}

/* ---- every statement of the tables fits the schema that the steps make ---- */

static void
prepare(struct room *room, const struct db_statement *statement)
{
	struct buffer sql = {0};

	if (!statement->name ||
		strncmp(statement->sql, "copy ", 5) == 0) /* a utility statement */
		return;
	buffer_printf(&sql, "prepare \"%s\" as %s", statement->name, statement->sql);
	room_run(room, sql.bytes);
	buffer_free(&sql);
}

/* Statements name one table of a kind. */
static void
make_resident(struct room *room)
{
	char *error = NULL;

	if (!kind_tables_make(room->sync, NULL, 0, NULL, &error))
		fail_msg("%s", error);
}

static void
every_statement_can_be_prepared(void **state)
{
	struct room *room = *state;

	make_resident(room);
	for (int i = 0; i < STATEMENT_COUNT; i++)
		prepare(room, statement((enum statement)i));
	for (int i = 0; i < DECIDE_STATEMENT_COUNT; i++)
		prepare(room, decide_statement((enum decide_statement)i));
}

/* ---- needwatchd may run every statement but those of administrators and of needwatch-web ---- */

static const char *const of_web[] = {
#define STATEMENT(name, sql) #name,
#include "statements_inbox.def"
#undef STATEMENT
	NULL};

static const char *const of_administrators[] = {"AREA_LOAD", "AREA_CHANGE", "RULE_SET_PUBLISH",
	"THRESHOLD_SET", "THRESHOLD_RETIRE", "KIND_NOTE", "KIND_NOTE_FIELD", "MIGRATION_NOTE",
	"POST_SET_STATE", "CALENDAR_SET_DAYS", "CALENDAR_SET_YEAR", "LEDGER_ERASE", NULL};

static bool
is_among(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

/* EXPLAIN asks for every right that running it would need, and runs nothing. */
static void
explain(struct room *room, const struct db_statement *statement)
{
	struct buffer sql = {0};
	int64_t count;

	if (!statement->name || strncmp(statement->sql, "copy ", 5) == 0 ||
		is_among(statement->name, of_web))
		return;
	prepare(room, statement);
	buffer_printf(&sql,
		"select coalesce(cardinality(parameter_types), 0) from pg_prepared_statements "
		"where name = '%s'",
		statement->name);
	count = room_number(room, sql.bytes);
	buffer_clear(&sql);
	buffer_printf(&sql, "explain execute \"%s\"", statement->name);
	for (int64_t i = 0; i < count; i++)
		buffer_text(&sql, i ? ", null" : " (null");
	buffer_text(&sql, count ? ")" : "");
	if (is_among(statement->name, of_administrators))
		room_refused(room, sql.bytes, "42501");
	else
		room_run(room, sql.bytes);
	buffer_free(&sql);
}

static void
monitor_may_run_what_it_runs(void **state)
{
	struct room *room = *state;

	make_resident(room);
	room_run(room, "set role needwatch_monitor");
	for (int i = 0; i < STATEMENT_COUNT; i++)
		explain(room, statement((enum statement)i));
	for (int i = 0; i < DECIDE_STATEMENT_COUNT; i++)
		explain(room, decide_statement((enum decide_statement)i));
}

/* Nothing asks the server for the time but leases, and the note of when a step was applied. */
static void
statements_ask_for_no_time(void **state)
{
	(void)state;
	for (int i = 0; i < STATEMENT_COUNT; i++) {
		const struct db_statement *one = statement((enum statement)i);
		bool may = strncmp(one->name, "LEASE_", 6) == 0 ||
			   strcmp(one->name, "MIGRATION_NOTE") == 0;

		if (!may && (strstr(one->sql, "now()") || strstr(one->sql, "_timestamp()") ||
				    strstr(one->sql, "current_date")))
			fail_msg("%s", one->name);
		if (strstr(one->sql, "advisory"))
			fail_msg("%s", one->name);
	}
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(steps_are_numbered_from_one_without_gaps),
		CASE(every_step_once),
		CASE(what_does_not_fit_is_refused),
		CASE(the_lock_is_an_ordinary_one),
		CASE(web_has_two_roles_and_no_rights),
		CASE(every_statement_can_be_prepared),
		CASE(monitor_may_run_what_it_runs),
		CASE(statements_ask_for_no_time),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
