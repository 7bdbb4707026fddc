/* Keeps the newest organisation; looks at its version on a beat and reads it whole when that moved. Changes nothing. */
#include "map.h"

#include <stdlib.h>

#include <event2/event.h>

#include "log.h"
#include "memory.h"
#include "statement_decide.h"

/* A post that falls vacant is decided on by needwatchd at once; pages may name the former holder this long. */
#define LOOK_SECONDS 3

struct map_keeper {
	struct db *db;
	struct event *beat;
	const struct map_config *config;
	struct map *map;
	map_on_change *on_change;
	void *owner;
	bool reading; /* one reading at a time */
	bool again;   /* it moved while it was being read */
};

static void
look(struct map_keeper *keeper);

void
map_unref(struct map *map)
{
	if (map != NULL && --map->references == 0) {
		organisation_snapshot_free(map->snapshot);
		free(map);
	}
}

struct map *
map_now(struct map_keeper *keeper)
{
	if (keeper->map != NULL) {
		keeper->map->references++;
	}
	return keeper->map;
}

static void
on_loaded(void *owner, struct organisation_snapshot *snapshot, const char *error)
{
	struct map_keeper *keeper = owner;
	keeper->reading = false;
	if (snapshot == NULL) {
		log_line(LOG_WARNING, "the organisation cannot be read: %s", error);
		return;
	}
	map_unref(keeper->map);
	keeper->map = xcalloc(1, sizeof *keeper->map);
	*keeper->map = (struct map){.snapshot = snapshot,
		.policy = {.profile = profile_default(),
			.organisation = snapshot->organisation,
			.calendar = snapshot->calendar,
			.channels = keeper->config->channels,
			.channel_count = keeper->config->channel_count},
		.references = 1};
	keeper->on_change(keeper->owner);
	if (keeper->again) {
		look(keeper);
	}
}

static void
on_version(void *owner, const struct db_result *result)
{
	struct map_keeper *keeper = owner;
	bool moved = result->status == DB_OK && db_result_rows(result) == 1 &&
		(keeper->map == NULL || keeper->map->snapshot->version != db_int(result, 0, 0));
	if (moved) {
		organisation_load(keeper->db, on_loaded, keeper);
		return;
	}
	keeper->reading = false;
	if (result->status == DB_REFUSED) {
		log_line(LOG_WARNING, "the organisation cannot be read: %s", result->error);
	}
}

static void
look(struct map_keeper *keeper)
{
	keeper->again = keeper->reading;
	if (!keeper->reading && db_state(keeper->db) == DB_READY) {
		keeper->reading = true;
		db_ask(keeper->db, decide_statement(SQL_ORGANISATION_VERSION), NULL, on_version, keeper);
	}
}

void
map_keeper_look(struct map_keeper *keeper)
{
	look(keeper);
}

static void
on_beat(evutil_socket_t fd, short what, void *owner)
{
	(void)fd;
	(void)what;
	look(owner);
}

static void
on_state(void *owner, enum db_state state, const char *reason)
{
	struct map_keeper *keeper = owner;
	if (state == DB_READY) {
		look(keeper);
	} else if (reason[0] != '\0') {
		log_line(LOG_WARNING, "store: %s: %s", db_state_word(state), reason);
	}
}

struct map_keeper *
map_keeper_new(struct event_base *base, const struct map_config *config, map_on_change *on_change,
	void *owner)
{
	struct map_keeper *keeper = xcalloc(1, sizeof *keeper);
	struct timeval beat = {.tv_sec = LOOK_SECONDS};
	struct db_config store = {.conninfo = config->conninfo,
		.application = "needwatch-web organisation",
		.setup = "set role needwatch_reader; set statement_timeout = '30s'",
		.backoff_us = 2 * US_PER_SECOND};
	keeper->config = config;
	keeper->on_change = on_change;
	keeper->owner = owner;
	keeper->db = db_new(base, &store, on_state, NULL, keeper);
	keeper->beat = event_new(base, -1, EV_PERSIST, on_beat, keeper);
	event_add(keeper->beat, &beat);
	return keeper;
}

void
map_keeper_free(struct map_keeper *keeper)
{
	if (keeper == NULL) {
		return;
	}
	db_free(keeper->db);
	event_free(keeper->beat);
	map_unref(keeper->map);
	free(keeper);
}
