/* Reads rules, combinations and mitigations; knows no names and no types. */
#include "parse.h"

static void
parse_conditional(struct parser *p, struct conditional *conditional)
{
	if (accept(p, "when"))
		conditional->when = parse_expression(p);
}

static int32_t
expect_days(struct parser *p)
{
	int32_t days = (int32_t)expect_int(p, 36500);

	expect(p, "days");
	return days;
}

/* linear N days, half N days */
static bool
parse_fade(struct parser *p, struct decay *decay)
{
	if (accept(p, "linear"))
		decay->fade = FADE_LINEAR;
	else if (accept(p, "half"))
		decay->fade = FADE_HALF;
	else
		return false;
	decay->fade_days = expect_days(p);
	if (decay->fade_days == 0)
		parse_fail(p, "at least one day");
	return true;
}

/* state, or: [hold N days | hold to DAY] [, then] [linear N days | half N days] */
static void
parse_decay(struct parser *p, struct decay *decay)
{
	if (accept(p, "state"))
		return;
	decay->fades = true;
	if (accept(p, "hold")) {
		if (accept(p, "to"))
			decay->hold_to = parse_expression(p);
		else
			decay->hold_days = expect_days(p);
		if (!accept(p, ","))
			return;
		expect(p, "then");
	}
	if (!parse_fade(p, decay))
		parse_fail(p, "state, hold, linear or half");
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

static void
parse_mentions(struct parser *p, struct mention **all, size_t *count, const char *what)
{
	do {
		*parser_append(p, *all, *count) = expect_mention(p, what);
	} while (!p->failed && accept(p, ","));
}

/* within N workdays, within N hours */
static void
parse_visit(struct parser *p, struct rule_face *face)
{
	int length;

	expect(p, "within");
	length = (int)expect_int(p, 365);
	if (accept(p, "hours"))
		face->visit_hours = length;
	else if (accept(p, "workdays"))
		face->visit_workdays = length;
	else
		parse_fail(p, "'workdays' or 'hours'");
}

/* adds N hits */
static void
parse_adds(struct parser *p, struct rule *rule)
{
	rule->adds = (int32_t)expect_int(p, 100);
	expect(p, "hits");
}

/* Statements that hold words or a text. */
static bool
parse_simple(struct parser *p, struct rule *rule)
{
	if (accept(p, "family") || accept(p, "lowers"))
		rule->family_name = expect_mention(p, "a family");
	else if (accept(p, "category"))
		rule->category = expect_mention(p, "a category");
	else if (accept(p, "need"))
		rule->need = expect_mention(p, "a need");
	else if (accept(p, "kind"))
		rule->face.kind = expect_finding(p);
	else if (accept(p, "tag"))
		parse_mentions(p, &rule->tags, &rule->tag_count, "a tag");
	else if (accept(p, "authorised"))
		parse_mentions(p, &rule->scopes, &rule->scope_count, "an authorisation");
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

static const char *const statements[] = {"kind", "family", "lowers", "category", "need", "tag", "visit",
	"authorised", "for", "let", "when", "key", "on", "since", "points", "adds", "floor", "decay",
	"evidence", "because", "detail", "basis", NULL};

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
		parse_decay(p, &rule->decay);
	} else if (accept(p, "since")) {
		rule->since = parse_expression(p);
	} else if (accept(p, "adds")) {
		parse_adds(p, rule);
	} else if (accept(p, "visit")) {
		parse_visit(p, &rule->face);
	} else if (accept(p, "evidence")) {
		size_t count = 0;

		parse_sets(p, &rule->evidence, &count, &rule->evidence_where);
	} else if (accept(p, "because")) {
		parse_text_statement(p, &rule->because);
	} else if (accept(p, "detail")) {
		parse_text_statement(p, &rule->detail);
	} else {
		parse_fail_among(p, "a statement of a rule: ", statements);
	}
}

static const char *const repeatable[] = {"let", "points", "floor", NULL};
static const struct block rule_block = {parse_rule_statement, repeatable};

void
parse_rule(struct parser *p, enum rule_stage stage)
{
	struct rule *rule = parser_append(p, p->set->rules, p->set->rule_count);

	rule->stage = stage;
	rule->span = p->token->span;
	rule->family = -1;
	rule->face.category = rule->face.category_label = "";
	rule->face.need = rule->face.need_label = rule->face.family = "";
	rule->face.id = expect_name(p, "the id of the rule");
	rule->face.name = optional_label(p);
	parse_block(p, &rule_block, rule);
	rule->face.name = rule->face.name ? rule->face.name : rule->face.id;
}
