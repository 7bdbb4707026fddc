/* Between the files of why: what was seen of a household. Nobody else includes it. */
#ifndef NEEDWATCH_WHY_PARTS_H
#define NEEDWATCH_WHY_PARTS_H

#include "flip.h"
#include "outcome.h"
#include "truth.h"
#include "why.h"

#define ROWS_SHOWN 3   /* of a rule: those that fire, or the nearest */
#define ROWS_LOOKED 64 /* at most, to find them */
#define FACTS_SHOWN 12 /* of a part; the others are counted */
#define PART_DEPTH 6   /* of definitions within a condition */

/* X(enum, word, what it means) */
#define VERDICTS(X) \
	X(VERDICT_FIRES, "fires", "it has a finding") \
	X(VERDICT_FADED, "faded", "its condition is so, but its points have faded to nothing") \
	X(VERDICT_UNKNOWN, "unknown", "it cannot be judged") \
	X(VERDICT_UNAUTHORISED, "unauthorised", "it may not be judged without an authorisation of the household") \
	X(VERDICT_SILENT, "silent", "its condition is not so") \
	X(VERDICT_WAIVED, "waived", "what is required of its kind is not so") \
	X(VERDICT_IDLE, "idle", "there is no finding for it to join")

enum verdict_word {
#define X(name, word, meaning) name,
	VERDICTS(X)
#undef X
};

struct part_fact {
	const char *kind;
	const char *label;
	const char *source; /* or NULL */
	const char *record; /* masked; or NULL */
	struct day on;
	uint32_t row; /* in the population */
};

/* A value beside a comparison. */
struct part_side {
	const char *text;  /* the words of the rule */
	const char *value;
	bool known;
	bool hidden;
	int threshold;     /* the side is this one alone; -1 */
};

#define PART_FORMS(X) \
	X(PART_AND, "and") \
	X(PART_OR, "or") \
	X(PART_NOT, "not") \
	X(PART_SURELY, "surely") \
	X(PART_POSSIBLY, "possibly") \
	X(PART_DEFINED, "defined") /* a name: its own parts stand below */ \
	X(PART_CHOICE, "choice") \
	X(PART_ANY, "any")         /* the row that decides stands below */ \
	X(PART_ALL, "all") \
	X(PART_COMPARISON, "comparison") \
	X(PART_PLAIN, "plain")

enum part_form {
#define X(name, word) name,
	PART_FORMS(X)
#undef X
};

/* A condition, or a piece of one, for one row. */
struct part {
	enum part_form form;
	enum truth truth;
	const char *text;      /* "": not for the asker, or in the parts */
	bool hidden;           /* rests on what the asker may not see: its truth stays away */
	struct part_side sides[2];
	size_t side_count;
	/* how far `distance_of` is from changing the truth; NULL: no number */
	const char *distance;
	const char *distance_of;
	const char *unit;      /* "yuan", "days", "" */
	int64_t far;           /* the same per mille of the other side, 0..999 */
	size_t row_count;      /* PART_ANY, PART_ALL: rows that were looked at */
	const char *row;       /* PART_ANY, PART_ALL: the one below */
	struct part *parts;
	size_t part_count;
	struct part_fact *facts;
	size_t fact_count;
	size_t fact_total;
};

/* A line of points or a floor that asks for more than the rule's condition. */
struct part_step {
	int32_t points;
	enum level floor; /* LEVEL_NONE: a line of points */
	struct part part;
};

struct part_row {
	const char **names;  /* of the rule's variables and lets */
	const char **values; /* NULL: unknown */
	size_t name_count;
	struct part part;
	struct part_step *steps;
	size_t step_count;
	bool hit;            /* scores */
	int32_t points;
	struct day on;
	int64_t cost;        /* how much stands between it and firing */
	struct part_fact *facts; /* that it is about */
	size_t fact_count;
};

struct rule_seen {
	enum verdict_word verdict;
	bool hidden; /* its name and verdict are not for the asker */
	const struct finding *finding;
	const char *missing;
	uint32_t authorised; /* mask: the authorisations that the household gave */
	struct part_row *rows;
	size_t row_count;
	size_t row_total;
};

struct threshold_seen {
	bool used;   /* by something that is shown */
	bool hidden; /* its value tells the class */
	bool known;
	int64_t value;
	const struct threshold_row *row; /* NULL: default or given by hand */
};

struct why {
	struct question question;
	size_t household;
	bool detail;
	struct arena *arena;
	struct batch batch;
	struct outcome **outcomes;
	struct assessment assessment;
	struct rule_seen *rules;       /* by rule */
	struct threshold_seen *thresholds; /* by name */
	bool class_hidden;             /* it rests on what the asker may not see */
	uint8_t *touching;             /* by definition: 0 not looked at, 1 no, 2 yes */
	const struct rule *rule;       /* being looked at */
	bool fires;                    /* that rule */
	struct flip_search *search;
};

/* ---- why_depth.c: what a village must not infer ---- */

/* All its fields are sensitive: that there is such a fact is so, too. */
bool
depth_kind(const struct kind *kind);

/* The expression rests on something that `why->rule`'s plain text does not say and the asker may not see. */
bool
depth_hides(struct why *why, const struct node *node);

/* The same of a set that is walked. */
bool
depth_hides_set(struct why *why, const struct set *set);

/* The value of this threshold tells the household's class. */
bool
depth_threshold(struct why *why, int index);

bool
depth_hides_flip(struct why *why, const struct flip *flip);

bool
depth_family(const struct why *why, int family);

/* ---- why_look.c: a condition and its parts ---- */

/* `rows` has one row. */
struct part
part_look(struct why *why, const struct node *node, struct rows *rows, int depth);

/* How much stands between the part and the truth that is wanted: 1000 and more for each piece of it. */
int64_t
part_cost(const struct part *part, bool wanted);

/* The facts that the expression rests on, for one row. */
void
part_gather(struct why *why, const struct node *node, struct rows *rows, struct part *ret_part);

/* The words of the rule, in one line. */
const char *
part_words(struct why *why, const struct node *node);

struct part_fact
part_fact(const struct why *why, const struct kind *kind, int kind_index, int64_t fact);

/* "settlement 2026-06-09", a person's label, a value; NULL: unknown. `of` gives the value its type. */
const char *
part_value(struct why *why, const struct node *of, struct vector value);

/* ---- why_rule.c ---- */

/* Fills why->rules and why->thresholds. */
void
rules_look(struct why *why);

const char *
verdict_word(enum verdict_word verdict);

const char *
part_form_word(enum part_form form);

#endif
