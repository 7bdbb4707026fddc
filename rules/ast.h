/* A rule set as a tree: made by the parser, given types by the checker, read by the evaluator. All of it lies
 * in the arena of the rule set and never changes after ruleset_compile(). */
#ifndef NEEDWATCH_AST_H
#define NEEDWATCH_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codes.h"
#include "diag.h"
#include "kind.h"
#include "ruleset.h"

enum type {
	TYPE_ERROR, /* reported already: says nothing more */
	TYPE_TRUTH, /* enum truth */
	TYPE_INT,
	TYPE_MONEY, /* fen */
	TYPE_DAY,   /* day.n */
	TYPE_CODE,  /* index into the words */
	TYPE_TEXT,  /* id in the texts of one field */
	TYPE_PERSON,/* row, or PERSON_UNLISTED */
	TYPE_FACT,  /* row in the facts of a kind */
	TYPE_ANY,   /* `unknown` alone */
};

enum op {
	OP_NUMBER,   /* value */
	OP_TRUTH,    /* value: enum truth */
	OP_UNKNOWN,
	OP_AS_OF,
	OP_HOUSEHOLD_AREA,
	OP_HOUSEHOLD_RESIDENCE,
	OP_SLOT,     /* slot: a variable */
	OP_FIELD,    /* args[0].field of kind */
	OP_ON,       /* of the fact args[0] */
	OP_UNTIL,    /* unknown while open */
	OP_PERSON,   /* whose fact it is */
	OP_FACT_AREA,
	OP_BIRTH,    /* of the person args[0] */
	OP_SEX,
	OP_PERSON_AREA,
	OP_REGISTER_AREA,
	OP_RESIDENCE,
	OP_THRESHOLD,/* index */
	OP_CALL,     /* define index with args */
	OP_AND, OP_OR, OP_NOT, OP_SURELY, OP_POSSIBLY, OP_IS_KNOWN,
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_NEG,
	OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE,
	OP_IN,       /* args[0] is one of args[1..] */
	OP_MATCHES,  /* args[0] matches pattern[index]: the expression or the list of codes `text` */
	OP_CHOOSE,   /* value, condition, value, condition, ..., last value */
	OP_FUNCTION, /* index: enum function */
	OP_AGGREGATE,/* index: enum aggregate; sets, where, args[0] = value if it has one */
	OP_FAMILY,   /* points of family[index] */
	OP_LATEST_HIT, /* day of the latest hit with points of rule[index] */
	OP_LATEST_TAGGED, /* the same of all rules with tag[index] */
	/* Before the checker has seen them: */
	OP_NAME,     /* text */
	OP_DOT,      /* args[0] . text */
	OP_STRING,   /* text */
	OP_APPLY,    /* text(args) */
};

/* name, arguments, result: what the checker and the evaluator know of each is in check.c and kernel.c */
enum function {
	FN_AGE, FN_YEAR, FN_MONTH, FN_DAY_OF_MONTH, FN_DATE, FN_MONTH_START, FN_ADD_MONTHS,
	FN_IN_FORCE, FN_LEAST, FN_GREATEST, FN_ABS,
};

/* X: name, word, whether a value stands before the sets. */
#define AGGREGATES(X) \
	X(ANY, "any", false)           /* Kleene's or over the condition */ \
	X(ALL, "all", true)            /* Kleene's and: each row whose condition is yes has the value yes */ \
	X(COUNT, "count", false)       /* rows whose condition is yes; unknown if it is unknown for one */ \
	X(DISTINCT, "distinct", true)  /* different known values of those rows; unknown as above */ \
	X(SUM, "sum", true)            /* skips unknown values */ \
	X(SURE_SUM, "sure_sum", true)  /* unknown if a value of a row is unknown */ \
	X(MEAN, "mean", true)          /* of the known values, toward zero; unknown without one */ \
	X(MIN, "min", true)            /* unknown without a row */ \
	X(MAX, "max", true) \
	X(FIRST, "first", false)       /* the fact with the earliest day; of several the first row */ \
	X(LAST, "last", false)         /* the fact with the latest day; of several the last row */

enum aggregate {
#define X(name, word, valued) AGG_##name,
	AGGREGATES(X)
#undef X
};

enum set_form {
	SET_PERSONS,   /* all persons of the household, the dead, too */
	SET_FACTS_ALL, /* of a person kind, of all persons */
	SET_FACTS_OF,  /* of the person `of` */
	SET_FACTS_HOUSEHOLD,
	SET_FACTS_AREA,
	SET_LIST,      /* the values */
	SET_DEFINED,   /* a `set` of the rule files */
};

struct node {
	enum op op;
	enum type type;
	struct span span;
	uint32_t id;     /* unique in the rule set: the key of what was computed once */
	int index;       /* as op says */
	int slot;
	int64_t value;
	bool in_codes; /* OP_MATCHES: text is the name of a list */
	const char *text;
	const char *measure; /* unit of a number or an amount, if it has one: measure.c */
	const struct kind *kind; /* TYPE_FACT, OP_FIELD */
	const struct field *field; /* OP_FIELD; TYPE_CODE and TYPE_TEXT: whose words or texts */
	int kind_index;
	int field_index;
	struct node **args;
	size_t arg_count;
	struct set *sets;
	size_t set_count;
	struct node *where;
};

struct set {
	enum set_form form;
	struct span span;
	uint32_t id;
	const char *name;     /* "persons", the kind, the defined set, or NULL for a list */
	const char *variable; /* may be NULL */
	int slot;
	enum type type;       /* of the variable */
	const struct kind *kind;
	int kind_index;
	const struct field *field; /* SET_LIST of codes */
	const char *of_name;  /* "all", "area", a set, before the checker */
	struct node *of;
	struct node **values;
	size_t value_count;
	int index;            /* SET_DEFINED; SET_FACTS_OF through a defined set; else -1 */
	int through;          /* slot of the persons of that set */
};

