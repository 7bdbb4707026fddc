/* Which post an alert goes to, and who stands above it; starts no clock and tells nobody. */
#include "decide.h"

/* The post that leads at `office`, or at the first office above it where somebody is reachable. */
static struct post_ref
reachable_from(const struct policy *policy, const struct office *office, enum reason *lifted)
{
	const struct organisation *organisation = policy->organisation;
	struct post_ref first = {office->id, tier_role(office->tier)};
	for (int depth = 0; office != NULL && depth < ORGANISATION_DEPTH; depth++) {
		struct post_ref post = {office->id, tier_role(office->tier)};
		if (organisation_reachable(organisation, post)) {
			return post;
		}
		*lifted = REASON_POST_VACANT;
		office = organisation_parent(organisation, office);
	}
	const struct office *root = organisation_root(organisation);
	struct post_ref post = {root->id, tier_role(root->tier)};
	if (organisation_reachable(organisation, post)) {
		return post;
	}
	*lifted = REASON_NOBODY_REACHABLE;
	return first;
}

struct post_ref
route_up(const struct policy *policy, struct post_ref post)
{
	const struct organisation *organisation = policy->organisation;
	const struct office *office = organisation_office(organisation, post.office);
	for (int depth = 0; office != NULL && depth < ORGANISATION_DEPTH; depth++) {
		office = organisation_parent(organisation, office);
		if (office == NULL) {
			break;
		}
		struct post_ref up = {office->id, tier_role(office->tier)};
		if (organisation_reachable(organisation, up)) {
			return up;
		}
	}
	return post;
}

static enum tier
lead_tier(const struct policy *policy, const struct route_question *question, struct area area)
{
	const struct profile_line *line =
		&policy->profile->lines[profile_row_of(question->lane, question->level)];
	if (line->lead == line->lead_undelegated) {
		return line->lead;
	}
	const struct office *town = organisation_at(policy->organisation, area, TIER_TOWN);
	return town != NULL && town->delegated ? line->lead : line->lead_undelegated;
}

/* The county's pool of unclaimed alerts, or the root where the county has no office. */
static const struct office *
pool(const struct policy *policy, int32_t county)
{
	struct area area = {(int64_t)county * 1000000};
	const struct office *office =
		organisation_at_or_above(policy->organisation, area, TIER_COUNTY);
	return office != NULL ? office : organisation_root(policy->organisation);
}

struct route
route_find(const struct policy *policy, const struct route_question *question)
{
	const struct {
		struct area area;
		enum reason reason;
	} places[] = {
		{question->emergency_area, REASON_BY_EMERGENCY},
		{question->residence, REASON_BY_RESIDENCE},
		{question->register_area, REASON_BY_REGISTER},
	};
	struct route route = {.routed_by = REASON_UNCLAIMED, .lifted_by = REASON_NONE};
	const struct office *office = NULL;
	for (size_t i = 0; i < sizeof places / sizeof places[0] && office == NULL; i++) {
		enum tier tier = lead_tier(policy, question, places[i].area);
		office = organisation_at_or_above(policy->organisation, places[i].area, tier);
		if (office != NULL) {
			route.routed_by = places[i].reason;
			route.lifted_by = office->tier == tier ? REASON_NONE : REASON_OFFICE_MISSING;
		}
	}
	if (office == NULL) {
		office = pool(policy, question->county);
	}
	if (office == NULL) {
		route.lifted_by = REASON_NOBODY_REACHABLE;
		return route;
	}
	route.owner = reachable_from(policy, office, &route.lifted_by);
	return route;
}
