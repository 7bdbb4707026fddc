/* The findings of an alert as JSON, at two depths, so that a page needs no evaluator. */
#ifndef NEEDWATCH_FINDING_TEXT_H
#define NEEDWATCH_FINDING_TEXT_H

#include <stdbool.h>

#include "alert_event.h"

struct arena;

/* An array of the findings of one lane. Without `detail` a sensitive rule shows neither its name nor its
 * evidence, and every text is the plain one. */
const char *
finding_text(const struct event_assessed *assessed, enum finding_kind lane, bool detail,
	struct arena *arena);

/* The same but for blanks outside of the texts, which the store sets as it likes. */
bool
finding_text_same(const char *left, const char *right);

#endif
