/* Carries the set-up out, each step so that it may be repeated. Takes nothing away. */
#include "init_store.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "area_store.h"
#include "buffer.h"
#include "cluster.h"
#include "db.h"
#include "db_sync.h"
#include "kind_table.h"
#include "memory.h"
#include "migration.h"
#include "refuse.h"
#include "rule_store.h"
#include "ruleset.h"
#include "statement.h"
#include "statement_decide.h"
#include "store_place.h"

#define APPLICATION "needwatch init"
#define OFFICES_AT_ONCE 20000

struct init_store {
	struct cluster *cluster; /* NULL: an outside server */
	bool started;            /* by us */
	char *conninfo;
	struct db_sync *sync;
};

/* ---- coming to it ---- */

static bool
open_cluster(struct init_store *store, char **ret_error)
{
	const char *folder = cluster_folder(store->cluster);

	if (!cluster_exists(store->cluster)) {
		if (!cluster_make(store->cluster, ret_error))
			return false;
		printf("private store made in %s\n", folder);
	}
	if (!cluster_running(store->cluster)) {
		if (!cluster_start(store->cluster, ret_error))
			return false;
		store->started = true;
		printf("private store started for the time of this work\n");
	}
	return cluster_database(store->cluster, ret_error);
}

static bool
connect_owner(struct init_store *store, const struct config *config, char **ret_error)
{
	store->conninfo = store_conninfo(config, SETTING_STORE_OWNER_CONNECT, ret_error);
	if (!store->conninfo)
		return false;
	store->sync = db_sync_open(store->conninfo, NULL, APPLICATION, ret_error);
	return store->sync != NULL;
}

struct init_store *
init_store_open(const struct config *config, char **ret_error)
{
	struct init_store *store = xcalloc(1, sizeof(*store));
	char *ignored = NULL;
	bool well = true;

	if (!store_is_outside(config)) {
		store->cluster = store_cluster(config, ret_error);
		well = store->cluster && open_cluster(store, ret_error);
	}
	if (well && connect_owner(store, config, ret_error))
		return store;
	init_store_close(store, &ignored);
	free(ignored);
	return NULL;
}

bool
init_store_close(struct init_store *store, char **ret_error)
{
	bool well = true;

	if (!store)
		return true;
	db_sync_close(store->sync);
	if (store->started) {
		well = cluster_stop(store->cluster, ret_error);
		if (well)
			printf("private store stopped again\n");
	}
	cluster_free(store->cluster);
	free(store->conninfo);
	free(store);
	return well;
}

const char *
init_store_program(struct init_store *store)
{
	return store->cluster ? cluster_program(store->cluster) : NULL;
}

/* ---- shape ---- */

static void
print_log(struct buffer *log, const char *nothing)
{
	fputs(log->length ? log->bytes : nothing, stdout);
	buffer_free(log);
}

bool
init_store_schema(struct init_store *store, char **ret_error)
{
	struct buffer log = {0};
	bool well = migration_roles(store->sync, ret_error) &&
		    migration_apply(store->sync, &log, ret_error);

	print_log(&log, well ? "schema up to date\n" : "");
	return well;
}

bool
init_store_kinds(struct init_store *store, const struct ruleset *ruleset, bool *ret_wrong,
	char **ret_error)
{
	struct buffer log = {0};
	size_t count;
	const struct kind *const *kinds = ruleset_kinds(ruleset, &count);
	bool well = kind_tables_make(store->sync, kinds, count, &log, ret_error);

	/* A server that still answers has refused nothing: the rule files ask for what must not
	 * be done. */
	*ret_wrong = !well && db_sync_run(store->sync, "select 1");
	if (well && !log.length)
		buffer_printf(&log, "tables of %zu kinds are there\n", count + 1);
	print_log(&log, "");
	return well;
}

bool
init_store_in_use(struct init_store *store, bool *ret_in_use, char **ret_error)
{
	const struct db_result *person =
		db_sync_ask_statement(store->sync, statement(STATEMENT_PERSON_ANY), NULL);

	*ret_in_use = person->status == DB_OK && db_result_rows(person) > 0;
	return person->status == DB_OK || refuse(ret_error, "persons: %s", person->error);
}

