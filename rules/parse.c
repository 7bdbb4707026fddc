/* Steps over tokens, and reads the declarations of a text one by one; knows no names and no types. */
#include "parse.h"

#include <string.h>

#include "bounds.h"

void *
parser_grow(struct arena *arena, void *array, size_t count, size_t size)
{
	void *more;

	if (count & (count - 1) || (count && count < 4))
		return array; /* room is 4, 8, 16, ... */
	if (count == 0)
		return arena_array(arena, 4, size);
	more = arena_array(arena, 2 * count, size);
	return memcpy(more, array, count * size);
}

void
parse_fail(struct parser *p, const char *expected)
{
	if (p->failed)
		return;
	p->failed = true;
	if (p->token->type == TOKEN_END)
		diag_at(p->diags, DIAG_ERROR, p->token->span, "the text ends, expected %s",
			expected);
	else
		diag_at(p->diags, DIAG_ERROR, p->token->span, "expected %s", expected);
}

bool
accept(struct parser *p, const char *word)
{
	if (p->failed || !token_is(p->token, word))
		return false;
	p->token++;
	return true;
}

bool
expect(struct parser *p, const char *word)
{
	if (accept(p, word))
		return true;
	parse_fail(p, arena_printf(p->arena, "'%s'", word));
	return false;
}

const char *
expect_name(struct parser *p, const char *what)
{
	if (p->failed || p->token->type != TOKEN_NAME) {
		parse_fail(p, what);
		return "";
	}
	if (strlen(p->token->text) > NAME_LIMIT) {
		parse_fail(p, "a name of at most 63 letters");
		return "";
	}
	return (p->token++)->text;
}

struct mention
expect_mention(struct parser *p, const char *what)
{
	struct mention mention = {.span = p->token->span};

	mention.name = expect_name(p, what);
	return mention;
}

const char *
expect_string(struct parser *p, const char *what)
{
	if (p->failed || p->token->type != TOKEN_STRING) {
		parse_fail(p, what);
		return "";
	}
	return (p->token++)->text;
}

int64_t
expect_int(struct parser *p, int64_t most)
{
	if (p->failed || p->token->type != TOKEN_NUMBER || p->token->decimals ||
		p->token->number / 100 > most) {
		parse_fail(p, "a whole number");
		return 0;
	}
	return (p->token++)->number / 100;
}

enum level
expect_level(struct parser *p)
{
	for (int level = LEVEL_BLUE; level <= LEVEL_RED; level++)
		if (accept(p, level_name((enum level)level)))
			return (enum level)level;
	parse_fail(p, "blue, yellow, orange or red");
	return LEVEL_BLUE;
}

enum finding_kind
expect_finding(struct parser *p)
{
	for (int kind = FINDING_RISK; kind <= FINDING_SUPERVISION; kind++)
		if (accept(p, finding_kind_name((enum finding_kind)kind)))
			return (enum finding_kind)kind;
	parse_fail(p, "risk, policy_gap, exit_review or supervision");
	return FINDING_RISK;
}

const char *
optional_label(struct parser *p)
{
	return !p->failed && p->token->type == TOKEN_STRING ? (p->token++)->text : NULL;
}

/* After an error: to the end of the statement, or of the block. */
static void
recover(struct parser *p)
{
	int depth = 0;

	p->failed = false;
	p->depth = 0;
	for (; p->token->type != TOKEN_END; p->token++) {
		if (token_is(p->token, "{"))
			depth++;
		if (token_is(p->token, "}") && depth-- <= 0)
			return;
		if (token_is(p->token, ";") && depth <= 0) {
			p->token++;
			return;
		}
	}
}

static bool
among(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(word, *words) == 0)
			return true;
	return false;
}

/* The first words of the statements of one block. */
struct seen {
	const char **words;
	size_t count;
};

/* A statement that stands twice would silently lose its first form. */
static void
note_statement(struct parser *p, const struct block *block, struct seen *seen)
{
	const char *word = p->token->text;

	if (p->token->type != TOKEN_NAME || among(word, block->repeatable))
		return;
	for (size_t i = 0; i < seen->count; i++)
		if (strcmp(seen->words[i], word) == 0) {
			diag_at(p->diags, DIAG_ERROR, p->token->span, "'%s' stands here a second time",
				word);
			return;
		}
	*parser_append(p, seen->words, seen->count) = word;
}

void
parse_block(struct parser *p, const struct block *block, void *owner)
{
	struct seen seen = {0};

	if (!expect(p, "{")) {
		recover(p);
		return;
	}
	while (p->token->type != TOKEN_END && !token_is(p->token, "}")) {
		note_statement(p, block, &seen);
		block->statement(p, owner);
		if (p->failed || !expect(p, ";"))
			recover(p);
	}
	if (!expect(p, "}"))
		recover(p);
}

