/* A new assessment of a household, in one lane: opens, merges, raises, lowers or withdraws its alert, or says why
 * it stays silent. Never judges hardship: it takes score and level as they come. */
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "finding_text.h"

/* What the newest assessment brought to this lane. */
struct news {
	const struct event_assessed *assessed;
	enum level level;     /* of this lane: with hysteresis for risk, none for the others */
	size_t live;
	size_t fresh;         /* hits that may open an alert */
	size_t cooled;        /* of those, still cooled down */
	size_t added;         /* hits this lane had never seen */
	size_t long_standing; /* unspent states that began too long ago */
	size_t events;        /* live ones whose rule has a window */
	size_t dropped;       /* gone although their time had not run out: corrected */
	bool red_floor;
	const char *first;    /* "rule event_key" of the newest hit, for the ledger */
};

static struct alert_hit *
find_hit(struct draft *draft, const char *rule, const char *event_key)
{
	for (size_t i = 0; i < draft->hit_count; i++) {
		struct alert_hit *hit = &draft->hits[i];
		if (strcmp(hit->rule, rule) == 0 && strcmp(hit->event_key, event_key) == 0) {
			return hit;
		}
	}
	return NULL;
}

/* Since when a hit that rests on absence has been true. */
static struct day
absent_since(const struct alert_hit *known, const struct event_assessed *assessed)
{
	if (known != NULL && known->live && known->absence) {
		return known->since;
	}
	return assessed->history ? (struct day){DAY_MIN} : assessed->assessment->as_of;
}

static bool
is_news(const struct draft *draft, const struct alert_hit *before, const struct alert_hit *hit,
	struct day as_of, enum level level)
{
	int days = profile_value(draft->policy->profile, news_days);
	bool moved = before != NULL && (hit->event ? hit->on.n > before->on.n
						   : hit->since.n > before->since.n);
	bool lifts = level > draft->file->level_seen;
	if (hit->spent && !(moved && lifts)) {
		return false;
	}
	return hit->event || (int64_t)as_of.n - hit->since.n <= days;
}

static void
count_hit(struct draft *draft, struct news *news, const struct alert_hit *before,
	struct alert_hit *hit)
{
	struct day as_of = news->assessed->assessment->as_of;
	bool graded = news->assessed->assessment->level > LEVEL_NONE;
	news->live++;
	news->added += before == NULL;
	news->events += hit->event;
	/* Findings of the other lanes open once per discovery, whatever their age. */
	bool fresh = draft->file->lane == FINDING_RISK
			     ? is_news(draft, before, hit, as_of, news->level)
			     : !hit->spent;
	if (!fresh) {
		news->long_standing += graded && !hit->spent;
		return;
	}
	hit->spent = false;
	news->fresh++;
	news->cooled += hit->cool_until.n != DAY_NONE && as_of.n <= hit->cool_until.n;
	if (news->first == NULL) {
		news->first =
			arena_printf(draft->arena, "%s %s", hit->rule, hit->event_key);
	}
}

static void
take_hit(struct draft *draft, struct news *news, const struct finding *finding,
	const struct hit *given)
{
	const struct rule_face *rule = news->assessed->rules[finding->rule];
	struct alert_hit *known = find_hit(draft, rule->id, given->event_key);
	struct alert_hit before = known == NULL ? (struct alert_hit){0} : *known;
	struct alert_hit hit = before;
	if (known == NULL) {
		hit.rule = arena_strdup(draft->arena, rule->id);
		hit.event_key = arena_strdup(draft->arena, given->event_key);
		hit.cool_until.n = DAY_NONE;
	}
	hit.event = rule->window_days > 0;
	hit.absence = given->since.n == DAY_NONE;
	hit.since = hit.absence ? absent_since(known, news->assessed) : given->since;
	hit.on = given->on.n == DAY_NONE ? hit.since : given->on;
	hit.points = given->points;
	hit.live = true;
	hit.seen = news->assessed->assessment->as_of;
	count_hit(draft, news, known == NULL ? NULL : &before, &hit);
	bool same = known != NULL && before.live && before.on.n == hit.on.n &&
		before.since.n == hit.since.n && before.spent == hit.spent;
	draft->remembers |= !same;
	*(known == NULL ? &draft->hits[draft->hit_count++] : known) = hit;
}

