/* Words and identities of events; says nothing about what they lead to. */
#include "alert_event.h"

#include <string.h>

#include "arena.h"

struct word {
	const char *name;
	const char *chinese;
};

static const struct word actions[] = {
#define X(name, word, chinese) {word, chinese},
	ACTIONS(X)
#undef X
};

const char *
event_id_assessed(struct arena *arena, const struct alert_file *file,
	const struct event_assessed *assessed)
{
	char day[DAY_TEXT_SIZE];
	day_format(assessed->assessment->as_of, day);
	return arena_printf(arena, "assessed:%s:%lld:%lld:%s:%s", finding_kind_name(file->lane),
		(long long)file->household, (long long)assessed->position, assessed->ruleset_hash, day);
}

const char *
event_id_due(struct arena *arena, const struct alert *alert, const struct event_due *due)
{
	return arena_printf(arena, "due:%lld:%s:%lld", (long long)alert->id, stage_name(due->stage),
		(long long)due->at.us);
}

const char *
event_id_action(struct arena *arena, int64_t account, const char *idempotency_key)
{
	return arena_printf(arena, "action:%lld:%s", (long long)account, idempotency_key);
}

const char *
event_id_undeliverable(struct arena *arena, const char *message_key, int64_t fence)
{
	return arena_printf(arena, "undeliverable:%s:%lld", message_key, (long long)fence);
}

const char *
event_id_post_changed(struct arena *arena, const struct alert *alert, int64_t organisation_version)
{
	return arena_printf(arena, "post_changed:%lld:%lld", (long long)alert->id,
		(long long)organisation_version);
}

const char *
event_kind_name(enum alert_event_kind kind)
{
	static const char *const names[EVENT_KIND_COUNT] = {
		[EVENT_ASSESSED] = "assessed",
		[EVENT_ACTION] = "action",
		[EVENT_DUE] = "due",
		[EVENT_UNDELIVERABLE] = "undeliverable",
		[EVENT_POST_CHANGED] = "post_changed",
	};
	return names[kind];
}

const char *
action_name(enum action action)
{
	return actions[action].name;
}

const char *
action_chinese(enum action action)
{
	return actions[action].chinese;
}

enum action
action_find(const char *name)
{
	int action = 0;
	while (action < ACTION_COUNT && strcmp(actions[action].name, name) != 0) {
		action++;
	}
	return (enum action)action;
}
