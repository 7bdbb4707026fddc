/* Set-up shared by the tests of the store; checks nothing but that it worked. */
#include "room.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "diag.h"
#include "identity.h"
#include "migration.h"
#include "ruleset.h"

void
room_run(struct room *room, const char *sql)
{
	if (!db_sync_run(room->sync, sql))
		fail_msg("%s: %s", sql, db_sync_error(room->sync));
}

void
room_refused(struct room *room, const char *sql, const char *sqlstate)
{
	if (db_sync_run(room->sync, sql))
		fail_msg("%s: it was carried out", sql);
	if (!strstr(db_sync_error(room->sync), sqlstate))
		fail_msg("%s: %s", sql, db_sync_error(room->sync));
}

int64_t
room_number(struct room *room, const char *sql)
{
	const struct db_result *result = db_sync_ask(room->sync, sql, NULL);

	if (result->status != DB_OK || db_result_rows(result) != 1)
		fail_msg("%s: %s", sql, result->error);
	return db_int(result, 0, 0);
}

void
room_wait(struct room *room)
{
	assert_true(loop_until(room->base, &room->done));
	room->done = false;
}

int
room_open(void **state)
{
	struct room *room = calloc(1, sizeof(*room));
	const char *conninfo = getenv("NEEDWATCH_TEST_STORE");
	struct db_config config = {.conninfo = conninfo, .application = "test"};
	char *error = NULL;

	assert_non_null(conninfo);
	assert_true(identity_ready());
	room->base = event_base_new();
	room->sync = db_sync_open(conninfo, NULL, "test", &error);
	if (!room->sync)
		fail_msg("%s", error);
	room_run(room, "reset role; drop schema if exists needwatch cascade");
	if (!migration_roles(room->sync, &error) || !migration_apply(room->sync, NULL, &error))
		fail_msg("%s", error);
	room->db = db_new(room->base, &config, NULL, NULL, NULL);
	*state = room;
	return 0;
}

int
room_close(void **state)
{
	struct room *room = *state;

	db_free(room->db);
	for (size_t i = 0; i < room->ruleset_count; i++)
		ruleset_unref(room->rulesets[i]);
	db_sync_close(room->sync);
	event_base_free(room->base);
	free(room);
	return 0;
}

const struct kind *const *
room_kinds(struct room *room, const char *rules, size_t *ret_count)
{
	struct source_text text = {"test.rules", rules, strlen(rules)};
	struct diags *diags = diags_new();
	struct ruleset *ruleset = ruleset_compile(&text, 1, diags);
	struct buffer out = {0};

	diags_print(diags, &out);
	if (!ruleset)
		fail_msg("%s", out.bytes);
	buffer_free(&out);
	diags_free(diags);
	assert_true(room->ruleset_count < sizeof(room->rulesets) / sizeof(*room->rulesets));
	room->rulesets[room->ruleset_count++] = ruleset;
	return ruleset_kinds(ruleset, ret_count);
}
