/* The default profile: domain.md 4.3 as one table. It calls itself a default and is not national law. */
#include "profile.h"

#include <string.h>

#define HOURS(n, basis) {SPAN_HOURS, n, basis}
#define WORKDAYS(n, basis) {SPAN_WORKDAYS, n, basis}
#define DAYS(n, basis) {SPAN_DAYS, n, basis}
#define MONTHS(n, basis) {SPAN_MONTH, n, basis}

static const struct profile builtin = {
	.name = "default (a proposal of this program, not national law)",
	.lines = {
		[ROW_BLUE] = {
			.lead = TIER_VILLAGE,
			.lead_undelegated = TIER_VILLAGE,
			.lead_basis = "design: nearest office; listed, nobody is called",
			.executes = TIER_COUNT,
			.copy = TIER_COUNT,
			.copy_basis = "design: nobody",
			.spans = {
				[STAGE_VISIT] = MONTHS(1, "monthly visits: next month's end"),
				[STAGE_FOLLOW_UP] = DAYS(91, "design: as yellow, quarterly"),
			},
		},
		[ROW_YELLOW] = {
			.lead = TIER_VILLAGE,
			.lead_undelegated = TIER_VILLAGE,
			.lead_basis = "domain 4.3: village or community leads",
			.executes = TIER_COUNT,
			.copy = TIER_COUNT,
			.copy_basis = "domain 4.3: in the town's list, no message",
			.spans = {
				[STAGE_SIGN] = WORKDAYS(2, "design"),
				[STAGE_VISIT] = WORKDAYS(7, "design"),
				[STAGE_VERIFY] = WORKDAYS(10, "design"),
				[STAGE_DISPOSE] = WORKDAYS(20, "delegated dibao limit, domain 3.2"),
				[STAGE_FOLLOW_UP] = DAYS(91, "domain 4.3: quarterly"),
			},
		},
		[ROW_ORANGE] = {
			.lead = TIER_TOWN,
			.lead_undelegated = TIER_TOWN,
			.lead_basis = "domain 4.3: town or street leads",
			.executes = TIER_VILLAGE,
			.copy = TIER_COUNT,
			.copy_basis = "domain 4.3: in the county's list, no message",
			.spans = {
				[STAGE_SIGN] = WORKDAYS(1, "design"),
				[STAGE_VISIT] = WORKDAYS(3, "dibao investigation start, domain 3.2"),
				[STAGE_VERIFY] = WORKDAYS(5, "design"),
				[STAGE_DISPOSE] = WORKDAYS(10, "county confirmation, domain 3.2"),
				[STAGE_FOLLOW_UP] = DAYS(30, "domain 4.3: monthly"),
			},
		},
		[ROW_RED] = {
			.lead = TIER_TOWN,
			.lead_undelegated = TIER_TOWN,
			.lead_basis = "domain 4.3: town or street leads",
			.executes = TIER_VILLAGE,
			.copy = TIER_COUNTY,
			.copy_role = ROLE_COUNTY_DUTY,
			.copy_basis = "domain 4.3: county duty at once",
			.spans = {
				[STAGE_SIGN] = HOURS(2, "design: 7x24"),
				[STAGE_VISIT] = HOURS(24, "visit within 24 h of a major change, 3.12"),
				[STAGE_VERIFY] = WORKDAYS(3, "design"),
				[STAGE_DISPOSE] = WORKDAYS(5, "design; emergency relief may precede"),
				[STAGE_FOLLOW_UP] = DAYS(7, "domain 4.3: weekly until stable"),
			},
		},
		[ROW_POLICY_GAP] = {
			.lead = TIER_TOWN,
			.lead_undelegated = TIER_COUNTY,
			.lead_basis = "domain 4.3: town if delegated, else county department",
			.executes = TIER_COUNT,
			.copy = TIER_COUNT,
			.copy_basis = "design: nobody",
			.spans = {
				[STAGE_SIGN] = WORKDAYS(2, "design"),
				[STAGE_VERIFY] = WORKDAYS(5, "design"),
				[STAGE_DISPOSE] = WORKDAYS(10, "county confirmation, domain 3.2"),
				[STAGE_FOLLOW_UP] = DAYS(91, "design: quarterly"),
			},
		},
		[ROW_EXIT_REVIEW] = {
			.lead = TIER_TOWN,
			.lead_undelegated = TIER_TOWN,
			.lead_basis = "domain 4.3: town or street leads",
			.executes = TIER_VILLAGE,
			.copy = TIER_COUNT,
			.copy_basis = "design: nobody",
			.spans = {
				[STAGE_SIGN] = WORKDAYS(2, "design"),
				[STAGE_VISIT] = WORKDAYS(10, "design"),
				[STAGE_VERIFY] = WORKDAYS(10, "design"),
				[STAGE_DISPOSE] = WORKDAYS(30, "design; death: 3 months hard limit"),
				[STAGE_FOLLOW_UP] = DAYS(91, "design: quarterly"),
			},
		},
		[ROW_SUPERVISION] = {
			.lead = TIER_TOWN,
			.lead_undelegated = TIER_TOWN,
			.lead_basis = "domain 4.3: the tier above the failing village",
			.executes = TIER_COUNT,
			.copy = TIER_COUNT,
			.copy_basis = "design: nobody",
			.spans = {
				[STAGE_SIGN] = WORKDAYS(1, "design"),
				[STAGE_DISPOSE] = WORKDAYS(5, "design"),
				[STAGE_FOLLOW_UP] = DAYS(91, "design: quarterly"),
			},
		},
	},
	.numbers = {
#define X(name, value, unit, basis) [NUMBER_##name] = {#name, value, unit, basis},
		PROFILE_NUMBERS(X)
#undef X
	},
};

const struct profile *
profile_default(void)
{
	return &builtin;
}

enum profile_row
profile_row_of(enum finding_kind lane, enum level level)
{
	switch (lane) {
	case FINDING_RISK:
		break;
	case FINDING_POLICY_GAP:
		return ROW_POLICY_GAP;
	case FINDING_EXIT_REVIEW:
		return ROW_EXIT_REVIEW;
	case FINDING_SUPERVISION:
		return ROW_SUPERVISION;
	}
	switch (level) {
	case LEVEL_NONE:
	case LEVEL_BLUE:
		break;
	case LEVEL_YELLOW:
		return ROW_YELLOW;
	case LEVEL_ORANGE:
		return ROW_ORANGE;
	case LEVEL_RED:
		return ROW_RED;
	}
	return ROW_BLUE;
}

struct word {
	const char *name;
	const char *chinese;
};

#define X(name, word, chinese) {word, chinese},
static const struct word rows[] = {PROFILE_ROWS(X)};
static const struct word stages[] = {STAGES(X){"none", "无"}};
#undef X

const char *
profile_row_name(enum profile_row row)
{
	return rows[row].name;
}

const char *
profile_row_chinese(enum profile_row row)
{
	return rows[row].chinese;
}

const char *
stage_name(enum stage stage)
{
	return stages[stage].name;
}

const char *
stage_chinese(enum stage stage)
{
	return stages[stage].chinese;
}

enum stage
stage_find(const char *name)
{
	int stage = 0;
	while (stage < STAGE_COUNT && strcmp(stages[stage].name, name) != 0) {
		stage++;
	}
	return (enum stage)stage;
}
