/* Judges all households of a population on several threads and writes their JSON, in one order */
#ifndef NEEDWATCH_SCORE_H
#define NEEDWATCH_SCORE_H

#include <stddef.h>

#include "buffer.h"
#include "evaluate.h"

/* Counted over all households. */
struct score_count {
	size_t findings; /* households with at least one */
	size_t unjudged; /* households with a rule that could not be judged */
	size_t level[5]; /* by enum level, of those with a finding */
};

/* Each of `threads` judges a contiguous part. Appends one JSON object and a line end per
 * household with a finding; the bytes are the same at any number of threads. */
void
score_all(const struct question *question, size_t threads, struct buffer *ret_lines,
	struct score_count *ret_count);

#endif
