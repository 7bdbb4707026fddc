/* What a person did: refused with the rule that forbids it, or carried through by the transition table. Never
 * takes anybody's word on what the rules say. */
#include <string.h>

#include "draft.h"
#include "transition.h"

static bool
given(const char *text)
{
	return text != NULL && text[0] != '\0';
}

/* The office that leads, or one above it, may do everything; who was told may do all but sign. */
static enum reason
office_refusal(const struct draft *draft, const struct event_action *action)
{
	const struct organisation *organisation = draft->policy->organisation;
	const struct alert *alert = draft->alert;
	if (organisation_below(organisation, alert->owner.office, action->actor.office)) {
		return REASON_NONE;
	}
	for (size_t i = 0; i < alert->told_count; i++) {
		if (alert->told[i].post.office == action->actor.office) {
			return action->action == ACTION_SIGN ? REASON_LEAD_SIGNS : REASON_NONE;
		}
	}
	return REASON_WRONG_OFFICE;
}

static enum reason
closing_refusal(const struct alert *alert)
{
	if (alert->state == ALERT_FOLLOWING && (alert->haves & HAVE_ALL) != HAVE_ALL) {
		return REASON_NEEDS_FIVE_HAVES;
	}
	return REASON_NONE;
}

static enum reason
unreachable_refusal(const struct draft *draft)
{
	const struct profile *profile = draft->policy->profile;
	bool enough = draft->alert->attempts >= profile_value(profile, attempts_needed) &&
		draft->alert->attempt_days >= profile_value(profile, attempt_days_needed);
	return enough ? REASON_NONE : REASON_NEEDS_ATTEMPTS;
}

static enum reason
disposal_refusal(const struct draft *draft, const struct event_action *action)
{
	if (action->disposition == DISPOSITION_NONE) {
		return REASON_NEEDS_TEXT;
	}
	bool helped = (draft->alert->haves & (HAVE_HELP | HAVE_VISIT)) != 0;
	return action->disposition == DISPOSITION_OFF_POLICY_HELP && !helped ? REASON_NEEDS_HELP
									     : REASON_NONE;
}

static enum reason
reopening_refusal(const struct draft *draft, const struct event_action *action)
{
	int days = profile_value(draft->policy->profile, reopen_days);
	int64_t ago = instant_day(draft->now).n - instant_day(draft->alert->closed).n;
	if (ago > days) {
		return REASON_REOPEN_TOO_LATE;
	}
	return given(action->text) ? REASON_NONE : REASON_NEEDS_TEXT;
}

/* The post at the office, or the next one above that somebody can be reached at. */
static struct post_ref
receiving_post(const struct draft *draft, const struct office *office)
{
	struct post_ref post = {office->id, tier_role(office->tier)};
	return organisation_reachable(draft->policy->organisation, post)
		? post : route_up(draft->policy, post);
}

static enum reason
transfer_refusal(const struct draft *draft, const struct event_action *action)
{
	const struct organisation *organisation = draft->policy->organisation;
	const struct office *office = organisation_office(organisation, action->target);
	if (office == NULL) {
		return REASON_NEEDS_TARGET;
	}
	if (action->action == ACTION_TRANSFER &&
		!organisation_reachable(organisation, receiving_post(draft, office))) {
		return REASON_NOBODY_REACHABLE;
	}
	return given(action->text) ? REASON_NONE : REASON_NEEDS_TEXT;
}

