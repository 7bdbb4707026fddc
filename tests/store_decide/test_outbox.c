/* The outbox on a real PostgreSQL: leases, fences, retries and the dead letter. */
#include "../cases.h"

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
		cmocka_unit_test(pauses_grow_to_an_hour),
	};
	return cmocka_run_group_tests(cases, NULL, NULL);
}