void
parse_fail_among(struct parser *p, const char *what, const char *const *words)
{
	const char *list = words[0], *near;
	size_t count = 1;

	if (p->failed)
		return;
	for (; words[count]; count++)
		list = arena_printf(p->arena, "%s%s%s", list, words[count + 1] ? ", " : " or ",
			words[count]);
	parse_fail(p, arena_printf(p->arena, "%s%s", what, list));
	near = p->token->type == TOKEN_NAME
		       ? nearest_name(p->token->text, strlen(p->token->text), words, count)
		       : NULL;
	if (near)
		diag_hint(p->diags, "did you mean '%s'?", near);
}

const char *
expect_unit(struct parser *p)
{
	const char *unit = expect_name(p, "a unit: yuan, percent, days, months, years or points");

	while (accept(p, "per"))
		unit = arena_printf(p->arena, "%s per %s", unit, expect_name(p, "a unit"));
	return unit;
}

/* ---- the rest ---- */

static void
parse_classes(struct parser *p)
{
	struct define *define;

	do {
		const char *class = expect_name(p, "a class");
		size_t count = p->set->class_count;

		*parser_append(p, p->set->classes, p->set->class_count) = class;
		*parser_append(p, p->set->class_labels, count) = optional_label(p);
	} while (!p->failed && accept(p, ","));
	expect(p, "by");
	define = parser_append(p, p->set->defines, p->set->define_count);
	define->name = "class of household";
	define->span = p->token->span;
	define->body = parse_expression(p);
	p->set->class_define = (int)p->set->define_count - 1;
}

static void
parse_require(struct parser *p)
{
	struct require *require = parser_append(p, p->set->requires, p->set->require_count);

	require->when = parse_expression(p);
	expect(p, "for");
	do {
		require->kinds[expect_finding(p)] = true;
	} while (!p->failed && accept(p, ","));
}

/* levels blue THRESHOLD, ...: the checker finds the thresholds, which may stand in any file. */
static void
parse_levels(struct parser *p)
{
	do {
		enum level level = expect_level(p);

		p->set->level_names[level] = expect_mention(p, "the threshold of the level");
	} while (!p->failed && accept(p, ","));
}

/* category NAME "label", need NAME "label", tag NAME "label" */
static void
parse_label(struct parser *p, enum label_sort sort)
{
	struct label *label = parser_append(p, p->set->labels[sort], p->set->label_counts[sort]);

	label->span = p->token->span;
	label->name = expect_name(p, "a name");
	label->label = optional_label(p);
}

/* scope NAME "label" when EXPR */
static void
parse_scope(struct parser *p)
{
	struct declared_scope *scope = parser_append(p, p->set->scopes, p->set->scope_count);

	scope->span = p->token->span;
	scope->name = expect_name(p, "the name of the authorisation");
	scope->label = optional_label(p);
	expect(p, "when");
	scope->when = parse_expression(p);
}

/* Declarations that end with a semicolon. */
static bool
parse_line(struct parser *p)
{
	if (accept(p, "define"))
		parse_define(p, false);
	else if (accept(p, "set"))
		parse_define(p, true);
	else if (accept(p, "classes"))
		parse_classes(p);
	else if (accept(p, "levels"))
		parse_levels(p);
	else if (accept(p, "require"))
		parse_require(p);
	else if (accept(p, "category"))
		parse_label(p, LABEL_CATEGORY);
	else if (accept(p, "need"))
		parse_label(p, LABEL_NEED);
	else if (accept(p, "tag"))
		parse_label(p, LABEL_TAG);
	else if (accept(p, "scope"))
		parse_scope(p);
	else if (accept(p, "include"))
		expect_string(p, "the path of a file between quotes"); /* read already: include.c */
	else
		return false;
	return true;
}

static const char *const declarations[] = {"include", "kind", "threshold", "family", "codes", "category",
	"need", "tag", "scope", "classes", "levels", "require", "define", "set", "rule", "combination",
	"mitigation", NULL};

static void
parse_declaration(struct parser *p)
{
	bool block = true;

	if (accept(p, "kind")) {
		parse_kind(p);
	} else if (accept(p, "threshold")) {
		parse_threshold(p);
	} else if (accept(p, "family")) {
		parse_family(p);
	} else if (accept(p, "codes")) {
		parse_codes(p);
	} else if (accept(p, "rule")) {
		parse_rule(p, STAGE_RULE);
	} else if (accept(p, "combination")) {
		parse_rule(p, STAGE_COMBINATION);
	} else if (accept(p, "mitigation")) {
		parse_rule(p, STAGE_MITIGATION);
	} else {
		block = false;
		if (!parse_line(p))
			parse_fail_among(p, "", declarations);
	}
	if (p->failed || (!block && !expect(p, ";"))) {
		recover(p);
		if (token_is(p->token, "}"))
			p->token++;
	}
}

void
parse_text(struct parser *p, const struct source_text *text)
{
	p->token = lex(text, p->arena, p->diags);
	while (p->token->type != TOKEN_END)
		parse_declaration(p);
}
