/* Opens and closes the look into one household; the pieces are seen and written elsewhere. */
#include "why.h"

#include <stdlib.h>

#include "memory.h"
#include "why_parts.h"

struct why *
why_new(const struct question *question, size_t household, enum why_depth depth)
{
	struct why *why = xcalloc(1, sizeof(*why));
	const struct ruleset *set = question->ruleset;

	why->question = *question;
	why->household = household;
	why->detail = depth == WHY_DETAIL;
	why->arena = arena_new();
	why->rules = arena_array(why->arena, set->rule_count, sizeof(*why->rules));
	why->thresholds = arena_array(why->arena, set->threshold_count, sizeof(*why->thresholds));
	why->touching = arena_array(why->arena, set->define_count, 1);
	why->outcomes = evaluate_one(
		&why->question, household, why->arena, &why->batch, &why->assessment);
	rules_look(why);
	why->search = flip_search_new(&why->question, household);
	return why;
}

void
why_free(struct why *why)
{
	if (!why)
		return;
	flip_search_free(why->search);
	arena_free(why->arena);
	free(why);
}

bool
why_step(struct why *why)
{
	return flip_search_step(why->search);
}
