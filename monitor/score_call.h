/* How `needwatch score` was called. */
#ifndef NEEDWATCH_SCORE_CALL_H
#define NEEDWATCH_SCORE_CALL_H

#include <stddef.h>

#include "day.h"
#include "why_face.h"

/* Borrows argv. */
struct score_call {
	const char **rules;
	size_t rule_count;
	const char **thresholds; /* NAME=VALUE */
	size_t threshold_count;
	const char *facts;
	const char *areas;
	const char *why; /* --why or --why-all */
	struct why_face face;
	struct day as_of;
	size_t threads;
	size_t repeat;
};

/* EXIT_DONE, or EXIT_USAGE after saying what is wrong. */
int
score_call_parse(int argc, char **argv, struct score_call *ret_call);

void
score_call_free(struct score_call *call);

#endif
