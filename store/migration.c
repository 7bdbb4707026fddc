/* Applies the numbered steps, each in a transaction of its own under the lock of their table;
 * takes nothing away and never applies a step twice. */
#include "migration.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "db_sync.h"
#include "memory.h"
#include "refuse.h"
#include "statement.h"

/* Two sides work on the store at once after an upgrade, so that steps only add. The checksum of
 * what was applied is kept: a step that was changed afterwards would leave two stores of the
 * same number with different shapes. */

#define CHECKSUM_BYTES 16

static const struct {
	const char *name;
	const char *options;
} roles[] = {
	{"needwatch_owner", "login"},
	{"needwatch_monitor", "login"},
	{"needwatch_web",
		"login noinherit"}, /* no rights of its own: it takes one of the two below */
	{"needwatch_reader", "nologin"},
	{"needwatch_actor", "nologin"},
};

#define ROLES (sizeof(roles) / sizeof(*roles))

static const struct db_result *
ask(struct db_sync *sync, enum statement which)
{
	return db_sync_ask_statement(sync, statement(which), NULL);
}

/* ---- roles ---- */

static bool
is_present(const struct db_result *present, const char *name)
{
	for (int row = 0; row < db_result_rows(present); row++)
		if (strcmp(db_text(present, row, 0), name) == 0)
			return true;
	return false;
}

/* What has to be run, or nothing; false if the server did not answer. */
static bool
roles_missing(struct db_sync *sync, struct buffer *ret_sql)
{
	const struct db_result *answer = ask(sync, STATEMENT_ROLES_PRESENT);

	if (answer->status != DB_OK)
		return false;
	for (size_t i = 0; i < ROLES; i++)
		if (!is_present(answer, roles[i].name))
			buffer_printf(ret_sql, "create role %s %s; ", roles[i].name,
				roles[i].options);
	if (!ret_sql->length) {
		answer = ask(sync, STATEMENT_ROLES_OF_WEB);
		if (answer->status != DB_OK)
			return false;
		if (db_result_rows(answer) == 0)
			return true;
	}
	buffer_text(ret_sql, "grant needwatch_reader, needwatch_actor to needwatch_web;");
	return true;
}

static bool
roles_make(struct db_sync *sync, const char *sql, char **ret_error)
{
	const struct db_result *we = ask(sync, STATEMENT_ROLE_OURS);

	if (we->status != DB_OK)
		return refuse(ret_error, "roles: %s", we->error);
	if (db_result_rows(we) != 1 || !db_bool(we, 0, 1))
		return refuse(ret_error,
			"user %s may not make the roles that are missing; an administrator of "
			"the server"
			" runs: %s",
			db_result_rows(we) ? db_text(we, 0, 0) : "?", sql);
	if (!db_sync_run(sync, sql))
		return refuse(ret_error, "roles: %s; tried: %s", db_sync_error(sync), sql);
	return true;
}

bool
migration_roles(struct db_sync *sync, char **ret_error)
{
	struct buffer sql = {0};
	bool well = true;

	if (!roles_missing(sync, &sql))
		well = refuse(ret_error, "roles: %s", db_sync_error(sync));
	else if (sql.length)
		well = roles_make(sync, sql.bytes, ret_error);
	buffer_free(&sql);
	return well;
}

/* ---- what was applied ---- */

static void
checksum(const struct migration *step, char ret_hex[2 * CHECKSUM_BYTES + 1])
{
	unsigned char hash[CHECKSUM_BYTES];

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)step->sql,
		strlen(step->sql), NULL, 0);
	sodium_bin2hex(ret_hex, 2 * CHECKSUM_BYTES + 1, hash, sizeof(hash));
}

static const struct migration *
step_find(int64_t number)
{
	for (size_t i = 0; i < migration_count; i++)
		if (migrations[i].number == number)
			return &migrations[i];
	return NULL;
}

/* `applied` by number: which of ours are there. False: the store and this binary do not fit. */
static bool
applied_read(struct db_sync *sync, bool *ret_applied, char **ret_error)
{
	const struct db_result *rows = ask(sync, STATEMENT_MIGRATION_APPLIED);
	char hex[2 * CHECKSUM_BYTES + 1];

	if (rows->status != DB_OK)
		return refuse(ret_error, "migrations: %s", rows->error);
	memset(ret_applied, 0, migration_count * sizeof(*ret_applied));
	for (int row = 0; row < db_result_rows(rows); row++) {
		const struct migration *step = step_find(db_int(rows, row, 0));

		if (!step)
			return refuse(ret_error,
				"the store has step %s, which this needwatch does not know: it "
				"is newer;"
				" install that version here, too",
				db_text(rows, row, 1));
		checksum(step, hex);
		if (strcmp(hex, db_text(rows, row, 2)) != 0)
			return refuse(ret_error,
				"step %s is not what was applied to the store (%s there, %s "
				"here); use the"
				" needwatch that made it, and put the change into a new step",
				step->name, db_text(rows, row, 2), hex);
		ret_applied[step - migrations] = true;
	}
	return true;
}

