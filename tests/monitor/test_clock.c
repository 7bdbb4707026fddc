/* Business time: real unless a day is told to be short, and then the same for all who share the state folder. */
#include "../cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"

static void
a_whole_day_is_real_time(void **state)
{
	char *fault = NULL;
	struct clock *clock = clock_open(US_PER_DAY, "/nowhere", &fault);
	int64_t before = clock_real().us;
	int64_t now = clock_now(clock).us;

	(void)state;
	assert_in_range(now, before, clock_real().us);
	assert_int_equal(clock_wait_us(clock, (struct instant){before - 1}), 0);
	clock_free(clock);
}

static void
a_short_day_runs_fast_and_is_shared(void **state)
{
	char folder[] = "/tmp/nw-clock-XXXXXX", path[64];
	char *fault = NULL;
	struct clock *one, *other;
	int64_t first, wait;

	(void)state;
	assert_non_null(mkdtemp(folder));
	one = clock_open(20 * US_PER_SECOND, folder, &fault);
	assert_non_null(one);
	first = clock_now(one).us;
	other = clock_open(20 * US_PER_SECOND, folder, &fault);
	/* Both run 4,320 times as fast: a real second apart would be an hour and more. */
	assert_in_range(clock_now(other).us - first, 0, US_PER_HOUR);
	wait = clock_wait_us(one, (struct instant){clock_now(one).us + US_PER_DAY});
	assert_in_range(wait, 19 * US_PER_SECOND, 20 * US_PER_SECOND + 1);
	clock_free(one);
	clock_free(other);
	snprintf(path, sizeof(path), "%s/clock", folder);
	unlink(path);
	rmdir(folder);
}

static void
a_state_folder_that_is_missing_is_told(void **state)
{
	char *fault = NULL;

	(void)state;
	assert_null(clock_open(US_PER_SECOND, "/nowhere/at/all", &fault));
	assert_non_null(fault);
	free(fault);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_day_is_real_time),
		cmocka_unit_test(a_short_day_runs_fast_and_is_shared),
		cmocka_unit_test(a_state_folder_that_is_missing_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
