/* The outbox on a real PostgreSQL: leases, fences, retries and the dead letter. */
#include "../cases.h"

#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "db_sync.h"
#include "outbox.h"

enum {
	MOST = 10
};

struct claimed {
	struct arena *arena;
	struct outbox_message messages[MOST];
	int count;
	struct outbox_death death;
	bool done;
};

static void
on_claimed(void *owner, const struct db_result *result)
{
	struct claimed *claimed = owner;
	assert_string_equal(result->error, "");
	claimed->count = db_result_rows(result);
	for (int row = 0; row < claimed->count; row++) {
		claimed->messages[row] = outbox_read(result, row);
		claimed->messages[row].key = arena_strdup(claimed->arena, claimed->messages[row].key);
		claimed->messages[row].body = arena_strdup(claimed->arena, claimed->messages[row].body);
		claimed->messages[row].channel = arena_strdup(claimed->arena, claimed->messages[row].channel);
	}
	claimed->done = true;
}

static struct claimed
claim(struct bench *bench, const char *channel, int after_seconds)
{
	struct claimed claimed = {.arena = bench->arena};
	struct outbox_claim asked = {.channel = channel,
		.now = {bench->now.us + after_seconds * US_PER_SECOND},
		.lease_until = {bench->now.us + (after_seconds + 30) * US_PER_SECOND},
		.limit = MOST};
	outbox_claim(bench->db, &asked, on_claimed, &claimed);
	loop_until(bench->base, &claimed.done);
	return claimed;
}

static void
on_rows(void *owner, const struct db_result *result)
{
	struct claimed *claimed = owner;
	assert_string_equal(result->error, "");
	claimed->count = db_result_rows(result);
	claimed->done = true;
}

static void
claimed_once_with_a_body_without_names(void **state)
{
	struct bench *bench = *state;
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	struct claimed first = claim(bench, "log", 0);
	assert_int_equal(first.count, 1);
	assert_non_null(strstr(first.messages[0].body, "黄色"));
	assert_null(strstr(first.messages[0].body, "12300"));
	assert_non_null(strstr(first.messages[0].key, "/log"));
	assert_int_equal(claim(bench, "log", 1).count, 0);
	assert_int_equal(claim(bench, "webhook", 1).count, 1);
}

static void
only_the_newest_lease_counts(void **state)
{
	struct bench *bench = *state;
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	struct claimed slow = claim(bench, "log", 0);
	struct claimed quick = claim(bench, "log", 31);
	assert_int_equal(quick.count, 1);
	assert_int_equal(quick.messages[0].attempts, 2);
	assert_string_equal(quick.messages[0].key, slow.messages[0].key);
	struct claimed answer = {.count = -1};
	outbox_sent(bench->db, &slow.messages[0], bench->now, on_rows, &answer);
	loop_until(bench->base, &answer.done);
	assert_int_equal(answer.count, 0);
	answer.done = false;
	outbox_sent(bench->db, &quick.messages[0], bench->now, on_rows, &answer);
	loop_until(bench->base, &answer.done);
	assert_int_equal(answer.count, 1);
	assert_int_equal(claim(bench, "log", 100).count, 0);
}

static void
failed_one_comes_again_later(void **state)
{
	struct bench *bench = *state;
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	struct claimed first = claim(bench, "log", 0);
	struct claimed answer = {.count = -1};
	struct instant later = {bench->now.us + 60 * US_PER_SECOND};
	outbox_again(bench->db, &first.messages[0], later, "no answer", on_rows, &answer);
	loop_until(bench->base, &answer.done);
	assert_int_equal(claim(bench, "log", 59).count, 0);
	assert_int_equal(claim(bench, "log", 60).count, 1);
}

static void
on_death(void *owner, const struct db_result *result)
{
	struct claimed *claimed = owner;
	assert_int_equal(db_result_rows(result), 1);
	claimed->death = outbox_read_dead(result, 0);
	claimed->done = true;
}

static bool
dies(struct bench *bench, const char *channel)
{
	struct claimed claimed = claim(bench, channel, 0);
	struct claimed answer = {.count = -1};
	assert_int_equal(claimed.count, 1);
	outbox_dead(bench->db, &claimed.messages[0], bench->now, "gone", on_death, &answer);
	loop_until(bench->base, &answer.done);
	return answer.death.lost;
}

static void
lost_only_when_every_channel_is_dead(void **state)
{
	struct bench *bench = *state;
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	assert_false(dies(bench, "log"));
	assert_true(dies(bench, "webhook"));
}

