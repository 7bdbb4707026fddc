/* The rule set that is in use, with the canary's own rule behind those of the files. Judges by
 * rules/ alone. */
#include "verdict.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "memory.h"
#include "rule_files.h"

/* The canary's fact is a finding on the day it is told, of one point: no level, so that no
 * office ever hears of it; and every beat is a hit of its own. */
static const char canary_name[] = "(canary)";
static const char canary_rules[] =
	"kind " CANARY_KIND " \"自检\" { subject person; beat int \"序号\"; }\n"
	"family " CANARY_KIND " \"自检\" { cap 1; }\n"
	"rule " CANARY_RULE " \"自检\" {\n"
	"	family " CANARY_KIND ";\n"
	"	for canary x of all persons;\n"
	"	when x.on = as_of;\n"
	"	key x.beat;\n"
	"	on x.on;\n"
	"	points 1;\n"
	"	decay hold 1 days;\n"
	"	because \"自检\";\n"
	"	basis \"needwatch\";\n"
	"}\n";

struct ruleset *
verdict_rules(
	const char *const *paths, size_t count, struct text_files *files, struct diags *diags)
{
	if (!rule_files_read(paths, count, files, diags))
		return NULL;
	text_files_add_text(files, canary_name, canary_rules);
	return ruleset_compile(text_files_block(files), files->count, diags);
}

struct verdict *
verdict_new(struct ruleset *ruleset)
{
	struct verdict *verdict = xcalloc(1, sizeof(*verdict));
	size_t rules = ruleset_rule_count(ruleset);

	verdict->ruleset = ruleset;
	verdict->thresholds = thresholds_new(ruleset);
	verdict->faces = xcalloc(rules + 1, sizeof(*verdict->faces));
	for (size_t rule = 0; rule < rules; rule++)
		verdict->faces[rule] = ruleset_rule(ruleset, rule);
	return verdict;
}

void
verdict_free(struct verdict *verdict)
{
	if (!verdict)
		return;
	thresholds_free(verdict->thresholds);
	ruleset_unref(verdict->ruleset);
	free(verdict->faces);
	free(verdict);
}

struct assessment *
verdict_of(const struct verdict *verdict, const struct population *population, const char *key,
	struct day as_of, struct arena *arena)
{
	struct question question = {verdict->ruleset, population, verdict->thresholds, as_of};
	struct assessment *assessment = arena_alloc(arena, sizeof(*assessment));
	int64_t household = population_find_household(population, key);

	if (household >= 0)
		evaluate(&question, (size_t)household, 1, arena, assessment);
	else
		*assessment = (struct assessment){
			.household = arena_strdup(arena, key), .as_of = as_of, .class = ""};
	return assessment;
}

/* ---- where an emergency happened ---- */

/* The newest place that was found, and the day of its fact. */
struct place {
	struct area area;
	int32_t on;
};

/* Facts of the kind about one subject on the day of the evidence. */
static void
look_at_facts(const struct population *population, size_t kind, uint32_t subject, struct day on,
	struct place *ret_place)
{
	struct fact_columns facts = population_facts(population, kind);

	for (uint32_t fact = facts.start[subject]; fact < facts.start[subject + 1]; fact++) {
		struct area area = population_fact_area(population, kind, fact);

		if (facts.on[fact] == on.n && on.n > ret_place->on &&
			area_tier(area) >= AREA_TOWN)
			*ret_place = (struct place){area, on.n};
	}
}

static void
look_at_evidence(const struct verdict *verdict, const struct population *population,
	uint32_t household, const struct evidence *evidence, struct place *ret_place)
{
	int kind = ruleset_kind(verdict->ruleset, evidence->kind);
	size_t kinds;
	uint32_t first, end;

	if (kind < 0)
		return;
	switch (ruleset_kinds(verdict->ruleset, &kinds)[kind]->subject) {
	case SUBJECT_PERSON:
		population_persons(population, household, &first, &end);
		for (; first < end; first++)
			look_at_facts(population, (size_t)kind, first, evidence->on, ret_place);
		break;
	case SUBJECT_HOUSEHOLD:
		look_at_facts(population, (size_t)kind, household, evidence->on, ret_place);
		break;
	case SUBJECT_AREA:
		break; /* lies where the household lives */
	}
}

static bool
is_emergency(const struct rule_face *face)
{
	return face->kind == FINDING_RISK && (strcmp(face->category, "accident") == 0 ||
						     strcmp(face->category, "disaster") == 0);
}

struct area
verdict_emergency(const struct verdict *verdict, const struct population *population,
	const struct assessment *assessment)
{
	struct place place = {.on = INT32_MIN};
	int64_t household = population_find_household(population, assessment->household);

	for (size_t i = 0; household >= 0 && i < assessment->finding_count; i++) {
		const struct finding *finding = &assessment->findings[i];

		if (!is_emergency(verdict->faces[finding->rule]))
			continue;
		for (size_t j = 0; j < finding->evidence_count; j++)
			look_at_evidence(verdict, population, (uint32_t)household,
				&finding->evidence[j], &place);
	}
	return place.area;
}
