/* Checks rules, combinations and mitigations: what they mention, their types, what they lack. */
#include "check.h"

#include <string.h>

#include "arena.h"
#include "bounds.h"

void
check_typed(struct checker *c, struct node *node, enum type type, const char *what)
{
	if (!node)
		return;
	check_node(c, node, NULL);
	check_is(c, node, type, what);
}

/* A value that becomes text, here or in a key: a fact has no text of its own. */
static void
check_shown(struct checker *c, struct node *value)
{
	check_node(c, value, NULL);
	if (value->type != TYPE_FACT)
		return;
	fail(c, value, "a fact is no text and no key");
	diag_hint(c->diags, "name a field of it, or its day: on");
}

static void
check_message(struct checker *c, struct message *message)
{
	for (size_t i = 0; i < message->piece_count; i++)
		if (message->pieces[i].as_month)
			check_typed(c, message->pieces[i].value, TYPE_DAY, "what is shown as a month");
		else if (message->pieces[i].value)
			check_shown(c, message->pieces[i].value);
}

static void
check_conditionals(struct checker *c, struct conditional *all, size_t count, const char *what)
{
	for (size_t i = 0; i < count; i++) {
		check_typed(c, all[i].value, TYPE_INT, what);
		check_typed(c, all[i].when, TYPE_TRUTH, "what stands behind 'when'");
	}
}

static void
check_lets(struct checker *c, struct rule *rule, struct scope *scopes)
{
	for (size_t i = 0; i < rule->let_count; i++) {
		struct let *let = &rule->lets[i];

		check_node(c, let->value, NULL);
		let->slot = c->set->slot_count++;
		check_fresh(c, let->name, let->value->span, NULL);
		scopes[i] = (struct scope){c->scope, let->name, let->slot, let->value->type,
			let->value->kind, let->value->kind_index, let->value->field,
			let->value->measure};
		c->scope = &scopes[i];
	}
}

/* ---- what a rule mentions ---- */

static void
check_family(struct checker *c, struct rule *rule)
{
	const char **names;

	if (!rule->family_name.name)
		return;
	rule->family = find_family(c->set, rule->family_name.name);
	if (rule->family >= 0) {
		if (rule->stage == STAGE_RULE)
			rule->face.family = rule->family_name.name;
		return;
	}
	diag_at(c->diags, DIAG_ERROR, rule->family_name.span, "'%s' is not a family",
		rule->family_name.name);
	names = arena_array(c->set->arena, c->set->family_count, sizeof(*names));
	for (size_t i = 0; i < c->set->family_count; i++)
		names[i] = c->set->families[i].name;
	hint_near(c, rule->family_name.name, names, c->set->family_count);
}

/* The label that a rule mentions, or NULL. */
static const struct label *
check_label(struct checker *c, enum label_sort sort, const struct mention *mention)
{
	static const char *const what[] = {
		[LABEL_CATEGORY] = "category", [LABEL_NEED] = "need", [LABEL_TAG] = "tag"};
	size_t count = c->set->label_counts[sort];
	int index = mention->name ? find_label(c->set, sort, mention->name) : -1;
	const char **names;

	if (!mention->name || index >= 0)
		return mention->name ? &c->set->labels[sort][index] : NULL;
	diag_at(c->diags, DIAG_ERROR, mention->span, "the %s '%s' is not declared", what[sort],
		mention->name);
	names = arena_array(c->set->arena, count, sizeof(*names));
	for (size_t i = 0; i < count; i++)
		names[i] = c->set->labels[sort][i].name;
	hint_near(c, mention->name, names, count);
	return NULL;
}

static const char *
label_text(const struct label *label)
{
	return label->label ? label->label : label->name;
}

static void
check_labels(struct checker *c, struct rule *rule)
{
	const struct label *category = check_label(c, LABEL_CATEGORY, &rule->category);
	const struct label *need = check_label(c, LABEL_NEED, &rule->need);
	const char **tags = arena_array(c->set->arena, rule->tag_count, sizeof(*tags));

	if (category) {
		rule->face.category = category->name;
		rule->face.category_label = label_text(category);
	}
	if (need) {
		rule->face.need = need->name;
		rule->face.need_label = label_text(need);
	}
	for (size_t i = 0; i < rule->tag_count; i++) {
		check_label(c, LABEL_TAG, &rule->tags[i]);
		tags[i] = rule->tags[i].name;
		rule->face.not_enrolled |= strcmp(tags[i], "not_enrolled") == 0;
	}
	rule->face.tags = tags;
	rule->face.tag_count = rule->tag_count;
}