/* What the action itself asks for, beyond state, role and office. */
static enum reason
own_refusal(const struct draft *draft, const struct event_action *action)
{
	const struct alert *alert = draft->alert;
	switch (action->action) {
	case ACTION_SIGN:
		return alert->clocks[STAGE_SIGN].running || alert->state == ALERT_NEW
			? REASON_NONE : REASON_SIGNED_ALREADY;
	case ACTION_VERIFY_TRUE:
		return given(action->cause) ? REASON_NONE : REASON_NEEDS_CAUSE;
	case ACTION_VERIFY_FALSE:
	case ACTION_NOTE:
	case ACTION_HELP:
		return given(action->text) ? REASON_NONE : REASON_NEEDS_TEXT;
	case ACTION_UNREACHABLE:
		return unreachable_refusal(draft);
	case ACTION_DISPOSE:
		return disposal_refusal(draft, action);
	case ACTION_CLOSE:
		return closing_refusal(alert);
	case ACTION_REOPEN:
		return reopening_refusal(draft, action);
	case ACTION_TRANSFER:
	case ACTION_REFER:
		return transfer_refusal(draft, action);
	case ACTION_EVALUATE:
		return action->account == alert->signed_by ? REASON_NEEDS_OTHER_EVALUATOR
							   : REASON_NONE;
	case ACTION_VISIT:
	case ACTION_ATTEMPT:
	case ACTION_SCREEN:
	case ACTION_MOVED_AWAY:
	case ACTION_FILE:
	case ACTION_FOLLOW:
	case ACTION_FEED_BACK:
	case ACTION_COUNT:
		break;
	}
	return REASON_NONE;
}

static enum reason
refusal(const struct draft *draft, const struct event_action *action)
{
	const struct transition *row = transition_find(draft->alert->state, action->action);
	if (action->version != 0 && action->version != draft->alert->version) {
		bool taken = action->action == ACTION_SIGN && !draft->alert->clocks[STAGE_SIGN].running;
		return taken ? REASON_SIGNED_ALREADY : REASON_STALE_VERSION;
	}
	if (row == NULL) {
		return REASON_WRONG_STATE;
	}
	if ((row->roles & 1U << action->actor.role) == 0) {
		return REASON_WRONG_ROLE;
	}
	enum reason office = office_refusal(draft, action);
	return office != REASON_NONE ? office : own_refusal(draft, action);
}

static void
count_attempt(struct draft *draft)
{
	struct alert *alert = draft->alert;
	struct day today = instant_day(draft->now);
	alert->attempts++;
	if (today.n != alert->attempt_last.n) {
		alert->attempt_days++;
		alert->attempt_last = today;
	}
}

static void
cool_hits(struct draft *draft)
{
	int32_t until = instant_day(draft->now).n +
		profile_value(draft->policy->profile, cool_down_days);
	for (size_t i = 0; i < draft->hit_count; i++) {
		if (draft->hits[i].live) {
			draft->hits[i].cool_until.n = until;
			draft->remembers = true;
		}
	}
	draft_spend_hits(draft);
}

static void
transfer(struct draft *draft, const struct event_action *action)
{
	const struct office *office =
		organisation_office(draft->policy->organisation, action->target);
	draft_lead(draft, receiving_post(draft, office), REASON_TRANSFERRED,
		(struct draft_topic){.stage = STAGE_COUNT, .text = action->text});
}

static void
sign(struct draft *draft, const struct event_action *action)
{
	struct alert *alert = draft->alert;
	alert->haves |= HAVE_ASSIGNMENT | HAVE_LEDGER;
	alert->signed_by = action->account;
	if (alert->signed_at.us == INSTANT_NONE) {
		alert->signed_at = draft->now;
	}
	draft_clock_stop(draft, STAGE_SIGN);
}

static void
end(struct draft *draft)
{
	draft_clocks_stop(draft);
	draft_spend_hits(draft);
	draft->alert->closed = draft->now;
}

static void
reopen(struct draft *draft)
{
	struct alert *alert = draft->alert;
	alert->closed = (struct instant){INSTANT_NONE};
	draft_clock_start(draft, STAGE_VERIFY, draft->now);
	draft_clock_start(draft, STAGE_DISPOSE, draft->now);
	if (alert_wake(alert, NULL).us == INSTANT_NONE) {
		draft_clock_start(draft, STAGE_VISIT, draft->now);
	}
	draft_lift_owner(draft);
}

