/* Expressions over row-sets, a vector at a time: what stands at the leaves, and the one entrance; no policy. */
#include "kernel.h"

#include <string.h>

struct vector
constant(struct batch *batch, const struct rows *rows, int64_t value, bool known)
{
	struct vector out = vector_new(batch, rows->count);

	for (size_t i = 0; i < rows->count; i++)
		out.value[i] = value;
	memset(out.known, known, rows->count);
	return out;
}

struct vector
truth_of(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector in = eval(batch, node, rows);
	struct vector out;

	if (node->type == TYPE_TRUTH && node->op != OP_CHOOSE && node->op != OP_CALL &&
		node->op != OP_SLOT)
		return in;
	out = vector_new(batch, rows->count);
	for (size_t i = 0; i < rows->count; i++)
		out.value[i] = in.known[i] ? in.value[i] : TRUTH_UNKNOWN;
	memset(out.known, 1, rows->count);
	return out;
}

/* ---- leaves ---- */

void
note_unknown(struct batch *batch, const struct node *node, struct rows *rows,
	struct vector vector)
{
	const uint32_t *household = NULL;
	uint8_t **unknown = &batch->unknown[node->id];

	for (size_t i = 0; i < rows->count; i++) {
		if (vector.known[i])
			continue;
		if (!household)
			household = rows_ancestors(batch, rows, batch->root);
		if (!*unknown)
			*unknown = arena_array(batch->arena, batch->root->count, 1);
		(*unknown)[household[i]] = 1;
	}
}

/* A row to read for each fact: in the place of a fact that is not there, any that is. NULL: there is none. */
static const uint32_t *
fact_rows(struct batch *batch, struct vector facts, size_t count)
{
	const uint8_t *first = memchr(facts.known, 1, count);
	uint32_t *rows;

	if (!first)
		return NULL;
	rows = arena_array(batch->arena, count, sizeof(*rows));
	for (size_t i = 0; i < count; i++)
		rows[i] = (uint32_t)facts.value[facts.known[i] ? i : (size_t)(first - facts.known)];
	return rows;
}

/* Fields of facts that are not there are unknown, but nobody failed to tell them. */
static void
without_facts(struct batch *batch, const struct node *node, struct rows *rows, struct vector facts,
	struct vector out)
{
	struct vector told = {out.value, arena_array(batch->arena, rows->count, 1)};

	for (size_t i = 0; i < rows->count; i++) {
		told.known[i] = out.known[i] || !facts.known[i];
		if (facts.known[i])
			continue;
		out.known[i] = 0;
		out.value[i] = 0;
	}
	if (node->type != TYPE_CODE && node->type != TYPE_TEXT)
		note_unknown(batch, node, rows, told);
}

static struct vector
eval_field(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector out = vector_new(batch, rows->count);
	struct vector facts = eval(batch, node->args[0], rows);
	const uint32_t *read = fact_rows(batch, facts, rows->count);

	if (!read)
		return out;
	population_cells(batch->population, (size_t)node->kind_index, (size_t)node->field_index, read,
		rows->count, out.value, out.known);
	/* Of somebody who is not listed nothing is known: neither that he is well nor that he is not. */
	for (size_t i = 0; node->type == TYPE_PERSON && i < rows->count; i++)
		out.known[i] &= out.value[i] != PERSON_UNLISTED;
	if (memchr(facts.known, 0, rows->count))
		without_facts(batch, node, rows, facts, out);
	else if (node->type != TYPE_CODE && node->type != TYPE_TEXT)
		note_unknown(batch, node, rows, out);
	return out;
}

/* What every fact has: its days, its subject, its area. */
static struct vector
eval_fact_part(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector out = vector_new(batch, rows->count);
	struct vector facts = eval(batch, node->args[0], rows);
	struct fact_columns c = population_facts(batch->population, (size_t)node->kind_index);

	for (size_t i = 0; i < rows->count; i++) {
		uint32_t fact = (uint32_t)facts.value[i];

		if (!facts.known[i] || (node->op == OP_UNTIL && c.until[fact] == INT32_MAX))
			continue;
		out.known[i] = 1;
		if (node->op == OP_ON)
			out.value[i] = c.on[fact];
		else if (node->op == OP_UNTIL)
			out.value[i] = c.until[fact];
		else if (node->op == OP_PERSON)
			out.value[i] = c.subject[fact];
		else
			out.value[i] = population_fact_area(batch->population,
				(size_t)node->kind_index, fact).code;
	}
	return out;
}

