/* The one door: whatever happens to an alert goes through here. Who must know, and when. Pure: the same policy,
 * file, event and now give the same plan. */
#ifndef NEEDWATCH_DECIDE_H
#define NEEDWATCH_DECIDE_H

#include "alert.h"
#include "alert_event.h"
#include "plan.h"
#include "policy.h"

struct arena;

/* The plan lies in the arena and borrows from everything given. Never NULL. */
const struct plan *
decide(const struct policy *policy, const struct alert_file *file,
	const struct alert_event *event, struct instant now, struct arena *arena);

/* Where an alert of that lane and level over the area would go, and why: `needwatch route` asks it. */
struct route {
	struct post_ref owner;
	enum reason routed_by;
	enum reason lifted_by; /* REASON_NONE, OFFICE_MISSING, POST_VACANT, NOBODY_REACHABLE */
};

struct route_question {
	enum finding_kind lane;
	enum level level;
	int32_t county; /* of the unclaimed pool */
	struct area emergency_area;
	struct area residence;
	struct area register_area;
};

struct route
route_find(const struct policy *policy, const struct route_question *question);

/* The next tier above `post` that somebody can be reached at; the same post if there is none. */
struct post_ref
route_up(const struct policy *policy, struct post_ref post);

#endif
