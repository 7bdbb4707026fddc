/* Takes a condition apart for one row: the truth of each piece, its values and the facts behind them. Every value comes
 * from eval(). */
#include <inttypes.h>
#include <string.h>

#include "buffer.h"
#include "kernel.h"
#include "money.h"
#include "why_parts.h"

#define CANDIDATES 16 /* rows of any(...) among which the nearest is looked for */

const char *
part_form_word(enum part_form form)
{
	static const char *const words[] = {
#define X(name, word) word,
		PART_FORMS(X)
#undef X
	};

	return words[form];
}

/* ---- words ---- */

/* Parentheses do not belong to the span of what they enclose: those that are open are taken in. */
static struct span
balanced(struct span span)
{
	const char *bytes = span.text->bytes;
	int open = 0;

	for (size_t i = 0; i < span.length; i++) {
		char c = bytes[span.start + i];

		open += (c == '(') - (c == ')');
		while (open < 0 && span.start > 0) {
			span.start--;
			span.length++;
			i++;
			open += bytes[span.start] == '(';
		}
	}
	while (open > 0 && span.start + span.length < span.text->length)
		open -= bytes[span.start + span.length++] == ')';
	return span;
}

static const char *
words_of(struct why *why, struct span span)
{
	struct buffer out = {0};
	const char *words;
	bool comment = false, blank = false;

	for (size_t i = 0; i < span.length; i++) {
		char c = span.text->bytes[span.start + i];

		comment = c == '#' || (comment && c != '\n');
		if (comment || c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			blank = out.length > 0;
			continue;
		}
		if (blank && out.bytes[out.length - 1] != '(')
			buffer_add(&out, " ", 1);
		blank = false;
		buffer_add(&out, &c, 1);
	}
	words = arena_strndup(why->arena, out.bytes ? out.bytes : "", out.length);
	buffer_free(&out);
	return words;
}

/* The span of a match is its pattern alone: that is what diagnostics mark. */
const char *
part_words(struct why *why, const struct node *node)
{
	const char *words = words_of(why, balanced(node->span));

	if (node->op != OP_MATCHES)
		return words;
	return arena_printf(why->arena, "%s matches %s",
		words_of(why, balanced(node->args[0]->span)), words);
}

/* ---- facts ---- */

struct part_fact
part_fact(const struct why *why, const struct kind *kind, int kind_index, int64_t fact)
{
	const struct population *population = why->question.population;
	size_t index = (size_t)kind_index;

	return (struct part_fact){
		.kind = kind->name,
		.label = kind->label,
		.source = population_fact_source(population, index, (uint32_t)fact),
		.record = population_fact_record(population, index, (uint32_t)fact),
		.on = {population_facts(population, index).on[fact]},
		.row = (uint32_t)fact,
	};
}

const char *
part_value(struct why *why, const struct node *of, struct vector value)
{
	char day[DAY_TEXT_SIZE];

	if (!value.known[0])
		return NULL;
	if (of->type != TYPE_FACT)
		return value_text(&why->batch, of, value, 0);
	day_format(part_fact(why, of->kind, of->kind_index, value.value[0]).on, day);
	return arena_printf(why->arena, "%s %s", of->kind->name, day);
}

/* A value may stand on both sides: its facts are told once. */
static void
add_fact(struct why *why, struct part *part, struct part_fact fact)
{
	for (size_t i = 0; i < part->fact_count; i++)
		if (part->facts[i].kind == fact.kind && part->facts[i].row == fact.row)
			return;
	part->fact_total++;
	if (!part->facts)
		part->facts = arena_array(why->arena, FACTS_SHOWN, sizeof(*part->facts));
	if (part->fact_count < FACTS_SHOWN)
		part->facts[part->fact_count++] = fact;
}

static void
gather(struct why *why, const struct node *node, struct rows *rows, struct part *part, int depth);