static bool
brought(const struct news *news, enum finding_kind lane, const struct alert_hit *hit)
{
	const struct assessment *assessment = news->assessed->assessment;
	for (size_t i = 0; i < assessment->finding_count; i++) {
		const struct finding *finding = &assessment->findings[i];
		if (finding->kind != lane ||
			strcmp(news->assessed->rules[finding->rule]->id, hit->rule) != 0) {
			continue;
		}
		for (size_t j = 0; j < finding->hit_count; j++) {
			if (strcmp(finding->hits[j].event_key, hit->event_key) == 0) {
				return true;
			}
		}
	}
	return false;
}

static const struct rule_face *
face_of(const struct news *news, const struct alert_hit *hit)
{
	for (const struct rule_face *const *rule = news->assessed->rules; *rule != NULL; rule++) {
		if (strcmp((*rule)->id, hit->rule) == 0) {
			return *rule;
		}
	}
	return NULL;
}

/* A hit that is gone: it aged out if its window had passed, otherwise its facts or rules changed. */
static void
drop_hits(struct draft *draft, struct news *news)
{
	struct day as_of = news->assessed->assessment->as_of;
	for (size_t i = 0; i < draft->hit_count; i++) {
		struct alert_hit *hit = &draft->hits[i];
		if (!hit->live || brought(news, draft->file->lane, hit)) {
			continue;
		}
		const struct rule_face *rule = face_of(news, hit);
		bool aged = hit->event && rule != NULL && as_of.n - hit->on.n >= rule->window_days;
		news->dropped += !aged;
		hit->live = false;
		draft->remembers = true;
	}
}

static int
hit_order(const void *left, const void *right)
{
	const struct alert_hit *a = left;
	const struct alert_hit *b = right;
	int order = strcmp(a->rule, b->rule);
	return order != 0 ? order : strcmp(a->event_key, b->event_key);
}

static enum level
level_at(const struct profile *profile, int32_t score)
{
	if (score >= profile_value(profile, level_red)) {
		return LEVEL_RED;
	}
	if (score >= profile_value(profile, level_orange)) {
		return LEVEL_ORANGE;
	}
	if (score >= profile_value(profile, level_yellow)) {
		return LEVEL_YELLOW;
	}
	return score >= profile_value(profile, level_blue) ? LEVEL_BLUE : LEVEL_NONE;
}

/* The level of an open alert falls only when the score is clear of the border. A basis that is gone
 * altogether is not held. */
static enum level
held_level(const struct draft *draft, const struct assessment *assessment)
{
	const struct profile *profile = draft->policy->profile;
	const struct alert *alert = draft->file->alert;
	if (alert == NULL || assessment->score == 0) {
		return assessment->level;
	}
	enum level near =
		level_at(profile, assessment->score + profile_value(profile, hysteresis_points));
	enum level held = near < alert->level ? near : alert->level;
	return held > assessment->level ? held : assessment->level;
}

static void
read_assessment(struct draft *draft, struct news *news)
{
	const struct assessment *assessment = news->assessed->assessment;
	enum finding_kind lane = draft->file->lane;
	if (lane == FINDING_RISK) {
		news->level = held_level(draft, assessment);
	}
	drop_hits(draft, news);
	for (size_t i = 0; i < assessment->finding_count; i++) {
		const struct finding *finding = &assessment->findings[i];
		if (finding->kind != lane) {
			continue;
		}
		news->red_floor |= finding->floor == LEVEL_RED;
		for (size_t j = 0; j < finding->hit_count; j++) {
			if (lane != FINDING_RISK || finding->hits[j].points > 0) {
				take_hit(draft, news, finding, &finding->hits[j]);
			}
		}
	}
	qsort(draft->hits, draft->hit_count, sizeof *draft->hits, hit_order);
}