/* ---- applying ---- */

/* Another one may do the same at the same moment: then it is there, and the second attempt sees
 * it. Every object belongs to needwatch_owner, whoever applies the steps. */
static bool
make_table(struct db_sync *sync, char **ret_error)
{
	static const char sql[] =
		"begin;"
		"create schema if not exists needwatch authorization needwatch_owner;"
		"set local role needwatch_owner;"
		"create table if not exists needwatch.migration ("
		" number integer primary key, name text not null, checksum text not null,"
		" applied timestamptz not null);"
		"commit";
	char error[300];

	for (int attempt = 0; attempt < 2; attempt++) {
		const struct db_result *there = ask(sync, STATEMENT_MIGRATION_TABLE);

		if (there->status != DB_OK)
			return refuse(ret_error, "migrations: %s", there->error);
		if (db_result_rows(there) == 1 || db_sync_run(sync, sql))
			return true;
		snprintf(error, sizeof(error), "%s", db_sync_error(sync));
		if (!db_sync_run(sync, "rollback"))
			break;
	}
	return refuse(ret_error,
		"the schema needwatch cannot be made: %s; connect as needwatch_owner, who has "
		"to own the"
		" database (alter database ... owner to needwatch_owner)",
		error);
}

static bool
begin_locked(struct db_sync *sync)
{
	return db_sync_run(sync, "begin; set local role needwatch_owner;"
				 " lock table needwatch.migration in share row exclusive mode");
}

static bool
note_step(struct db_sync *sync, const struct migration *step)
{
	struct db_params params = {0};
	char hex[2 * CHECKSUM_BYTES + 1];

	checksum(step, hex);
	db_add_int(&params, step->number);
	db_add_text(&params, step->name);
	db_add_text(&params, hex);
	return db_sync_ask_statement(sync, statement(STATEMENT_MIGRATION_NOTE), &params)
		       ->status == DB_OK;
}

/* Rolls back whatever is open; the reason of before stays. */
static bool
roll_back(struct db_sync *sync, const char *what, char **ret_error)
{
	if (!*ret_error)
		refuse(ret_error, "%s: %s; nothing of it was kept", what, db_sync_error(sync));
	(void)!db_sync_run(sync,
		"rollback"); /* refused: the connection is gone, the transaction with it */
	return false;
}

/* Under the lock the question is asked again: somebody else may have been here meanwhile. */
static bool
apply_step(struct db_sync *sync, const struct migration *step, bool *applied,
	struct buffer *ret_log, char **ret_error)
{
	if (!begin_locked(sync) || !applied_read(sync, applied, ret_error))
		return roll_back(sync, step->name, ret_error);
	if (applied[step - migrations]) {
		if (!db_sync_run(sync, "commit"))
			return roll_back(sync, step->name, ret_error);
		return true;
	}
	if (!db_sync_run(sync, step->sql) || !note_step(sync, step) ||
		!db_sync_run(sync, "commit"))
		return roll_back(sync, step->name, ret_error);
	if (ret_log)
		buffer_printf(ret_log, "step %s applied\n", step->name);
	return true;
}

static bool
apply_steps(struct db_sync *sync, bool *applied, struct buffer *ret_log, char **ret_error)
{
	for (size_t i = 0; i < migration_count; i++)
		if (!applied[i] &&
			!apply_step(sync, &migrations[i], applied, ret_log, ret_error))
			return false;
	return true;
}

static bool
apply_grants(struct db_sync *sync, char **ret_error)
{
	if (begin_locked(sync) && db_sync_run(sync, migration_grants) &&
		db_sync_run(sync, "commit"))
		return true;
	return roll_back(sync, "grants", ret_error);
}

bool
migration_apply(struct db_sync *sync, struct buffer *ret_log, char **ret_error)
{
	bool *applied = xcalloc(migration_count + 1, sizeof(*applied));
	bool well;

	*ret_error = NULL;
	well = make_table(sync, ret_error) && applied_read(sync, applied, ret_error) &&
	       apply_steps(sync, applied, ret_log, ret_error) && apply_grants(sync, ret_error);
	free(applied);
	return well;
}

/* ---- asking ---- */

bool
migration_check(struct db_sync *sync, char **ret_error)
{
	const struct db_result *there = ask(sync, STATEMENT_MIGRATION_TABLE);
	bool *applied;
	bool well;

	if (there->status != DB_OK)
		return refuse(ret_error, "migrations: %s", there->error);
	if (db_result_rows(there) == 0)
		return refuse(ret_error,
			"this database holds no needwatch yet: run `needwatch init`");
	applied = xcalloc(migration_count + 1, sizeof(*applied));
	well = applied_read(sync, applied, ret_error);
	for (size_t i = 0; well && i < migration_count; i++)
		if (!applied[i])
			well = refuse(ret_error,
				"the store lacks step %s: run `needwatch init`",
				migrations[i].name);
	free(applied);
	return well;
}
