/* An assessment as text for a person at a terminal. */
#ifndef NEEDWATCH_EXPLANATION_H
#define NEEDWATCH_EXPLANATION_H

#include "assessment.h"

struct buffer;

/* Score and level, each finding with its reason and evidence, and what could not be judged. */
void
explanation_write(
	const struct assessment *assessment, const struct ruleset *ruleset, struct buffer *out);

#endif