/* Whatever the order in which they lie in the table, and whatever way the server finds them. */
static void
claimed_in_the_order_of_their_time(void **state)
{
	struct bench *bench = *state;
	struct db *usual = bench->db;
	struct db_config config = {.conninfo = getenv("NEEDWATCH_TEST_STORE"), .application = "other",
		.setup = "set enable_nestloop = off; set enable_mergejoin = off"};
	bench->db = db_new(bench->base, &config, NULL, NULL, NULL);
	bench_run(bench, "insert into needwatch.outbox (county, key, alert, office, role, channel, lead, level, template,"
			 " reason, body, next_attempt, created) select 990102, 'k' || n, 1, 4, 0, 'log', true, 2, 0, 1, '',"
			 " '2026-06-10 08:00+08'::timestamptz + n * interval '1 minute', '2026-06-10'"
			 " from unnest(array[5, 1, 7, 3, 2, 8, 6, 4]) as n");
	struct claimed claimed = claim(bench, "log", 0);
	assert_int_equal(claimed.count, 8);
	for (int i = 0; i < claimed.count; i++) {
		char key[] = {'k', (char)('1' + i), '\0'};
		assert_string_equal(claimed.messages[i].key, key);
	}
	db_free(bench->db);
	bench->db = usual;
}

/* ---- the death of a message and the event that follows from it ---- */

/* Buries it as needwatchd does: in one transaction with its event. */
static void
bury(struct bench *bench, const struct outbox_message *message)
{
	struct alert_event event = {.id = event_id_undeliverable(bench->arena, message->key, message->fence),
		.kind = EVENT_UNDELIVERABLE,
		.undeliverable = {.post = message->to, .channel = message->channel}};
	struct plan_step step = {.statement = decide_statement(SQL_OUTBOX_BURY),
		.params = {outbox_burial(message, bench->now, "gone", bench->arena)},
		.must_change = true};
	struct plan_access access = {.before_writing = &step, .before_writing_count = 1};
	bench->access = &access;
	bench_event(bench, message->alert, &event);
	bench->access = NULL;
}

static int64_t
lines_of_deaths(struct bench *bench)
{
	return bench_number(bench, "select count(distinct event) from needwatch.ledger l join needwatch.ledger_payload p"
		" using (county, sequence) where p.payload like '%\"undeliverable\"%'");
}

static void
dead_again_after_a_replay_is_another_event(void **state)
{
	struct bench *bench = *state;
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	struct claimed first = claim(bench, "log", 0);
	bury(bench, &first.messages[0]);
	assert_int_equal(bench->fault, PLAN_OK);
	assert_int_equal(lines_of_deaths(bench), 1);
	/* The same death told twice is seen; only the store can say so, since the message is dead. */
	bury(bench, &first.messages[0]);
	assert_int_equal(bench->fault, PLAN_OVERTAKEN);
	bench_run(bench, "delete from needwatch.outbox where id <> (select min(id) from needwatch.outbox where state = 3)");
	bench_run(bench, "update needwatch.outbox set state = 0, attempts = 0, finished = null where state = 3");
	struct claimed again = claim(bench, "log", 40);
	assert_int_equal(again.count, 1);
	assert_string_equal(again.messages[0].key, first.messages[0].key);
	bury(bench, &again.messages[0]);
	assert_int_equal(bench->fault, PLAN_OK);
	assert_false(bench->results[0].seen);
	assert_int_equal(lines_of_deaths(bench), 2);
}

static void
death_of_a_lease_that_is_over_changes_nothing(void **state)
{
	struct bench *bench = *state;
	bench_assess(bench, BENCH_HOUSEHOLD, 40, 1);
	struct claimed slow = claim(bench, "log", 0);
	struct claimed quick = claim(bench, "log", 31);
	assert_int_equal(quick.count, 1);
	bury(bench, &slow.messages[0]);
	assert_int_equal(bench->fault, PLAN_OVERTAKEN);
	assert_int_equal(lines_of_deaths(bench), 0);
	assert_int_equal(bench_number(bench, "select count(*) from needwatch.outbox where state = 3"), 0);
	bury(bench, &quick.messages[0]);
	assert_int_equal(bench->fault, PLAN_OK);
	assert_int_equal(lines_of_deaths(bench), 1);
}

static void
pauses_grow_to_an_hour(void **state)
{
	(void)state;
	assert_int_equal(outbox_pause_us(1, 0), 5 * US_PER_SECOND);
	assert_int_equal(outbox_pause_us(3, 0), 20 * US_PER_SECOND);
	assert_int_equal(outbox_pause_us(40, 0), US_PER_HOUR);
	assert_true(outbox_pause_us(40, 999) < US_PER_HOUR + US_PER_HOUR / 4);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(claimed_once_with_a_body_without_names),
		CASE(only_the_newest_lease_counts),
		CASE(failed_one_comes_again_later),
		CASE(lost_only_when_every_channel_is_dead),
		CASE(claimed_in_the_order_of_their_time),
		CASE(dead_again_after_a_replay_is_another_event),
		CASE(death_of_a_lease_that_is_over_changes_nothing),
		cmocka_unit_test(pauses_grow_to_an_hour),
	};
	return cmocka_run_group_tests(cases, NULL, NULL);
}
