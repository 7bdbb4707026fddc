/* Reads declarations: kinds, thresholds, families, definitions, rules; knows no names and no types. */
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

static const char *
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

/* Reads statements up to the closing brace. */
static void
parse_block(struct parser *p, void (*statement)(struct parser *p, void *owner), void *owner)
{
	if (!expect(p, "{")) {
		recover(p);
		return;
	}
	while (p->token->type != TOKEN_END && !token_is(p->token, "}")) {
		statement(p, owner);
		if (p->failed || !expect(p, ";"))
			recover(p);
	}
	if (!expect(p, "}"))
		recover(p);
}

/* ---- kinds ---- */

static const struct {
	const char *name;
	enum field_type type;
} field_types[] = {
	{"money", FIELD_MONEY}, {"int", FIELD_INT}, {"flag", FIELD_FLAG}, {"date", FIELD_DATE},
	{"code", FIELD_CODE}, {"text", FIELD_TEXT}, {"person", FIELD_PERSON},
};

static void
parse_words(struct parser *p, struct field *field)
{
	const char **words = NULL;

	expect(p, "(");
	do {
		const char *word = expect_name(p, "a word");

		*parser_append(p, words, field->word_count) = word;
	} while (!p->failed && accept(p, ","));
	expect(p, ")");
	field->words = words;
}

static void
parse_field(struct parser *p, struct kind *kind)
{
	struct field *field;
	const char *name = expect_name(p, "a field, 'subject' or 'state'");

	for (size_t i = 0; i < sizeof(field_types) / sizeof(field_types[0]); i++) {
		if (!accept(p, field_types[i].name))
			continue;
		field = parser_append(p, kind->fields, kind->field_count);
		field->name = name;
		field->type = field_types[i].type;
		if (field->type == FIELD_CODE)
			parse_words(p, field);
		field->label = optional_label(p);
		field->sensitive = accept(p, "sensitive");
		if (kind->field_count > FIELD_COUNT_LIMIT)
			parse_fail(p, "fewer fields in a kind");
		return;
	}
	parse_fail(p, "a type: money, int, flag, date, code, text or person");
}

static void
parse_kind_statement(struct parser *p, void *owner)
{
	struct kind *kind = owner;

	if (accept(p, "state")) {
		kind->state = true;
	} else if (accept(p, "subject")) {
		if (accept(p, "person"))
			kind->subject = SUBJECT_PERSON;
		else if (accept(p, "household"))
			kind->subject = SUBJECT_HOUSEHOLD;
		else if (expect(p, "area"))
			kind->subject = SUBJECT_AREA;
	} else {
		parse_field(p, kind);
	}
}

static void
parse_kind(struct parser *p)
{
	size_t spans = p->set->kind_count;
	struct kind *kind = parser_append(p, p->set->kinds, p->set->kind_count);

	*parser_append(p, p->set->kind_spans, spans) = p->token->span;
	kind->name = expect_name(p, "the name of the kind");
	kind->label = optional_label(p);
	parse_block(p, parse_kind_statement, kind);
}

/* ---- thresholds, families ---- */

/* A value in the unit of the threshold. */
static int64_t
parse_value(struct parser *p, const struct declared_threshold *threshold)
{
	const struct token *number = p->token;

	if (p->failed || number->type != TOKEN_NUMBER ||
		(number->decimals && threshold->unit == UNIT_PLAIN)) {
		parse_fail(p, threshold->unit == UNIT_MONEY ? "an amount" : "a whole number");
		return 0;
	}
	p->token++;
	return threshold->unit == UNIT_MONEY ? number->number : number->number / 100;
}

static void
parse_unit(struct parser *p, struct declared_threshold *threshold)
{
	struct span first = p->token->span;

	threshold->unit = token_is(p->token, "yuan") ? UNIT_MONEY : UNIT_PLAIN;
	expect_name(p, "a unit: yuan, percent, days, months, years or points");
	while (accept(p, "per"))
		expect_name(p, "a unit");
	if (!p->failed)
		threshold->unit_text = arena_strndup(p->arena, first.text->bytes + first.start,
			(p->token - 1)->span.start + (p->token - 1)->span.length - first.start);
}

static void
parse_default(struct parser *p, struct declared_threshold *threshold, const char *class)
{
	struct declared_default *value =
		parser_append(p, threshold->defaults, threshold->default_count);

	value->class = class;
	value->span = p->token->span;
	value->value = parse_value(p, threshold);
}