static void
take_texts(struct draft *draft, const struct event_assessed *assessed)
{
	struct alert *alert = draft->alert;
	alert->findings = finding_text(assessed, alert->lane, false, draft->arena);
	alert->findings_detail = finding_text(assessed, alert->lane, true, draft->arena);
	alert->score = assessed->assessment->score;
	alert->as_of = assessed->assessment->as_of;
}

static struct route_question
question_of(const struct draft *draft, const struct event_assessed *assessed)
{
	return (struct route_question){
		.lane = draft->alert->lane,
		.level = draft->alert->level,
		.county = draft->alert->county,
		.emergency_area = assessed->emergency_area,
		.residence = assessed->assessment->area,
		.register_area = assessed->register_area,
	};
}

/* The first load is spread over working days by what the owner's post can bear; red is not. */
static struct instant
clocks_from(struct draft *draft, const struct event_assessed *assessed)
{
	const struct alert *alert = draft->alert;
	const struct post *post = organisation_post(draft->policy->organisation, alert->owner);
	bool spread = assessed->history || assessed->cause == ASSESSED_RULES;
	if (!spread || alert->level == LEVEL_RED || post == NULL) {
		return draft->now;
	}
	int per_day = post->capacity > 0 ? post->capacity
					 : profile_value(draft->policy->profile, history_per_day);
	int later = post->history_opened / per_day;
	draft->plan->history_slot = alert->owner;
	if (later == 0) {
		return draft->now;
	}
	draft_line(draft, REASON_SPREAD, TOPIC_NONE);
	return calendar_due(draft->policy->calendar, draft->now, later,
		profile_value(draft->policy->profile, quiet_until), &draft->known_year);
}

static void
start_clocks(struct draft *draft, struct instant from)
{
	draft_clock_start(draft, STAGE_SIGN, from);
	draft_clock_start(draft, STAGE_VISIT, from);
	draft_clock_start(draft, STAGE_VERIFY, from);
	draft_clock_start(draft, STAGE_DISPOSE, from);
}

/* The office of that tier over the first of the places that says enough; with `above` one of a higher tier will do. */
static const struct office *
office_of(const struct draft *draft, const struct event_assessed *assessed, enum tier tier, bool above)
{
	const struct organisation *organisation = draft->policy->organisation;
	const struct area places[] = {assessed->emergency_area, assessed->assessment->area,
		assessed->register_area};
	const struct office *office = NULL;
	for (size_t i = 0; i < sizeof places / sizeof places[0] && office == NULL; i++) {
		office = above ? organisation_at_or_above(organisation, places[i], tier)
			       : organisation_at(organisation, places[i], tier);
	}
	return office;
}

/* Leads, executes, copied: those whom the profile names for the alert's row, by the places that the lead is found by. */
static void
tell_responsible(struct draft *draft, const struct event_assessed *assessed, enum reason reason)
{
	const struct organisation *organisation = draft->policy->organisation;
	const struct profile_line *line = draft_profile(draft);
	const struct alert *alert = draft->alert;
	draft_tell(draft, (struct plan_message){.to = alert->owner,
		.lead = true,
		.template = MESSAGE_NEW,
		.reason = reason,
		.due = alert->clocks[STAGE_SIGN].due});
	const struct office *executes = line->executes == TIER_COUNT
		? NULL : office_of(draft, assessed, line->executes, false);
	if (executes != NULL && executes->id != alert->owner.office) {
		draft_tell(draft, (struct plan_message){
			.to = {executes->id, tier_role(executes->tier)},
			.template = MESSAGE_EXECUTE,
			.reason = REASON_EXECUTES,
			.due = alert->clocks[STAGE_VISIT].due});
	}
	const struct office *copied = line->copy == TIER_COUNT
		? NULL : office_of(draft, assessed, line->copy, true);
	if (copied != NULL) {
		struct post_ref duty = {copied->id, line->copy_role};
		struct post_ref desk = {copied->id, tier_role(copied->tier)};
		draft_tell(draft, (struct plan_message){
			.to = organisation_reachable(organisation, duty) ? duty : desk,
			.template = MESSAGE_COPY,
			.reason = REASON_COPY_COUNTY_DUTY,
			.due = {INSTANT_NONE}});
	}
}

