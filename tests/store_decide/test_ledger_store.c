/* The ledger on a real PostgreSQL: an edit, a deletion and a reordering are found and named; an erasure is not one. */
#include "../cases.h"

#include <string.h>

#include "bench.h"
#include "db_sync.h"
#include "ledger_store.h"

struct verdict {
	struct ledger_check check;
	bool done;
};

static void
on_verified(void *owner, const struct ledger_check *check, const char *error)
{
	struct verdict *verdict = owner;
	if (check == NULL) {
		fail_msg("%s", error);
	}
	verdict->check = *check;
	verdict->done = true;
}

static struct ledger_check
verify(struct bench *bench, int32_t county)
{
	struct verdict verdict = {.done = false};
	ledger_verify(bench->db, county, on_verified, &verdict);
	loop_until(bench->base, &verdict.done);
	return verdict.check;
}

/* Six lines of three households. */
static void
write_lines(struct bench *bench)
{
	for (int i = 0; i < 3; i++) {
		bench_assess(bench, BENCH_HOUSEHOLD + i, 40, 1 + i);
		assert_int_equal(bench->fault, PLAN_OK);
	}
	struct ledger_check check = verify(bench, BENCH_COUNTY);
	assert_string_equal(check.fault, "");
	assert_true(check.lines >= 6);
}

static void
expect_fault(struct bench *bench, const char *sql, const char *fault)
{
	bench_run(bench, sql);
	struct ledger_check check = verify(bench, BENCH_COUNTY);
	assert_string_equal(check.fault, fault);
}

static void
empty_county_holds(void **state)
{
	struct ledger_check check = verify(*state, 110101);
	assert_string_equal(check.fault, "");
	assert_int_equal(check.lines, 0);
}

static void
edited_payload_is_found(void **state)
{
	write_lines(*state);
	expect_fault(*state, "update needwatch.ledger_payload set payload = replace(payload, 'yellow', 'blue')"
			     " where sequence = 3",
		"county 990102, line 3: its payload was changed");
}

static void
edited_column_is_found(void **state)
{
	write_lines(*state);
	expect_fault(*state, "update needwatch.ledger set actor = 99 where sequence = 2",
		"county 990102, line 2: its alert or actor differs from its header");
}

static void
edited_header_is_found(void **state)
{
	write_lines(*state);
	expect_fault(*state, "update needwatch.ledger set header = set_byte(header, 20, 255) where sequence = 2",
		"county 990102, line 2: its hash does not follow from the line before");
}

static void
deleted_line_is_found(void **state)
{
	write_lines(*state);
	expect_fault(*state, "delete from needwatch.ledger where sequence = 4",
		"county 990102, line 4: it is missing");
}

static void
deleted_end_is_found(void **state)
{
	struct bench *bench = *state;
	write_lines(bench);
	bench_run(bench, "delete from needwatch.ledger where sequence ="
			 " (select sequence from needwatch.ledger_head)");
	assert_non_null(strstr(verify(bench, BENCH_COUNTY).fault, "it is missing"));
}

static void
reordering_is_found(void **state)
{
	write_lines(*state);
	expect_fault(*state, "update needwatch.ledger set sequence = -sequence where sequence in (2, 3);"
			     " update needwatch.ledger set sequence = 5 + sequence where sequence < 0",
		"county 990102, line 2: its header belongs to another place of the ledger");
}

static void
erased_payload_passes_and_is_named(void **state)
{
	struct bench *bench = *state;
	write_lines(bench);
	bench_run(bench, "update needwatch.ledger_payload set salt = null, payload = null,"
			 " erased_by = 'retention_5y', erased_on = '2031-06-11' where sequence = 2");
	struct ledger_check check = verify(bench, BENCH_COUNTY);
	assert_string_equal(check.fault, "");
	assert_int_equal(check.erased, 1);
	assert_string_equal(check.last_erasure, "line 2: erased by rule retention_5y on day 2031-06-11");
}

static void
torn_payload_is_found(void **state)
{
	write_lines(*state);
	expect_fault(*state, "delete from needwatch.ledger_payload where sequence = 5",
		"county 990102, line 5: its payload is gone and no rule erased it");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, bench_open, bench_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(empty_county_holds),
		CASE(edited_payload_is_found),
		CASE(edited_column_is_found),
		CASE(edited_header_is_found),
		CASE(deleted_line_is_found),
		CASE(deleted_end_is_found),
		CASE(reordering_is_found),
		CASE(erased_payload_passes_and_is_named),
		CASE(torn_payload_is_found),
	};
	return cmocka_run_group_tests(cases, NULL, NULL);
}
