/* What decide() obeys: profile, organisation and calendar together. Borrowed parts; holds no state. */
#ifndef NEEDWATCH_POLICY_H
#define NEEDWATCH_POLICY_H

#include <stddef.h>
#include <stdint.h>

#include "calendar.h"
#include "organisation.h"
#include "profile.h"

struct policy {
	const struct profile *profile;
	const struct organisation *organisation;
	const struct calendar *calendar; /* NULL: Mon-Fri, reported */
	/* Outgoing channels by name: every message goes to each of them. The inbox itself needs none. */
	const char *const *channels;
	size_t channel_count;
};

/* A message of that level may not go out before this moment: `now`, or the end of the quiet hours. */
struct instant
policy_not_before(const struct policy *policy, enum level level, struct instant now);

/* When a clock that starts at `from` runs out, and when half of it has passed. `ret_known` as in calendar.h. */
struct instant
policy_due(const struct policy *policy, const struct clock_span *span, struct instant from,
	bool *ret_known);

#endif