static void
route_lines(struct draft *draft, struct route route)
{
	struct draft_topic topic = {.to = route.owner, .stage = STAGE_COUNT};
	draft_line(draft, route.routed_by, topic);
	if (route.lifted_by != REASON_NONE) {
		draft_line(draft, route.lifted_by, topic);
	}
}

static bool
quiet_row(const struct alert *alert)
{
	return alert->lane == FINDING_RISK && alert->level == LEVEL_BLUE;
}

static const struct plan *
open_alert(struct draft *draft, const struct news *news)
{
	const struct event_assessed *assessed = news->assessed;
	enum reason reason = draft->file->lane == FINDING_RISK ? REASON_OPENED : REASON_DISCOVERED;
	struct alert *alert = arena_alloc(draft->arena, sizeof *alert);
	*alert = (struct alert){
		.county = draft->file->county,
		.household = draft->file->household,
		.lane = draft->file->lane,
		.state = ALERT_NEW,
		.level = news->level,
		.residence = assessed->assessment->area,
		.opened = draft->now,
		.signed_at = {INSTANT_NONE},
		.closed = {INSTANT_NONE},
		.cause = "",
		.attempt_last = {DAY_NONE},
		.history = assessed->history,
	};
	draft->alert = alert;
	take_texts(draft, assessed);
	struct route_question question = question_of(draft, assessed);
	struct route route = route_find(draft->policy, &question);
	alert->owner = route.owner;
	alert->first_owner = route.owner;
	alert->routed_by = route.routed_by;
	draft_line(draft, reason,
		(struct draft_topic){.to = route.owner, .stage = STAGE_COUNT, .text = news->first});
	route_lines(draft, route);
	start_clocks(draft, clocks_from(draft, assessed));
	draft->level_seen = news->level;
	draft->remembers = true;
	if (quiet_row(alert)) {
		draft_line(draft, REASON_BLUE_LISTED, TOPIC_NONE);
	} else {
		tell_responsible(draft, assessed, reason);
	}
	return draft_finish(draft, reason);
}

static const struct plan *
stay_silent(struct draft *draft, const struct news *news, enum reason reason)
{
	if (reason == REASON_HISTORY) {
		draft_spend_hits(draft);
	}
	if (draft->level_seen != news->level) {
		draft->level_seen = news->level;
		draft->remembers = true;
	}
	if (draft->remembers) {
		draft_line(draft, reason, (struct draft_topic){.stage = STAGE_COUNT, .text = news->first});
	}
	draft->alert = NULL;
	return draft_finish(draft, reason);
}

static const struct plan *
without_alert(struct draft *draft, const struct news *news)
{
	bool risk = draft->file->lane == FINDING_RISK;
	if (risk ? news->level == LEVEL_NONE : news->live == 0) {
		return stay_silent(draft, news, REASON_BELOW_LEVEL);
	}
	if (news->assessed->history) {
		bool opens = risk && (news->level == LEVEL_RED || news->events > 0);
		return opens ? open_alert(draft, news) : stay_silent(draft, news, REASON_HISTORY);
	}
	if (news->fresh == 0) {
		return stay_silent(draft, news,
			news->long_standing > 0 ? REASON_LONG_STANDING : REASON_NO_NEWS);
	}
	if (news->cooled == news->fresh && !news->red_floor) {
		return stay_silent(draft, news, REASON_COOLED_DOWN);
	}
	return open_alert(draft, news);
}

