/* Reads expressions and sets by recursive descent; knows no names and no types. */
#include <stdio.h>
#include <string.h>

#include "bounds.h"
#include "parse.h"

static struct node *
node_new(struct parser *p, enum op op, struct span span)
{
	struct node *node = arena_alloc(p->arena, sizeof(*node));

	node->op = op;
	node->span = span;
	node->id = ++p->set->node_count;
	node->slot = -1;
	return node;
}

static void
add_arg(struct parser *p, struct node *node, struct node *arg)
{
	*parser_append(p, node->args, node->arg_count) = arg;
}

/* From the start of `first` to the end of the token just read. */
static struct span
span_to_here(const struct parser *p, struct span first)
{
	const struct token *last = p->token - 1;

	if (last->span.text == first.text && last->span.start >= first.start)
		first.length = last->span.start + last->span.length - first.start;
	return first;
}

static struct node *
binary(struct parser *p, enum op op, struct node *left, struct node *right)
{
	struct node *node = node_new(p, op, span_to_here(p, left->span));

	add_arg(p, node, left);
	add_arg(p, node, right);
	return node;
}

void
parse_sets(struct parser *p, struct set **sets, size_t *count, struct node **ret_where)
{
	do {
		struct set *set = parser_append(p, *sets, *count);

		parse_set(p, set);
	} while (!p->failed && accept(p, ","));
	*ret_where = accept(p, "where") ? parse_expression(p) : NULL;
}

static const struct {
	const char *word;
	bool valued;
} aggregates[] = {
#define X(name, word, valued) {word, valued},
	AGGREGATES(X)
#undef X
};
#define AGGREGATE_COUNT (int)(sizeof(aggregates) / sizeof(aggregates[0]))

/* any(SETS), count(SETS), sum(EXPR for SETS), ... */
static struct node *
parse_aggregate(struct parser *p, int aggregate, struct span span)
{
	struct node *node = node_new(p, OP_AGGREGATE, span);

	node->index = aggregate;
	if (aggregates[aggregate].valued) {
		add_arg(p, node, parse_expression(p));
		expect(p, "for");
	}
	if (!p->failed)
		parse_sets(p, &node->sets, &node->set_count, &node->where);
	expect(p, ")");
	node->span = span_to_here(p, span);
	return node;
}

/* choose(VALUE when COND, ..., VALUE) */
static struct node *
parse_choose(struct parser *p, struct span span)
{
	struct node *node = node_new(p, OP_CHOOSE, span);

	do {
		add_arg(p, node, parse_expression(p));
		if (!accept(p, "when"))
			break;
		add_arg(p, node, parse_expression(p));
	} while (expect(p, ","));
	expect(p, ")");
	node->span = span_to_here(p, span);
	return node;
}

static struct node *
parse_call(struct parser *p, const struct token *name)
{
	struct node *node;

	for (int i = 0; i < AGGREGATE_COUNT; i++)
		if (strcmp(name->text, aggregates[i].word) == 0)
			return parse_aggregate(p, i, name->span);
	if (strcmp(name->text, "choose") == 0)
		return parse_choose(p, name->span);
	node = node_new(p, OP_APPLY, name->span);
	node->text = name->text;
	while (!p->failed && !accept(p, ")")) {
		add_arg(p, node, parse_expression(p));
		if (!accept(p, ","))
			expect(p, p->token->type == TOKEN_SIGN && token_is(p->token, ")") ? ")"
											 : ",");
		if (token_is(p->token - 1, ")"))
			break;
	}
	node->span = span_to_here(p, name->span);
	return node;
}

static struct node *
parse_name(struct parser *p)
{
	const struct token *name = p->token++;
	struct node *node;

	if (strcmp(name->text, "yes") == 0 || strcmp(name->text, "no") == 0) {
		node = node_new(p, OP_TRUTH, name->span);
		node->value = strcmp(name->text, "yes") == 0 ? 2 : 0;
		return node;
	}
	if (strcmp(name->text, "unknown") == 0)
		return node_new(p, OP_UNKNOWN, name->span);
	if (strcmp(name->text, "as_of") == 0)
		return node_new(p, OP_AS_OF, name->span);
	if (accept(p, "("))
		return parse_call(p, name);
	node = node_new(p, OP_NAME, name->span);
	node->text = name->text;
	return node;
}

