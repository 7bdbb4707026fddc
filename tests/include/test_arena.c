/* Arenas: what grows keeps its members, what is reset comes zeroed, sizes that overflow end the process. */
#include "../cases.h"

#include <sys/wait.h>
#include <unistd.h>

#include "arena.h"

static void
what_grows_keeps_its_members(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	int *numbers = NULL;
	size_t room = 0;
	for (int n = 0; n < 10000; n++) {
		int *before = numbers;
		size_t had = room;
		numbers = arena_grow(arena, numbers, (size_t)n, &room, sizeof *numbers);
		assert_true((size_t)n < room);
		assert_int_equal(numbers == before, room == had);
		numbers[n] = n;
	}
	for (int n = 0; n < 10000; n++) {
		assert_int_equal(numbers[n], n);
	}
	/* Doubling: all that was ever handed out is less than four times what is there. */
	assert_true(arena_used(arena) < 4 * 10000 * sizeof *numbers);
	arena_free(arena);
}

static void
what_is_reset_comes_zeroed(void **state)
{
	(void)state;
	struct arena *arena = arena_new();
	for (int round = 0; round < 3; round++) {
		unsigned char *bytes = arena_array(arena, 100, 1000);
		for (int i = 0; i < 100000; i++) {
			assert_int_equal(bytes[i], 0);
			bytes[i] = 0xa5;
		}
		arena_reset(arena);
		assert_int_equal(arena_used(arena), 0);
	}
	arena_free(arena);
}

static void
sizes_that_overflow_end_the_process(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		close(STDERR_FILENO);
		arena_array(arena_new(), SIZE_MAX / 8, 9);
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(what_grows_keeps_its_members),
		cmocka_unit_test(what_is_reset_comes_zeroed),
		cmocka_unit_test(sizes_that_overflow_end_the_process),
	};
	return cmocka_run_group_tests(cases, NULL, NULL);
}
