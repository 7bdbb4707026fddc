/* Between the checker's two files: gives every name its meaning and every expression its type. */
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
};

struct checker {
	struct ruleset *set;
	struct diags *diags;
	const struct scope *scope;
	bool sensitive;  /* something checked since it was cleared rests on a sensitive field */
	bool in_stage;   /* family_points() and latest_hit() have a meaning here */
};

/* Checks all of the set; the diagnostics say whether it may be used. */
void
check_ruleset(struct ruleset *set, struct diags *diags);

/* Checks an expression; `words` (may be NULL) gives meaning to bare words. */
void
check_node(struct checker *c, struct node *node, const struct field *words);

/* Checks that it has this type; TYPE_ERROR and `unknown` pass. */
void
check_is(struct checker *c, struct node *node, enum type type, const char *what);

/* Checks the sets from left to right; `scopes` has room for `count` and becomes the scope. */
void
check_sets(struct checker *c, struct set *sets, size_t count, struct scope *scopes);

void
check_define(struct checker *c, struct define *define);

int
find_define(const struct ruleset *set, const char *name, bool is_set);

int
find_kind(const struct ruleset *set, const char *name);

int
find_family(const struct ruleset *set, const char *name);

int
find_rule(const struct ruleset *set, const char *name);

extern const struct field sex_field;

#endif
