/* Asks the one door about every action that the table of transitions knows for this state. Holds no rule of its own. */
#include "offers.h"

#include <string.h>

#include "alert_row.h"
#include "arena.h"
#include "call.h"
#include "decide.h"
#include "map.h"
#include "transition.h"

/* domain.md 4.7: the causes of hardship. */
static const char *const causes[] = {"因病", "因残", "因学", "因灾", "因意外", "因失业/缺劳力", "因丧亲",
	"因服刑", "因监护缺失", "因老", "其他"};

#define CAUSES (sizeof causes / sizeof causes[0])

bool
cause_known(const char *cause)
{
	for (size_t i = 0; i < CAUSES; i++) {
		if (strcmp(causes[i], cause) == 0) {
			return true;
		}
	}
	return false;
}

/* What the form asks for; whether it was enough is decide()'s to say. */
enum need {
	NEED_TEXT = 1,
	NEED_CAUSE = 2,
	NEED_DISPOSITION = 4,
	NEED_TARGET = 8,
};

static unsigned
needs_of(enum action action)
{
	switch (action) {
	case ACTION_VERIFY_TRUE:
		return NEED_CAUSE;
	case ACTION_VERIFY_FALSE:
	case ACTION_NOTE:
	case ACTION_HELP:
	case ACTION_REOPEN:
		return NEED_TEXT;
	case ACTION_DISPOSE:
		return NEED_DISPOSITION;
	case ACTION_TRANSFER:
	case ACTION_REFER:
		return NEED_TARGET | NEED_TEXT;
	case ACTION_SIGN:
	case ACTION_VISIT:
	case ACTION_ATTEMPT:
	case ACTION_SCREEN:
	case ACTION_UNREACHABLE:
	case ACTION_MOVED_AWAY:
	case ACTION_FILE:
	case ACTION_FOLLOW:
	case ACTION_CLOSE:
	case ACTION_EVALUATE:
	case ACTION_FEED_BACK:
	case ACTION_COUNT:
		break;
	}
	return 0;
}

/* The next step of the ordinary way: signing first, whoever leads; then by state. */
static enum action
next_step(const struct alert *alert)
{
	switch (alert->state) {
	case ALERT_NEW:
		return ACTION_SIGN;
	case ALERT_SIGNED:
		return (alert->haves & HAVE_VISIT) != 0 ? ACTION_SCREEN : ACTION_VISIT;
	case ALERT_SCREENING:
		return ACTION_VERIFY_TRUE;
	case ALERT_VERIFIED_TRUE:
		return ACTION_FILE;
	case ALERT_FILED:
		return ACTION_DISPOSE;
	case ALERT_DISPOSED:
		return ACTION_FOLLOW;
	case ALERT_FOLLOWING:
		return (alert->haves & HAVE_ALL) == HAVE_ALL ? ACTION_CLOSE : ACTION_FOLLOW;
	case ALERT_VERIFIED_FALSE:
		return ACTION_CLOSE;
	case ALERT_UNREACHABLE:
		return ACTION_SCREEN;
	case ALERT_MOVED_AWAY:
		return ACTION_TRANSFER;
	case ALERT_CLOSED:
	case ALERT_MERGED:
	case ALERT_WITHDRAWN:
	case ALERT_STATE_COUNT:
		break;
	}
	return ACTION_COUNT;
}

/* ---- targets ---- */

/* Offices that one may hand over to: those on the way up to the county and, beside each of them, their children: the own
 * villages, the neighbours, the other towns. A city hands to its counties. */
struct targets {
	const struct office **list;
	size_t count;
};

static bool
beside(const struct organisation *organisation, const struct office *own, const struct office *other)
{
	const struct office *step = own;
	for (int depth = 0; step != NULL && depth < ORGANISATION_DEPTH; depth++) {
		bool below_city = step == own || step->tier <= TIER_COUNTY;
		if (below_city && (other == step || other->parent == step->id)) {
			return true;
		}
		step = organisation_parent(organisation, step);
	}
	return false;
}

