/* Which action is allowed in which state, by whom, and what it leads to: one table, read by decide(), the API, the
 * documentation and the tests. */
#ifndef NEEDWATCH_TRANSITION_H
#define NEEDWATCH_TRANSITION_H

#include <stddef.h>
#include <stdint.h>

#include "alert.h"
#include "alert_event.h"

#define STATE_BIT(name) (1U << ALERT_##name)
#define ROLE_BIT(name) (1U << ROLE_##name)

struct transition {
	enum action action;
	uint32_t from;            /* STATE_BITs */
	enum alert_state to;      /* ALERT_STATE_COUNT: stays */
	uint32_t roles;           /* ROLE_BITs that may */
	enum reason reason;       /* written when it happens */
	const char *why;          /* the rule behind the row */
};

size_t
transitions(const struct transition **ret_first);

/* NULL if the state does not allow the action. */
const struct transition *
transition_find(enum alert_state state, enum action action);

#endif
