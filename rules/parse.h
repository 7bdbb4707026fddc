/* Between the parser's files: the tokens, where it stands, and how it reports. */
#ifndef NEEDWATCH_PARSE_H
#define NEEDWATCH_PARSE_H

#include <stdbool.h>

#include "arena.h"
#include "ast.h"
#include "lex.h"

struct parser {
	struct ruleset *set;
	struct arena *arena;
	struct diags *diags;
	const struct token *token; /* the next one */
	int depth;                 /* of nesting, against RULE_DEPTH_LIMIT */
	bool failed;               /* in this statement: it was reported, say no more */
};

/* Appends one zeroed member to an array in the arena; the array grows by doubling. Returns the member. */
#define parser_append(p, array, count) \
	((array) = parser_grow((p)->arena, (array), (count), sizeof(*(array))), \
		&(array)[(count)++])

void *
parser_grow(struct arena *arena, void *array, size_t count, size_t size);

/* Reads all declarations of one text into p->set. */
void
parse_text(struct parser *p, const struct source_text *text);

/* Reports once for a statement, at the next token. */
void
parse_fail(struct parser *p, const char *expected);

/* If the next token is this name or sign, steps over it. */
bool
accept(struct parser *p, const char *word);

/* As accept(), but its absence is an error. */
bool
expect(struct parser *p, const char *word);

/* A name; "" after an error. */
const char *
expect_name(struct parser *p, const char *what);

/* A name that is found later, with its place. */
struct mention
expect_mention(struct parser *p, const char *what);

const char *
expect_string(struct parser *p, const char *what);

/* A whole number 0..most; 0 after an error. */
int64_t
expect_int(struct parser *p, int64_t most);

/* The text between quotes that may follow a name, or NULL. */
const char *
optional_label(struct parser *p);

enum level
expect_level(struct parser *p);

enum finding_kind
expect_finding(struct parser *p);

/* A unit as "yuan per person per month", with one blank between the words. */
const char *
expect_unit(struct parser *p);

/* Reports that none of these words stands here, and which of them was perhaps meant. NULL ends them. */
void
parse_fail_among(struct parser *p, const char *what, const char *const *words);

struct block {
	void (*statement)(struct parser *p, void *owner);
	const char *const *repeatable; /* statements that may stand twice; NULL ends them */
};

/* Reads statements up to the closing brace. */
void
parse_block(struct parser *p, const struct block *block, void *owner);

void
parse_kind(struct parser *p);

void
parse_threshold(struct parser *p);

void
parse_family(struct parser *p);

void
parse_codes(struct parser *p);

void
parse_define(struct parser *p, bool is_set);

void
parse_rule(struct parser *p, enum rule_stage stage);

struct node *
parse_expression(struct parser *p);

void
parse_set(struct parser *p, struct set *set);

/* SET { , SET } [ where EXPR ] */
void
parse_sets(struct parser *p, struct set **sets, size_t *count, struct node **ret_where);

/* Cuts "{...}" out of a text and parses what lies inside. */
void
parse_message(struct parser *p, const struct token *string, struct message *message);

#endif
