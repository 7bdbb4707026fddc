/* What a tier without entitlement may not infer from an explanation; shows nothing itself. */
#include "why_parts.h"

#define NOT_LOOKED 0
#define TOUCHES_NOT 1
#define TOUCHES 2

static bool
touches(struct why *why, const struct node *node);

bool
depth_kind(const struct kind *kind)
{
	for (size_t i = 0; i < kind->field_count; i++)
		if (!kind->fields[i].sensitive)
			return false;
	return kind->field_count > 0;
}

static bool
set_touches(struct why *why, const struct set *set);

/* A definition that is being looked at counts as no: the answer comes from its other parts. */
static bool
define_touches(struct why *why, int index)
{
	const struct define *define = &why->question.ruleset->defines[index];
	uint8_t *known = &why->touching[index];

	if (*known == NOT_LOOKED) {
		*known = TOUCHES_NOT;
		if ((define->is_set && set_touches(why, &define->set)) ||
			(define->body && touches(why, define->body)))
			*known = TOUCHES;
	}
	return *known == TOUCHES;
}

static bool
set_touches(struct why *why, const struct set *set)
{
	if ((set->kind && depth_kind(set->kind)) || (set->index >= 0 && define_touches(why, set->index)))
		return true;
	for (size_t i = 0; i < set->value_count; i++)
		if (touches(why, set->values[i]))
			return true;
	return set->index < 0 && set->of && touches(why, set->of);
}

bool
depth_threshold(struct why *why, int index)
{
	const struct ruleset *set = why->question.ruleset;
	const struct threshold_row *row = why->thresholds[index].row;

	if (thresholds_overridden(why->question.thresholds, (size_t)index) || set->class_define < 0)
		return false;
	if (row ? !row->class || !*row->class : !set->thresholds[index].by_class)
		return false;
	return define_touches(why, set->class_define);
}

bool
depth_family(const struct why *why, int family)
{
	const struct ruleset *set = why->question.ruleset;

	for (size_t r = 0; r < set->rule_count; r++)
		if (set->rules[r].family == family && set->rules[r].face.sensitive)
			return true;
	return false;
}

/* A variable of the rule: a let, or a member of one of its sets. */
static bool
slot_touches(struct why *why, int slot)
{
	const struct rule *rule = why->rule;

	for (size_t i = 0; rule && i < rule->let_count; i++)
		if (rule->lets[i].slot == slot)
			return touches(why, rule->lets[i].value);
	for (size_t i = 0; rule && i < rule->set_count; i++)
		if (rule->sets[i].slot == slot)
			return set_touches(why, &rule->sets[i]);
	return false;
}

/* By itself, whatever stands in it. */
static bool
leaf_touches(struct why *why, const struct node *node)
{
	const struct ruleset *set = why->question.ruleset;

	return (node->op == OP_FIELD && node->field->sensitive) ||
	       (node->kind && depth_kind(node->kind)) ||
	       (node->op == OP_THRESHOLD && depth_threshold(why, node->index)) ||
	       (node->op == OP_FAMILY && depth_family(why, node->index)) ||
	       (node->op == OP_LATEST_HIT && set->rules[node->index].face.sensitive) ||
	       node->op == OP_LATEST_TAGGED ||
	       (node->op == OP_CALL && define_touches(why, node->index)) ||
	       (node->op == OP_SLOT && slot_touches(why, node->slot));
}

static bool
touches(struct why *why, const struct node *node)
{
	if (leaf_touches(why, node))
		return true;
	for (size_t i = 0; i < node->arg_count; i++)
		if (touches(why, node->args[i]))
			return true;
	for (size_t i = 0; i < node->set_count; i++)
		if (set_touches(why, &node->sets[i]))
			return true;
	return node->where && touches(why, node->where);
}

/* The plain text of a finding shows this value already. */
static bool
told(const struct why *why, const struct node *node)
{
	const struct rule *rule = why->rule;

	for (size_t i = 0; rule && why->fires && i < rule->because.piece_count; i++) {
		const struct node *value = rule->because.pieces[i].value;

		if (value && value->op == node->op &&
			((node->op == OP_THRESHOLD && node->index == value->index) ||
				(node->op == OP_SLOT && node->slot == value->slot) ||
				(node->op == OP_CALL && node->index == value->index &&
					node->arg_count == 0)))
			return true;
	}
	return false;
}

/* As touches(), but for what the plain text says. */
static bool
hides(struct why *why, const struct node *node)
{
	if (told(why, node))
		return false;
	if (leaf_touches(why, node))
		return true;
	for (size_t i = 0; i < node->arg_count; i++)
		if (hides(why, node->args[i]))
			return true;
	for (size_t i = 0; i < node->set_count; i++)
		if (set_touches(why, &node->sets[i]))
			return true;
	return node->where && hides(why, node->where);
}

bool
depth_hides(struct why *why, const struct node *node)
{
	return !why->detail && hides(why, node);
}

bool
depth_hides_set(struct why *why, const struct set *set)
{
	return !why->detail && set_touches(why, set);
}

/* Where a comparison turns tells what stands on its other side, and that a sensitive finding goes with it tells that, too. */
bool
depth_hides_flip(struct why *why, const struct flip *flip)
{
	const struct ruleset *set = why->question.ruleset;
	const struct kind *kind;
	bool hidden;

	if (why->detail)
		return false;
	if (flip->sensitive || (flip->rule && flip->rule->face.sensitive))
		return true;
	why->rule = flip->rule;
	why->fires = flip->rule && why->rules[flip->rule - set->rules].verdict == VERDICT_FIRES;
	hidden = flip->node && depth_hides(why, flip->node);
	why->rule = NULL;
	if (hidden || flip->change == FLIP_DAYS)
		return hidden;
	if (flip->change == FLIP_THRESHOLD)
		return why->thresholds[flip->index].hidden;
	kind = &set->kinds[flip->index];
	return kind->fields[flip->field].sensitive || depth_kind(kind);
}