static void
gather_sets(struct why *why, const struct node *node, struct rows *inner, struct part *part)
{
	for (size_t s = 0; s < node->set_count; s++) {
		const struct set *set = &node->sets[s];
		struct vector facts;

		if (set->type != TYPE_FACT || depth_hides_set(why, set))
			continue;
		facts = rows_slot(&why->batch, inner, set->slot);
		for (size_t i = 0; i < inner->count; i++)
			if (facts.known[i])
				add_fact(why, part,
					part_fact(why, set->kind, set->kind_index, facts.value[i]));
	}
}

/* The rows that were added up or compared: those whose condition is yes. */
static void
gather_aggregate(struct why *why, const struct node *node, struct rows *rows, struct part *part,
	int depth)
{
	struct rows *inner = rows_expand_all(&why->batch, rows, node->sets, node->set_count);

	if (node->where)
		inner = rows_where(&why->batch, inner, truth_of(&why->batch, node->where, inner));
	gather_sets(why, node, inner, part);
	for (uint32_t i = 0; i < inner->count && i < CANDIDATES; i++) {
		struct rows *one;
		uint32_t *only = arena_alloc(why->arena, sizeof(*only));

		*only = i;
		one = rows_new(&why->batch, inner, only, 1);
		for (size_t a = 0; a < node->arg_count; a++)
			gather(why, node->args[a], one, part, depth + 1);
	}
}

static const struct node *
let_value(const struct why *why, int slot)
{
	for (size_t i = 0; why->rule && i < why->rule->let_count; i++)
		if (why->rule->lets[i].slot == slot)
			return why->rule->lets[i].value;
	return NULL;
}

/* The row-set in which a definition's body is worked out: it sees its parameters alone. */
static struct rows *
call_rows(struct why *why, const struct node *node, struct rows *rows)
{
	const struct define *define = &why->question.ruleset->defines[node->index];
	struct rows *frame;

	if (define->parameter_count == 0)
		return why->batch.root;
	frame = rows_new(&why->batch, rows, NULL, rows->count);
	for (size_t i = 0; i < define->parameter_count; i++)
		rows_bind(&why->batch, frame, define->parameters[i].slot,
			eval(&why->batch, node->args[i], rows));
	return frame;
}

static void
gather(struct why *why, const struct node *node, struct rows *rows, struct part *part, int depth)
{
	const struct ruleset *set = why->question.ruleset;
	const struct node *let = node->op == OP_SLOT ? let_value(why, node->slot) : NULL;

	if (depth > 2 * PART_DEPTH || depth_hides(why, node))
		return;
	if (node->op == OP_THRESHOLD)
		why->thresholds[node->index].used = true;
	if (let)
		gather(why, let, rows, part, depth + 1);
	if (node->op == OP_AGGREGATE) {
		gather_aggregate(why, node, rows, part, depth);
		return;
	}
	for (size_t i = 0; i < node->arg_count; i++)
		gather(why, node->args[i], rows, part, depth + 1);
	if (node->op == OP_CALL)
		gather(why, set->defines[node->index].body, call_rows(why, node, rows), part, depth + 1);
}

void
part_gather(struct why *why, const struct node *node, struct rows *rows, struct part *ret_part)
{
	gather(why, node, rows, ret_part, 0);
}

/* ---- sides and distances ---- */

static const char *
value_of(struct why *why, const struct node *node, struct rows *rows, bool *ret_known)
{
	struct vector vector;

	*ret_known = true;
	if (node->op == OP_STRING)
		return node->text;
	vector = eval(&why->batch, node, rows);
	*ret_known = vector.known[0];
	return value_text(&why->batch, node, vector, 0);
}

static void
add_side(struct why *why, const struct node *node, struct rows *rows, struct part *part)
{
	struct part_side *side = &part->sides[part->side_count++];

	side->text = part_words(why, node);
	side->threshold = node->op == OP_THRESHOLD ? node->index : -1;
	side->hidden = depth_hides(why, node);
	if (!side->hidden)
		side->value = value_of(why, node, rows, &side->known);
	gather(why, node, rows, part, 0);
}

