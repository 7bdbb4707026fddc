/* rule_cases RULES FILE CASE: judges the case's households and compares every finding, in every order of the rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buffer.h"
#include "case_file.h"
#include "money.h"

static struct day
day_of(const struct case_line *line, const char *text)
{
	struct day day = {DAY_NONE};

	if (text && *text && !day_parse(text, &day))
		case_fail(line->number, "'%s' is not a day", text);
	return day;
}

static struct area
area_of(const struct case_line *line, const char *text)
{
	struct area area = {0};

	if (!area_parse(text ? text : "990102001201", &area))
		case_fail(line->number, "'%s' is not an area", text);
	return area;
}

/* Rural unless the case says something else. */
static enum residence
residence_of(const struct case_line *line)
{
	const char *residence = case_value(line, "residence");

	if (!residence || strcmp(residence, "rural") == 0)
		return RESIDENCE_RURAL;
	return strcmp(residence, "urban") == 0 ? RESIDENCE_URBAN : RESIDENCE_UNKNOWN;
}

/* person NAME [household= birth= sex= area= register_area= residence=] */
static void
add_person(struct population_builder *builder, const struct case_line *line)
{
	const char *sex = case_value(line, "sex");
	const char *area = case_value(line, "area");
	const char *register_area = case_value(line, "register_area");
	struct person_row person = {
		.key = line->words[1],
		.household = case_value(line, "household") ? case_value(line, "household") : "H",
		.birth = day_of(line, case_value(line, "birth")),
		.sex = sex ? *sex : '\0',
		.area = area_of(line, area),
		.register_area = area_of(line, register_area ? register_area : area),
		.residence = residence_of(line),
	};

	population_add_person(builder, &person);
}

static struct field_cell
cell_of(const struct case_line *line, const struct field *field, const char *text)
{
	struct field_cell cell = {.known = true};
	struct money money = {0};

	switch (field->type) {
	case FIELD_MONEY:
		if (!money_parse_plain(text, &money))
			case_fail(line->number, "'%s' is not an amount", text);
		cell.number = money.fen;
		break;
	case FIELD_INT:
	case FIELD_FLAG:
		cell.number = strtoll(text, NULL, 10);
		break;
	case FIELD_DATE:
		cell.number = day_of(line, text).n;
		break;
	case FIELD_CODE:
		cell.number = field_word(field, text);
		if (cell.number < 0)
			case_fail(line->number, "'%s' is not a word of %s", text, field->name);
		break;
	case FIELD_TEXT:
	case FIELD_PERSON:
		cell.text = text;
		break;
	}
	return cell;
}

/* KIND SUBJECT on= [until=] [field=value ...] */
static void
add_fact(struct population_builder *builder, const struct ruleset *ruleset,
	const struct case_line *line)
{
	int index = ruleset_kind(ruleset, line->words[0]);
	struct field_cell cells[64] = {0};
	struct fact_row fact = {.cells = cells};
	const struct kind *kind;
	size_t count;

	if (index < 0 || line->count < 2)
		case_fail(line->number, "'%s' is not a kind", line->words[0]);
	kind = ruleset_kinds(ruleset, &count)[index];
	fact.subject = line->words[1];
	fact.on = day_of(line, case_value(line, "on"));
	fact.until = day_of(line, case_value(line, "until"));
	for (size_t i = 0; i < kind->field_count; i++) {
		const char *text = case_value(line, kind->fields[i].name);

		if (text)
			cells[i] = cell_of(line, &kind->fields[i], text);
	}
	population_add_fact(builder, (size_t)index, &fact);
}

/* threshold NAME VALUE */
static void
set_threshold(struct thresholds *thresholds, const struct case_line *line)
{
	int64_t value;

	if (line->count != 3 ||
		!thresholds_parse_value(thresholds, line->words[1], line->words[2], &value) ||
		thresholds_override(thresholds, line->words[1], value) != THRESHOLD_OK)
		case_fail(line->number, "threshold NAME VALUE");
}

static bool
is_word(const struct case_line *line, const char *word)
{
	return strcmp(line->words[0], word) == 0;
}

/* Not a fact: it says what is asked, or what must come out. */
static bool
is_order(const struct case_line *line)
{
	static const char *const orders[] = {"as_of", "threshold", "expect", "says", "began", "unknown"};

	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (is_word(line, orders[i]))
			return true;
	return false;
}

/* Persons and facts, beginning with line `shift`: the order must not matter. */
static struct population *
populate(const struct ruleset *ruleset, const struct case_lines *lines, size_t shift,
	struct day as_of)
{
	size_t count;
	const struct kind *const *kinds = ruleset_kinds(ruleset, &count);
	struct population_builder *builder = population_builder_new(kinds, count);

	for (size_t i = 0; i < lines->count; i++) {
		const struct case_line *line = &lines->all[(i + shift) % lines->count];

		if (is_word(line, "person"))
			add_person(builder, line);
		else if (!is_order(line))
			add_fact(builder, ruleset, line);
	}
	return population_build(builder, as_of, NULL);
}