static struct targets
targets_of(struct call *call, const struct alert *alert)
{
	const struct organisation *organisation = call->map->policy.organisation;
	const struct office *offices;
	size_t count = organisation_offices(organisation, &offices);
	struct targets targets = {arena_array(call->arena, count + 1, sizeof(struct office *)), 0};
	for (size_t i = 0; i < count; i++) {
		if (offices[i].id != alert->owner.office &&
			beside(organisation, call->account.office, &offices[i])) {
			targets.list[targets.count++] = &offices[i];
		}
	}
	return targets;
}

/* ---- offers ---- */

/* As if every field of the form had been filled in. */
static enum reason
rule_against(struct call *call, const struct alert *alert, enum action action, int32_t target)
{
	struct alert_file file = {.county = alert->county,
		.household = alert->household,
		.lane = alert->lane,
		.alert = alert,
		.level_seen = alert->level};
	struct alert_event event = {.id = "offer",
		.kind = EVENT_ACTION,
		.action = {.action = action,
			.account = call->account.id,
			.actor = {call->account.office->id, call->account.role},
			.text = "-",
			.cause = causes[0],
			.disposition = DISPOSITION_IN_POLICY,
			.target = target}};
	const struct plan *plan = decide(&call->map->policy, &file, &event, call->now, call->arena);
	return plan->refused ? plan->outcome : REASON_NONE;
}

static void
write_needs(struct buffer *out, unsigned needs)
{
	static const char *const words[] = {"text", "cause", "disposition", "target"};
	json_key(out, "needs");
	json_open(out, '[');
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if ((needs & 1U << i) != 0) {
			json_item(out);
			json_text(out, words[i]);
		}
	}
	json_close(out, ']');
}

/* What neither state nor post allows is not offered at all; what a rule forbids is, with the rule. */
static void
write_offer(struct call *call, const struct alert *alert, enum action action, int32_t target)
{
	struct buffer *out = &call->out;
	enum reason rule = rule_against(call, alert, action, target);
	bool again = action == ACTION_SIGN && alert->state != ALERT_NEW && rule == REASON_NONE;
	if (rule == REASON_WRONG_STATE || rule == REASON_WRONG_ROLE || rule == REASON_SIGNED_ALREADY) {
		return;
	}
	json_item(out);
	json_open(out, '{');
	json_member_text(out, "action", action_name(action));
	json_member_text(out, "word", action_chinese(action));
	json_member_flag(out, "allowed", rule == REASON_NONE);
	json_member_text(out, "reason", rule == REASON_NONE ? "" : reason_chinese(rule));
	write_needs(out, needs_of(action));
	json_member_flag(out, "primary", again || action == next_step(alert));
	json_close(out, '}');
}

static void
write_dispositions(struct buffer *out)
{
	json_key(out, "dispositions");
	json_open(out, '[');
	for (int i = DISPOSITION_NONE + 1; i < DISPOSITION_COUNT; i++) {
		json_item(out);
		json_open(out, '{');
		json_member_text(out, "disposition", disposition_name((enum disposition)i));
		json_member_text(out, "word", disposition_chinese((enum disposition)i));
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
write_targets(struct buffer *out, const struct targets *targets)
{
	json_key(out, "targets");
	json_open(out, '[');
	for (size_t i = 0; i < targets->count; i++) {
		json_item(out);
		json_open(out, '{');
		json_member_id(out, "id", targets->list[i]->id);
		json_member_text(out, "name", targets->list[i]->name);
		json_close(out, '}');
	}
	json_close(out, ']');
}

void
offers_write(struct call *call, const struct alert *alert)
{
	struct buffer *out = &call->out;
	struct targets targets = targets_of(call, alert);
	int32_t target = targets.count > 0 ? targets.list[0]->id : OFFICE_NONE;
	json_key(out, "actions");
	json_open(out, '[');
	for (int action = 0; action < ACTION_COUNT; action++) {
		write_offer(call, alert, (enum action)action, target);
	}
	json_close(out, ']');
	json_key(out, "causes");
	json_open(out, '[');
	for (size_t i = 0; i < CAUSES; i++) {
		json_item(out);
		json_text(out, causes[i]);
	}
	json_close(out, ']');
	write_dispositions(out);
	write_targets(out, &targets);
}
