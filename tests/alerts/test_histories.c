/* Random organisations and random lives: an open alert always has a reachable owner and a running clock. */
#include "../cases.h"

#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "story.h"

enum {
	LIVES = 400,
	STEPS = 60
};

struct dice {
	uint64_t state;
};

static uint32_t
roll(struct dice *dice, uint32_t sides)
{
	dice->state = dice->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(dice->state >> 33) % sides;
}

static const int64_t areas[] = {990102001201, 990102001202, 990102002201, 990102003201, 990102001000,
	990103001201, 110101001001, 0};

static struct area
some_area(struct dice *dice)
{
	return (struct area){areas[roll(dice, sizeof areas / sizeof areas[0])]};
}

static void
add_office(struct story *story, enum tier tier, int64_t code, int32_t parent)
{
	struct office *office = &story->offices[story->office_count++];
	*office = (struct office){.id = (int32_t)story->office_count,
		.parent = parent,
		.tier = tier,
		.area = {code},
		.name = tier_name(tier)};
	story->posts[story->post_count++] =
		(struct post){.office = office->id, .role = tier_role(tier), .state = POST_PRESENT};
}

/* A city that is always held; below it whatever the dice leave. */
static void
build(struct story *story, struct dice *dice)
{
	add_office(story, TIER_CITY, 990100000000, OFFICE_NONE);
	if (roll(dice, 4) > 0) {
		add_office(story, TIER_COUNTY, 990102000000, 1);
	}
	int32_t county = (int32_t)story->office_count;
	for (int town = 1; town <= 3; town++) {
		int64_t code = 990102000000 + town * 1000;
		int32_t parent = county;
		if (roll(dice, 4) > 0) {
			add_office(story, TIER_TOWN, code, county);
			parent = (int32_t)story->office_count;
		}
		for (int village = 201; village <= 202; village++) {
			if (roll(dice, 4) > 0) {
				add_office(story, TIER_VILLAGE, code + village, parent);
			}
		}
	}
	story_policy(story);
}

static void
change_posts(struct story *story, struct dice *dice)
{
	static const enum post_state states[] = {POST_VACANT, POST_PRESENT, POST_LEAVE};
	for (size_t i = 1; i < story->post_count; i++) {
		if (roll(dice, 3) == 0) {
			story->posts[i].state = states[roll(dice, 3)];
		}
	}
	story_policy(story);
}

static struct alert_event
some_assessment(struct story *story, struct dice *dice, struct instant now)
{
	static const char *const keys[] = {"a", "b", "c"};
	static const int32_t scores[] = {0, 25, 40, 60, 90};
	struct story_hit hits[3] = {0};
	size_t count = 0;
	uint32_t level = roll(dice, 5);
	for (int i = 0; i < 3 && level > 0; i++) {
		if (i > 0 && roll(dice, 2) == 0) {
			continue;
		}
		struct day on = {instant_day(now).n - (int32_t)roll(dice, 60)};
		hits[count++] = (struct story_hit){
			.face = {.id = "rule", .kind = story->file.lane,
				.window_days = roll(dice, 2) ? 365 : 0},
			.hit = {.event_key = keys[i], .on = on, .since = on, .points = 30}};
	}
	struct assessment facts = {.household = "h",
		.area = some_area(dice),
		.as_of = instant_day(now),
		.score = scores[level],
		.level = story->file.lane == FINDING_RISK ? (enum level)level : LEVEL_NONE};
	struct alert_event event = {.id = "e", .kind = EVENT_ASSESSED};
	event.assessed = story_assessment(story, hits, count, facts);
	event.assessed.history = roll(dice, 10) == 0;
	return event;
}

static struct alert_event
some_action(const struct story *story, struct dice *dice)
{
	struct alert_event event = {.id = "e", .kind = EVENT_ACTION};
	event.action = (struct event_action){.action = (enum action)roll(dice, ACTION_COUNT),
		.account = 1 + roll(dice, 3),
		.actor = story->file.alert->owner,
		.text = roll(dice, 2) ? "text" : NULL,
		.cause = "因病",
		.disposition = (enum disposition)roll(dice, DISPOSITION_COUNT),
		.target = (int32_t)roll(dice, (uint32_t)story->office_count + 1)};
	return event;
}

static struct alert_event
some_event(struct story *story, struct dice *dice, struct instant *now)
{
	const struct alert *alert = story->file.alert;
	struct alert_event event = {.id = "e", .kind = EVENT_DUE};
	uint32_t choice = roll(dice, 10);
	if (alert == NULL || choice < 3) {
		return some_assessment(story, dice, *now);
	}
	if (choice < 7) {
		return some_action(story, dice);
	}
	if (choice < 9) {
		event.due.at = alert_wake(alert, &event.due.stage);
		if (event.due.at.us != INSTANT_NONE && event.due.at.us > now->us) {
			*now = event.due.at;
		}
		return event;
	}
	event.kind = EVENT_UNDELIVERABLE;
	event.undeliverable = (struct event_undeliverable){alert->owner, "log"};
	return event;
}

static void
check(const struct story *story, const struct plan *plan)
{
	const struct alert *alert = story->file.alert;
	if (alert == NULL || !alert_state_open(alert->state)) {
		return;
	}
	struct instant wake = alert_wake(alert, NULL);
	if (!organisation_reachable(story->organisation, alert->owner) || wake.us == INSTANT_NONE) {
		struct buffer text = {0};
		plan_print(plan, story->organisation, &text);
		fail_msg("an open alert without owner or clock:\n%s", text.bytes);
	}
}

static void
live(uint64_t seed)
{
	struct dice dice = {seed};
	struct story story;
	struct instant now = instant_at((struct day){20454}, 36000);
	story_open(&story);
	story.file.lane = (enum finding_kind)roll(&dice, 4);
	build(&story, &dice);
	for (int step = 0; step < STEPS; step++) {
		now.us += (int64_t)roll(&dice, 72) * US_PER_HOUR;
		struct alert_event event = some_event(&story, &dice, &now);
		check(&story, story_put(&story, &event, now));
		if (roll(&dice, 6) == 0) {
			change_posts(&story, &dice);
			struct alert_event changed = {.id = "e", .kind = EVENT_POST_CHANGED};
			check(&story, story_put(&story, &changed, now));
		}
	}
	story_close(&story);
}

static void
open_alert_always_has_owner_and_clock(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= LIVES; seed++) {
		live(seed);
	}
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(open_alert_always_has_owner_and_clock),
	};
	return cmocka_run_group_tests(cases, NULL, NULL);
}
