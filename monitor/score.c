/* Spreads the evaluation over threads that share nothing but immutable objects; prints nothing */
#include "score.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "arena.h"
#include "memory.h"

#define CHUNK 4096 /* households between two resets of a thread's arena */

struct part {
	const struct question *question;
	size_t first;
	size_t end;
	struct buffer lines;
	struct score_count count;
	pthread_t thread;
};

static void
take_in(struct part *part, const struct assessment *assessment)
{
	part->count.unjudged += assessment->unknown_count > 0;
	if (assessment->finding_count == 0)
		return;
	part->count.findings++;
	part->count.level[assessment->level]++;
	assessment_json(assessment, part->question->ruleset, true, &part->lines);
	buffer_text(&part->lines, "\n");
}

static void *
score_part(void *argument)
{
	struct part *part = argument;
	struct arena *arena = arena_new();
	struct assessment *assessments = xcalloc(CHUNK, sizeof(*assessments));

	for (size_t at = part->first; at < part->end; at += CHUNK) {
		size_t left = part->end - at;
		size_t count = left < CHUNK ? left : CHUNK;

		evaluate(part->question, at, count, arena, assessments);
		for (size_t i = 0; i < count; i++)
			take_in(part, &assessments[i]);
		arena_reset(arena);
	}
	free(assessments);
	arena_free(arena);
	return NULL;
}

static void
add_count(struct score_count *sum, const struct score_count *count)
{
	sum->findings += count->findings;
	sum->unjudged += count->unjudged;
	for (int level = 0; level < 5; level++)
		sum->level[level] += count->level[level];
}

void
score_all(const struct question *question, size_t threads, struct buffer *ret_lines,
	struct score_count *ret_count)
{
	size_t households = population_households(question->population);
	struct part *parts = xcalloc(threads, sizeof(*parts));

	*ret_count = (struct score_count){0};
	for (size_t i = 0; i < threads; i++) {
		parts[i].question = question;
		parts[i].first = households * i / threads;
		parts[i].end = households * (i + 1) / threads;
		if (i && pthread_create(&parts[i].thread, NULL, score_part, &parts[i]) != 0) {
			fprintf(stderr,
				"needwatch: no thread could be started; use --threads 1\n");
			abort();
		}
	}
	score_part(&parts[0]);
	for (size_t i = 0; i < threads; i++) {
		if (i)
			pthread_join(parts[i].thread, NULL);
		buffer_add(ret_lines, parts[i].lines.bytes, parts[i].lines.length);
		add_count(ret_count, &parts[i].count);
		buffer_free(&parts[i].lines);
	}
	free(parts);
}