/* How far the left side is from giving the other truth. `a` and `b` are its values. */
static int64_t
distance_to_change(enum op op, int64_t a, int64_t b)
{
	int64_t apart = calculate(OP_SUB, a > b ? a : b, a > b ? b : a);
	bool at_or_beyond = a == b || (a > b) == (op == OP_GT || op == OP_GE);

	if (op == OP_EQ || op == OP_NE)
		return apart ? apart : 1;
	/* From the side on which equality stands it is one step more. */
	if (op == OP_GE || op == OP_LE)
		return at_or_beyond ? calculate(OP_ADD, apart, 1) : apart;
	return a == b ? 1 : at_or_beyond ? apart : calculate(OP_ADD, apart, 1);
}

/* `100 * paid > percent * income`: it is `paid` that people know. */
static const struct node *
unscaled(const struct node *node, int64_t *ret_factor)
{
	*ret_factor = 1;
	if (node->op != OP_MUL || node->args[0]->op != OP_NUMBER || node->args[0]->value <= 0)
		return node;
	*ret_factor = node->args[0]->value;
	return node->args[1];
}

static const char *
number_text(struct why *why, enum type type, int64_t number)
{
	char text[MONEY_TEXT_SIZE];

	if (type != TYPE_MONEY)
		return arena_printf(why->arena, "%" PRId64, number);
	money_format((struct money){number}, false, text);
	return arena_strdup(why->arena, text);
}

static void
measure(struct why *why, const struct node *node, struct rows *rows, struct part *part)
{
	const struct node *left = node->args[0];
	int64_t factor, distance, other;
	struct vector a, b;

	if (left->type != TYPE_INT && left->type != TYPE_MONEY && left->type != TYPE_DAY)
		return;
	a = eval(&why->batch, left, rows);
	b = eval(&why->batch, node->args[1], rows);
	if (!a.known[0] || !b.known[0])
		return;
	distance = distance_to_change(node->op, a.value[0], b.value[0]);
	other = b.value[0] < 0 ? calculate(OP_SUB, 0, b.value[0]) : b.value[0];
	if (left->type == TYPE_DAY)
		other = 365;
	part->far = distance / 1000 >= other ? 999 : distance * 1000 / (other ? other : 1);
	part->far = part->far > 999 ? 999 : part->far;
	left = unscaled(left, &factor);
	part->distance = number_text(why, left->type, distance / factor + (distance % factor > 0));
	part->distance_of = part_words(why, left);
	part->unit = left->type == TYPE_MONEY ? "yuan" : left->type == TYPE_DAY ? "days" : "";
}

static bool
is_comparison(const struct node *node)
{
	return node->op == OP_EQ || node->op == OP_NE || node->op == OP_LT || node->op == OP_LE ||
	       node->op == OP_GT || node->op == OP_GE;
}

/* A limit that tells the class is all that may not be seen of a comparison: the other side is shown. */
static bool
hides_limits_alone(struct why *why, const struct node *node)
{
	int64_t factor;

	if (!is_comparison(node))
		return false;
	for (size_t i = 0; i < 2; i++)
		if (depth_hides(why, node->args[i]) &&
			unscaled(node->args[i], &factor)->op != OP_THRESHOLD)
			return false;
	return true;
}

/* A piece that is not split any more. */
static void
look_at_leaf(struct why *why, const struct node *node, struct rows *rows, struct part *part)
{
	part->form = is_comparison(node) ? PART_COMPARISON : PART_PLAIN;
	if (is_comparison(node)) {
		bool text = node->args[0]->type == TYPE_FACT || node->args[1]->type == TYPE_FACT;

		for (size_t i = 0; i < 2 && !text; i++)
			add_side(why, node->args[i], rows, part);
		if (!text && !part->hidden)
			measure(why, node, rows, part);
		return;
	}
	if (node->op == OP_IN || node->op == OP_MATCHES || node->op == OP_IS_KNOWN)
		add_side(why, node->args[0], rows, part);
	else
		gather(why, node, rows, part, 0);
}

