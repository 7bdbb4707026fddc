/* Between the checker's files: gives every name its meaning and every expression its type. */
#ifndef NEEDWATCH_CHECK_H
#define NEEDWATCH_CHECK_H

#include <stdbool.h>

#include "ast.h"

struct scope {
	const struct scope *outer;
	const char *name; /* may be NULL */
	int slot;
	enum type type;
	const struct kind *kind;
	int kind_index;
	const struct field *field;
	const char *measure;
};

struct checker {
	struct ruleset *set;
	struct diags *diags;
	const struct scope *scope;
	bool sensitive;  /* something checked since it was cleared rests on a sensitive field */
	uint32_t scopes; /* the same for kinds that ask for an authorisation */
	bool in_stage;   /* family_points() and latest_hit() have a meaning here */
};

/* Checks all of the set; the diagnostics say whether it may be used. */
void
check_ruleset(struct ruleset *set, struct diags *diags);

/* Checks an expression; `words` (may be NULL) gives meaning to bare words. */
void
check_node(struct checker *c, struct node *node, const struct field *words);

/* Reports a node once; what rests on it stays silent. */
#define fail(c, node, ...) \
	((node)->type = TYPE_ERROR, \
		diag_at((c)->diags, DIAG_ERROR, (node)->span, __VA_ARGS__))

/* Checks that it has this type; TYPE_ERROR and `unknown` pass. */
void
check_is(struct checker *c, struct node *node, enum type type, const char *what);

/* Checks the sets from left to right; `scopes` has room for `count` and becomes the scope. */
void
check_sets(struct checker *c, struct set *sets, size_t count, struct scope *scopes);

void
check_define(struct checker *c, struct define *define);

/* Checks an expression that must have this type; NULL is fine. */
void
check_typed(struct checker *c, struct node *node, enum type type, const char *what);

/* Reports a name that stands there already in a scope within `stop`. */
void
check_fresh(struct checker *c, const char *name, struct span span, const struct scope *stop);

/* check_rule.c */
void
check_rule(struct checker *c, struct rule *rule);

int
find_define(const struct ruleset *set, const char *name, bool is_set);

int
find_kind(const struct ruleset *set, const char *name);

int
find_family(const struct ruleset *set, const char *name);

/* Index of the category, need or tag, or -1. */
int
find_label(const struct ruleset *set, enum label_sort sort, const char *name);

int
find_scope(const struct ruleset *set, const char *name);

int
find_rule(const struct ruleset *set, const char *name);

/* ---- check_name.c ---- */

/* Says which of the names that would fit is nearest to the word. */
void
hint_near(struct checker *c, const char *word, const char *const *names, size_t count);

void
hint_kind(struct checker *c, const char *word);

void
hint_name(struct checker *c, const char *word);

void
take_type(struct node *node, const struct node *from);

/* False if node->text is no definition. */
bool
name_define(struct checker *c, struct node *node);

void
check_name(struct checker *c, struct node *node, const struct field *words);

void
check_dot(struct checker *c, struct node *node);

/* ---- check_expression.c ---- */

/* A number or an amount. */
bool
numeric(const struct node *node);

/* An argument was reported already. */
bool
has_error(const struct node *node);

bool
comparable(const struct node *a, const struct node *b);

/* ---- measure.c ---- */

/* What two values that meet in `node` are counted in; reports it if they do not fit together. */
const char *
same_measure(struct checker *c, struct node *node, const struct node *a, const struct node *b);

/* Reports a value with another unit. */
void
want_measure(struct checker *c, struct node *node, const char *measure, const char *what);

const char *
field_measure(const struct field *field);

void
function_measure(struct checker *c, struct node *node);

/* ---- sense.c ---- */

/* Warns of a rule that cannot be meant so. */
void
look_at_rule(struct checker *c, const struct rule *rule);

/* The regular expression repeats what is repeated. */
bool
runs_away(const char *pattern);

/* ---- check_call.c ---- */

/* Letters of arguments and result: p person, d day, i int, f fact, t truth, n int or money. */
struct function_face {
	const char *name;
	const char *arguments;
	char result;
};

/* By enum function; a NULL name ends it. */
extern const struct function_face function_faces[];

void
check_apply(struct checker *c, struct node *node);

void
check_matches(struct checker *c, struct node *node);

void
check_aggregate(struct checker *c, struct node *node);

#endif
