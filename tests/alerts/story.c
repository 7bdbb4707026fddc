/* Applies plans to one household's lane, as the store does; checks nothing but that the same event gives the same
 * plan. */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"

void
story_open(struct story *story)
{
	*story = (struct story){.arena = arena_new()};
	story->file = (struct alert_file){.county = 990102, .household = 7, .lane = FINDING_RISK};
}

void
story_close(struct story *story)
{
	organisation_free(story->organisation);
	calendar_free(story->calendar);
	arena_free(story->arena);
}

void
story_policy(struct story *story)
{
	organisation_free(story->organisation);
	calendar_free(story->calendar);
	story->organisation = organisation_new(story->offices, story->office_count, story->posts,
		story->post_count);
	story->calendar = calendar_new(story->days, story->day_count, story->years,
		story->year_count);
	story->policy = (struct policy){.profile = profile_default(),
		.organisation = story->organisation,
		.calendar = story->calendar};
}

struct event_assessed
story_assessment(struct story *story, const struct story_hit *hits, size_t hit_count,
	struct assessment facts)
{
	struct arena *arena = story->arena;
	const struct rule_face **rules = arena_array(arena, hit_count + 1, sizeof *rules);
	struct assessment *assessment = arena_alloc(arena, sizeof *assessment);
	*assessment = facts;
	assessment->findings = arena_array(arena, hit_count + 1, sizeof *assessment->findings);
	assessment->finding_count = hit_count;
	for (size_t i = 0; i < hit_count; i++) {
		struct story_hit *copy = arena_alloc(arena, sizeof *copy);
		*copy = hits[i];
		rules[i] = &copy->face;
		assessment->findings[i] = (struct finding){
			.rule = i,
			.kind = hits[i].face.kind,
			.points = hits[i].hit.points,
			.on = hits[i].hit.on,
			.floor = hits[i].face.floor,
			.hits = &copy->hit,
			.hit_count = 1,
			.because = "因为",
		};
	}
	return (struct event_assessed){
		.assessment = assessment, .rules = rules, .ruleset_hash = "test"};
}

static void
apply(struct story *story, const struct plan *plan)
{
	if (plan->refused) {
		return;
	}
	if (plan->after != NULL || story->file.alert == NULL) {
		story->file.alert = plan->after;
	}
	story->file.hits = plan->hits;
	story->file.hit_count = plan->hit_count;
	story->file.level_seen = plan->level_seen;
	if (plan->history_slot.office != OFFICE_NONE) {
		organisation_count_history(story->organisation, plan->history_slot);
	}
}

const struct plan *
story_put(struct story *story, const struct alert_event *event, struct instant now)
{
	struct buffer once = {0};
	struct buffer twice = {0};
	const struct plan *plan = decide(&story->policy, &story->file, event, now, story->arena);
	plan_print(plan, story->organisation, &once);
	plan_print(decide(&story->policy, &story->file, event, now, story->arena),
		story->organisation, &twice);
	if (strcmp(once.bytes, twice.bytes) != 0) {
		fprintf(stderr, "the same event gave two plans:\n%s---\n%s", once.bytes,
			twice.bytes);
		exit(1);
	}
	buffer_free(&once);
	buffer_free(&twice);
	apply(story, plan);
	return plan;
}