/* What an action does to clocks, counters and memory; the state itself stands in the table. */
static void
carry_out(struct draft *draft, const struct event_action *action)
{
	struct alert *alert = draft->alert;
	switch (action->action) {
	case ACTION_SIGN:
		sign(draft, action);
		break;
	case ACTION_VISIT:
		alert->haves |= HAVE_VISIT;
		draft_clock_stop(draft, STAGE_VISIT);
		break;
	case ACTION_ATTEMPT:
		count_attempt(draft);
		break;
	case ACTION_VERIFY_TRUE:
		alert->cause = action->cause;
		draft_clock_stop(draft, STAGE_VERIFY);
		break;
	case ACTION_VERIFY_FALSE:
		draft_clock_stop(draft, STAGE_VERIFY);
		draft_clock_stop(draft, STAGE_VISIT);
		cool_hits(draft);
		break;
	case ACTION_UNREACHABLE:
	case ACTION_MOVED_AWAY:
		draft_clock_stop(draft, STAGE_VISIT);
		draft_clock_stop(draft, STAGE_VERIFY);
		break;
	case ACTION_DISPOSE:
		alert->disposition = action->disposition;
		draft_clock_stop(draft, STAGE_DISPOSE);
		draft_clock_stop(draft, STAGE_VISIT);
		draft_clock_start(draft, STAGE_FOLLOW_UP, draft->now);
		break;
	case ACTION_FOLLOW:
		alert->haves |= HAVE_FOLLOW_UP;
		draft_clock_stop(draft, STAGE_FOLLOW_UP);
		draft_clock_start(draft, STAGE_FOLLOW_UP, draft->now);
		break;
	case ACTION_CLOSE:
		end(draft);
		break;
	case ACTION_REOPEN:
		reopen(draft);
		break;
	case ACTION_TRANSFER:
		transfer(draft, action);
		break;
	case ACTION_HELP:
		alert->haves |= HAVE_HELP;
		break;
	case ACTION_EVALUATE:
		alert->haves |= HAVE_EVALUATION;
		break;
	case ACTION_FEED_BACK:
		alert->haves |= HAVE_FEEDBACK;
		break;
	case ACTION_SCREEN:
	case ACTION_FILE:
	case ACTION_REFER:
	case ACTION_NOTE:
	case ACTION_COUNT:
		break;
	}
}

/* An open alert never stands without a clock: what is left of the work gets the last one. */
static void
keep_a_clock(struct draft *draft)
{
	struct alert *alert = draft->alert;
	if (!alert_state_open(alert->state) || alert_wake(alert, NULL).us != INSTANT_NONE) {
		return;
	}
	bool after = alert->state == ALERT_DISPOSED || alert->state == ALERT_FOLLOWING;
	draft_clock_start(draft, after ? STAGE_FOLLOW_UP : STAGE_DISPOSE, draft->now);
	if (alert_wake(alert, NULL).us == INSTANT_NONE) {
		draft_clock_start(draft, STAGE_FOLLOW_UP, draft->now); /* blue has no other */
	}
}

const struct plan *
decide_action(struct draft *draft, const struct event_action *action)
{
	enum reason rule = refusal(draft, action);
	if (rule != REASON_NONE) {
		return draft_refuse(draft, rule);
	}
	struct alert *alert = draft->alert;
	const struct transition *row = transition_find(alert->state, action->action);
	struct post_ref to = {.office = action->target};
	/* A new lead signs what others have worked on: the work is not undone. */
	bool again = action->action == ACTION_SIGN && alert->state != ALERT_NEW;
	if (action->action != ACTION_TRANSFER) { /* the new lead's line says it */
		draft_line(draft, row->reason,
			(struct draft_topic){action->actor, to, STAGE_COUNT, action->text});
	}
	if (row->to != ALERT_STATE_COUNT && !again) {
		alert->state = row->to;
	}
	carry_out(draft, action);
	keep_a_clock(draft);
	return draft_finish(draft, row->reason);
}
