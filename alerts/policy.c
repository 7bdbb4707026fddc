/* Deadlines and quiet hours out of profile and calendar; sends and stores nothing. */
#include "policy.h"

struct instant
policy_not_before(const struct policy *policy, enum level level, struct instant now)
{
	int from = profile_value(policy->profile, quiet_from);
	int until = profile_value(policy->profile, quiet_until);
	int second = instant_second(now);
	struct day day = instant_day(now);
	if (level == LEVEL_RED || from == until) {
		return now;
	}
	if (from > until && second >= from) {
		return instant_at((struct day){day.n + 1}, until);
	}
	bool quiet = from > until ? second < until : second >= from && second < until;
	return quiet ? instant_at(day, until) : now;
}

struct instant
policy_due(const struct policy *policy, const struct clock_span *span, struct instant from,
	bool *ret_known)
{
	int closing = profile_value(policy->profile, closing_second);
	struct day day = instant_day(from);
	switch (span->unit) {
	case SPAN_NONE:
		break;
	case SPAN_HOURS:
		return (struct instant){from.us + span->length * US_PER_HOUR};
	case SPAN_WORKDAYS:
		return calendar_due(policy->calendar, from, span->length, closing, ret_known);
	case SPAN_DAYS:
		return instant_at((struct day){day.n + span->length}, closing);
	case SPAN_MONTH:
		day = day_of_month(day_month(day) + 1 + span->length);
		return instant_at((struct day){day.n - 1}, closing);
	}
	return (struct instant){INSTANT_NONE};
}
