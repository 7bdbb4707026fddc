/* The plan's transaction on a real PostgreSQL: every event once, two at one alert, marks cleared by compare-and-set. */
#include "../cases.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* A point more at the same level is no event for anybody, but whoever looks sees it. */
static void
what_readers_see_is_renewed_without_a_line(void **state)
{
	struct bench *bench = *state;
	opened_alert(bench);
	int64_t lines = bench_number(bench, "select count(*) from needwatch.ledger");
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 2);
	assert_false(bench->results[0].plan->refreshes);
	bench_assess(bench, BENCH_HOUSEHOLD, 44, 3);
	assert_int_equal(bench->results[0].plan->outcome, REASON_UNCHANGED);
	assert_true(bench->results[0].plan->refreshes);
	assert_int_equal(bench_number(bench, "select score from needwatch.alert"), 44);
	assert_int_equal(bench_number(bench, "select version from needwatch.alert"), 1);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.ledger"), lines);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.outbox"), 2);
	bench_assess(bench, BENCH_HOUSEHOLD, 44, 4);
	assert_false(bench->results[0].plan->refreshes);
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

/* ---- assessments that come in the wrong order ---- */

static int64_t
open_alerts(struct bench *bench)
{
	return bench_number(bench, "select count(*) from needwatch.alert where closed is null");
}

static void
older_assessment_changes_nothing(void **state)
{
	struct bench *bench = *state;
	bench_run(bench, "insert into needwatch.touched (county, household, position, history, since)"
			 " values (990102, 7, 11, false, '2026-06-10')");
	/* At 12 nothing is left of what was true at 11. */
	bench_assess(bench, BENCH_HOUSEHOLD, 0, 12);
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 11);
	assert_int_equal(bench->fault, PLAN_OK);
	assert_true(bench->results[0].stale && bench->results[0].seen);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert"), 0);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.ledger"), 0);
	assert_int_equal(bench_number(bench, "select position from needwatch.assessed"), 12);
	/* Its mark has no more to say. */
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.touched"), 0);
	/* Nobody else's is older by that. */
	bench_assess(bench, BENCH_HOUSEHOLD + 1, 40, 11);
	assert_int_equal(bench->results[0].plan->outcome, REASON_OPENED);
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 13);
	assert_int_equal(bench->results[0].plan->outcome, REASON_OPENED);
}

/* The turn of a day that changes something is as good as news; one that changes nothing writes nothing. */
static void
older_turn_changes_nothing(void **state)
{
	struct bench *bench = *state;
	bench->cause = ASSESSED_DAY;
	bench_assess(bench, BENCH_HOUSEHOLD, 0, 9);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.assessed"), 0);
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 12);
	assert_int_equal(bench->results[0].plan->outcome, REASON_OPENED);
	bench_assess(bench, BENCH_HOUSEHOLD, 0, 11);
	assert_true(bench->results[0].stale);
	assert_int_equal(open_alerts(bench), 1);
	assert_int_equal(bench_number(bench, "select position from needwatch.assessed"), 12);
}

struct racer {
	struct plan_batch *batch;
	enum plan_fault fault;
	char error[200];
	const struct plan_result *result;
	int *left;
	bool *done;
};

static void
on_raced(void *owner, struct plan_batch *batch, enum plan_fault fault, const char *error)
{
	struct racer *racer = owner;
	racer->fault = fault;
	snprintf(racer->error, sizeof racer->error, "%s", error);
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

/* ---- steps of the caller's, and what stands in their way ---- */

/* Waits where the test holds a lock, between reading and writing. */
static const struct db_statement turn_step = {"test_turn_step",
	"update needwatch.turn set next = $2::bigint where county = $1::int", false};
static const char turn[] = "insert into needwatch.turn (county, as_of, rule_set) values (990102, '2026-06-10', '00')";

static struct plan_access
access_with(const struct plan_step *step)
{
	return (struct plan_access){.before_writing = step, .before_writing_count = 1};
}

static struct db_sync *
hold_turn(void)
{
	char *error = NULL;
	struct db_sync *holder = db_sync_open(getenv("NEEDWATCH_TEST_STORE"), NULL, "holder", &error);
	assert_non_null(holder);
	assert_true(db_sync_run(holder, "begin; select 1 from needwatch.turn for update"));
	return holder;
}

static void
wait_for_lock(struct bench *bench)
{
	while (bench_number(bench, "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") == 0) {
		event_base_loop(bench->base, EVLOOP_NONBLOCK);
	}
}

/* The older one has looked before the newer one was there: compare-and-set, and it is told to look again. */
static void
older_assessment_that_has_looked_is_told_again(void **state)
{
	struct bench *bench = *state;
	struct plan_step step = {.statement = &turn_step, .params = {"990102", "1"}};
	struct plan_access access = access_with(&step);
	struct racer racer = {.batch = bench_batch(bench, BENCH_HOUSEHOLD, 40, 11)};
	int left = 1;
	bool done = false;
	bench_run(bench, turn);
	struct db_sync *holder = hold_turn();
	struct db_config config = {.conninfo = getenv("NEEDWATCH_TEST_STORE"), .application = "other"};
	struct db *other = db_new(bench->base, &config, NULL, NULL, NULL);
	racer.left = &left;
	racer.done = &done;
	plan_store_run(other, racer.batch, &access, on_raced, &racer);
	wait_for_lock(bench);
	bench_assess(bench, BENCH_HOUSEHOLD, 0, 12);
	assert_int_equal(bench->fault, PLAN_OK);
	assert_true(db_sync_run(holder, "commit"));
	loop_until(bench->base, &done);
	assert_int_equal(racer.fault, PLAN_AGAIN);
	assert_int_equal(open_alerts(bench), 0);
	assert_int_equal(bench_number(bench, "select next from needwatch.turn"), 0);
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 11);
	assert_true(bench->results[0].stale);
	plan_batch_free(racer.batch);
	db_sync_close(holder);
	db_free(other);
}