static const struct plan *
lose_basis(struct draft *draft, const struct news *news)
{
	struct alert *alert = draft->alert;
	if (alert->signed_at.us != INSTANT_NONE) {
		if (alert->basis_changed) {
			return draft_finish(draft, REASON_UNCHANGED);
		}
		alert->basis_changed = true;
		draft_line(draft, REASON_BASIS_CHANGED, (struct draft_topic){.to = alert->owner, .stage = STAGE_COUNT});
		draft_tell(draft, (struct plan_message){.to = alert->owner,
			.lead = true,
			.template = MESSAGE_CHANGED,
			.reason = REASON_BASIS_CHANGED,
			.due = {INSTANT_NONE}});
		return draft_finish(draft, REASON_BASIS_CHANGED);
	}
	enum reason reason = news->dropped > 0 ? REASON_WITHDRAWN_CORRECTED : REASON_WITHDRAWN_FADED;
	if (news->assessed->cause == ASSESSED_RULES) {
		reason = REASON_WITHDRAWN_THRESHOLD;
	}
	draft_line(draft, reason, (struct draft_topic){.from = alert->owner, .stage = STAGE_COUNT});
	draft_tell_all(draft, MESSAGE_WITHDRAWN, reason);
	draft_clocks_stop(draft);
	alert->state = ALERT_WITHDRAWN;
	alert->closed = draft->now;
	draft->level_seen = LEVEL_NONE;
	draft->remembers = true;
	return draft_finish(draft, reason);
}

/* The lead goes up to where the new level belongs, or to where an emergency has happened since, never down: that is
 * a human's decision. */
static void
raise_lead(struct draft *draft, const struct event_assessed *assessed)
{
	const struct organisation *organisation = draft->policy->organisation;
	struct alert *alert = draft->alert;
	struct route_question question = question_of(draft, assessed);
	struct route route = route_find(draft->policy, &question);
	bool up = organisation_below(organisation, alert->owner.office, route.owner.office);
	bool elsewhere = route.routed_by == REASON_BY_EMERGENCY &&
		alert->routed_by != REASON_BY_EMERGENCY;
	if (route.lifted_by == REASON_NOBODY_REACHABLE || !(up || elsewhere) ||
		organisation_below(organisation, route.owner.office, alert->owner.office)) {
		return;
	}
	alert->owner = route.owner;
	alert->routed_by = route.routed_by;
	route_lines(draft, route);
}

static const struct plan *
raise_level(struct draft *draft, const struct news *news)
{
	struct alert *alert = draft->alert;
	struct post_ref former = alert->owner;
	alert->level = news->level;
	raise_lead(draft, news->assessed);
	draft_line(draft, REASON_RAISED,
		(struct draft_topic){former, alert->owner, STAGE_COUNT, news->first});
	bool other = former.office != alert->owner.office;
	bool unsigned_yet = alert->signed_at.us == INSTANT_NONE;
	if (other || unsigned_yet) {
		draft_clock_start(draft, STAGE_SIGN, draft->now);
	}
	if (alert->state != ALERT_DISPOSED && alert->state != ALERT_FOLLOWING) {
		draft_clock_start(draft, STAGE_VISIT, draft->now);
		draft_clock_start(draft, STAGE_VERIFY, draft->now);
		draft_clock_start(draft, STAGE_DISPOSE, draft->now);
	}
	tell_responsible(draft, news->assessed, REASON_RAISED);
	if (other) {
		draft_tell(draft, (struct plan_message){.to = former,
			.template = MESSAGE_CHANGED,
			.reason = REASON_RAISED,
			.due = {INSTANT_NONE}});
	}
	return draft_finish(draft, REASON_RAISED);
}

/* A household verified as not in hardship, or out of reach, that something new happened to. */
static const struct plan *
revive(struct draft *draft, const struct news *news)
{
	struct alert *alert = draft->alert;
	alert->state = ALERT_SCREENING;
	alert->level = news->level;
	draft_clock_start(draft, STAGE_VERIFY, draft->now);
	draft_clock_start(draft, STAGE_DISPOSE, draft->now);
	draft_line(draft, REASON_REOPENED,
		(struct draft_topic){.to = alert->owner, .stage = STAGE_COUNT, .text = news->first});
	tell_responsible(draft, news->assessed, REASON_REOPENED);
	return draft_finish(draft, REASON_REOPENED);
}

