/* The smallest single changes that give a household another level: a threshold, a number in a fact, or time alone. Each
 * was tried by judging the household anew with it; what did not come true is not told. */
#ifndef NEEDWATCH_FLIP_H
#define NEEDWATCH_FLIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "evaluate.h"

struct flip_search;
struct node;
struct rule;

enum flip_change {
	FLIP_THRESHOLD,
	FLIP_FACT,
	FLIP_DAYS, /* nothing new is told, and time goes on */
};

struct flip {
	enum flip_change change;
	size_t index;   /* the threshold, or the kind of the fact */
	size_t field;
	uint32_t fact;  /* row of the fact in the population */
	int64_t from;   /* FLIP_DAYS: 0 */
	int64_t to;     /* FLIP_DAYS: how many */
	int64_t weight; /* how large the change is: millionths of the value, or of a year */
	/* the comparison that turns, and its rule; NULL: none in a rule */
	const struct node *node;
	const struct rule *rule;
	enum level level;
	int32_t score;
	bool sensitive; /* a finding that rests on sensitive fields comes, goes or changes with it */
};

/* Borrows what the question points to. */
struct flip_search *
flip_search_new(const struct question *question, size_t household);

void
flip_search_free(struct flip_search *search); /* NULL is fine */

/* Judges the household once or twice; false: there is nothing left to try. */
bool
flip_search_step(struct flip_search *search);

/* Those found so far, the smallest first. */
const struct flip *
flip_search_found(const struct flip_search *search, size_t *ret_count);

#endif
