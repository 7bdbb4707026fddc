/* The life of one household's lane in a test: applies plans as the store would. Keeps everything in one arena. */
#ifndef NEEDWATCH_STORY_H
#define NEEDWATCH_STORY_H

#include "arena.h"
#include "decide.h"

enum {
	STORY_HITS = 16,
	STORY_OFFICES = 64,
	STORY_POSTS = 128
};

struct story_hit {
	struct rule_face face;
	struct hit hit;
};

struct story {
	struct arena *arena;
	struct office offices[STORY_OFFICES];
	size_t office_count;
	struct post posts[STORY_POSTS];
	size_t post_count;
	struct calendar_row days[64];
	size_t day_count;
	int years[8];
	size_t year_count;
	struct alert_file file;
	struct organisation *organisation;
	struct calendar *calendar;
	struct policy policy;
};

void
story_open(struct story *story);

void
story_close(struct story *story);

/* Offices, posts or days changed. */
void
story_policy(struct story *story);

/* An assessment with these hits, each a finding of its own. */
struct event_assessed
story_assessment(struct story *story, const struct story_hit *hits, size_t hit_count,
	struct assessment facts);

/* Decides twice, ends the program if the two plans differ, and applies the plan. */
const struct plan *
story_put(struct story *story, const struct alert_event *event, struct instant now);

#endif
