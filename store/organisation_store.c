/* Reads the organisation in one snapshot, so that its version fits its rows; changes nothing. */
#include "organisation_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "memory.h"
#include "statement_decide.h"

struct load {
	struct arena *arena;
	struct db_session *session;
	organisation_on_loaded on_loaded;
	void *owner;
	struct organisation_snapshot *snapshot;
	struct office *offices;
	size_t office_count;
	struct post *posts;
	size_t post_count;
	struct calendar_row *days;
	size_t day_count;
	int *years;
	size_t year_count;
	char error[300];
};

void
organisation_snapshot_free(struct organisation_snapshot *snapshot)
{
	if (snapshot != NULL) {
		organisation_free(snapshot->organisation);
		calendar_free(snapshot->calendar);
		free(snapshot);
	}
}

static void
finish(struct load *load)
{
	struct organisation_snapshot *snapshot = NULL;
	if (load->error[0] == '\0') {
		snapshot = load->snapshot;
		snapshot->organisation = organisation_new(
			load->offices, load->office_count, load->posts, load->post_count);
		snapshot->calendar = calendar_new(
			load->days, load->day_count, load->years, load->year_count);
	} else {
		free(load->snapshot);
	}
	load->on_loaded(load->owner, snapshot, load->error);
	arena_free(load->arena);
	free(load);
}

static bool
usable(struct load *load, const struct db_result *result)
{
	if (result->status != DB_OK && load->error[0] == '\0') {
		snprintf(load->error, sizeof load->error, "%s", result->error);
	}
	return result->status == DB_OK;
}

static void
on_version(void *owner, const struct db_result *result)
{
	struct load *load = owner;
	if (usable(load, result) && db_result_rows(result) == 1) {
		load->snapshot->version = db_int(result, 0, 0);
	}
}

static void
on_offices(void *owner, const struct db_result *result)
{
	struct load *load = owner;
	if (!usable(load, result)) {
		return;
	}
	load->office_count = (size_t)db_result_rows(result);
	load->offices = arena_array(load->arena, load->office_count + 1, sizeof *load->offices);
	for (int row = 0; row < db_result_rows(result); row++) {
		load->offices[row] = (struct office){
			.id = (int32_t)db_int(result, row, 0),
			.parent = (int32_t)db_int(result, row, 1),
			.tier = (enum tier)db_int(result, row, 2),
			.kind = (enum office_kind)db_int(result, row, 3),
			.area = {db_int(result, row, 4)},
			.name = arena_strdup(load->arena, db_text(result, row, 5)),
			.delegated = db_bool(result, row, 6),
		};
	}
}

static void
on_posts(void *owner, const struct db_result *result)
{
	struct load *load = owner;
	if (!usable(load, result)) {
		return;
	}
	load->post_count = (size_t)db_result_rows(result);
	load->posts = arena_array(load->arena, load->post_count + 1, sizeof *load->posts);
	for (int row = 0; row < db_result_rows(result); row++) {
		load->posts[row] = (struct post){
			.office = (int32_t)db_int(result, row, 0),
			.role = (enum role)db_int(result, row, 1),
			.state = (enum post_state)db_int(result, row, 2),
			.account = db_int(result, row, 3),
			.capacity = (int32_t)db_int(result, row, 4),
			.history_opened = (int32_t)db_int(result, row, 5),
		};
	}
}

static void
on_days(void *owner, const struct db_result *result)
{
	struct load *load = owner;
	if (!usable(load, result)) {
		return;
	}
	load->day_count = (size_t)db_result_rows(result);
	load->days = arena_array(load->arena, load->day_count + 1, sizeof *load->days);
	for (int row = 0; row < db_result_rows(result); row++) {
		load->days[row] =
			(struct calendar_row){db_day(result, row, 0), db_bool(result, row, 1)};
	}
}

static void
on_years(void *owner, const struct db_result *result)
{
	struct load *load = owner;
	if (!usable(load, result)) {
		return;
	}
	load->year_count = (size_t)db_result_rows(result);
	load->years = arena_array(load->arena, load->year_count + 1, sizeof *load->years);
	for (int row = 0; row < db_result_rows(result); row++) {
		load->years[row] = (int)db_int(result, row, 0);
	}
}

static void
on_ended(void *owner, const struct db_result *result)
{
	usable(owner, result);
	finish(owner);
}

static void
on_last(void *owner, const struct db_result *result)
{
	struct load *load = owner;
	on_years(load, result);
	db_session_rollback(load->session, on_ended, load);
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct load *load = owner;
	if (session == NULL) {
		usable(load, result);
		finish(load);
		return;
	}
	load->session = session;
	const struct {
		enum decide_statement statement;
		db_on_result on_result;
	} asked[] = {
		{SQL_ORGANISATION_VERSION, on_version},
		{SQL_ORGANISATION_OFFICES, on_offices},
		{SQL_ORGANISATION_POSTS, on_posts},
		{SQL_CALENDAR_DAYS, on_days},
		{SQL_CALENDAR_YEARS, on_last},
	};
	for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
		db_session_ask(session, decide_statement(asked[i].statement), NULL, asked[i].on_result, load);
	}
}

void
organisation_load(struct db *db, organisation_on_loaded on_loaded, void *owner)
{
	struct load *load = xcalloc(1, sizeof *load);
	load->arena = arena_new();
	load->snapshot = xcalloc(1, sizeof *load->snapshot);
	load->on_loaded = on_loaded;
	load->owner = owner;
	db_begin(db, DB_SNAPSHOT, on_begun, load);
}
