/* Writes a plan piece by piece; judges nothing. */
#include "draft.h"

#include <string.h>

struct draft *
draft_new(const struct policy *policy, const struct alert_file *file, struct instant now,
	size_t room, struct arena *arena)
{
	struct draft *draft = arena_alloc(arena, sizeof *draft);
	draft->arena = arena;
	draft->policy = policy;
	draft->file = file;
	draft->now = now;
	draft->known_year = true;
	draft->level_seen = file->level_seen;
	draft->hits = arena_array(arena, file->hit_count + room + 1, sizeof *draft->hits);
	draft->hit_count = file->hit_count;
	if (file->hit_count > 0) {
		memcpy(draft->hits, file->hits, file->hit_count * sizeof *draft->hits);
	}
	if (file->alert != NULL) {
		draft->alert = arena_alloc(arena, sizeof *draft->alert);
		*draft->alert = *file->alert;
	}
	draft->plan = arena_alloc(arena, sizeof *draft->plan);
	draft->plan->wake = (struct instant){INSTANT_NONE};
	return draft;
}

void
draft_line(struct draft *draft, enum reason reason, struct draft_topic topic)
{
	struct plan *plan = draft->plan;
	plan->lines = arena_grow(draft->arena, plan->lines, plan->line_count, &draft->line_room,
		sizeof *plan->lines);
	plan->lines[plan->line_count++] = (struct plan_line){
		.reason = reason,
		.stage = topic.stage,
		.from = topic.from,
		.to = topic.to,
		.level = draft->alert == NULL ? draft->level_seen : draft->alert->level,
		.text = topic.text,
	};
}

static bool
same_post(struct post_ref a, struct post_ref b)
{
	return a.office == b.office && a.role == b.role;
}

static void
remember_told(struct draft *draft, struct post_ref post, bool lead)
{
	struct alert *alert = draft->alert;
	for (size_t i = 0; i < alert->told_count; i++) {
		if (same_post(alert->told[i].post, post)) {
			return;
		}
	}
	struct alert_told *told = arena_array(draft->arena, alert->told_count + 1, sizeof *told);
	if (alert->told_count > 0) {
		memcpy(told, alert->told, alert->told_count * sizeof *told);
	}
	told[alert->told_count] = (struct alert_told){post, lead, draft->now};
	alert->told = told;
	alert->told_count++;
}

static void
add_message(struct draft *draft, struct plan_message message)
{
	struct plan *plan = draft->plan;
	plan->messages = arena_grow(draft->arena, plan->messages, plan->message_count,
		&draft->message_room, sizeof *plan->messages);
	plan->messages[plan->message_count++] = message;
}

void
draft_tell(struct draft *draft, struct plan_message message)
{
	const struct plan *plan = draft->plan;
	if (!organisation_reachable(draft->policy->organisation, message.to)) {
		message.to = route_up(draft->policy, message.to);
	}
	for (size_t i = 0; i < plan->message_count; i++) {
		if (same_post(plan->messages[i].to, message.to)) {
			return;
		}
	}
	message.level = draft->alert->level;
	message.not_before = policy_not_before(draft->policy, message.level, draft->now);
	add_message(draft, message);
	remember_told(draft, message.to, message.lead);
}

void
draft_answer_canary(struct draft *draft)
{
	add_message(draft, (struct plan_message){.to = {OFFICE_NONE},
		.template = MESSAGE_CANARY,
		.reason = REASON_CANARY,
		.due = {INSTANT_NONE},
		.not_before = draft->now});
}

void
draft_tell_all(struct draft *draft, enum message_template template, enum reason reason)
{
	for (size_t i = 0; i < draft->alert->told_count; i++) {
		const struct alert_told *told = &draft->alert->told[i];
		draft_tell(draft, (struct plan_message){
			.to = told->post,
			.lead = same_post(told->post, draft->alert->owner),
			.template = template,
			.reason = reason,
			.due = {INSTANT_NONE},
		});
	}
}

const struct profile_line *
draft_profile(const struct draft *draft)
{
	const struct alert *alert = draft->alert;
	return &draft->policy->profile->lines[profile_row_of(alert->lane, alert->level)];
}

static struct instant
reminder_of(const struct draft *draft, struct instant from, struct instant due)
{
	int percent = profile_value(draft->policy->profile, reminder_percent);
	return (struct instant){from.us + (due.us - from.us) / 100 * percent};
}

void
draft_clock_start(struct draft *draft, enum stage stage, struct instant from)
{
	const struct clock_span *span = &draft_profile(draft)->spans[stage];
	struct alert_clock *clock = &draft->alert->clocks[stage];
	if (span->unit == SPAN_NONE) {
		return;
	}
	struct instant due = policy_due(draft->policy, span, from, &draft->known_year);
	if (clock->running && clock->due.us <= due.us) {
		return;
	}
	*clock = (struct alert_clock){
		.running = true,
		.from = from,
		.due = due,
		.reminder = reminder_of(draft, from, due),
		.misses = clock->misses,
	};
}

