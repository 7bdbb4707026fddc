/* The numbers that are compared anywhere in the rules, for one household. */
#ifndef NEEDWATCH_FLIP_PAIRS_H
#define NEEDWATCH_FLIP_PAIRS_H

#include "rows.h"

/* Both sides of a comparison, for one row. */
struct pair {
	const struct node *node;
	const struct rule *rule; /* in which it stands */
	bool known;
	int64_t apart; /* left less right */
};

struct pairs {
	struct pair *all;
	size_t count;
};

/* In one order for one rule set and one shape of the facts, so that two collections can be laid side by side. At most a
 * bounded number; in the batch's arena. */
struct pairs
pairs_collect(struct batch *batch);

#endif
