/* One visit for each question: who is meant, what is known of them, the look, and then a few changes tried in each turn of
 * the loop, so that nothing else waits. Shows no name and no number. */
#include "why_desk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "bounds.h"
#include "buffer.h"
#include "clock.h"
#include "db.h"
#include "judge.h"
#include "memory.h"
#include "population_read.h"
#include "question.h"
#include "source_set.h"
#include "statement.h"
#include "store.h"
#include "verdict.h"
#include "why.h"

#define SLICE_US 4000 /* of the loop's time at once */
#define VISITS_MOST 8 /* under way; a page asks for one */

struct visit {
	LIST_ENTRY(visit) link;
	struct why_desk *desk;
	struct question_call *call;
	struct household_ref ref;
	bool plain;
	struct ruleset *ruleset;       /* the question borrows these three */
	struct thresholds *thresholds;
	struct population *population;
	struct why *why;
	struct event *slice;
};

struct why_desk {
	struct why_desk_config config;
	LIST_HEAD(, visit) visits;
	int visit_count;
};

static void
visit_free(struct visit *visit)
{
	LIST_REMOVE(visit, link);
	visit->desk->visit_count--;
	event_free(visit->slice);
	why_free(visit->why);
	population_unref(visit->population); /* its kinds are the rule set's */
	thresholds_free(visit->thresholds);
	ruleset_unref(visit->ruleset);
	free(visit);
}

static void
visit_refuse(struct visit *visit, const char *reason)
{
	question_refuse(visit->call, "%s", reason);
	visit_free(visit);
}

/* ---- the answer ---- */

static bool
covers(const char *area, const char *household)
{
	return !*area || strncmp(area, household, strlen(area)) == 0;
}

/* Sources that tell of the household's area and cannot be seen just now. */
static json_t *
blind_sources(const struct visit *visit, const char *area)
{
	json_t *sources = source_set_status(visit->desk->config.sources);
	json_t *blind = json_array(), *source;
	size_t i;

	json_array_foreach(sources, i, source)
	{
		const char *of = json_string_value(json_object_get(source, "area"));
		json_t *since = json_object_get(source, "blind_since");

		if (!json_is_string(since) || !covers(of ? of : "", area))
			continue;
		json_array_append_new(blind, json_pack("{s:O, s:O, s:O, s:O}", "name",
						     json_object_get(source, "name"), "label",
						     json_object_get(source, "label"), "blind_since",
						     since, "reason", json_object_get(source, "reason")));
	}
	json_decref(sources);
	return blind;
}

/* The canary's rule is nobody's business. */
static void
leave_out_canary(json_t *rules)
{
	for (size_t i = json_array_size(rules); i-- > 0;) {
		const char *rule =
			json_string_value(json_object_get(json_array_get(rules, i), "rule"));

		if (rule && strcmp(rule, CANARY_RULE) == 0)
			json_array_remove(rules, i);
	}
}

/* An answer has a limit: rules that did not fire keep their verdict alone. */
static void
shorten(json_t *answer)
{
	size_t length = json_dumpb(answer, NULL, 0, JSON_COMPACT), i;
	json_t *rule;

	if (length <= QUESTION_LIMIT / 2)
		return;
	json_array_foreach(json_object_get(answer, "rules"), i, rule)
		if (strcmp(json_string_value(json_object_get(rule, "verdict")), "fires") != 0)
			json_object_del(rule, "rows");
	json_object_set_new(answer, "shortened", json_true());
}

static void
visit_answer(struct visit *visit)
{
	struct buffer out = {0};
	json_t *answer;
	char name[40];

	why_json(visit->why, &out);
	answer = json_loadb(out.bytes, out.length, 0, NULL);
	buffer_free(&out);
	snprintf(name, sizeof(name), "%06d/%" PRId64, (int)visit->ref.county, visit->ref.household);
	json_object_set_new(answer, "household", json_string(name));
	json_object_set_new(answer, "blind",
		blind_sources(visit, json_string_value(json_object_get(answer, "area"))));
	leave_out_canary(json_object_get(answer, "rules"));
	shorten(answer);
	question_answer(visit->call, answer);
	visit_free(visit);
}

/* ---- trying ---- */