void
draft_clock_stop(struct draft *draft, enum stage stage)
{
	draft->alert->clocks[stage].running = false;
}

void
draft_clocks_stop(struct draft *draft)
{
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		draft_clock_stop(draft, (enum stage)stage);
	}
}

void
draft_clock_again(struct draft *draft, enum stage stage, const struct clock_span *span)
{
	struct alert_clock *clock = &draft->alert->clocks[stage];
	clock->from = draft->now;
	clock->due = policy_due(draft->policy, span, draft->now, &draft->known_year);
	clock->reminder = reminder_of(draft, clock->from, clock->due);
	clock->reminded = false;
	clock->misses++;
}

void
draft_lead(struct draft *draft, struct post_ref owner, enum reason reason,
	struct draft_topic topic)
{
	enum stage stage = topic.stage;
	struct alert *alert = draft->alert;
	struct post_ref former = alert->owner;
	alert->owner = owner;
	draft_line(draft, reason, (struct draft_topic){former, owner, stage, topic.text});
	enum stage next = STAGE_SIGN;
	struct instant due = {INSTANT_NONE};
	if (stage != STAGE_COUNT && alert->clocks[stage].running) {
		due = alert->clocks[stage].due;
	} else if (alert_wake(alert, &next).us != INSTANT_NONE) {
		due = alert->clocks[next].due;
	}
	draft_tell(draft, (struct plan_message){.to = owner,
		.lead = true,
		.template = reason == REASON_CLIMBED ? MESSAGE_OVERDUE : MESSAGE_NEW,
		.reason = reason,
		.due = due});
	draft_tell(draft, (struct plan_message){.to = former,
		.template = MESSAGE_CHANGED,
		.reason = reason,
		.due = {INSTANT_NONE}});
}

enum reason
draft_lift_owner(struct draft *draft)
{
	const struct alert *alert = draft->alert;
	if (organisation_reachable(draft->policy->organisation, alert->owner)) {
		return REASON_STILL_REACHABLE;
	}
	struct post_ref up = route_up(draft->policy, alert->owner);
	if (up.office == alert->owner.office) {
		/* The way up may be gone with the office itself: ask the map again. */
		struct route_question question = {.lane = alert->lane,
			.level = alert->level,
			.county = alert->county,
			.residence = alert->residence};
		struct route route = route_find(draft->policy, &question);
		if (route.lifted_by == REASON_NOBODY_REACHABLE) {
			draft_line(draft, REASON_NOBODY_REACHABLE, TOPIC_NONE);
			return REASON_NOBODY_REACHABLE;
		}
		up = route.owner;
	}
	draft_lead(draft, up, REASON_POST_VACANT, TOPIC_NONE);
	return REASON_POST_VACANT;
}

void
draft_spend_hits(struct draft *draft)
{
	for (size_t i = 0; i < draft->hit_count; i++) {
		if (!draft->hits[i].spent) {
			draft->hits[i].spent = true;
			draft->remembers = true;
		}
	}
	if (draft->alert != NULL && draft->level_seen != draft->alert->level) {
		draft->level_seen = draft->alert->level;
		draft->remembers = true;
	}
}

static bool
held_back(const struct draft *draft)
{
	for (size_t i = 0; i < draft->plan->message_count; i++) {
		if (draft->plan->messages[i].not_before.us > draft->now.us) {
			return true;
		}
	}
	return false;
}

const struct plan *
draft_finish(struct draft *draft, enum reason outcome)
{
	struct plan *plan = draft->plan;
	if (!draft->known_year) {
		draft_line(draft, REASON_UNKNOWN_YEAR, TOPIC_NONE);
	}
	if (held_back(draft)) {
		draft_line(draft, REASON_QUIET_HOURS, TOPIC_NONE);
	}
	plan->outcome = outcome;
	plan->hits = draft->hits;
	plan->hit_count = draft->hit_count;
	plan->level_seen = draft->level_seen;
	plan->remembers = draft->remembers;
	plan->after = draft->alert;
	if (draft->alert != NULL) {
		if (plan->line_count > 0) {
			draft->alert->version++;
		}
		if (alert_state_open(draft->alert->state)) {
			plan->wake = alert_wake(draft->alert, NULL);
		}
	}
	return plan;
}

const struct plan *
draft_refuse(struct draft *draft, enum reason rule)
{
	struct plan *plan = arena_alloc(draft->arena, sizeof *plan);
	plan->outcome = rule;
	plan->refused = true;
	plan->after = draft->file->alert;
	plan->hits = draft->file->hits;
	plan->hit_count = draft->file->hit_count;
	plan->level_seen = draft->file->level_seen;
	plan->wake = (struct instant){INSTANT_NONE};
	return plan;
}