/* What is told of a person; false if it is not. */
static bool
person_part(const struct population *p, enum op op, uint32_t person, int64_t *ret_value)
{
	switch (op) {
	case OP_BIRTH:
		*ret_value = population_births(p)[person];
		return *ret_value != DAY_NONE;
	case OP_SEX:
		*ret_value = population_sexes(p)[person] == 'F';
		return population_sexes(p)[person] != 0;
	case OP_PERSON_AREA:
		*ret_value = population_person_area(p, person).code;
		return *ret_value != 0;
	case OP_REGISTER_AREA:
		*ret_value = population_person_register_area(p, person).code;
		return *ret_value != 0;
	default: /* OP_RESIDENCE: the words of the code are those of the enum less `unknown` */
		*ret_value = (int64_t)population_person_residence(p, person) - RESIDENCE_URBAN;
		return *ret_value >= 0;
	}
}

static struct vector
eval_person_part(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct vector out = vector_new(batch, rows->count);
	struct vector person = eval(batch, node->args[0], rows);

	for (size_t i = 0; i < rows->count; i++) {
		if (!person.known[i] || person.value[i] < 0)
			continue;
		out.known[i] = person_part(batch->population, node->op, (uint32_t)person.value[i],
			&out.value[i]);
		if (!out.known[i])
			out.value[i] = 0;
	}
	note_unknown(batch, node, rows, out);
	return out;
}

static struct vector
eval_area(struct batch *batch, struct rows *rows)
{
	struct vector out = constant(batch, rows, 0, true);

	for (size_t i = 0; i < rows->count; i++)
		out.value[i] = population_household_area(batch->population, batch->first + i).code;
	return out;
}

static struct vector
eval_residence(struct batch *batch, const struct node *node, struct rows *root)
{
	struct vector out = vector_new(batch, root->count);

	for (size_t i = 0; i < root->count; i++) {
		enum residence residence =
			population_household_residence(batch->population, batch->first + i);

		out.known[i] = residence != RESIDENCE_UNKNOWN;
		out.value[i] = out.known[i] ? residence - RESIDENCE_URBAN : 0;
	}
	note_unknown(batch, node, root, out);
	return out;
}

/* The class is worked out by a definition of the rule files; a rule set without classes has one class. */
static struct vector
household_class(struct batch *batch)
{
	int define = batch->ruleset->class_define;

	if (define < 0)
		return constant(batch, batch->root, 0, true);
	return eval(batch, batch->ruleset->defines[define].body, batch->root);
}

static struct vector
eval_threshold(struct batch *batch, const struct node *node, struct rows *root)
{
	struct vector out = vector_new(batch, root->count);
	struct vector class = household_class(batch);
	const struct population *p = batch->population;

	for (size_t i = 0; i < root->count; i++) {
		size_t household = batch->first + i;

		out.known[i] = thresholds_find(batch->question->thresholds, (size_t)node->index,
			population_household_area(p, household),
			class.known[i] ? (size_t)class.value[i] : batch->ruleset->class_count,
			population_household_residence(p, household), batch->question->as_of,
			&out.value[i], NULL);
		if (!out.known[i])
			out.value[i] = 0;
	}
	note_unknown(batch, node, root, out);
	return out;
}

static struct vector
eval_staged(struct batch *batch, const struct node *node, struct rows *root)
{
	struct vector out = constant(batch, root, 0, true);
	int32_t *const *by_index = node->op == OP_FAMILY       ? batch->family_points
				   : node->op == OP_LATEST_HIT ? batch->latest_hit
							       : batch->latest_tagged;
	const int32_t *from = by_index[node->index];

	for (size_t i = 0; i < root->count; i++)
		out.value[i] = from[i];
	return out;
}

