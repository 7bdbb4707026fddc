/* One household of a population as a population of its own, with one number in one fact changed. */
#ifndef NEEDWATCH_HOUSEHOLD_COPY_H
#define NEEDWATCH_HOUSEHOLD_COPY_H

#include <stddef.h>
#include <stdint.h>

#include "evaluate.h"

struct cell_change {
	size_t kind;
	size_t field;
	uint32_t fact; /* row in the population that is copied */
	int64_t value;
};

/* With the persons to whom its facts refer, and theirs, as far as two steps; `change` may be NULL. The copy's kinds are
 * borrowed from the rule set. */
struct population *
household_copy(const struct question *question, size_t household, const struct cell_change *change);

#endif
