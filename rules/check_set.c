/* Types of sets; never evaluates anything. */
#include <string.h>

#include "bounds.h"
#include "check.h"

static void
check_list(struct checker *c, struct set *set)
{
	set->type = TYPE_ANY;
	for (size_t i = 0; i < set->value_count; i++) {
		struct node *value = set->values[i];

		check_node(c, value, NULL);
		if (i == 0) {
			set->type = value->type;
			set->field = value->field;
			set->kind = value->kind;
			set->kind_index = value->kind_index;
		} else if (!comparable(set->values[0], value)) {
			fail(c, value, "the values of a list are of one type");
		}
	}
}

/* `KIND of X`: X is a person, or a set of persons. */
static void
check_of(struct checker *c, struct set *set)
{
	int define = set->of->op == OP_NAME ? find_define(c->set, set->of->text, true) : -1;

	set->form = SET_FACTS_OF;
	if (set->kind->subject != SUBJECT_PERSON) {
		diag_at(c->diags, DIAG_ERROR, set->span, "%s is not a kind about persons",
			set->name);
		diag_hint(c->diags, "leave 'of' away");
		return;
	}
	if (define < 0) {
		check_node(c, set->of, NULL);
		check_is(c, set->of, TYPE_PERSON, "what stands behind 'of'");
		return;
	}
	check_define(c, &c->set->defines[define]);
	c->sensitive |= c->set->defines[define].sensitive;
	c->scopes |= c->set->defines[define].scopes;
	set->index = define;
	set->through = c->set->slot_count++;
}

/* What is read asks for an authorisation. */
static void
note_scope(struct checker *c, const struct mention *mention)
{
	int scope = mention->name ? find_scope(c->set, mention->name) : -1;

	if (scope >= 0 && scope < SCOPE_COUNT_LIMIT)
		c->scopes |= UINT32_C(1) << scope;
}

static void
check_facts(struct checker *c, struct set *set)
{
	set->type = TYPE_FACT;
	set->kind = &c->set->kinds[set->kind_index];
	note_scope(c, &c->set->kind_sources[set->kind_index].scope);
	if (set->of) {
		check_of(c, set);
	} else if (set->of_name) {
		set->form = SET_FACTS_ALL;
		if (set->kind->subject != SUBJECT_PERSON)
			diag_at(c->diags, DIAG_ERROR, set->span, "%s is not a kind about persons",
				set->name);
	} else if (set->kind->subject == SUBJECT_HOUSEHOLD) {
		set->form = SET_FACTS_HOUSEHOLD;
	} else if (set->kind->subject == SUBJECT_AREA) {
		set->form = SET_FACTS_AREA;
	} else {
		diag_at(c->diags, DIAG_ERROR, set->span, "whose %s?", set->name);
		diag_hint(c->diags, "of all persons, of a set of persons, or of one person");
		set->form = SET_FACTS_ALL;
	}
}

static void
check_named_set(struct checker *c, struct set *set)
{
	if (strcmp(set->name, "persons") == 0) {
		set->form = SET_PERSONS;
		set->type = TYPE_PERSON;
		return;
	}
	set->kind_index = find_kind(c->set, set->name);
	if (set->kind_index >= 0) {
		check_facts(c, set);
		return;
	}
	set->index = find_define(c->set, set->name, true);
	if (set->index >= 0) {
		set->form = SET_DEFINED;
		check_define(c, &c->set->defines[set->index]);
		c->sensitive |= c->set->defines[set->index].sensitive;
		c->scopes |= c->set->defines[set->index].scopes;
		set->type = c->set->defines[set->index].set.type;
		set->kind = c->set->defines[set->index].set.kind;
		set->kind_index = c->set->defines[set->index].set.kind_index;
		return;
	}
	diag_at(c->diags, DIAG_ERROR, (struct span){set->span.text, set->span.start,
		strlen(set->name)}, "'%s' is not a kind", set->name);
	hint_kind(c, set->name);
	set->form = SET_PERSONS;
	set->type = TYPE_ERROR;
}

void
check_sets(struct checker *c, struct set *sets, size_t count, struct scope *scopes)
{
	const struct scope *outer = c->scope;

	for (size_t i = 0; i < count; i++) {
		struct set *set = &sets[i];

		if (set->form == SET_LIST)
			check_list(c, set);
		else
			check_named_set(c, set);
		set->slot = c->set->slot_count++;
		check_fresh(c, set->variable, set->span, outer);
		scopes[i] = (struct scope){
			.outer = c->scope,
			.name = set->variable,
			.slot = set->slot,
			.type = set->type,
			.kind = set->kind,
			.kind_index = set->kind_index,
			.field = set->field,
		};
		c->scope = &scopes[i];
	}
}
