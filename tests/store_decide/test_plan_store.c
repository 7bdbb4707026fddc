/* The plan's transaction on a real PostgreSQL: every event once, two at one alert, marks cleared by compare-and-set. */
#include "../cases.h"

#include <stdlib.h>

#include "bench.h"
#include "db_sync.h"

static int64_t
opened_alert(struct bench *bench)
{
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	assert_int_equal(bench->fault, PLAN_OK);
	assert_int_equal(bench->results[0].plan->outcome, REASON_OPENED);
	return bench->results[0].alert;
}

static void
assessed_opens_one_alert_with_its_parts(void **state)
{
	struct bench *bench = *state;
	int64_t alert = opened_alert(bench);
	assert_true(alert > 0);
	assert_int_equal(bench->result_count, 4);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert"), 1);
	assert_int_equal(bench_number(bench, "select owner_office from needwatch.alert"), 4);
	assert_int_equal(bench_number(bench, "select level from needwatch.alert"), LEVEL_YELLOW);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert_clock"), 4);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert_hit"), 1);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert_told"), 1);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.outbox"), 2);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert"
		" where wake = '2026-06-11 13:30:00+08'"), 1);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert"
		" where findings::text like '%C34%' or findings_detail::text not like '%C34%'"), 0);
}

static void
assessed_twice_is_seen(void **state)
{
	struct bench *bench = *state;
	opened_alert(bench);
	int64_t lines = bench_number(bench, "select count(*) from needwatch.ledger");
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	assert_int_equal(bench->fault, PLAN_OK);
	assert_true(bench->results[0].seen);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.ledger"), lines);
	assert_int_equal(bench_number(bench, "select version from needwatch.alert"), 1);
	/* At the next position it is another event, and nothing is new. */
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 2);
	assert_false(bench->results[0].seen);
	assert_int_equal(bench->results[0].plan->outcome, REASON_UNCHANGED);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.ledger"), lines);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.outbox"), 2);
}

static void
touched_goes_at_the_assessed_position_alone(void **state)
{
	struct bench *bench = *state;
	const char *count = "select count(*) from needwatch.touched";
	bench_run(bench, "insert into needwatch.touched (county, household, position, history, since)"
			 " values (990102, 7, 2, false, '2026-06-10')");
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	assert_int_equal(bench_number(bench, count), 1);
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 2);
	assert_int_equal(bench_number(bench, count), 0);
}

static void
action_twice_is_seen(void **state)
{
	struct bench *bench = *state;
	int64_t alert = opened_alert(bench);
	struct alert_event event = {.id = event_id_action(bench->arena, 13, "key-1"),
		.kind = EVENT_ACTION,
		.action = bench_sign(13)};
	bench_event(bench, alert, &event);
	assert_int_equal(bench->fault, PLAN_OK);
	assert_int_equal(bench->results[0].plan->outcome, REASON_SIGNED);
	bench_event(bench, alert, &event);
	assert_true(bench->results[0].seen);
	assert_int_equal(bench_number(bench, "select version from needwatch.alert"), 2);
	assert_int_equal(bench_number(bench, "select signed_by from needwatch.alert"), 13);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.ledger where actor = 13"), 1);
}

static void
due_climbs_in_the_store(void **state)
{
	struct bench *bench = *state;
	int64_t alert = opened_alert(bench);
	struct alert_event event = {.kind = EVENT_DUE};
	struct alert shown = {.id = alert};
	instant_parse("2026-06-12T18:00:00+08:00", &bench->now);
	event.due = (struct event_due){STAGE_SIGN, bench->now};
	event.id = event_id_due(bench->arena, &shown, &event.due);
	bench_event(bench, alert, &event);
	assert_int_equal(bench->results[0].plan->outcome, REASON_COPY_NEXT_TIER);
	bench_event(bench, alert, &event);
	assert_true(bench->results[0].seen);
	assert_int_equal(bench_number(bench, "select misses from needwatch.alert_clock where stage = 0"), 1);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert_told"), 2);
}

static void
corrected_basis_withdraws(void **state)
{
	struct bench *bench = *state;
	opened_alert(bench);
	bench_assess(bench, BENCH_HOUSEHOLD, 0, 2);
	assert_int_equal(bench->results[0].plan->outcome, REASON_WITHDRAWN_CORRECTED);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert"
		" where closed is not null and wake is null and state = 12"), 1);
	/* It comes back: a second alert. */
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 3);
	assert_int_equal(bench->results[0].plan->outcome, REASON_OPENED);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert"), 2);
}

static void
moved_organisation_is_read_again(void **state)
{
	struct bench *bench = *state;
	bench_run(bench, "update needwatch.post set state = 0 where office = 4");
	bench_run(bench, "update needwatch.organisation_version set version = version + 1");
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	assert_int_equal(bench->fault, PLAN_ORGANISATION_MOVED);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert"), 0);
	bench_organisation(bench);
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	assert_int_equal(bench->fault, PLAN_OK);
	assert_int_equal(bench_number(bench, "select owner_office from needwatch.alert"), 3);
}

struct racer {
	struct plan_batch *batch;
	enum plan_fault fault;
	const struct plan_result *result;
	int *left;
	bool *done;
};

static void
on_raced(void *owner, struct plan_batch *batch, enum plan_fault fault, const char *error)
{
	struct racer *racer = owner;
	(void)error;
	racer->fault = fault;
	plan_batch_results(batch, &racer->result);
	*racer->done = --*racer->left == 0;
}

static void
two_workers_at_one_alert(void **state)
{
	struct bench *bench = *state;
	int64_t alert = opened_alert(bench);
	struct db_config config = {.conninfo = getenv("NEEDWATCH_TEST_STORE"), .application = "other"};
	struct db *other = db_new(bench->base, &config, NULL, NULL, NULL);
	struct db *connections[] = {bench->db, other};
	struct alert_event events[2];
	struct racer racers[2];
	int left = 2;
	bool done = false;
	for (int i = 0; i < 2; i++) {
		char key[] = {(char)('a' + i), '\0'};
		events[i] = (struct alert_event){.id = event_id_action(bench->arena, 13 + i, key),
			.kind = EVENT_ACTION,
			.action = bench_sign(13 + i)};
		racers[i] = (struct racer){.left = &left, .done = &done,
			.batch = plan_batch_new(&bench->policy, bench->organisation->version, bench->now)};
		plan_batch_event(racers[i].batch, BENCH_COUNTY, BENCH_HOUSEHOLD, alert, &events[i]);
		plan_store_run(connections[i], racers[i].batch, NULL, on_raced, &racers[i]);
	}
	loop_until(bench->base, &done);
	int signed_count = 0;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(racers[i].fault, PLAN_OK);
		const struct plan *plan = racers[i].result->plan;
		signed_count += plan->outcome == REASON_SIGNED;
		assert_true(plan->outcome == REASON_SIGNED || plan->outcome == REASON_SIGNED_ALREADY);
		plan_batch_free(racers[i].batch);
	}
	assert_int_equal(signed_count, 1);
	assert_int_equal(bench_number(bench, "select version from needwatch.alert"), 2);
	db_free(other);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(assessed_opens_one_alert_with_its_parts),
		CASE(assessed_twice_is_seen),
		CASE(touched_goes_at_the_assessed_position_alone),
		CASE(action_twice_is_seen),
		CASE(due_climbs_in_the_store),
		CASE(corrected_basis_withdraws),
		CASE(moved_organisation_is_read_again),
		CASE(two_workers_at_one_alert),
	};
	return cmocka_run_group_tests(cases, NULL, NULL);
}
