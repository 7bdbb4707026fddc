/* `needwatch score`: judges the households of a folder of CSV files; needs no database and
 * writes no file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "facts_csv.h"
#include "rule_files.h"
#include "score.h"
#include "score_call.h"
#include "why.h"

/* Everything that one call holds. */
struct score_run {
	struct score_call call;
	struct text_files rule_texts; /* apart: the rule set is shown in diagnostics as long as
					 it is used */
	struct text_files fact_texts;
	struct ruleset *ruleset;
	struct thresholds *thresholds;
	struct population *population;
	struct facts_read read;
};

static void
run_free(struct score_run *run)
{
	population_unref(run->population);
	thresholds_free(run->thresholds);
	ruleset_unref(run->ruleset);
	text_files_free(&run->rule_texts);
	text_files_free(&run->fact_texts);
	facts_read_free(&run->read);
	score_call_free(&run->call);
}

static int64_t
clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static bool
load_rules(struct score_run *run)
{
	struct diags *diags = diags_new();

	run->ruleset = rule_files_compile(
		run->call.rules, run->call.rule_count, &run->rule_texts, diags);
	diags_show(diags, false);
	diags_free(diags);
	if (run->ruleset)
		run->thresholds = thresholds_new(run->ruleset);
	return run->ruleset != NULL;
}

static bool
override_threshold(struct thresholds *thresholds, const char *option)
{
	size_t length = strcspn(option, "=");
	char *name = strndup(option, length);
	const char *value = option + length + 1;
	const char *near = thresholds_nearest(thresholds, name);
	int64_t number;
	bool good = false;

	if (!near)
		fprintf(stderr,
			"needwatch: --threshold %s: the rules declare no such threshold\n",
			option);
	else if (strcmp(near, name) != 0)
		fprintf(stderr,
			"needwatch: --threshold %s: the rules declare no such threshold; did "
			"you mean '%s'?\n",
			option, near);
	else if (!thresholds_parse_value(thresholds, name, value, &number))
		fprintf(stderr,
			"needwatch: --threshold %s: '%s' is not a value of it: write a number; "
			"only yuan may have decimals, two at most\n",
			option, value);
	else if (thresholds_override(thresholds, name, number) != THRESHOLD_OK)
		fprintf(stderr,
			"needwatch: --threshold %s: outside the bounds that the rules "
			"declare\n",
			option);
	else
		good = true;
	free(name);
	return good;
}

static bool
load_facts(struct score_run *run)
{
	const struct score_call *call = &run->call;
	struct diags *diags = diags_new();
	bool good = thresholds_csv_read(call->facts, run->thresholds, &run->fact_texts, diags);

	run->population = facts_csv_read(call->facts, call->areas, run->ruleset, call->as_of,
		&run->fact_texts, diags, &run->read);
	diags_show(diags, false);
	diags_free(diags);
	text_files_free(&run->fact_texts);
	for (size_t i = 0; i < call->threshold_count; i++)
		good = override_threshold(run->thresholds, call->thresholds[i]) && good;
	return good && run->population;
}

/* What was read and what was left out, so that silence about a household is never a riddle. */
static void
print_summary(const struct score_run *run, const struct score_count *count)
{
	const struct facts_read *read = &run->read;

	fprintf(stderr,
		"needwatch: %zu households, %zu persons, %zu facts; %zu households with "
		"a finding: %zu red, %zu orange, %zu yellow, %zu blue; %zu not judged in "
		"full\n",
		population_households(run->population), read->persons, read->facts,
		count->findings, count->level[LEVEL_RED], count->level[LEVEL_ORANGE],
		count->level[LEVEL_YELLOW], count->level[LEVEL_BLUE], count->unjudged);
	fprintf(stderr,
		"needwatch: facts left out: %zu without a day, %zu after the day, %zu of a "
		"subject that is not listed, %zu of an area that cannot be read\n",
		read->left_out.no_day, read->left_out.future, read->left_out.no_subject,
		read->left_out.no_area);
	if (read->unlisted_areas)
		fprintf(stderr,
			"needwatch: %zu persons live in an area that %s does not list\n",
			read->unlisted_areas, run->call.areas);
	for (size_t i = 0; i < read->absent_count; i++)
		fprintf(stderr, "%s%s%s",
			i ? ", " : "needwatch: no facts, for there is no file: ",
			read->absent[i], i + 1 == read->absent_count ? "\n" : "");
}

static int
explain(const struct score_run *run, const struct question *question)
{
	int64_t household = population_find_household(run->population, run->call.why);
	struct buffer out = {0};
	struct why *why;
	json_t *told;

	if (household < 0) {
		fprintf(stderr, "needwatch: there is no household '%s' in %s/person.csv\n",
			run->call.why, run->call.facts);
		return EXIT_INPUT;
	}
	why = why_new(question, (size_t)household, run->call.face.plain ? WHY_PLAIN : WHY_DETAIL);
	while (why_step(why))
		;
	why_json(why, &out);
	told = json_loadb(out.bytes, out.length, 0, NULL);
	why_face_show(&run->call.face, told);
	json_decref(told);
	buffer_free(&out);
	why_free(why);
	return EXIT_DONE;
}

static int
score(const struct score_run *run)
{
	struct question question = {
		run->ruleset, run->population, run->thresholds, run->call.as_of};
	struct score_count count;
	struct buffer lines = {0};

	if (run->call.why)
		return explain(run, &question);
	for (size_t i = 0; i < run->call.repeat; i++) {
		int64_t start = clock_us();

		buffer_clear(&lines);
		score_all(&question, run->call.threads, &lines, &count);
		if (run->call.repeat > 1)
			fprintf(stderr, "needwatch: run %zu: %.3f ms\n", i + 1,
				(double)(clock_us() - start) / 1000);
	}
	if (lines.length)
		fwrite(lines.bytes, 1, lines.length, stdout);
	buffer_free(&lines);
	print_summary(run, &count);
	return EXIT_DONE;
}

int
command_score(int argc, char **argv)
{
	struct score_run run = {0};
	int code = score_call_parse(argc, argv, &run.call);

	if (code == EXIT_DONE && (!load_rules(&run) || !load_facts(&run)))
		code = EXIT_INPUT;
	if (code == EXIT_DONE)
		code = score(&run);
	run_free(&run);
	return code;
}