/* A step that runs into somebody's lock is a conflict: nothing of the plan is done, and the next attempt does all of it. */
static void
step_in_conflict_is_tried_again(void **state)
{
	struct bench *bench = *state;
	struct plan_step step = {.statement = &turn_step, .params = {"990102", "8"}};
	struct plan_access access = access_with(&step);
	struct racer racer = {.batch = bench_batch(bench, BENCH_HOUSEHOLD, 40, 1)};
	int left = 1;
	bool done = false;
	bench_run(bench, turn);
	struct db_sync *holder = hold_turn();
	struct db_config config = {.conninfo = getenv("NEEDWATCH_TEST_STORE"), .application = "other",
		.setup = "set lock_timeout = '100ms'"};
	struct db *other = db_new(bench->base, &config, NULL, NULL, NULL);
	racer.left = &left;
	racer.done = &done;
	plan_store_run(other, racer.batch, &access, on_raced, &racer);
	loop_until(bench->base, &done);
	assert_int_equal(racer.fault, PLAN_AGAIN);
	assert_non_null(strstr(racer.error, "lock timeout"));
	assert_int_equal(open_alerts(bench), 0);
	assert_true(db_sync_run(holder, "commit"));
	plan_batch_free(racer.batch);

	racer.batch = bench_batch(bench, BENCH_HOUSEHOLD, 40, 1);
	left = 1;
	done = false;
	plan_store_run(other, racer.batch, &access, on_raced, &racer);
	loop_until(bench->base, &done);
	assert_int_equal(racer.fault, PLAN_OK);
	assert_int_equal(open_alerts(bench), 1);
	assert_int_equal(bench_number(bench, "select next from needwatch.turn"), 8);
	plan_batch_free(racer.batch);
	db_sync_close(holder);
	db_free(other);
}

/* ---- the canary ---- */

static void
canary_is_answered_on_its_own_channel_alone(void **state)
{
	struct bench *bench = *state;
	bench->canary = true;
	bench_assess(bench, BENCH_HOUSEHOLD, 90, 1);
	assert_int_equal(bench->results[0].plan->outcome, REASON_CANARY);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert"), 0);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.alert_told"), 0);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.outbox"), 1);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.outbox where channel = '(canary)'"
		" and key = 'med_oop_annual_high 2026/(canary)' and alert = 0 and office = 0"), 1);
	/* The same beat says nothing new. */
	bench_assess(bench, BENCH_HOUSEHOLD, 90, 2);
	assert_int_equal(bench->results[0].plan->outcome, REASON_NO_NEWS);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.outbox"), 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(assessed_opens_one_alert_with_its_parts),
		CASE(assessed_twice_is_seen),
		CASE(what_readers_see_is_renewed_without_a_line),
		CASE(touched_goes_at_the_assessed_position_alone),
		CASE(action_twice_is_seen),
		CASE(due_climbs_in_the_store),
		CASE(corrected_basis_withdraws),
		CASE(moved_organisation_is_read_again),
		CASE(two_workers_at_one_alert),
		CASE(older_assessment_changes_nothing),
		CASE(older_turn_changes_nothing),
		CASE(older_assessment_that_has_looked_is_told_again),
		CASE(step_in_conflict_is_tried_again),
		CASE(canary_is_answered_on_its_own_channel_alone),
	};
	return cmocka_run_group_tests(cases, NULL, NULL);
}
