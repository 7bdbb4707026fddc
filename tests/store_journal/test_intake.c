/* The intake in front of the journal: rows of two departments, as they lie in their tables,
 * become facts of households. */
#include "../cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "buffer.h"
#include "config.h"
#include "diag.h"
#include "intake.h"
#include "village.h"

static const char conf[] =
	"source hospital \"医保结算\" {\n"
	"	connect \"host=/nowhere\"; query \"select 1\"; key setl_id; cursor updt_time;\n"
	"	area \"990102001201\"; person certno name psn_name; gone when vali_flag = "
	"\"0\";\n"
	"	fact settlement {\n"
	"		on dscg_date as \"yyyy-MM-dd\"; stay = setl_id; self_paid = "
	"psn_part_amt as yuan;\n"
	"	}\n"
	"}\n"
	"source police \"户籍\" {\n"
	"	connect \"host=/nowhere\"; query \"select 1\"; key certno; snapshot;\n"
	"	area \"990102001201\"; person certno name xm; household hh rank register;\n"
	"	resident { birth = born as \"yyyyMMdd\"; area = code; }\n"
	"	fact parent { person certno; on born as \"yyyyMMdd\"; role = \"father\"; "
	"parent = father;\n"
	"		when father <> \"\"; }\n"
	"}\n"
	"source visits \"走访\" {\n"
	"	connect \"host=/nowhere\"; query \"select 1\"; key visit_no; snapshot;\n"
	"	area \"990102\"; person certno name xm else lead; household fam rank family;\n"
	"	fact village_month {\n"
	"		on month as \"yyyyMM\"; area code; visits = n as int;\n"
	"	}\n"
	"}\n";

struct counter {
	struct village *village;
	struct intake_count count;
	struct intake_start start;
	int64_t retracted;
};

static void
on_started(void *owner, const struct intake_start *start)
{
	struct counter *counter = owner;

	counter->start = *start;
	on_done(counter->village, NULL);
}

static void
on_page(void *owner, const struct intake_count *count)
{
	struct counter *counter = owner;

	counter->count = *count;
	on_done(counter->village, NULL);
}

static void
on_keys(void *owner, int64_t known, int64_t vanished)
{
	struct counter *counter = owner;

	on_compared(counter->village, known, vanished, NULL);
}

static void
on_retracted(void *owner, int64_t rows)
{
	struct counter *counter = owner;

	counter->retracted = rows;
	on_done(counter->village, NULL);
}

static void
on_failed(void *owner, const char *reason)
{
	(void)owner;
	fail_msg("%s", reason);
}

static const struct intake_face face = {on_started, on_page, on_keys, on_retracted, on_failed};

struct department {
	struct counter counter;
	struct village *village;
	struct config *config;
	const struct source_config *source;
	struct intake *intake;
	PGconn *connection;
};

static void
open_department(struct department *department, struct village *village, const char *name)
{
	static const struct kind *kinds[VILLAGE_KINDS];
	struct source_text text = {"test.conf", conf, sizeof(conf) - 1};
	struct diags *diags = diags_new();
	struct buffer out = {0};

	for (int i = 0; i < VILLAGE_KINDS; i++)
		kinds[i] = village_kind((enum village_kind)i);
	*department = (struct department){.village = village, .counter.village = village};
	department->config = config_parse(&text, 1, diags);
	config_bind(department->config, kinds, VILLAGE_KINDS, diags);
	diags_print(diags, &out);
	if (diags_errors(diags))
		fail_msg("%s", out.bytes);
	buffer_free(&out);
	diags_free(diags);
	department->source = config_source(
		department->config, (size_t)config_find_source(department->config, name));
	department->intake =
		intake_new(village->store, department->source, &face, &department->counter);
	department->connection = PQconnectdb(getenv("NEEDWATCH_TEST_STORE"));
	intake_start(department->intake);
	wait_for(village);
}

static void
close_department(struct department *department)
{
	intake_free(department->intake);
	config_free(department->config);
	PQfinish(department->connection);
}

/* The rows of `from`, in the columns that the configuration names. */
static PGresult *
rows_of(struct department *department, const char *from)
{
	struct buffer sql = {0};
	PGresult *rows;

	buffer_text(&sql, "select ");
	for (int i = 0; i < department->source->column_count; i++)
		buffer_printf(&sql, "%s%s", i ? ", " : "", department->source->columns[i]);
	buffer_printf(&sql, " from %s", from);
	rows = PQexec(department->connection, sql.bytes);
	if (PQresultStatus(rows) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql.bytes, PQresultErrorMessage(rows));
	buffer_free(&sql);
	return rows;
}

static void
deliver(struct department *department, enum intake_way way, const char *from)
{
	struct intake_page page = {.rows = rows_of(department, from),
		.way = way,
		.cursor = "here",
		.today = instant_day(department->village->now),
		.now = department->village->now};

	department->village->done = false;
	intake_write(department->intake, &page);
	wait_for(department->village);
	PQclear((PGresult *)page.rows);
}

/* (values ...) with the numbers of 1, 2 and 3 filled in for %s. */
static const char *
with_numbers(const char *template)
{
	static char sql[1000];
	char numbers[3][20];

	for (int i = 0; i < 3; i++)
		snprintf(numbers[i], sizeof(numbers[i]), "%s", number_of(i + 1));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(sql, sizeof(sql), template, numbers[0], numbers[1], numbers[2]);
#pragma GCC diagnostic pop
	return sql;
}

