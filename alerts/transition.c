/* The transition table: every action of domain.md 4.7 with the rule behind it; carries none of them out. */
#include "transition.h"

#define OPEN_STATES                                                                                \
	(STATE_BIT(NEW) | STATE_BIT(SIGNED) | STATE_BIT(SCREENING) | STATE_BIT(VERIFIED_TRUE) |    \
		STATE_BIT(VERIFIED_FALSE) | STATE_BIT(UNREACHABLE) | STATE_BIT(MOVED_AWAY) |       \
		STATE_BIT(FILED) | STATE_BIT(DISPOSED) | STATE_BIT(FOLLOWING))
/* Signed or further. */
#define HELD_STATES (OPEN_STATES & ~STATE_BIT(NEW))
#define ENDED_STATES (STATE_BIT(CLOSED) | STATE_BIT(WITHDRAWN))
#define POSITIVE_STATES                                                                            \
	(STATE_BIT(VERIFIED_TRUE) | STATE_BIT(FILED) | STATE_BIT(DISPOSED) | STATE_BIT(FOLLOWING))

/* Those who handle cases; those of them with administrative authority. */
#define HANDLERS                                                                                   \
	(ROLE_BIT(WORKER) | ROLE_BIT(GRID_WORKER) | ROLE_BIT(SOCIAL_WORKER) | OFFICIALS)
#define OFFICIALS                                                                                  \
	(ROLE_BIT(TOWN) | ROLE_BIT(COUNTY) | ROLE_BIT(COUNTY_DUTY) | ROLE_BIT(CITY))
#define EVERYBODY (HANDLERS | ROLE_BIT(SUPERVISOR))
#define STAYS ALERT_STATE_COUNT

static const struct transition table[] = {
	{ACTION_SIGN, OPEN_STATES, ALERT_SIGNED, ROLE_BIT(WORKER) | ROLE_BIT(GRID_WORKER) | OFFICIALS,
		REASON_SIGNED, "the office that leads takes the alert on; a new lead signs again"},
	{ACTION_VISIT, HELD_STATES, STAYS, HANDLERS, REASON_VISITED,
		"a home visit is dated and stops its clock"},
	{ACTION_ATTEMPT, HELD_STATES, STAYS, HANDLERS, REASON_ATTEMPTED,
		"a vain attempt is dated: three on two days make unreachable"},
	{ACTION_SCREEN, STATE_BIT(SIGNED) | STATE_BIT(UNREACHABLE) | STATE_BIT(MOVED_AWAY),
		ALERT_SCREENING, HANDLERS, REASON_SCREENED,
		"discover, screen, file, refer: this order (SPB-05)"},
	{ACTION_VERIFY_TRUE, STATE_BIT(SCREENING), ALERT_VERIFIED_TRUE,
		ROLE_BIT(WORKER) | OFFICIALS, REASON_VERIFIED_TRUE,
		"an office, not a social worker alone, says so, with the cause (SPB-10)"},
	{ACTION_VERIFY_FALSE, STATE_BIT(SCREENING), ALERT_VERIFIED_FALSE,
		ROLE_BIT(WORKER) | OFFICIALS, REASON_VERIFIED_FALSE,
		"in words; the same rule and event are then cooled down"},
	{ACTION_UNREACHABLE, STATE_BIT(SIGNED) | STATE_BIT(SCREENING), ALERT_UNREACHABLE, HANDLERS,
		REASON_FOUND_UNREACHABLE, "three dated attempts on at least two days"},
	{ACTION_MOVED_AWAY, STATE_BIT(SIGNED) | STATE_BIT(SCREENING) | STATE_BIT(UNREACHABLE),
		ALERT_MOVED_AWAY, HANDLERS, REASON_FOUND_MOVED_AWAY,
		"then it is transferred to where they live, or closed"},
	{ACTION_FILE, STATE_BIT(VERIFIED_TRUE), ALERT_FILED, HANDLERS, REASON_FILED,
		"one case, one file (SPB-15)"},
	{ACTION_DISPOSE, STATE_BIT(FILED), ALERT_DISPOSED, OFFICIALS, REASON_DISPOSED,
		"two positive outcomes; off-policy help needs a help action (SPB-09)"},
	{ACTION_FOLLOW, STATE_BIT(DISPOSED) | STATE_BIT(FOLLOWING), ALERT_FOLLOWING, HANDLERS,
		REASON_FOLLOWED, "each follow-up starts the next one's clock"},
	{ACTION_CLOSE,
		STATE_BIT(FOLLOWING) | STATE_BIT(VERIFIED_FALSE) | STATE_BIT(UNREACHABLE) |
			STATE_BIT(MOVED_AWAY),
		ALERT_CLOSED, ROLE_BIT(WORKER) | OFFICIALS, REASON_CLOSED,
		"a helped household closes with the five haves (LC-18), never by the supervisor"},
	{ACTION_REOPEN, ENDED_STATES, ALERT_SCREENING, OFFICIALS | ROLE_BIT(SUPERVISOR),
		REASON_REOPENED, "within 90 days, in words; counts against quality"},
	{ACTION_TRANSFER, OPEN_STATES, STAYS, ROLE_BIT(WORKER) | OFFICIALS, REASON_TRANSFERRED,
		"from, to and why are kept; clocks go on (SPB-06)"},
	{ACTION_HELP, HELD_STATES, STAYS, HANDLERS, REASON_HELPED,
		"help may begin before filing"},
	{ACTION_REFER, HELD_STATES, STAYS, HANDLERS, REASON_REFERRED,
		"a task for another office; it may start before filing (SPB-16)"},
	{ACTION_EVALUATE, POSITIVE_STATES, STAYS, EVERYBODY, REASON_EVALUATED,
		"not by the handler alone"},
	{ACTION_FEED_BACK, HELD_STATES, STAYS, HANDLERS, REASON_FED_BACK,
		"whoever asked or reported gets an answer"},
	{ACTION_NOTE, OPEN_STATES | ENDED_STATES, STAYS, EVERYBODY, REASON_NOTED,
		"words are always welcome"},
};

size_t
transitions(const struct transition **ret_first)
{
	*ret_first = table;
	return sizeof table / sizeof table[0];
}

const struct transition *
transition_find(enum alert_state state, enum action action)
{
	for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
		if (table[i].action == action && (table[i].from & 1U << state) != 0) {
			return &table[i];
		}
	}
	return NULL;
}