static void
parse_threshold_statement(struct parser *p, void *owner)
{
	struct declared_threshold *threshold = owner;

	if (accept(p, "unit")) {
		parse_unit(p, threshold);
	} else if (accept(p, "by")) {
		threshold->by_class = expect(p, "class");
	} else if (accept(p, "default")) {
		parse_default(p, threshold, NULL);
	} else if (accept(p, "values")) {
		do {
			const char *class = expect_name(p, "a class, or 'others'");

			parse_default(p, threshold, strcmp(class, "others") == 0 ? NULL : class);
		} while (!p->failed && accept(p, ","));
	} else if (accept(p, "least")) {
		threshold->least = parse_value(p, threshold);
	} else if (accept(p, "most")) {
		threshold->most = parse_value(p, threshold);
	} else if (accept(p, "basis")) {
		threshold->basis = expect_string(p, "the source of the numbers");
	} else {
		parse_fail(p, "unit, by class, default, values, least, most or basis");
	}
}

static void
parse_threshold(struct parser *p)
{
	struct declared_threshold *threshold =
		parser_append(p, p->set->thresholds, p->set->threshold_count);

	threshold->span = p->token->span;
	threshold->unit = UNIT_PLAIN;
	threshold->most = INT64_MAX;
	threshold->name = expect_name(p, "the name of the threshold");
	threshold->label = optional_label(p);
	parse_block(p, parse_threshold_statement, threshold);
}

static void
parse_family_statement(struct parser *p, void *owner)
{
	struct family *family = owner;

	expect(p, "cap");
	family->cap = (int32_t)expect_int(p, 100);
}

static void
parse_family(struct parser *p)
{
	struct family *family = parser_append(p, p->set->families, p->set->family_count);

	family->span = p->token->span;
	family->cap = 100;
	family->name = expect_name(p, "the name of the family");
	family->label = optional_label(p);
	parse_block(p, parse_family_statement, family);
}

/* ---- definitions ---- */

static void
parse_parameters(struct parser *p, struct define *define)
{
	if (!accept(p, "("))
		return;
	do {
		struct parameter *parameter =
			parser_append(p, define->parameters, define->parameter_count);

		parameter->span = p->token->span;
		parameter->type_name = expect_name(p, "a type: person, day, int, money or a kind");
		parameter->name = expect_name(p, "the name of the parameter");
	} while (!p->failed && accept(p, ","));
	expect(p, ")");
}

static void
parse_define(struct parser *p, bool is_set)
{
	struct define *define = parser_append(p, p->set->defines, p->set->define_count);

	define->span = p->token->span;
	define->is_set = is_set;
	define->name = expect_name(p, "the name of the definition");
	if (!is_set)
		parse_parameters(p, define);
	expect(p, "=");
	if (is_set) {
		parse_set(p, &define->set);
		if (accept(p, "where"))
			define->body = parse_expression(p);
	} else {
		define->body = parse_expression(p);
	}
}

/* ---- rules ---- */

static const char *const level_words[] = {"none", "blue", "yellow", "orange", "red"};
static const char *const kind_words[] = {"risk", "policy_gap", "exit_review", "supervision"};

static int
expect_word(struct parser *p, const char *const *words, int count, const char *what)
{
	for (int i = 0; i < count; i++)
		if (accept(p, words[i]))
			return i;
	parse_fail(p, what);
	return 0;
}

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

	floor->level = (enum level)expect_word(p, level_words, 5, "blue, yellow, orange or red");
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
		rule->face.kind = (enum finding_kind)expect_word(p, kind_words, 4,
			"risk, policy_gap, exit_review or supervision");
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

static void
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

/* ---- the rest ---- */

static void
parse_classes(struct parser *p)
{
	struct define *define;

	do {
		const char *class = expect_name(p, "a class");

		*parser_append(p, p->set->classes, p->set->class_count) = class;
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
		require->kinds[expect_word(p, kind_words, 4,
			"risk, policy_gap, exit_review or supervision")] = true;
	} while (!p->failed && accept(p, ","));
}

/* levels blue THRESHOLD, ...: the thresholds are resolved by the checker from their names. */
static void
parse_levels(struct parser *p)
{
	do {
		int level = expect_word(p, level_words, 5, "blue, yellow, orange or red");
		const char *name = expect_name(p, "the threshold of the level");

		for (size_t i = 0; i < p->set->threshold_count && !p->failed; i++)
			if (strcmp(p->set->thresholds[i].name, name) == 0)
				p->set->levels[level] = (int)i;
		if (!p->failed && p->set->levels[level] < 0) {
			p->token--;
			parse_fail(p, "a threshold that is declared above");
		}
	} while (!p->failed && accept(p, ","));
}

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
	} else if (accept(p, "rule")) {
		parse_rule(p, STAGE_RULE);
	} else if (accept(p, "combination")) {
		parse_rule(p, STAGE_COMBINATION);
	} else if (accept(p, "mitigation")) {
		parse_rule(p, STAGE_MITIGATION);
	} else {
		block = false;
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
		else
			parse_fail(p, "kind, threshold, family, classes, levels, require, define, set, rule, "
				      "combination or mitigation");
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
