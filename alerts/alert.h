/* One alert of a subject in a lane, and what is remembered about that pair when no alert is open. Plain values:
 * changed only by the plans of decide(). */
#ifndef NEEDWATCH_ALERT_H
#define NEEDWATCH_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "day.h"
#include "instant.h"
#include "organisation.h"
#include "profile.h"
#include "reason.h"
#include "ruleset.h"

/* A lane is the kind of its findings: enum finding_kind of rules/ruleset.h. */

/* Numbers are stored. X(name, word, Chinese, open) */
#define ALERT_STATES(X) \
	X(NEW, "new", "待签收", true) \
	X(SIGNED, "signed", "已签收", true) \
	X(SCREENING, "screening", "甄别中", true) \
	X(VERIFIED_TRUE, "verified_true", "核实属实", true) \
	X(VERIFIED_FALSE, "verified_false", "核实不属实", true) \
	X(UNREACHABLE, "unreachable", "联系不上", true) \
	X(MOVED_AWAY, "moved_away", "已迁离", true) \
	X(FILED, "filed", "已建档", true) \
	X(DISPOSED, "disposed", "已处置", true) \
	X(FOLLOWING, "following", "跟踪中", true) \
	X(CLOSED, "closed", "已办结", false) \
	X(MERGED, "merged", "已并入", false) \
	X(WITHDRAWN, "withdrawn", "已撤回", false)

enum alert_state {
#define X(name, word, chinese, open) ALERT_##name,
	ALERT_STATES(X)
#undef X
	ALERT_STATE_COUNT
};

#define DISPOSITIONS(X) \
	X(NONE, "none", "未处置") \
	X(IN_POLICY, "in_policy", "纳入政策") \
	X(OFF_POLICY_HELP, "off_policy_help", "政策外帮扶") \
	X(COMPLEX, "complex", "一事一议") \
	X(EXIT, "exit", "退出")

enum disposition {
#define X(name, word, chinese) DISPOSITION_##name,
	DISPOSITIONS(X)
#undef X
	DISPOSITION_COUNT
};

/* What closing asks for (LC-18): bits of alert.haves. */
enum alert_have {
	HAVE_LEDGER = 1,
	HAVE_ASSIGNMENT = 2,
	HAVE_FOLLOW_UP = 4,
	HAVE_EVALUATION = 8,
	HAVE_FEEDBACK = 16,
	HAVE_ALL = 31,
	HAVE_VISIT = 32, /* not one of the five */
	HAVE_HELP = 64,
};

/* A hit that this lane has seen. (rule, event_key) is its identity. */
struct alert_hit {
	const char *rule; /* its id */
	const char *event_key;
	struct day on;
	struct day since;      /* never DAY_NONE: for absence the day we first found it true */
	bool absence;          /* `since` is ours; DAY_MIN stands for "long before" */
	int32_t points;
	bool live;             /* in the newest assessment */
	bool event;            /* E; otherwise a state */
	bool spent;            /* an alert about it was closed, or it is history of the first load: no news */
	struct day seen;       /* as_of at which it was last found true */
	struct day cool_until; /* verified false; DAY_NONE: not cooled */
};

struct alert_clock {
	bool running;
	struct instant from;
	struct instant due;
	struct instant reminder;
	bool reminded;
	int32_t misses;
};

/* Who has been told of it: owed a notice when it is withdrawn. */
struct alert_told {
	struct post_ref post;
	bool lead;
	struct instant at; /* the first time */
};

struct alert {
	int64_t id;     /* 0: not stored yet */
	int32_t county; /* home county of the subject; part of the key for ever */
	int64_t household;
	enum finding_kind lane;
	enum alert_state state;
	enum level level;
	int32_t score;
	struct area residence;
	enum reason routed_by;     /* emergency, residence, register, unclaimed */
	struct post_ref owner;
	struct post_ref first_owner; /* history keeps both */
	struct instant opened;
	struct instant signed_at;  /* INSTANT_NONE: nobody has */
	int64_t signed_by;         /* account */
	struct instant closed;     /* INSTANT_NONE while open */
	struct alert_clock clocks[STAGE_COUNT];
	enum disposition disposition;
	const char *cause;         /* "" if not said yet */
	uint32_t haves;
	int32_t attempts;
	int32_t attempt_days;
	struct day attempt_last;
	bool basis_changed;        /* its basis is gone, a human decides */
	bool history;              /* opened by the first load */
	struct day as_of;          /* of the newest assessment */
	/* JSON arrays of the findings: for every tier, and for those entitled to sensitive fields. */
	const char *findings;
	const char *findings_detail;
	struct alert_told *told;
	size_t told_count;
	int32_t version;           /* counts plans */
};

/* All that is known of one subject in one lane. */
struct alert_file {
	int32_t county;
	int64_t household;
	enum finding_kind lane;
	/* the open one, or for action "reopen" the last; NULL: none */
	const struct alert *alert;
	const struct alert_hit *hits; /* by rule, then event key */
	size_t hit_count;
	/* of the newest assessment; a spent hit must lift the level to be news */
	enum level level_seen;
};

bool
alert_state_open(enum alert_state state);

const char *
alert_state_name(enum alert_state state);

const char *
alert_state_chinese(enum alert_state state);

enum alert_state
alert_state_find(const char *name); /* ALERT_STATE_COUNT: no such word */

const char *
disposition_name(enum disposition disposition);

const char *
disposition_chinese(enum disposition disposition);

enum disposition
disposition_find(const char *name);

const char *
level_chinese(enum level level);

/* The earliest moment at which some clock wants to be put through decide(); INSTANT_NONE: none runs. */
struct instant
alert_wake(const struct alert *alert, enum stage *ret_stage);

#endif