#define SETTLED                                                                                \
	" as t(setl_id, updt_time, certno, psn_name, psn_part_amt, dscg_date, vali_flag)"
#define LISTED " as t(certno, xm, hh, born, code, father)"
#define VISITED " as t(visit_no, certno, xm, fam, month, code, n)"

static void
rows_of_two_departments_meet_in_one_household(void **state)
{
	struct village *village = *state;
	struct department hospital, police;

	open_department(&police, village, "police");
	open_department(&hospital, village, "hospital");
	deliver(&police, INTAKE_LOAD,
		with_numbers("(values ('%1$s','张三','B1','19700101','990102001201',''),"
			     "('%2$s','李四','B1','19720101','990102001201',''),"
			     "('%3$s','张小','B1','20150101','990102001201','%1$s'))" LISTED));
	assert_int_equal(police.counter.count.changed, 3);
	assert_int_equal(count_of(village, "select count(*) from needwatch.household"), 1);
	assert_int_equal(count_of(village, "select f_parent from needwatch.fact_parent"),
		person_of(village, 1));
	deliver(&hospital, INTAKE_FORWARD,
		with_numbers("(values ('S1','1','%1$s','张三','123.00','2026-05-20','1'),"
			     "('S2','2','%2$s','李四','many','2026-05-21','1'),"
			     "('S3','3','17位','王五','5','2026-05-21','1'))" SETTLED));
	assert_int_equal(
		hospital.counter.count.changed + hospital.counter.count.quarantined, 3);
	assert_true(hospital.counter.count.quarantined >= 1);
	assert_string_equal(versions(village, "hospital", "S1"), "1:12300");
	assert_true(is_touched(village, 2));
	assert_int_equal(
		count_of(village,
			"select count(*) from needwatch.touched where not history and household"
			" = (select household from needwatch.household_link)"),
		1);
	close_department(&hospital);
	close_department(&police);
}

static void
released_rows_are_those_in_quarantine_alone(void **state)
{
	struct village *village = *state;
	struct department hospital;

	open_department(&hospital, village, "hospital");
	deliver(&hospital, INTAKE_FORWARD,
		with_numbers("(values ('S1','1','%1$s','张三','1','2026-05-20','1'),"
			     "('S2','2','%2$s','李四','many','2026-05-21','1'))" SETTLED));
	assert_int_equal(hospital.counter.count.quarantined, 1);
	intake_open_release(hospital.intake);
	wait_for(village);
	assert_int_equal(village->known, 1);
	deliver(&hospital, INTAKE_RELEASE,
		with_numbers("(values ('S1','1','%1$s','张三','9','2026-05-20','1'),"
			     "('S2','2','%2$s','李四','2','2026-05-21','1'))" SETTLED));
	assert_string_equal(versions(village, "hospital", "S1"), "1:100");
	assert_string_equal(versions(village, "hospital", "S2"), "1:200");
	assert_int_equal(count_of(village, "select count(*) from needwatch.quarantine"), 0);
	close_department(&hospital);
}

static void
snapshot_that_lacks_a_row_takes_it_back(void **state)
{
	struct village *village = *state;
	struct department police;
	PGresult *keys;

	open_department(&police, village, "police");
	deliver(&police, INTAKE_LOAD,
		with_numbers("(values ('%1$s','张三','B1','19700101','990102001201',''),"
			     "('%2$s','李四','B1','19720101','990102001201',''))" LISTED));
	intake_keys_open(police.intake);
	keys = PQexec(police.connection, with_numbers("select '%1$s'::text"));
	intake_keys_add(police.intake, keys);
	PQclear(keys);
	intake_compare(police.intake);
	wait_for(village);
	assert_int_equal(village->known, 2);
	assert_int_equal(village->vanished, 1);
	intake_retract(police.intake, village->now);
	wait_for(village);
	assert_int_equal(police.counter.retracted, 1);
	assert_int_not_equal(household_of(village, 1), household_of(village, 2));
	close_department(&police);
}

/* Whoever else the row names, with a number or without: the news is the village's. */
static void
fact_of_an_area_makes_nobody_and_touches_the_area(void **state)
{
	static const char rows[] =
		"(values ('V1',null,null,null,'202605','990102001201','12'),"
		"('V2','17位','王五','F1','202605','990102001','3'),"
		"('V3','%1$s','张三','F2','202605','990102002','4'))" VISITED;
	struct village *village = *state;
	struct department visits;

	open_department(&visits, village, "visits");
	for (int i = 0; i < 2; i++) {
		deliver(&visits, i ? INTAKE_COMPARE : INTAKE_FORWARD, with_numbers(rows));
		assert_int_equal(visits.counter.count.changed, i ? 0 : 3);
		assert_int_equal(count_of(village, "select count(*) from needwatch.person"), 0);
		assert_int_equal(
			count_of(village, "select count(*) from needwatch.household"), 0);
		assert_int_equal(
			count_of(village, "select count(*) from needwatch.household_link"), 0);
	}
	assert_string_equal(text_of(village, "select string_agg(area::text, ' ' order by area)"
					     " from needwatch.touched_area"),
		"990102001000 990102001201 990102002000");
	close_department(&visits);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, village_open, village_close)

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(rows_of_two_departments_meet_in_one_household),
		CASE(released_rows_are_those_in_quarantine_alone),
		CASE(snapshot_that_lacks_a_row_takes_it_back),
		CASE(fact_of_an_area_makes_nobody_and_touches_the_area),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