static void
check_scopes(struct checker *c, struct rule *rule)
{
	for (size_t i = 0; i < rule->scope_count; i++) {
		int scope = find_scope(c->set, rule->scopes[i].name);

		if (scope >= 0 && scope < SCOPE_COUNT_LIMIT)
			rule->scope_mask |= UINT32_C(1) << scope;
		else if (scope < 0)
			diag_at(c->diags, DIAG_ERROR, rule->scopes[i].span,
				"'%s' is not an authorisation", rule->scopes[i].name);
	}
}

/* A kind may ask that no rule reads it without an authorisation. */
static void
check_authorised(struct checker *c, const struct rule *rule)
{
	for (size_t i = 0; i < c->set->scope_count && i < SCOPE_COUNT_LIMIT; i++)
		if ((c->scopes & ~rule->scope_mask) >> i & 1) {
			diag_at(c->diags, DIAG_ERROR, rule->span,
				"'%s' reads what asks for an authorisation", rule->face.id);
			diag_hint(c->diags, "say so: authorised %s", c->set->scopes[i].name);
		}
}

/* ---- how long a hit lasts ---- */

/* How often the largest points can be halved until nothing is left. */
static int
halvings(const struct rule *rule)
{
	int64_t most = 0;
	int count = 0;

	for (size_t i = 0; i < rule->point_count; i++) {
		const struct node *value = rule->points[i].value;

		if (value->op != OP_NUMBER)
			return 10; /* points end at 1,000 */
		most = value->value > most ? value->value : most;
	}
	for (; most; most /= 2)
		count++;
	return count;
}

/* The days from the day of an event until nothing is left of its points; with `hold to` from that day. */
static int
window(const struct rule *rule)
{
	const struct decay *d = &rule->decay;
	int days = d->hold_days;

	switch (d->fade) {
	case FADE_NONE:
		break;
	case FADE_LINEAR:
		days += d->fade_days;
		break;
	case FADE_HALF:
		days += d->fade_days * halvings(rule);
		break;
	}
	return d->fades && days == 0 ? 1 : days;
}

/* ---- statements ---- */

static void
check_evidence(struct checker *c, struct rule *rule)
{
	const struct scope *outer = c->scope;
	struct scope scope;

	if (!rule->evidence)
		return;
	check_sets(c, rule->evidence, 1, &scope);
	check_typed(c, rule->evidence_where, TYPE_TRUTH, "what stands behind 'where'");
	c->scope = outer;
}

static void
check_statements(struct checker *c, struct rule *rule)
{
	check_conditionals(c, rule->points, rule->point_count, "the points");
	check_conditionals(c, rule->floors, rule->floor_count, "the floor");
	check_typed(c, rule->on, TYPE_DAY, "the day of the hit");
	check_typed(c, rule->since, TYPE_DAY, "the day behind 'since'");
	check_typed(c, rule->decay.hold_to, TYPE_DAY, "the day behind 'hold to'");
	for (size_t i = 0; i < rule->key_count; i++)
		check_shown(c, rule->key[i]);
	check_evidence(c, rule);
	check_message(c, &rule->because);
	check_message(c, &rule->detail);
}

static void
complain(struct checker *c, struct rule *rule)
{
	bool scores = rule->stage != STAGE_RULE || rule->face.kind == FINDING_RISK;

	if (!rule->when)
		diag_at(c->diags, DIAG_ERROR, rule->span, "'%s' has no 'when'", rule->face.id);
	if (scores && rule->point_count == 0)
		diag_at(c->diags, DIAG_ERROR, rule->span, "'%s' has no points", rule->face.id);
	if (scores && rule->stage == STAGE_RULE && !rule->family_name.name)
		diag_at(c->diags, DIAG_ERROR, rule->span, "'%s' has no family", rule->face.id);
	if (!rule->basis) {
		diag_at(c->diags, DIAG_WARNING, rule->span, "'%s' names no basis", rule->face.id);
		diag_hint(c->diags, "say where its numbers come from: basis \"...\"");
	}
}

void
check_rule(struct checker *c, struct rule *rule)
{
	struct scope *scopes = arena_array(c->set->arena, rule->set_count + rule->let_count + 1,
		sizeof(*scopes));

	c->scope = NULL;
	c->sensitive = false;
	c->scopes = 0;
	c->in_stage = rule->stage != STAGE_RULE;
	check_family(c, rule);
	check_labels(c, rule);
	check_scopes(c, rule);
	check_sets(c, rule->sets, rule->set_count, scopes);
	check_lets(c, rule, scopes + rule->set_count);
	check_typed(c, rule->when, TYPE_TRUTH, "the condition of a rule");
	check_statements(c, rule);
	rule->face.sensitive = c->sensitive;
	rule->face.window_days = window(rule);
	check_authorised(c, rule);
	complain(c, rule);
	look_at_rule(c, rule);
}

