/* Compiles texts into a rule set, prints it back, and answers who is in it. */
#include "ruleset.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <pcre2.h>

#include "arena.h"
#include "ast.h"
#include "bounds.h"
#include "buffer.h"
#include "check.h"
#include "lex.h"
#include "parse.h"

const char *
finding_kind_name(enum finding_kind kind)
{
	static const char *const names[] = {"risk", "policy_gap", "exit_review", "supervision"};

	return names[kind];
}

const char *
level_name(enum level level)
{
	static const char *const names[] = {"none", "blue", "yellow", "orange", "red"};

	return names[level];
}

/* ---- printing ---- */

static void
print_indent(struct buffer *out, int depth)
{
	buffer_text(out, "\n");
	for (int i = 0; i < depth; i++)
		buffer_text(out, "\t");
}

static void
print_token(const struct token *token, struct buffer *out)
{
	const struct span *span = &token->span;

	buffer_add(out, span->text->bytes + span->start, span->length);
}

/* One form for every way of laying out the same words: a statement a line, one blank between tokens. */
static void
print_text(const struct token *token, struct buffer *out)
{
	int depth = 0;
	bool fresh = true;

	for (; token->type != TOKEN_END; token++) {
		/* What a text includes is printed with it. */
		if (depth == 0 && token_is(token, "include") && token[1].type == TOKEN_STRING &&
			token_is(&token[2], ";")) {
			token += 2;
			continue;
		}
		if (token_is(token, "}") && depth > 0) {
			out->length -= out->length && out->bytes[out->length - 1] == '\t';
			depth--;
		}
		if (!fresh)
			buffer_text(out, " ");
		print_token(token, out);
		depth += token_is(token, "{");
		fresh = token_is(token, ";") || token_is(token, "{") || token_is(token, "}");
		if (fresh)
			print_indent(out, depth);
	}
	if (!fresh)
		buffer_text(out, "\n");
}

const char *
ruleset_print(const struct ruleset *ruleset)
{
	return ruleset->printed;
}

/* FNV-1a twice with different starts: names a set, guards nothing against malice. */
static void
hash_text(const char *text, size_t length, char ret_hash[33])
{
	static const char digits[] = "0123456789abcdef";
	uint64_t state[2] = {UINT64_C(14695981039346656037), UINT64_C(7809847782465536322)};

	for (size_t i = 0; i < length; i++)
		for (int k = 0; k < 2; k++) {
			state[k] ^= (unsigned char)text[i] + (unsigned)k * 131;
			state[k] *= UINT64_C(1099511628211);
			state[k] ^= state[k] >> 32;
		}
	for (int i = 0; i < 32; i++)
		ret_hash[i] = digits[state[i / 16] >> (60 - i % 16 * 4) & 15];
	ret_hash[32] = '\0';
}

static void
print_and_hash(struct ruleset *set, const struct source_text *texts, size_t count)
{
	struct diags *silent = diags_new();
	struct arena *arena = arena_new();
	struct buffer out = {0};

	for (size_t i = 0; i < count; i++)
		print_text(lex(&texts[i], arena, silent), &out);
	buffer_add(&out, "", 0);
	set->printed = arena_strndup(set->arena, out.bytes, out.length);
	hash_text(out.bytes, out.length, set->hash);
	buffer_free(&out);
	arena_free(arena);
	diags_free(silent);
}

/* ---- compiling ---- */

static struct ruleset *
ruleset_new(void)
{
	struct arena *arena = arena_new();
	struct ruleset *set = arena_alloc(arena, sizeof(*set));

	atomic_init(&set->references, 1);
	set->arena = arena;
	set->class_define = -1;
	for (int i = 0; i < 5; i++)
		set->levels[i] = -1;
	return set;
}

static bool
texts_fit(const struct source_text *texts, size_t count, struct diags *diags)
{
	size_t total = 0;

	for (size_t i = 0; i < count; i++) {
		total += texts[i].length;
		if (total > RULE_TEXT_LIMIT) {
			diag_at(diags, DIAG_ERROR, (struct span){&texts[i], 0, 0},
				"the rule files are longer than %d bytes together", RULE_TEXT_LIMIT);
			return false;
		}
	}
	return true;
}

static int
rule_order(const void *left, const void *right)
{
	return strcmp(((const struct rule *)left)->face.id, ((const struct rule *)right)->face.id);
}

struct ruleset *
ruleset_compile(const struct source_text *texts, size_t count, struct diags *diags)
{
	struct ruleset *set = ruleset_new();
	struct parser parser = {.set = set, .arena = set->arena, .diags = diags};
	size_t before = diags_errors(diags);

	if (texts_fit(texts, count, diags))
		for (size_t i = 0; i < count; i++)
			parse_text(&parser, &texts[i]);
	/* Sorted before the checker: it stores indexes of rules. */
	if (set->rule_count)
		qsort(set->rules, set->rule_count, sizeof(*set->rules), rule_order);
	if (diags_errors(diags) == before)
		check_ruleset(set, diags);
	if (diags_errors(diags) != before) {
		ruleset_unref(set);
		return NULL;
	}
	set->kind_list = arena_array(set->arena, set->kind_count, sizeof(*set->kind_list));
	for (size_t i = 0; i < set->kind_count; i++)
		set->kind_list[i] = &set->kinds[i];
	print_and_hash(set, texts, count);
	return set;
}

struct ruleset *
ruleset_ref(struct ruleset *ruleset)
{
	atomic_fetch_add_explicit(&ruleset->references, 1, memory_order_relaxed);
	return ruleset;
}

void
ruleset_unref(struct ruleset *ruleset)
{
	if (!ruleset ||
		atomic_fetch_sub_explicit(&ruleset->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < ruleset->pattern_count; i++)
		pcre2_code_free_8(ruleset->patterns[i].code); /* NULL is fine */
	arena_free(ruleset->arena);
}

const char *
ruleset_hash(const struct ruleset *ruleset)
{
	return ruleset->hash;
}

const struct kind *const *
ruleset_kinds(const struct ruleset *ruleset, size_t *ret_count)
{
	*ret_count = ruleset->kind_count;
	return ruleset->kind_list;
}

int
ruleset_kind(const struct ruleset *ruleset, const char *name)
{
	return find_kind(ruleset, name);
}

size_t
ruleset_rule_count(const struct ruleset *ruleset)
{
	return ruleset->rule_count;
}

const struct rule_face *
ruleset_rule(const struct ruleset *ruleset, size_t rule)
{
	return &ruleset->rules[rule].face;
}