static struct node *
parse_number(struct parser *p)
{
	const struct token *number = p->token++;
	struct node *node = node_new(p, OP_NUMBER, number->span);

	node->type = TYPE_INT;
	node->value = number->number / 100;
	if (accept(p, "yuan")) {
		node->type = TYPE_MONEY;
		node->value = number->number;
		node->span = span_to_here(p, node->span);
	} else if (number->decimals) {
		p->token--;
		parse_fail(p, "a whole number, or an amount as '0.50 yuan'");
		p->token++;
	}
	return node;
}

static struct node *
parse_primary(struct parser *p)
{
	const struct token *token = p->token;
	struct node *node;

	switch (token->type) {
	case TOKEN_NAME:
		return parse_name(p);
	case TOKEN_NUMBER:
		return parse_number(p);
	case TOKEN_STRING:
		p->token++;
		node = node_new(p, OP_STRING, token->span);
		node->text = token->text;
		return node;
	case TOKEN_SIGN:
		if (accept(p, "(")) {
			node = parse_expression(p);
			expect(p, ")");
			return node;
		}
		break;
	case TOKEN_END:
		break;
	}
	parse_fail(p, "a value");
	return node_new(p, OP_UNKNOWN, token->span);
}

static struct node *
parse_postfix(struct parser *p)
{
	struct node *node = parse_primary(p);

	while (!p->failed && accept(p, ".")) {
		struct node *dot = node_new(p, OP_DOT, node->span);

		dot->text = expect_name(p, "a field");
		add_arg(p, dot, node);
		dot->span = span_to_here(p, node->span);
		node = dot;
	}
	return node;
}

static struct node *
parse_unary(struct parser *p)
{
	struct span span = p->token->span;
	struct node *node;

	if (!accept(p, "-"))
		return parse_postfix(p);
	node = node_new(p, OP_NEG, span);
	add_arg(p, node, parse_postfix(p));
	node->span = span_to_here(p, span);
	return node;
}

static struct node *
parse_term(struct parser *p)
{
	struct node *left = parse_unary(p);

	for (;;) {
		if (accept(p, "*"))
			left = binary(p, OP_MUL, left, parse_unary(p));
		else if (accept(p, "/"))
			left = binary(p, OP_DIV, left, parse_unary(p));
		else
			return left;
	}
}

static struct node *
parse_sum(struct parser *p)
{
	struct node *left = parse_term(p);

	for (;;) {
		if (accept(p, "+"))
			left = binary(p, OP_ADD, left, parse_term(p));
		else if (accept(p, "-"))
			left = binary(p, OP_SUB, left, parse_term(p));
		else
			return left;
	}
}

/* EXPR in LIST-OF-CODES */
static struct node *
parse_in_codes(struct parser *p, struct node *left)
{
	struct node *node = node_new(p, OP_MATCHES, p->token->span);

	add_arg(p, node, left);
	node->in_codes = true;
	node->text = expect_name(p, "the name of a list of codes");
	return node;
}

/* EXPR in (A, B, C) */
static struct node *
parse_in(struct parser *p, struct node *left)
{
	struct node *node;

	if (p->token->type == TOKEN_NAME)
		return parse_in_codes(p, left);
	node = node_new(p, OP_IN, left->span);

	add_arg(p, node, left);
	expect(p, "(");
	do {
		add_arg(p, node, parse_sum(p));
	} while (!p->failed && accept(p, ","));
	expect(p, ")");
	node->span = span_to_here(p, left->span);
	return node;
}

static struct node *
parse_is(struct parser *p, struct node *left)
{
	struct node *node = node_new(p, OP_IS_KNOWN, left->span);
	struct node *negated;

	add_arg(p, node, left);
	if (accept(p, "known")) {
		node->span = span_to_here(p, left->span);
		return node;
	}
	expect(p, "unknown");
	node->span = span_to_here(p, left->span);
	negated = node_new(p, OP_NOT, node->span);
	add_arg(p, negated, node);
	return negated;
}

static struct node *
parse_matches(struct parser *p, struct node *left)
{
	struct node *node = node_new(p, OP_MATCHES, left->span);

	add_arg(p, node, left);
	node->text = expect_string(p, "a regular expression between quotes");
	node->span = (p->token - 1)->span;
	return node;
}

static struct node *
parse_comparison(struct parser *p)
{
	static const struct {
		const char *sign;
		enum op op;
	} signs[] = {{"=", OP_EQ}, {"<>", OP_NE}, {"<=", OP_LE}, {"<", OP_LT}, {">=", OP_GE},
		{">", OP_GT}};
	struct node *left = parse_sum(p);

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (accept(p, signs[i].sign))
			return binary(p, signs[i].op, left, parse_sum(p));
	if (accept(p, "in"))
		return parse_in(p, left);
	if (accept(p, "is"))
		return parse_is(p, left);
	if (accept(p, "matches"))
		return parse_matches(p, left);
	return left;
}

