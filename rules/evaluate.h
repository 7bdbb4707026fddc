/* The one evaluator: facts, rule set, thresholds and a day in; assessments out. Pure and integer only:
 * the same input gives the same bytes, at any number of threads. */
#ifndef NEEDWATCH_EVALUATE_H
#define NEEDWATCH_EVALUATE_H

#include <stddef.h>

#include "assessment.h"
#include "population.h"
#include "ruleset.h"
#include "threshold.h"

struct arena;

/* All borrowed; may be shared by threads. */
struct question {
	const struct ruleset *ruleset;
	const struct population *population;
	const struct thresholds *thresholds;
	struct day as_of;
};

/* Assesses the `count` households from row `first`; `ret_assessments` has room for them. A household with
 * nothing to say has finding_count 0. */
void
evaluate(const struct question *question, size_t first, size_t count, struct arena *arena,
	struct assessment *ret_assessments);

#endif