/* A definition sees its parameters alone; without any it is worked out once a household. */
static struct vector
eval_call(struct batch *batch, const struct node *node, struct rows *rows)
{
	const struct define *define = &batch->ruleset->defines[node->index];
	struct rows *frame;

	if (define->parameter_count == 0)
		return rows_broadcast(batch, rows, batch->root,
			eval(batch, define->body, batch->root));
	frame = rows_new(batch, rows, NULL, rows->count);
	for (size_t i = 0; i < define->parameter_count; i++)
		rows_bind(batch, frame, define->parameters[i].slot,
			eval(batch, node->args[i], rows));
	return eval(batch, define->body, frame);
}

/* ---- the one entrance ---- */

static struct vector
compute(struct batch *batch, const struct node *node, struct rows *rows)
{
	switch (node->op) {
	case OP_NUMBER:
	case OP_TRUTH:
		return constant(batch, rows, node->value, true);
	case OP_UNKNOWN:
		return constant(batch, rows, 0, false);
	case OP_AS_OF:
		return constant(batch, rows, batch->question->as_of.n, true);
	case OP_HOUSEHOLD_AREA:
		return rows_broadcast(batch, rows, batch->root, eval_area(batch, batch->root));
	case OP_HOUSEHOLD_RESIDENCE:
		return rows_broadcast(batch, rows, batch->root,
			eval_residence(batch, node, batch->root));
	case OP_THRESHOLD:
		return rows_broadcast(batch, rows, batch->root,
			eval_threshold(batch, node, batch->root));
	case OP_FAMILY:
	case OP_LATEST_HIT:
	case OP_LATEST_TAGGED:
		return rows_broadcast(batch, rows, batch->root,
			eval_staged(batch, node, batch->root));
	case OP_SLOT:
		return rows_slot(batch, rows, node->slot);
	case OP_FIELD:
		return eval_field(batch, node, rows);
	case OP_ON: case OP_UNTIL: case OP_PERSON: case OP_FACT_AREA:
		return eval_fact_part(batch, node, rows);
	case OP_BIRTH: case OP_SEX: case OP_PERSON_AREA: case OP_REGISTER_AREA: case OP_RESIDENCE:
		return eval_person_part(batch, node, rows);
	case OP_CALL:
		return eval_call(batch, node, rows);
	case OP_AND: case OP_OR:
		return eval_and_or(batch, node, rows);
	case OP_NOT: case OP_SURELY: case OP_POSSIBLY:
		return eval_one_truth(batch, node, rows);
	case OP_IS_KNOWN:
		return eval_is_known(batch, node, rows);
	case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV:
		return eval_arithmetic(batch, node, rows);
	case OP_NEG:
		return eval_negation(batch, node, rows);
	case OP_EQ: case OP_NE: case OP_LT: case OP_LE: case OP_GT: case OP_GE:
		return eval_comparison(batch, node, rows);
	case OP_IN:
		return eval_in(batch, node, rows);
	case OP_MATCHES:
		return eval_matches(batch, node, rows);
	case OP_CHOOSE:
		return eval_choose(batch, node, rows);
	case OP_FUNCTION:
		return eval_function(batch, node, rows);
	case OP_AGGREGATE:
		return eval_aggregate(batch, node, rows);
	case OP_STRING: case OP_NAME: case OP_DOT: case OP_APPLY:
		break; /* the checker left them in no such place */
	}
	__builtin_unreachable();
}

struct vector
eval(struct batch *batch, const struct node *node, struct rows *rows)
{
	struct memo **list = &rows->memos[node->id % MEMO_LISTS];
	struct memo *memo;

	for (memo = *list; memo; memo = memo->next)
		if (memo->id == node->id)
			return memo->vector;
	memo = arena_alloc(batch->arena, sizeof(*memo));
	memo->id = node->id;
	memo->vector = compute(batch, node, rows);
	memo->next = *list;
	*list = memo;
	return memo->vector;
}