static struct node *
parse_not(struct parser *p)
{
	static const struct {
		const char *word;
		enum op op;
	} words[] = {{"not", OP_NOT}, {"surely", OP_SURELY}, {"possibly", OP_POSSIBLY}};
	struct span span = p->token->span;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct node *node;

		if (!accept(p, words[i].word))
			continue;
		node = node_new(p, words[i].op, span);
		if (++p->depth > RULE_DEPTH_LIMIT)
			parse_fail(p, "fewer levels of nesting");
		else
			add_arg(p, node, parse_not(p));
		p->depth--;
		if (node->arg_count == 0)
			add_arg(p, node, node_new(p, OP_UNKNOWN, span));
		node->span = span_to_here(p, span);
		return node;
	}
	return parse_comparison(p);
}

static struct node *
parse_and(struct parser *p)
{
	struct node *left = parse_not(p);

	while (!p->failed && accept(p, "and"))
		left = binary(p, OP_AND, left, parse_not(p));
	return left;
}

struct node *
parse_expression(struct parser *p)
{
	struct node *left;

	if (++p->depth > RULE_DEPTH_LIMIT) {
		parse_fail(p, "fewer levels of nesting");
		p->depth--;
		return node_new(p, OP_UNKNOWN, p->token->span);
	}
	left = parse_and(p);
	while (!p->failed && accept(p, "or"))
		left = binary(p, OP_OR, left, parse_and(p));
	p->depth--;
	return left;
}

static bool
ends_set(const struct token *token)
{
	return token->type != TOKEN_NAME || token_is(token, "of") || token_is(token, "where") ||
	       token_is(token, "in");
}

static void
parse_set_list(struct parser *p, struct set *set)
{
	set->form = SET_LIST;
	set->variable = set->name;
	set->name = NULL;
	expect(p, "(");
	do {
		*parser_append(p, set->values, set->value_count) = parse_expression(p);
	} while (!p->failed && accept(p, ","));
	expect(p, ")");
}

void
parse_set(struct parser *p, struct set *set)
{
	struct span span = p->token->span;

	set->id = ++p->set->node_count;
	set->slot = -1;
	set->index = -1;
	set->name = expect_name(p, "persons, a kind or a set");
	if (!ends_set(p->token))
		set->variable = (p->token++)->text;
	if (!set->variable && accept(p, "in"))
		parse_set_list(p, set);
	else if (accept(p, "of")) {
		if (accept(p, "all")) {
			expect(p, "persons");
			set->of_name = "all";
		} else {
			set->of = parse_postfix(p);
		}
	}
	set->span = span_to_here(p, span);
}

/* A fault inside is shown at the whole text: its escapes were decoded, and the piece dies with the rule set. */
static void
parse_piece(struct parser *p, const struct token *string, const char *from, const char *to,
	struct message *message)
{
	struct source_text *text = arena_alloc(p->arena, sizeof(*text));
	const struct token *before = p->token;
	struct diags *inner = diags_new();
	struct text_piece *piece;
	struct token *tokens;

	*text = (struct source_text){string->span.text->name, from, (size_t)(to - from)};
	tokens = lex(text, p->arena, inner);
	for (struct token *t = tokens;; t++) {
		t->span = string->span;
		if (t->type == TOKEN_END)
			break;
	}
	p->token = tokens;
	if (diags_errors(inner))
		parse_fail(p, "words of the language between { and }");
	diags_free(inner);
	piece = parser_append(p, message->pieces, message->piece_count);
	piece->value = parse_expression(p);
	if (accept(p, "as"))
		piece->as_month = expect(p, "month");
	if (!p->failed && p->token->type != TOKEN_END)
		parse_fail(p, "} behind the value");
	p->token = before;
}

void
parse_message(struct parser *p, const struct token *string, struct message *message)
{
	const char *at = string->text;

	while (!p->failed && *at) {
		const char *open = strchr(at, '{');
		const char *close = open ? strchr(open, '}') : NULL;
		size_t length = close ? (size_t)(open - at) : strlen(at);

		if (length)
			parser_append(p, message->pieces, message->piece_count)->text =
				arena_strndup(p->arena, at, length);
		if (!close)
			return;
		parse_piece(p, string, open + 1, close, message);
		at = close + 1;
	}
}
