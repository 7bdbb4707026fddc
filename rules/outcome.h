/* What the rules found in a batch, before it becomes assessments. */
#ifndef NEEDWATCH_OUTCOME_H
#define NEEDWATCH_OUTCOME_H

#include "rows.h"

/* A hit on its way, chained under its household and rule. */
struct raw_hit {
	struct raw_hit *next;
	struct hit hit;
	enum level floor;
	struct rows *rows; /* where its row lies, for texts and evidence */
	size_t row;
};

struct outcome {
	struct raw_hit *hits; /* largest first */
	uint8_t unknown;      /* the condition was unknown for a row, and no row was a hit */
};

/* evaluate.c: one household as a batch of its own, which stays readable, with the outcome of each rule, as long as the
 * arena: that is how why.c looks into a verdict. */
struct outcome **
evaluate_one(const struct question *question, size_t household, struct arena *arena,
	struct batch *ret_batch, struct assessment *ret_assessment);

/* judge.c: the rows of a rule's `for` sets, its lets bound. The k-th row whose condition is yes is row k of the
 * outcomes' hits. */
struct rows *
rule_rows(struct batch *batch, const struct rule *rule);

/* judge.c: runs one rule over the batch; `ret_outcomes` has one for each household of it. */
void
judge(struct batch *batch, const struct rule *rule, struct outcome *ret_outcomes);

/* Why the rule could not be judged: the first field or threshold of its condition that was unknown for the household,
 * or an authorisation that it has not given. */
struct unjudged
unjudged_of(struct batch *batch, size_t rule, size_t household);

/* What the hits of a rule are worth together; 0 without one. */
int32_t
outcome_points(const struct rule *rule, const struct outcome *outcome);

/* The finding of a rule with at least one hit. */
struct finding
finding_of(struct batch *batch, size_t rule, const struct outcome *outcome);

#endif