/* ---- parts ---- */

static struct part *
add_part(struct part *part, struct part child)
{
	part->parts[part->part_count] = child;
	return &part->parts[part->part_count++];
}

static size_t
count_chain(const struct node *node, enum op op)
{
	if (node->op != op)
		return 1;
	return count_chain(node->args[0], op) + count_chain(node->args[1], op);
}

/* a and b and c are three parts of one. */
static void
look_at_chain(struct why *why, const struct node *node, enum op op, struct rows *rows,
	struct part *part, int depth)
{
	if (node->op != op) {
		add_part(part, part_look(why, node, rows, depth));
		return;
	}
	look_at_chain(why, node->args[0], op, rows, part, depth);
	look_at_chain(why, node->args[1], op, rows, part, depth);
}

static struct rows *
one_row(struct why *why, struct rows *rows, uint32_t row)
{
	uint32_t *only = arena_alloc(why->arena, sizeof(*only));

	*only = row;
	return rows_new(&why->batch, rows, only, 1);
}

static const char *
row_name(struct why *why, const struct node *node, struct rows *one)
{
	const char *name = "";

	for (size_t i = 0; i < node->set_count; i++) {
		const struct set *set = &node->sets[i];
		struct node variable = {.op = OP_SLOT, .type = set->type, .slot = set->slot,
			.field = set->field, .kind = set->kind, .kind_index = set->kind_index};
		const char *text = part_value(why, &variable, rows_slot(&why->batch, one, set->slot));

		name = i == 0 ? text : arena_printf(why->arena, "%s, %s", name, text ? text : "?");
	}
	return name;
}

/* any(S where C), all(V for S where C): of the rows the one that decides, one that is unknown where that decides, else
 * the one that is nearest to deciding. */
static void
look_at_rows_of(struct why *why, const struct node *node, struct rows *rows, struct part *part,
	int depth)
{
	bool any = node->index == AGG_ANY;
	struct rows *inner = rows_expand_all(&why->batch, rows, node->sets, node->set_count);
	const struct node *condition = any ? node->where : node->args[0];
	int64_t least = INT64_MAX;
	struct part best = {0};

	if (!any && node->where)
		inner = rows_where(&why->batch, inner, truth_of(&why->batch, node->where, inner));
	part->form = any ? PART_ANY : PART_ALL;
	part->row_count = inner->count;
	part->parts = arena_array(why->arena, 1, sizeof(*part->parts));
	for (uint32_t i = 0; i < inner->count && i < CANDIDATES && least > 0; i++) {
		struct rows *one = one_row(why, inner, i);
		struct part child = {.truth = TRUTH_YES, .form = PART_PLAIN, .text = ""};
		int64_t cost;

		if (condition)
			child = part_look(why, condition, one, depth + 1);
		cost = part_cost(&child, any);
		if (cost >= least || (part->truth == TRUTH_UNKNOWN && child.truth != TRUTH_UNKNOWN))
			continue;
		least = cost;
		best = child;
		part->row = row_name(why, node, one);
	}
	if (least < INT64_MAX && condition)
		add_part(part, best);
	if (part->truth == TRUTH_YES)
		gather_aggregate(why, node, rows, part, 0);
}

/* The conditions up to the one that is yes, and the value that stands before it. */
static void
look_at_choice(struct why *why, const struct node *node, struct rows *rows, struct part *part,
	int depth)
{
	size_t last = node->arg_count - 1;

	part->form = PART_CHOICE;
	part->parts = arena_array(why->arena, node->arg_count, sizeof(*part->parts));
	for (size_t k = 0; k <= last; k += 2) {
		bool taken = k == last || truth_of(&why->batch, node->args[k + 1], rows).value[0] == TRUTH_YES;

		if (k < last)
			add_part(part, part_look(why, node->args[k + 1], rows, depth + 1));
		if (!taken)
			continue;
		add_part(part, part_look(why, node->args[k], rows, depth + 1));
		return;
	}
}

