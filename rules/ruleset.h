/* A compiled rule set: flat, immutable, counted. What the facts about a household mean. */
#ifndef NEEDWATCH_RULESET_H
#define NEEDWATCH_RULESET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kind.h"

struct diags;
struct source_text;
struct ruleset;

enum finding_kind {
	FINDING_RISK,
	FINDING_POLICY_GAP,
	FINDING_EXIT_REVIEW,
	FINDING_SUPERVISION,
};

enum level {
	LEVEL_NONE,
	LEVEL_BLUE,
	LEVEL_YELLOW,
	LEVEL_ORANGE,
	LEVEL_RED,
};

/* "risk", "policy_gap", ... and "none", "blue", ... */
const char *
finding_kind_name(enum finding_kind kind);

const char *
level_name(enum level level);

/* Changes whenever the same facts, rules and day could give another result. */
#define EVALUATOR_VERSION 2

/* NULL if there was an error; every fault of every text is in `diags`. Texts are copied. */
struct ruleset *
ruleset_compile(const struct source_text *texts, size_t count, struct diags *diags);

struct ruleset *
ruleset_ref(struct ruleset *ruleset);

void
ruleset_unref(struct ruleset *ruleset);

/* The set in one layout, without comments; it parses to the same set. Lives as long as the set. */
const char *
ruleset_print(const struct ruleset *ruleset);

/* 32 hexadecimal digits over the printed form: equal sets have equal hashes. */
const char *
ruleset_hash(const struct ruleset *ruleset);

const struct kind *const *
ruleset_kinds(const struct ruleset *ruleset, size_t *ret_count);

/* Index of the kind, or -1. */
int
ruleset_kind(const struct ruleset *ruleset, const char *name);

struct rule_face {
	const char *id;
	const char *name;   /* Chinese */
	const char *family; /* "" for rules without */
	enum finding_kind kind;
	enum level floor;
	const char *category; /* cause: ill, disability, ..., "" if not said */
	const char *category_label; /* Chinese */
	const char *need;     /* what it asks for: medical_aid, ..., "" if not said */
	const char *need_label;
	const char *const *tags; /* not_enrolled, ... */
	size_t tag_count;
	int visit_workdays;   /* must be visited within; 0: not asked */
	int visit_hours;      /* the same, counted 7x24 */
	bool not_enrolled;    /* has that tag: opens once per event key */
	bool sensitive;       /* its name or verdict rests on a sensitive field */
	int window_days;      /* longest decay of an event; 0 for states */
};

size_t
ruleset_rule_count(const struct ruleset *ruleset);

const struct rule_face *
ruleset_rule(const struct ruleset *ruleset, size_t rule);

#endif
