/* A clock came to its reminder or its end: reminds, copies the next tier, moves the lead up. Never closes or
 * takes an alert away. */
#include "draft.h"

static void
remind(struct draft *draft, enum stage stage)
{
	struct alert *alert = draft->alert;
	alert->clocks[stage].reminded = true;
	if (alert->lane == FINDING_RISK && alert->level == LEVEL_BLUE) {
		draft_line(draft, REASON_BLUE_LISTED, (struct draft_topic){.stage = stage});
		return;
	}
	draft_line(draft, REASON_REMINDER,
		(struct draft_topic){.to = alert->owner, .stage = stage});
	draft_tell(draft, (struct plan_message){
		.to = alert->owner,
		.lead = true,
		.template = MESSAGE_REMIND,
		.reason = REASON_REMINDER,
		.due = alert->clocks[stage].due,
	});
}

static void
call_owner(struct draft *draft, enum stage stage, enum reason reason)
{
	draft_tell(draft, (struct plan_message){
		.to = draft->alert->owner,
		.lead = true,
		.template = MESSAGE_OVERDUE,
		.reason = reason,
		.due = draft->alert->clocks[stage].due,
	});
}

/* Red reaches a county through the post that is awake. */
static struct post_ref
awake(const struct draft *draft, struct post_ref post)
{
	struct post_ref duty = {post.office, ROLE_COUNTY_DUTY};
	bool red = draft->alert->level == LEVEL_RED;
	return red && organisation_reachable(draft->policy->organisation, duty) ? duty : post;
}

static enum reason
copy_next_tier(struct draft *draft, enum stage stage, struct post_ref up)
{
	up = awake(draft, up);
	draft_line(draft, REASON_COPY_NEXT_TIER,
		(struct draft_topic){draft->alert->owner, up, stage, NULL});
	draft_tell(draft, (struct plan_message){
		.to = up,
		.template = MESSAGE_COPY,
		.reason = REASON_COPY_NEXT_TIER,
		.due = {INSTANT_NONE},
	});
	call_owner(draft, stage, REASON_OVERDUE);
	return REASON_COPY_NEXT_TIER;
}

static enum reason
stay_at_top(struct draft *draft, enum stage stage)
{
	draft_line(draft, REASON_TOP_REACHED,
		(struct draft_topic){.to = draft->alert->owner, .stage = stage});
	call_owner(draft, stage, REASON_TOP_REACHED);
	return REASON_TOP_REACHED;
}

/* How long the missed clock runs now. */
static struct clock_span
next_span(const struct draft *draft, enum stage stage, bool top)
{
	const struct clock_span *span = &draft_profile(draft)->spans[stage];
	int hours = profile_value(draft->policy->profile, top_again_hours);
	/* No span: the level fell to one without this clock, and the promise still stands. */
	if (top || span->unit == SPAN_NONE) {
		return (struct clock_span){SPAN_HOURS, hours, NULL};
	}
	return *span;
}

static const struct plan *
missed(struct draft *draft, enum stage stage)
{
	struct alert *alert = draft->alert;
	bool listed = alert->lane == FINDING_RISK && alert->level == LEVEL_BLUE;
	struct post_ref up = route_up(draft->policy, alert->owner);
	bool top = up.office == alert->owner.office;
	struct clock_span span = next_span(draft, stage, top && !listed);
	draft_clock_again(draft, stage, &span);
	if (listed) {
		draft_line(draft, REASON_MONTH_AGAIN, (struct draft_topic){.stage = stage});
		return draft_finish(draft, REASON_MONTH_AGAIN);
	}
	draft_line(draft, REASON_OVERDUE, (struct draft_topic){.to = alert->owner, .stage = stage});
	if (top) {
		return draft_finish(draft, stay_at_top(draft, stage));
	}
	int copies = profile_value(draft->policy->profile, copy_misses);
	if (stage == STAGE_SIGN && alert->clocks[stage].misses <= copies) {
		return draft_finish(draft, copy_next_tier(draft, stage, up));
	}
	draft_lead(draft, up, REASON_CLIMBED, (struct draft_topic){.stage = stage});
	draft_tell(draft, (struct plan_message){.to = awake(draft, up),
		.template = MESSAGE_OVERDUE,
		.reason = REASON_CLIMBED,
		.due = alert->clocks[stage].due});
	return draft_finish(draft, REASON_CLIMBED);
}

const struct plan *
decide_due(struct draft *draft, const struct event_due *due)
{
	const struct alert_clock *clock = &draft->alert->clocks[due->stage];
	bool came = clock->running && due->at.us <= draft->now.us;
	if (came && due->at.us == clock->due.us) {
		return missed(draft, due->stage);
	}
	if (came && due->at.us == clock->reminder.us && !clock->reminded) {
		remind(draft, due->stage);
		return draft_finish(draft, REASON_REMINDER);
	}
	return draft_finish(draft, REASON_CLOCK_MOVED);
}