/* ---- what it is filled with ---- */

static void
add_office(struct buffer *json, const struct area_row *area)
{
	json_item(json);
	json_open(json, '{');
	json_key(json, "code");
	json_int(json, area->area.code);
	json_key(json, "name");
	json_text(json, area->name);
	json_key(json, "tier");
	json_int(json, area_tier(area->area));
	json_close(json, '}');
}

static bool
seed_some(struct init_store *store, const char *areas, int64_t *made)
{
	struct db_params params = {0};
	const struct db_result *result;

	db_add_text(&params, areas);
	result = db_sync_ask_statement(store->sync, decide_statement(SQL_OFFICE_SEED), &params);
	if (result->status != DB_OK)
		return false;
	*made += db_int(result, 0, 0);
	return true;
}

/* Tier by tier, so that every office finds the one above it. */
static bool
seed_offices(struct init_store *store, const struct init_files *files, char **ret_error)
{
	struct buffer json = {0};
	int64_t made = 0;
	bool well = true;

	for (int tier = AREA_CITY; well && tier <= AREA_VILLAGE; tier++) {
		size_t at = 0;

		while (well && at < files->area_count) {
			size_t count = 0;

			buffer_clear(&json);
			json_open(&json, '[');
			for (; at < files->area_count && count < OFFICES_AT_ONCE; at++)
				if (area_tier(files->areas[at].area) == (enum area_tier)tier) {
					add_office(&json, &files->areas[at]);
					count++;
				}
			json_close(&json, ']');
			well = count == 0 || seed_some(store, json.bytes, &made);
		}
	}
	buffer_free(&json);
	if (!well)
		return refuse(ret_error, "offices: %s", db_sync_error(store->sync));
	printf("offices: %lld made\n", (long long)made);
	return true;
}

static bool
load_areas(struct init_store *store, const struct init_files *files, char **ret_error)
{
	if (!files->area_count) {
		printf("areas: none; service { areas ...; } names no file, so nobody is "
		       "responsible yet\n");
		return true;
	}
	if (!area_store_load(store->sync, files->areas, files->area_count, ret_error))
		return false;
	printf("areas: %zu\n", files->area_count);
	return seed_offices(store, files, ret_error);
}

static bool
load_changes(struct init_store *store, const struct init_files *files, char **ret_error)
{
	if (!files->change_count)
		return true;
	if (!area_store_changes(store->sync, files->changes, files->change_count, ret_error))
		return false;
	printf("area changes: %zu\n", files->change_count);
	return true;
}