/* "score=60 level=orange med_critical_illness=30 ..." in the order of the rule ids. */
static const char *
describe(const struct ruleset *ruleset, const struct assessment *a, struct arena *arena)
{
	const char *text;

	if (a->finding_count == 0)
		return "nothing";
	text = arena_printf(arena, "score=%d level=%s", a->score, level_name(a->level));
	for (size_t i = 0; i < a->finding_count; i++)
		text = arena_printf(arena, "%s %s=%d", text,
			ruleset_rule(ruleset, a->findings[i].rule)->id, a->findings[i].points);
	return text;
}

/* The words of the line from number `first`. */
static const char *
rest(const struct case_line *line, size_t first, struct arena *arena)
{
	const char *text = first < line->count ? line->words[first] : "";

	for (size_t i = first + 1; i < line->count; i++)
		text = arena_printf(arena, "%s %s", text, line->words[i]);
	return text;
}

static const struct finding *
finding_of_rule(const struct ruleset *ruleset, const struct assessment *a, const struct case_line *line)
{
	for (size_t i = 0; i < a->finding_count; i++)
		if (strcmp(ruleset_rule(ruleset, a->findings[i].rule)->id, line->words[2]) == 0)
			return &a->findings[i];
	case_fail(line->number, "no finding of '%s'", line->words[2]);
}

/* "KEY ON SINCE POINTS" of every hit, the largest first. */
static const char *
describe_hits(const struct finding *finding, struct arena *arena)
{
	const char *text = "";

	for (size_t i = 0; i < finding->hit_count; i++) {
		const struct hit *hit = &finding->hits[i];
		char on[DAY_TEXT_SIZE] = "-", since[DAY_TEXT_SIZE] = "-";

		if (hit->on.n != DAY_NONE)
			day_format(hit->on, on);
		if (hit->since.n != DAY_NONE)
			day_format(hit->since, since);
		text = arena_printf(arena, "%s%s%s %s %s %d", text, i ? ", " : "",
			*hit->event_key ? hit->event_key : "-", on, since, hit->points);
	}
	return text;
}

/* What rules could not judge, and why: "RULE: MISSING". */
static const char *
describe_unknown(const struct ruleset *ruleset, const struct assessment *a, struct arena *arena)
{
	const char *text = "";

	for (size_t i = 0; i < a->unknown_count; i++)
		text = arena_printf(arena, "%s%s%s: %s", text, i ? ", " : "",
			ruleset_rule(ruleset, a->unknown[i].rule)->id, a->unknown[i].missing);
	return text;
}

/* expect H score=.. level=.. RULE=POINTS ... | says H RULE TEXT | began H RULE HITS | unknown H RULE: MISSING, ...
 * What is found for the line, and from which word on it says what must be. */
static const char *
found_for(const struct ruleset *ruleset, const struct assessment *a, const struct case_line *line,
	struct arena *arena, size_t *ret_first)
{
	*ret_first = is_word(line, "says") || is_word(line, "began") ? 3 : 2;
	if (is_word(line, "says"))
		return finding_of_rule(ruleset, a, line)->because;
	if (is_word(line, "began"))
		return describe_hits(finding_of_rule(ruleset, a, line), arena);
	return is_word(line, "unknown") ? describe_unknown(ruleset, a, arena)
					: describe(ruleset, a, arena);
}

static void
judge_once(const struct ruleset *ruleset, const struct thresholds *thresholds,
	const struct case_lines *lines, size_t shift, struct day as_of)
{
	struct arena *arena = arena_new();
	struct population *population = populate(ruleset, lines, shift, as_of);
	struct question question = {ruleset, population, thresholds, as_of};
	size_t count = population_households(population);
	struct assessment *all = arena_array(arena, count, sizeof(*all));

	evaluate(&question, 0, count, arena, all);
	for (size_t i = 0; i < lines->count; i++) {
		const struct case_line *line = &lines->all[i];
		int64_t household;
		const char *found;
		size_t first;

		if (!is_order(line) || is_word(line, "as_of") || is_word(line, "threshold"))
			continue;
		household = population_find_household(population, line->words[1]);
		if (household < 0)
			case_fail(line->number, "no household '%s'", line->words[1]);
		found = found_for(ruleset, &all[household], line, arena, &first);
		if (strcmp(found, rest(line, first, arena)) != 0)
			case_fail(line->number, "\n  expected %s\n  found    %s",
				rest(line, first, arena), found);
	}
	population_unref(population);
	arena_free(arena);
}

int
main(int argc, char **argv)
{
	struct arena *arena = arena_new();
	struct day as_of = {DAY_NONE};
	struct case_lines lines;
	struct ruleset *ruleset;
	struct thresholds *thresholds;

	if (argc != 4)
		return 2;
	ruleset = case_ruleset(argv[1], arena);
	thresholds = thresholds_new(ruleset);
	lines = case_read(argv[2], argv[3], arena);
	for (size_t i = 0; i < lines.count; i++) {
		if (is_word(&lines.all[i], "as_of"))
			as_of = day_of(&lines.all[i], lines.all[i].words[1]);
		if (is_word(&lines.all[i], "threshold"))
			set_threshold(thresholds, &lines.all[i]);
	}
	for (size_t shift = 0; shift < lines.count; shift++)
		judge_once(ruleset, thresholds, &lines, shift, as_of);
	thresholds_free(thresholds);
	ruleset_unref(ruleset);
	arena_free(arena);
	return 0;
}
