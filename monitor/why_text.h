/* An explanation (rules/why.h, as JSON) as text for a person at a terminal, in Chinese or English. */
#ifndef NEEDWATCH_WHY_TEXT_H
#define NEEDWATCH_WHY_TEXT_H

#include <stdbool.h>

#include <jansson.h>

struct buffer;

/* Score and level, each finding with its reason and evidence, what could not be judged, and the smallest changes that
 * would give another level. `whole`: besides, every rule with its condition taken apart, and the thresholds. */
void
why_text(const json_t *why, bool chinese, bool whole, struct buffer *out);

#endif