static void
on_slice(evutil_socket_t fd, short what, void *owner)
{
	struct visit *visit = owner;
	int64_t start = clock_mono().us;

	(void)fd;
	(void)what;
	while (clock_mono().us - start < SLICE_US)
		if (!why_step(visit->why)) {
			visit_answer(visit);
			return;
		}
	event_active(visit->slice, EV_TIMEOUT, 0);
}

/* ---- reading ---- */

/* Thresholds may be exchanged while we are at it: ours are a copy. */
static void
look(struct visit *visit, struct population_builder *builder)
{
	const struct verdict *verdict = judge_verdict(visit->desk->config.judge);
	struct question question = {.as_of = clock_today(visit->desk->config.clock)};
	char key[POPULATION_KEY_SIZE];
	int64_t household;

	visit->ruleset = ruleset_ref(verdict->ruleset);
	visit->thresholds = thresholds_copy(verdict->thresholds);
	visit->population = population_build(builder, question.as_of, NULL);
	question.ruleset = visit->ruleset;
	question.thresholds = visit->thresholds;
	question.population = visit->population;
	population_key(visit->ref.household, key);
	household = population_find_household(visit->population, key);
	if (household < 0) {
		visit_refuse(visit, "nobody lives in this household any more");
		return;
	}
	visit->why = why_new(&question, (size_t)household, visit->plain ? WHY_PLAIN : WHY_DETAIL);
	event_active(visit->slice, EV_TIMEOUT, 0);
}

static void
on_read(void *owner, struct population_builder *builder, const struct household_read *reads,
	size_t count, const char *error)
{
	(void)reads;
	(void)count;
	if (builder)
		look(owner, builder);
	else
		visit_refuse(owner, error);
}

static void
on_subject(void *owner, const struct db_result *result)
{
	struct visit *visit = owner;

	if (result->status != DB_OK) {
		visit_refuse(visit, result->error);
		return;
	}
	if (db_result_rows(result) == 0) {
		visit_refuse(visit, "there is no such household and no such alert");
		return;
	}
	visit->ref.household = db_int(result, 0, 0);
	population_read(visit->desk->config.store, &visit->ref, 1, NULL, 0, on_read, visit);
}

/* ---- asking ---- */

void
why_desk_ask(struct why_desk *desk, struct question_call *call, const json_t *asked)
{
	const json_t *alert = json_object_get(asked, "alert");
	const json_t *subject = alert ? alert : json_object_get(asked, "household");
	const json_t *county = json_object_get(asked, "county");
	struct db_params params = {0};
	struct visit *visit;

	if (!json_is_integer(subject) || !json_is_integer(county)) {
		question_refuse(call, "no household and no alert is named");
		return;
	}
	if (!judge_knows_thresholds(desk->config.judge) || desk->visit_count == VISITS_MOST) {
		question_refuse(call, "%s", desk->visit_count == VISITS_MOST
						    ? "too many ask at once: ask again"
						    : "thresholds have not been read yet: ask again");
		return;
	}
	visit = xcalloc(1, sizeof(*visit));
	visit->desk = desk;
	visit->call = call;
	visit->plain = json_is_true(json_object_get(asked, "plain"));
	visit->ref.county = (int32_t)json_integer_value(county);
	visit->slice = evtimer_new(desk->config.base, on_slice, visit);
	LIST_INSERT_HEAD(&desk->visits, visit, link);
	desk->visit_count++;
	db_add_int(&params, visit->ref.county);
	db_add_int(&params, json_integer_value(subject));
	db_ask(store_db(desk->config.store),
		statement(alert ? STATEMENT_WHY_ALERT : STATEMENT_WHY_HOUSEHOLD), &params, on_subject,
		visit);
}

struct why_desk *
why_desk_new(const struct why_desk_config *config)
{
	struct why_desk *desk = xcalloc(1, sizeof(*desk));

	desk->config = *config;
	LIST_INIT(&desk->visits);
	return desk;
}

void
why_desk_free(struct why_desk *desk)
{
	if (!desk)
		return;
	while (!LIST_EMPTY(&desk->visits)) {
		struct visit *visit = LIST_FIRST(&desk->visits);

		population_read_forget(desk->config.store, visit);
		db_forget(store_db(desk->config.store), visit);
		visit_refuse(visit, "needwatchd is ending or reloading: ask again");
	}
	free(desk);
}
