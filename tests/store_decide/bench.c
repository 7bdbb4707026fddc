/* A store with a small organisation for the tests of plans; checks nothing itself but that the set-up worked. */
#include "bench.h"

#include "../cases.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db_sync.h"
#include "ledger.h"
#include "migration.h"

static const char *const channels[] = {"log", "webhook"};

static const struct rule_face face = {.id = "med_oop_annual_high",
	.name = "年度自付医疗费超线",
	.family = "medical",
	.category = "ill",
	.need = "",
	.kind = FINDING_RISK,
	.window_days = 426};

static const struct rule_face *const faces[] = {&face, NULL};

void
bench_run(struct bench *bench, const char *sql)
{
	if (!db_sync_run(bench->sync, sql)) {
		fail_msg("%s: %s", sql, db_sync_error(bench->sync));
	}
}

int64_t
bench_number(struct bench *bench, const char *sql)
{
	const struct db_result *result = db_sync_ask(bench->sync, sql, NULL);
	if (result->status != DB_OK || db_result_rows(result) != 1) {
		fail_msg("%s: %s", sql, result->error);
	}
	return db_int(result, 0, 0);
}

static void
on_organisation(void *owner, struct organisation_snapshot *snapshot, const char *error)
{
	struct bench *bench = owner;
	if (snapshot == NULL) {
		fail_msg("organisation: %s", error);
	}
	organisation_snapshot_free(bench->organisation);
	bench->organisation = snapshot;
	bench->done = true;
}

void
bench_organisation(struct bench *bench)
{
	bench->done = false;
	organisation_load(bench->db, on_organisation, bench);
	loop_until(bench->base, &bench->done);
	bench->policy = (struct policy){.profile = profile_default(),
		.organisation = bench->organisation->organisation,
		.calendar = bench->organisation->calendar,
		.channels = channels,
		.channel_count = 2};
}

static void
make_schema(struct bench *bench)
{
	char *error = NULL;
	bench_run(bench, "drop schema if exists needwatch cascade");
	if (!migration_roles(bench->sync, &error) || !migration_apply(bench->sync, NULL, &error)) {
		fail_msg("migration: %s", error);
	}
	bench_run(bench,
		"select needwatch.office_seed('["
		"{\"code\":990100000000,\"name\":\"市\",\"tier\":2},"
		"{\"code\":990102000000,\"name\":\"县\",\"tier\":3},"
		"{\"code\":990102001000,\"name\":\"镇\",\"tier\":4},"
		"{\"code\":990102001201,\"name\":\"村\",\"tier\":5}]')");
}

int
bench_open(void **state)
{
	struct bench *bench = calloc(1, sizeof *bench);
	const char *conninfo = getenv("NEEDWATCH_TEST_STORE");
	char *error = NULL;
	assert_non_null(conninfo);
	assert_true(ledger_ready());
	bench->arena = arena_new();
	bench->base = event_base_new();
	bench->sync = db_sync_open(conninfo, NULL, "test", &error);
	if (bench->sync == NULL) {
		fail_msg("%s", error);
	}
	make_schema(bench);
	struct db_config config = {.conninfo = conninfo, .application = "test"};
	bench->db = db_new(bench->base, &config, NULL, NULL, NULL);
	bench_organisation(bench);
	instant_parse("2026-06-10T09:00:00+08:00", &bench->now);
	*state = bench;
	return 0;
}

int
bench_close(void **state)
{
	struct bench *bench = *state;
	plan_batch_free(bench->batch);
	organisation_snapshot_free(bench->organisation);
	db_free(bench->db);
	db_sync_close(bench->sync);
	event_base_free(bench->base);
	arena_free(bench->arena);
	free(bench);
	return 0;
}

static void
on_done(void *owner, struct plan_batch *batch, enum plan_fault fault, const char *error)
{
	struct bench *bench = owner;
	bench->fault = fault;
	snprintf(bench->error, sizeof bench->error, "%s", error == NULL ? "" : error);
	bench->result_count = plan_batch_results(batch, &bench->results);
	bench->done = true;
}

static void
new_batch(struct bench *bench)
{
	plan_batch_free(bench->batch);
	bench->batch =
		plan_batch_new(&bench->policy, bench->organisation->version, bench->now);
	bench->done = false;
}

static void
carry_through(struct bench *bench)
{
	plan_store_run(bench->db, bench->batch, bench->access, on_done, bench);
	loop_until(bench->base, &bench->done);
}

struct plan_batch *
bench_batch(struct bench *bench, int64_t household, int32_t points, int64_t position)
{
	struct plan_batch *batch =
		plan_batch_new(&bench->policy, bench->organisation->version, bench->now);
	struct arena *arena = bench->arena;
	struct day today = instant_day(bench->now);
	struct hit *hit = arena_alloc(arena, sizeof *hit);
	struct finding *finding = arena_alloc(arena, sizeof *finding);
	struct assessment *assessment = arena_alloc(arena, sizeof *assessment);
	*hit = (struct hit){.event_key = "2026", .on = today, .since = today, .points = points};
	*finding = (struct finding){.kind = FINDING_RISK,
		.points = points,
		.on = today,
		.hits = hit,
		.hit_count = 1,
		.because = "2026年自付医疗费 12300 元，超过预警线",
		.detail = "主诊断 C34；2026年自付医疗费 12300 元"};
	*assessment = (struct assessment){.household = "7",
		.area = {BENCH_VILLAGE},
		.as_of = today,
		.score = points,
		.level = points >= 75 ? LEVEL_RED : points > 0 ? LEVEL_YELLOW : LEVEL_NONE,
		.class = "general",
		.findings = finding,
		.finding_count = points > 0};
	struct event_assessed assessed = {.assessment = assessment,
		.rules = faces,
		.ruleset_hash = "00",
		.cause = bench->cause,
		.canary = bench->canary,
		.position = position,
		.read_to = position};
	plan_batch_assessed(batch, BENCH_COUNTY, household, &assessed);
	return batch;
}

void
bench_assess(struct bench *bench, int64_t household, int32_t points, int64_t position)
{
	plan_batch_free(bench->batch);
	bench->batch = bench_batch(bench, household, points, position);
	bench->done = false;
	carry_through(bench);
}

void
bench_event(struct bench *bench, int64_t alert, const struct alert_event *event)
{
	new_batch(bench);
	plan_batch_event(bench->batch, BENCH_COUNTY, BENCH_HOUSEHOLD, alert, event);
	carry_through(bench);
}

struct event_action
bench_sign(int64_t account)
{
	/* Offices are numbered from the city down: 4 is the village. */
	return (struct event_action){
		.action = ACTION_SIGN, .account = account, .actor = {4, ROLE_WORKER}};
}