/* `moved` becomes true where a row was new or another one. */
static bool
write_days(struct init_store *store, const struct init_files *files, bool *moved)
{
	const struct db_result *result;
	struct db_params params = {0};
	struct buffer json = {0};
	char text[DAY_TEXT_SIZE];

	json_open(&json, '[');
	for (size_t i = 0; i < files->day_count; i++) {
		day_format(files->days[i].day, text);
		json_item(&json);
		json_open(&json, '{');
		json_key(&json, "day");
		json_text(&json, text);
		json_key(&json, "work");
		json_bool(&json, files->days[i].work);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	db_add_text(&params, json.bytes);
	buffer_free(&json);
	result = db_sync_ask_statement(
		store->sync, decide_statement(SQL_CALENDAR_SET_DAYS), &params);
	*moved |= result->status == DB_OK && db_result_rows(result) > 0;
	return result->status == DB_OK;
}

static bool
write_years(struct init_store *store, const struct init_files *files, bool *moved)
{
	for (size_t i = 0; i < files->year_count; i++) {
		const struct db_result *result;
		struct db_params params = {0};

		db_add_int(&params, files->years[i].year);
		db_add_text(&params, files->years[i].basis);
		result = db_sync_ask_statement(
			store->sync, decide_statement(SQL_CALENDAR_SET_YEAR), &params);
		if (result->status != DB_OK)
			return false;
		*moved |= db_result_rows(result) > 0;
	}
	return true;
}

/* Programs that run know the calendar by the organisation's version: both move at once. */
static bool
write_calendars(struct init_store *store, const struct init_files *files)
{
	bool moved = false;

	return db_sync_run(store->sync, "begin") && write_days(store, files, &moved) &&
	       write_years(store, files, &moved) &&
	       (!moved || db_sync_ask_statement(store->sync,
				  decide_statement(SQL_ORGANISATION_BUMP), NULL)
					  ->status == DB_OK) &&
	       db_sync_run(store->sync, "commit");
}

static bool
load_calendars(struct init_store *store, const struct init_files *files, char **ret_error)
{
	if (!files->year_count) {
		printf("calendars: none; until service { calendar ...; } names them, Monday to "
		       "Friday are"
		       " taken for worked\n");
		return true;
	}
	if (!write_calendars(store, files))
		return refuse(ret_error, "calendars: %s", db_sync_error(store->sync));
	for (size_t i = 0; i < files->year_count; i++)
		printf("calendar of %d: %s\n", files->years[i].year, files->years[i].basis);
	return true;
}

bool
init_store_load(struct init_store *store, const struct init_files *files, char **ret_error)
{
	return load_areas(store, files, ret_error) && load_changes(store, files, ret_error) &&
	       load_calendars(store, files, ret_error);
}

/* ---- the rule set ---- */

/* rule_store.h speaks on a loop: one question at a time. */
struct asking {
	struct event_base *base;
	struct db *db;
	bool done;
	char hash[40];
	char error[300];
};

static void
on_done(void *owner, const char *error)
{
	struct asking *asking = owner;

	snprintf(asking->error, sizeof(asking->error), "%s", error ? error : "");
	asking->done = true;
}

static void
on_set(void *owner, const char *hash, const char *printed, const char *error)
{
	struct asking *asking = owner;

	(void)printed;
	snprintf(asking->hash, sizeof(asking->hash), "%s", hash ? hash : "");
	on_done(owner, error);
}

static bool
answered(struct asking *asking)
{
	bool came = loop_until(asking->base, &asking->done);

	asking->done = false;
	return came && !asking->error[0];
}

static bool
publish(struct asking *asking, const struct ruleset *ruleset, struct day from,
	struct instant now)
{
	rule_set_keep(asking->db, ruleset_hash(ruleset), ruleset_print(ruleset), now, on_done,
		asking);
	if (!answered(asking))
		return false;
	rule_set_publish(
		asking->db, 0, ruleset_hash(ruleset), from, now, APPLICATION, on_done, asking);
	return answered(asking);
}

static bool
decide_publication(
	struct asking *asking, const struct ruleset *ruleset, bool replace, struct instant now)
{
	const char *hash = ruleset_hash(ruleset);
	struct day today = instant_day(now);

	rule_set_current(asking->db, 0, today, on_set, asking);
	if (!answered(asking))
		return false;
	if (strcmp(asking->hash, hash) == 0) {
		printf("rule set %s is in force\n", hash);
		return true;
	}
	if (asking->hash[0] && !replace) {
		printf("rule set %s stays in force; the rule files say %s: `needwatch init "
		       "--rules` puts it"
		       " in force from today on\n",
			asking->hash, hash);
		return true;
	}
	if (!publish(asking, ruleset, asking->hash[0] ? today : (struct day){DAY_MIN}, now))
		return false;
	printf("rule set %s put in force: %zu rules\n", hash, ruleset_rule_count(ruleset));
	return true;
}

bool
init_store_publish(struct init_store *store, const struct ruleset *ruleset, bool replace,
	struct instant now, char **ret_error)
{
	struct db_config config = {.conninfo = store->conninfo, .application = APPLICATION};
	struct asking asking = {.base = event_base_new()};
	bool well;

	asking.db = db_new(asking.base, &config, NULL, NULL, NULL);
	well = decide_publication(&asking, ruleset, replace, now);
	db_free(asking.db);
	event_base_free(asking.base);
	return well || refuse(ret_error, "rule set: %s", asking.error);
}
