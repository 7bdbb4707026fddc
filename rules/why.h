/* Why a household has its level, why it has no other, and what would change it. Looks into the verdict of evaluate() with
 * the same kernels; judges nothing itself. */
#ifndef NEEDWATCH_WHY_H
#define NEEDWATCH_WHY_H

#include <stdbool.h>
#include <stddef.h>

#include "evaluate.h"

struct buffer;
struct why;

/* At which depth the asker may see. */
enum why_depth {
	WHY_PLAIN,  /* a village: nothing that rests on a sensitive field but what its plain text says */
	WHY_DETAIL, /* those entitled */
};

/* Looks once. What `question` points to is borrowed until why_free(), and with it the texts of which the rule set was
 * compiled: conditions are shown in their words. The household is a row of the population. */
struct why *
why_new(const struct question *question, size_t household, enum why_depth depth);

void
why_free(struct why *why); /* NULL is fine */

/* Tries one change, in well under a millisecond: it evaluates the household anew with it. False: all that are
 * worth a try were tried. */
bool
why_step(struct why *why);

/* One JSON object, without a line end; flips are those found so far. docs/language.md describes it. */
void
why_json(struct why *why, struct buffer *out);

#endif
