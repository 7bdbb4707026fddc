/* The one door: sends every event to the function for its kind, and handles the two that only ask whether the
 * owner can still be reached. Reads no clock. */
#include "decide.h"

#include "draft.h"

const struct plan *
decide_undeliverable(struct draft *draft, const struct event_undeliverable *undeliverable)
{
	const struct alert *alert = draft->alert;
	struct post_ref post = undeliverable->post;
	struct post_ref up = route_up(draft->policy, post);
	if (up.office == post.office) {
		draft_line(draft, REASON_TOP_REACHED,
			(struct draft_topic){post, post, STAGE_COUNT, undeliverable->channel});
		return draft_finish(draft, REASON_TOP_REACHED);
	}
	if (post.office == alert->owner.office && post.role == alert->owner.role) {
		draft_lead(draft, up, REASON_UNDELIVERABLE, TOPIC_NONE);
		return draft_finish(draft, REASON_UNDELIVERABLE);
	}
	draft_line(draft, REASON_UNDELIVERABLE,
		(struct draft_topic){post, up, STAGE_COUNT, undeliverable->channel});
	draft_tell(draft, (struct plan_message){.to = up,
		.template = MESSAGE_COPY,
		.reason = REASON_UNDELIVERABLE,
		.due = {INSTANT_NONE}});
	return draft_finish(draft, REASON_UNDELIVERABLE);
}

const struct plan *
decide_post_changed(struct draft *draft)
{
	return draft_finish(draft, draft_lift_owner(draft));
}

static bool
wants_closed(const struct alert_event *event)
{
	return event->kind == EVENT_ACTION &&
		(event->action.action == ACTION_REOPEN || event->action.action == ACTION_NOTE);
}

const struct plan *
decide(const struct policy *policy, const struct alert_file *file, const struct alert_event *event,
	struct instant now, struct arena *arena)
{
	if (event->kind == EVENT_ASSESSED) {
		return decide_assessed(policy, file, &event->assessed, now, arena);
	}
	struct draft *draft = draft_new(policy, file, now, 0, arena);
	bool open = draft->alert != NULL && alert_state_open(draft->alert->state);
	if (draft->alert == NULL) {
		return draft_refuse(draft, REASON_NO_ALERT);
	}
	if (!open && !wants_closed(event)) {
		return draft_refuse(draft,
			event->kind == EVENT_DUE ? REASON_CLOCK_MOVED : REASON_WRONG_STATE);
	}
	switch (event->kind) {
	case EVENT_ACTION:
		return decide_action(draft, &event->action);
	case EVENT_DUE:
		return decide_due(draft, &event->due);
	case EVENT_UNDELIVERABLE:
		return decide_undeliverable(draft, &event->undeliverable);
	case EVENT_POST_CHANGED:
		return decide_post_changed(draft);
	case EVENT_ASSESSED:
	case EVENT_KIND_COUNT:
		break;
	}
	return draft_refuse(draft, REASON_WRONG_STATE);
}