static void
look_inside(struct why *why, const struct node *node, struct rows *rows, struct part *part,
	int depth)
{
	const struct define *define;

	if (node->op == OP_CALL && depth < PART_DEPTH) {
		define = &why->question.ruleset->defines[node->index];
		part->form = PART_DEFINED;
		part->parts = arena_array(why->arena, 1, sizeof(*part->parts));
		add_part(part, part_look(why, define->body, call_rows(why, node, rows), depth + 1));
	} else if (node->op == OP_CHOOSE && depth < PART_DEPTH) {
		look_at_choice(why, node, rows, part, depth);
	} else if (node->op == OP_AGGREGATE && (node->index == AGG_ANY || node->index == AGG_ALL) &&
		   depth < PART_DEPTH) {
		look_at_rows_of(why, node, rows, part, depth);
	} else {
		look_at_leaf(why, node, rows, part);
	}
}

struct part
part_look(struct why *why, const struct node *node, struct rows *rows, int depth)
{
	struct part part = {.form = PART_PLAIN, .text = "", .hidden = depth_hides(why, node)};
	bool chain = node->op == OP_AND || node->op == OP_OR;

	/* Of a whole that may not be seen the pieces that may are shown. */
	if (part.hidden && !chain && !hides_limits_alone(why, node))
		return part;
	part.truth = (enum truth)truth_of(&why->batch, node, rows).value[0];
	part.text = chain ? "" : part_words(why, node);
	if (chain) {
		part.form = node->op == OP_AND ? PART_AND : PART_OR;
		part.parts = arena_array(why->arena, count_chain(node, node->op), sizeof(*part.parts));
		look_at_chain(why, node, node->op, rows, &part, depth);
	} else if (node->op == OP_NOT || node->op == OP_SURELY || node->op == OP_POSSIBLY) {
		part.form = node->op == OP_NOT      ? PART_NOT
			    : node->op == OP_SURELY ? PART_SURELY
						    : PART_POSSIBLY;
		part.parts = arena_array(why->arena, 1, sizeof(*part.parts));
		add_part(&part, part_look(why, node->args[0], rows, depth));
	} else {
		look_inside(why, node, rows, &part, depth);
	}
	return part;
}

/* ---- what stands between ---- */

static int64_t
cost_of_chain(const struct part *part, bool wanted, bool all)
{
	int64_t cost = all ? 0 : INT64_MAX;

	for (size_t i = 0; i < part->part_count; i++) {
		int64_t one = part_cost(&part->parts[i], wanted);

		cost = all ? cost + one : one < cost ? one : cost;
	}
	return cost;
}

int64_t
part_cost(const struct part *part, bool wanted)
{
	if (!part->hidden && part->truth == (wanted ? TRUTH_YES : TRUTH_NO))
		return 0;
	switch (part->form) {
	case PART_AND:
		return cost_of_chain(part, wanted, wanted);
	case PART_OR:
		return cost_of_chain(part, wanted, !wanted);
	case PART_NOT:
		return part_cost(&part->parts[0], !wanted);
	case PART_SURELY:
	case PART_POSSIBLY:
	case PART_DEFINED:
		return part_cost(&part->parts[0], wanted);
	case PART_ANY:
	case PART_ALL:
		return part->part_count && wanted == (part->form == PART_ANY)
			       ? part_cost(&part->parts[0], wanted)
			       : 2000;
	case PART_COMPARISON:
		return part->truth == TRUTH_UNKNOWN ? 1500 : 1000 + (part->distance ? part->far : 999);
	case PART_CHOICE:
	case PART_PLAIN:
		break;
	}
	return part->truth == TRUTH_UNKNOWN ? 1500 : 2000;
}
