/* Reads rules, combinations and mitigations; knows no names and no types. */
#include "parse.h"

static void
parse_conditional(struct parser *p, struct conditional *conditional)
{
	if (accept(p, "when"))
		conditional->when = parse_expression(p);
}

static void
parse_decay(struct parser *p, struct rule *rule)
{
	if (accept(p, "state")) {
		rule->decay = DECAY_STATE;
		return;
	}
	rule->decay = accept(p, "hold") ? DECAY_HOLD : DECAY_LINEAR;
	if (rule->decay == DECAY_LINEAR)
		expect(p, "linear");
	rule->decay_days = (int32_t)expect_int(p, 36500);
	expect(p, "days");
	if (accept(p, "from"))
		rule->decay_from = parse_expression(p);
	if (rule->decay_days > rule->face.window_days)
		rule->face.window_days = rule->decay_days;
}

static void
parse_let(struct parser *p, struct rule *rule)
{
	struct let *let = parser_append(p, rule->lets, rule->let_count);

	let->name = expect_name(p, "a name");
	expect(p, "=");
	let->value = parse_expression(p);
}

static void
parse_points(struct parser *p, struct rule *rule)
{
	struct conditional *points = parser_append(p, rule->points, rule->point_count);

	points->value = parse_expression(p);
	parse_conditional(p, points);
}

static void
parse_floor(struct parser *p, struct rule *rule)
{
	struct conditional *floor = parser_append(p, rule->floors, rule->floor_count);

	floor->level = expect_level(p);
	parse_conditional(p, floor);
}

/* Statements that hold one word or text. */
static bool
parse_simple(struct parser *p, struct rule *rule)
{
	if (accept(p, "family") || accept(p, "lowers"))
		rule->family_name = expect_name(p, "a family");
	else if (accept(p, "category"))
		rule->face.category = expect_name(p, "a cause");
	else if (accept(p, "need"))
		rule->face.need = expect_name(p, "a need");
	else if (accept(p, "kind"))
		rule->face.kind = expect_finding(p);
	else if (accept(p, "dated"))
		rule->dated = true;
	else if (accept(p, "not_enrolled"))
		rule->face.not_enrolled = true;
	else if (accept(p, "basis"))
		rule->basis = expect_string(p, "the source of the rule");
	else
		return false;
	return true;
}

static void
parse_keys(struct parser *p, struct rule *rule)
{
	do {
		*parser_append(p, rule->key, rule->key_count) = parse_expression(p);
	} while (!p->failed && accept(p, ","));
}

static void
parse_text_statement(struct parser *p, struct message *message)
{
	const struct token *string = p->token;

	expect_string(p, "a text between quotes");
	if (!p->failed)
		parse_message(p, string, message);
}

static void
parse_for(struct parser *p, struct rule *rule)
{
	struct node *where = NULL;

	parse_sets(p, &rule->sets, &rule->set_count, &where);
	if (where)
		parse_fail(p, "the condition behind 'when'");
}

static void
parse_rule_statement(struct parser *p, void *owner)
{
	struct rule *rule = owner;

	if (parse_simple(p, rule))
		return;
	if (accept(p, "for")) {
		parse_for(p, rule);
	} else if (accept(p, "let")) {
		parse_let(p, rule);
	} else if (accept(p, "when")) {
		rule->when = parse_expression(p);
	} else if (accept(p, "key")) {
		parse_keys(p, rule);
	} else if (accept(p, "on")) {
		rule->on = parse_expression(p);
	} else if (accept(p, "points")) {
		parse_points(p, rule);
	} else if (accept(p, "floor")) {
		parse_floor(p, rule);
	} else if (accept(p, "decay")) {
		parse_decay(p, rule);
	} else if (accept(p, "visit")) {
		expect(p, "within");
		rule->face.visit_workdays = (int)expect_int(p, 365);
		expect(p, "workdays");
	} else if (accept(p, "evidence")) {
		size_t count = 0;

		parse_sets(p, &rule->evidence, &count, &rule->evidence_where);
	} else if (accept(p, "because")) {
		parse_text_statement(p, &rule->because);
	} else if (accept(p, "detail")) {
		parse_text_statement(p, &rule->detail);
	} else {
		parse_fail(p, "a statement of a rule: kind, family, lowers, category, need, visit, dated, "
			      "not_enrolled, for, let, when, key, on, points, floor, decay, evidence, because, "
			      "detail or basis");
	}
}

void
parse_rule(struct parser *p, enum rule_stage stage)
{
	struct rule *rule = parser_append(p, p->set->rules, p->set->rule_count);

	rule->stage = stage;
	rule->span = p->token->span;
	rule->family = -1;
	rule->face.category = rule->face.need = rule->face.family = "";
	rule->face.id = expect_name(p, "the id of the rule");
	rule->face.name = optional_label(p);
	parse_block(p, parse_rule_statement, rule);
	rule->face.name = rule->face.name ? rule->face.name : rule->face.id;
}
