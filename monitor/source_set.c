/* The sources of a configuration as one set; keeps no state of a source. */
#include "source_set.h"

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "answer.h"
#include "memory.h"

#define LOOK_US 50000 /* between two looks at whether the first sources have loaded */

struct source_set {
	const struct config *config;
	struct source **sources;
	size_t count;
	struct event *others; /* the rest is to be started */
};

static bool
says_household(const struct source_set *set, size_t i)
{
	return config_source(set->config, i)->household >= 0;
}

static bool
is_loading(const struct source *source)
{
	struct source_status status;

	source_status(source, &status);
	if (status.blind_since.us != INSTANT_NONE)
		return false;
	return status.state == SOURCE_STARTING || status.state == SOURCE_CONNECTING ||
		status.state == SOURCE_CHECKING || status.state == SOURCE_LOADING;
}

static void
start_others(struct source_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (!says_household(set, i))
			source_start(set->sources[i]);
}

static void
on_others(evutil_socket_t fd, short what, void *owner)
{
	struct source_set *set = owner;
	const struct timeval again = {0, LOOK_US};
	bool loading = false;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < set->count; i++)
		loading |= says_household(set, i) && is_loading(set->sources[i]);
	if (loading)
		evtimer_add(set->others, &again);
	else
		start_others(set);
}

struct source_set *
source_set_new(const struct config *config, const struct source_world *world)
{
	struct source_set *set = xcalloc(1, sizeof(*set));

	set->config = config;
	set->count = config_source_count(config);
	set->sources = xcalloc(set->count + 1, sizeof(*set->sources));
	for (size_t i = 0; i < set->count; i++)
		set->sources[i] = source_new(config_source(config, i), world);
	set->others = evtimer_new(world->base, on_others, set);
	return set;
}

void
source_set_free(struct source_set *set)
{
	if (!set)
		return;
	event_free(set->others);
	for (size_t i = 0; i < set->count; i++)
		source_free(set->sources[i]);
	free(set->sources);
	free(set);
}

void
source_set_start(struct source_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		if (says_household(set, i))
			source_start(set->sources[i]);
	event_active(set->others, EV_TIMEOUT, 0);
}

void
source_set_stop(struct source_set *set)
{
	evtimer_del(set->others);
	for (size_t i = 0; i < set->count; i++)
		source_stop(set->sources[i]);
}

bool
source_set_loading(const struct source_set *set)
{
	bool loading = evtimer_pending(set->others, NULL) != 0;

	for (size_t i = 0; i < set->count; i++)
		loading |= is_loading(set->sources[i]);
	return loading;
}

size_t
source_set_count(const struct source_set *set)
{
	return set->count;
}

struct source *
source_set_at(const struct source_set *set, size_t index)
{
	return set->sources[index];
}

const char *
source_set_tell(struct source_set *set, const char *question, const char *name)
{
	int index = config_find_source(set->config, name);
	struct source *source;

	if (index < 0)
		return "there is no source of that name";
	source = set->sources[index];
	if (strcmp(question, "source_accept") == 0)
		return source_accept(source) ? NULL : "nothing waits to be accepted";
	if (strcmp(question, "source_release") == 0)
		return source_release(source) ? NULL
					      : "the source is not being followed just now";
	if (strcmp(question, "source_reconcile") == 0)
		return source_reconcile(source) ? NULL
						: "the source is not being followed just now";
	return "a source is asked to accept, release or reconcile";
}

static void
add_counts(json_t *object, const struct source_status *status)
{
	answer_number(object, "rows", status->rows);
	answer_number(object, "changed", status->changed);
	answer_number(object, "late", status->late);
	answer_number(object, "quarantined", status->quarantined);
	answer_number(object, "losses", status->losses);
	answer_number(object, "polls", status->polls);
	answer_number(object, "clock_ahead_us", status->clock_ahead_us);
	answer_number(object, "known", status->known);
	answer_number(object, "vanished", status->vanished);
	answer_number(object, "pass_rows", status->pass_rows);
	answer_number(object, "pass_expected", status->pass_expected);
	answer_number(object, "rate", (int64_t)status->rate);
	answer_number(object, "seconds_left", status->seconds_left);
}

static json_t *
status_object(const struct source *source)
{
	struct source_status status;
	char area[AREA_TEXT_SIZE];
	json_t *object = json_object();

	source_status(source, &status);
	area_format(status.area, area);
	json_object_set_new(object, "name", json_string(status.name));
	json_object_set_new(
		object, "label", json_string(status.label ? status.label : status.name));
	json_object_set_new(object, "area", json_string(area));
	json_object_set_new(object, "state", json_string(source_state_word(status.state)));
	json_object_set_new(object, "since", answer_instant(status.since));
	json_object_set_new(object, "blind_since", answer_instant(status.blind_since));
	json_object_set_new(object, "reason", json_string(status.reason));
	json_object_set_new(
		object, "cursor", status.cursor ? json_string(status.cursor) : json_null());
	add_counts(object, &status);
	return object;
}

json_t *
source_set_status(const struct source_set *set)
{
	json_t *array = json_array();

	for (size_t i = 0; i < set->count; i++)
		json_array_append_new(array, status_object(set->sources[i]));
	return array;
}