/* True if the move alone made the plan's outcome. */
static bool
follow_residence(struct draft *draft, const struct event_assessed *assessed)
{
	struct alert *alert = draft->alert;
	struct area area = assessed->assessment->area;
	if (area.code == alert->residence.code || area.code == 0) {
		return false;
	}
	alert->residence = area;
	struct route_question question = question_of(draft, assessed);
	struct route route = route_find(draft->policy, &question);
	if (route.owner.office == alert->owner.office ||
		organisation_below(draft->policy->organisation, route.owner.office,
			alert->owner.office)) {
		return false; /* still within the owner's subtree, or already higher up */
	}
	if (alert->signed_at.us == INSTANT_NONE && route.lifted_by != REASON_NOBODY_REACHABLE) {
		alert->routed_by = route.routed_by;
		draft_lead(draft, route.owner, REASON_RESIDENCE_MOVED, TOPIC_NONE);
		return true;
	}
	draft_line(draft, REASON_RESIDENCE_NOTED,
		(struct draft_topic){alert->owner, route.owner, STAGE_COUNT, NULL});
	draft_tell(draft, (struct plan_message){.to = alert->owner,
		.lead = true,
		.template = MESSAGE_CHANGED,
		.reason = REASON_RESIDENCE_NOTED,
		.due = {INSTANT_NONE}});
	return true;
}

/* What its readers see is newer than what is stored. */
static bool
is_newer(const struct draft *draft)
{
	const struct alert *now = draft->alert;
	const struct alert *before = draft->file->alert;
	return now->score != before->score || now->residence.code != before->residence.code ||
		!finding_text_same(now->findings, before->findings) ||
		!finding_text_same(now->findings_detail, before->findings_detail);
}

static const struct plan *
with_alert(struct draft *draft, const struct news *news)
{
	struct alert *alert = draft->alert;
	bool risk = alert->lane == FINDING_RISK;
	if (risk ? news->level == LEVEL_NONE : news->live == 0) {
		return lose_basis(draft, news);
	}
	take_texts(draft, news->assessed);
	bool moved = follow_residence(draft, news->assessed);
	draft->plan->refreshes = is_newer(draft);
	bool returned = alert->basis_changed;
	alert->basis_changed = false;
	if (alert->state == ALERT_VERIFIED_FALSE && news->fresh > news->cooled) {
		return revive(draft, news);
	}
	if (news->level > alert->level) {
		return raise_level(draft, news);
	}
	if (news->level < alert->level) {
		alert->level = news->level;
		draft_line(draft, REASON_LOWERED, TOPIC_NONE);
		return draft_finish(draft, REASON_LOWERED);
	}
	if (news->added > 0 || returned) {
		draft_line(draft, REASON_MERGED,
			(struct draft_topic){.stage = STAGE_COUNT, .text = news->first});
		return draft_finish(draft, REASON_MERGED);
	}
	if (moved) {
		return draft_finish(draft, draft->plan->lines[0].reason);
	}
	bool held = risk && news->level > news->assessed->assessment->level;
	return draft_finish(draft, held ? REASON_HYSTERESIS : REASON_UNCHANGED);
}

/* Each new beat is one message to the canary's own inbox, whatever its level, its age or the hour. */
static const struct plan *
answer_canary(struct draft *draft, const struct news *news)
{
	draft->alert = NULL;
	if (news->added == 0 || news->first == NULL) {
		return stay_silent(draft, news, REASON_NO_NEWS);
	}
	draft_line(draft, REASON_CANARY,
		(struct draft_topic){.stage = STAGE_COUNT, .text = news->first});
	draft_answer_canary(draft);
	return draft_finish(draft, REASON_CANARY);
}

static size_t
hits_in(const struct assessment *assessment)
{
	size_t hits = 0;
	for (size_t i = 0; i < assessment->finding_count; i++) {
		hits += assessment->findings[i].hit_count;
	}
	return hits;
}

const struct plan *
decide_assessed(const struct policy *policy, const struct alert_file *file,
	const struct event_assessed *assessed, struct instant now, struct arena *arena)
{
	struct draft *draft = draft_new(policy, file, now, hits_in(assessed->assessment), arena);
	struct news news = {.assessed = assessed};
	read_assessment(draft, &news);
	if (assessed->canary) {
		return answer_canary(draft, &news);
	}
	bool open = draft->alert != NULL && alert_state_open(draft->alert->state);
	if (!open) {
		draft->alert = NULL;
		return without_alert(draft, &news);
	}
	return with_alert(draft, &news);
}
