/* Values as the daemon's answers on the question socket have them. */
#ifndef NEEDWATCH_ANSWER_H
#define NEEDWATCH_ANSWER_H

#include <stdint.h>

#include <jansson.h>

#include "instant.h"

/* As text; null for INSTANT_NONE. */
json_t *
answer_instant(struct instant instant);

void
answer_number(json_t *object, const char *key, int64_t number);

#endif
