/* Every number of responsibility: who leads at which level, which clocks run, and the limits against noise. The
 * default profile is a proposal of this program, each number with its basis; it is not national law. */
#ifndef NEEDWATCH_PROFILE_H
#define NEEDWATCH_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "organisation.h"
#include "ruleset.h"

/* The rows of domain.md 4.3. Blue to red are the levels of the lane risk. */
#define PROFILE_ROWS(X) \
	X(BLUE, "blue", "蓝色关注") \
	X(YELLOW, "yellow", "黄色预警") \
	X(ORANGE, "orange", "橙色预警") \
	X(RED, "red", "红色预警") \
	X(POLICY_GAP, "policy_gap", "应享未享") \
	X(EXIT_REVIEW, "exit_review", "动态退出复核") \
	X(SUPERVISION, "supervision", "履职监督")

enum profile_row {
#define X(name, word, chinese) ROW_##name,
	PROFILE_ROWS(X)
#undef X
	ROW_COUNT
};

#define STAGES(X) \
	X(SIGN, "sign", "签收") \
	X(VISIT, "visit", "入户") \
	X(VERIFY, "verify", "核实") \
	X(DISPOSE, "dispose", "处置") \
	X(FOLLOW_UP, "follow_up", "回访")

enum stage {
#define X(name, word, chinese) STAGE_##name,
	STAGES(X)
#undef X
	STAGE_COUNT
};

/* How long a clock runs. WORKDAYS end at the office's closing hour, HOURS run 7x24, MONTH ends with the next
 * civil month, DAYS with the closing hour of that civil day. */
enum span_unit {
	SPAN_NONE, /* this stage has no clock at this row */
	SPAN_HOURS,
	SPAN_WORKDAYS,
	SPAN_DAYS,
	SPAN_MONTH,
};

struct clock_span {
	enum span_unit unit;
	int32_t length;
	const char *basis;
};

struct profile_line {
	enum tier lead;           /* who signs */
	enum tier lead_undelegated; /* the same where the town does not confirm by itself */
	const char *lead_basis;
	/* told to visit, if that is not the leading office; TIER_COUNT: nobody */
	enum tier executes;
	enum tier copy;           /* TIER_COUNT: nobody */
	enum role copy_role;
	const char *copy_basis;
	struct clock_span spans[STAGE_COUNT];
};

/* X(name, default, unit, basis): single numbers. */
#define PROFILE_NUMBERS(X) \
	X(closing_second, 64800, "second of day", "design: office clocks end at 18:00") \
	X(reminder_percent, 50, "percent", "design: half of the time") \
	X(cool_down_days, 60, "days", "design: one season of the same complaint") \
	X(hysteresis_points, 5, "points", "design: a quarter of the narrowest level") \
	X(news_days, 30, "days", "domain 4.2: a state that began within 30 days is news") \
	X(attempts_needed, 3, "attempts", "domain 4.7: unreachable needs three dated attempts") \
	X(attempt_days_needed, 2, "days", "domain 4.7: on two different days at least") \
	X(reopen_days, 90, "days", "domain 4.7: reopening counts against quality for 90 days") \
	X(copy_misses, 1, "misses", "domain 4.3: the first missed signature copies the next tier") \
	X(top_again_hours, 24, "hours", "design: at the highest tier one call a day") \
	X(quiet_from, 79200, "second of day", "design: no calls after 22:00 except red") \
	X(quiet_until, 25200, "second of day", "design: until 07:00") \
	X(history_per_day, 10, "alerts", "design: 9.2 staff a town team (SPB-11), one each a day") \
	X(level_blue, 20, "points", "domain 4.3") \
	X(level_yellow, 35, "points", "domain 4.3") \
	X(level_orange, 55, "points", "domain 4.3") \
	X(level_red, 75, "points", "domain 4.3")

struct profile_number {
	const char *name;
	int32_t value;
	const char *unit;
	const char *basis;
};

enum profile_number_id {
#define X(name, value, unit, basis) NUMBER_##name,
	PROFILE_NUMBERS(X)
#undef X
	NUMBER_COUNT
};

struct profile {
	const char *name; /* the default calls itself one */
	struct profile_line lines[ROW_COUNT];
	struct profile_number numbers[NUMBER_COUNT];
};

/* Static; every number carries its basis. */
const struct profile *
profile_default(void);

#define profile_value(profile, id) ((profile)->numbers[NUMBER_##id].value)

enum profile_row
profile_row_of(enum finding_kind lane, enum level level);

const char *
profile_row_name(enum profile_row row);

const char *
profile_row_chinese(enum profile_row row);

const char *
stage_name(enum stage stage);

const char *
stage_chinese(enum stage stage);

/* STAGE_COUNT if there is no such word. */
enum stage
stage_find(const char *name);

#endif