struct parameter {
	const char *name;
	const char *type_name;
	struct span span;
	enum type type;
	const struct kind *kind;
	int kind_index;
	int slot;
};

/* define NAME(params) = expr;  or  set NAME = SET where expr; */
struct define {
	const char *name;
	struct span span;
	bool is_set;
	struct parameter *parameters;
	size_t parameter_count;
	struct node *body; /* a set: its condition, may be NULL */
	struct set set;
	int state;         /* of the checker: 0 untouched, 1 being checked, 2 done */
	bool sensitive;    /* rests on a sensitive field */
	uint32_t scopes;   /* mask: reads kinds that ask for these authorisations */
};

enum unit {
	UNIT_MONEY,
	UNIT_PLAIN,
};

struct declared_default {
	const char *class; /* NULL: others */
	int64_t value;
	struct span span;
};

struct declared_threshold {
	const char *name;
	const char *label;
	const char *basis;
	struct span span;
	const char *unit_text; /* "yuan per year" */
	enum unit unit;
	bool by_class;
	bool by_residence;
	bool read;     /* something asks for its value */
	bool required; /* has no default: a county without a value is told */
	struct declared_default *defaults;
	size_t default_count;
	int64_t least;
	int64_t most;
};

struct family {
	const char *name;
	const char *label;
	struct span span;
	int32_t cap;
};

struct conditional {
	struct node *value;
	struct node *when; /* NULL: always */
	enum level level;  /* floor */
};

enum fade {
	FADE_NONE,   /* nothing is left */
	FADE_LINEAR, /* points * (days - age) / days, truncated, while age < days */
	FADE_HALF,   /* points halved each time that `days` have passed, truncated */
};

/* Full points first, then the fade, whose age counts from the end of the full points. */
struct decay {
	bool fades;           /* false: a state, full points while it is true */
	int32_t hold_days;    /* full while the age of the hit is less; 0 without */
	struct node *hold_to; /* or: until this day, its last; while it is unknown, too */
	enum fade fade;
	int32_t fade_days;
};

struct text_piece {
	const char *text;   /* literal, or NULL */
	struct node *value;
	bool as_month;      /* of a day, only its month is shown */
};

struct message {
	struct text_piece *pieces;
	size_t piece_count;
};

enum rule_stage {
	STAGE_RULE,
	STAGE_COMBINATION,
	STAGE_MITIGATION,
};

struct let {
	const char *name;
	struct node *value;
	int slot;
};

/* A name that a rule mentions. name NULL: it mentions none. */
struct mention {
	const char *name;
	struct span span;
};

/* What only the compiler knows of a kind. */
struct kind_source {
	struct span span;
	struct mention scope; /* the authorisation without which no rule may read it */
};

struct rule {
	struct rule_face face;
	struct span span;
	enum rule_stage stage;
	int family;         /* index; -1 without; a mitigation: the family that it lowers, -1 total */
	struct mention family_name;
	struct mention category;
	struct mention need;
	struct mention *tags;
	size_t tag_count;
	struct mention *scopes; /* without these authorisations it stays silent */
	size_t scope_count;
	uint32_t scope_mask;
	int32_t adds;       /* hits that add up to the points of a finding; 0: the largest alone */
	struct set *sets;   /* for */
	size_t set_count;
	struct let *lets;
	size_t let_count;
	struct node *when;
	struct node **key;
	size_t key_count;
	struct node *on;
	struct node *since; /* NULL: `on` */
	struct conditional *points;
	size_t point_count;
	struct conditional *floors;
	size_t floor_count;
	struct decay decay;
	struct set *evidence;
	struct node *evidence_where;
	struct message because;
	struct message detail; /* no pieces: none */
	const char *basis;
};

/* What a rule may be filed under; declared, so that a slip of the pen is seen. */
enum label_sort {
	LABEL_CATEGORY,
	LABEL_NEED,
	LABEL_TAG,
	LABEL_SORTS,
};

struct label {
	const char *name;
	const char *label; /* Chinese, or NULL */
	struct span span;
};

/* An authorisation that a household gives for a time: recorded as facts, of which `when` tells. */
struct declared_scope {
	const char *name;
	const char *label;
	struct span span;
	struct node *when;
};

struct require {
	struct node *when;
	bool kinds[4]; /* enum finding_kind */
};

struct pattern {
	const struct code_list *list; /* or: */
	void *code; /* pcre2_code, compiled once, shared */
};

struct ruleset {
	_Atomic int references;
	struct arena *arena;
	char hash[33];
	const char *printed;
	struct kind *kinds;
	const struct kind **kind_list;
	struct kind_source *kind_sources; /* by kind */
	size_t kind_count;
	struct declared_threshold *thresholds;
	size_t threshold_count;
	struct family *families;
	size_t family_count;
	struct define *defines;
	size_t define_count;
	struct rule *rules; /* sorted by id once compiled */
	size_t rule_count;
	struct require *requires;
	size_t require_count;
	struct code_list *code_lists;
	size_t code_list_count;
	struct pattern *patterns;
	size_t pattern_count;
	struct label *labels[LABEL_SORTS];
	size_t label_counts[LABEL_SORTS];
	struct declared_scope *scopes; /* at most SCOPE_COUNT_LIMIT: a mask holds them */
	size_t scope_count;
	const char **classes;
	const char **class_labels;
	size_t class_count;
	struct field class_field; /* the words of a class, for TYPE_CODE */
	int class_define;         /* define that gives the household's class, or -1 */
	struct mention level_names[5];
	int levels[5];            /* threshold of each enum level; -1 */
	uint32_t node_count;
	int slot_count;
};

#endif
