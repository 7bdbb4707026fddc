/* Tables of kinds on a real PostgreSQL: made, widened, refused, and read as of a position. */
#include "room.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "kind_table.h"

static const char rules[] =
	"kind settlement \"医保结算\" { subject person; self_paid money \"个人自付\"; stay "
	"text; inpatient flag;"
	" icd text sensitive; last date; count int; class code (a, b); doctor person; }\n"
	"kind relief { subject household; amount money; }\n"
	"kind disaster { subject area; state; deaths int; }\n";

static void
make(struct room *room, const char *text, const char *log)
{
	size_t count;
	const struct kind *const *kinds = room_kinds(room, text, &count);
	struct buffer done = {0};
	char *error = NULL;

	if (!kind_tables_make(room->sync, kinds, count, &done, &error))
		fail_msg("%s", error);
	assert_string_equal(done.bytes ? done.bytes : "", log);
	buffer_free(&done);
	if (!kind_tables_check(room->sync, kinds, count, &error))
		fail_msg("%s", error);
}

static void
refused(struct room *room, const char *text, const char *why)
{
	size_t count;
	const struct kind *const *kinds = room_kinds(room, text, &count);
	struct buffer done = {0};
	char *error = NULL;

	assert_false(kind_tables_make(room->sync, kinds, count, &done, &error));
	assert_string_equal(error, why);
	assert_int_equal(done.length, 0);
	buffer_free(&done);
	free(error);
}

static void
tables_are_made_once(void **state)
{
	struct room *room = *state;

	make(room, rules,
		"kind settlement: table made\nkind relief: table made\nkind disaster: table "
		"made\n"
		"kind resident: table made\n");
	make(room, rules, "");
	assert_int_equal(room_number(room, "select count(*) from needwatch.kind_table"), 4);
	assert_int_equal(
		room_number(room, "select count(*) from needwatch.kind_field where sensitive"),
		1);
	assert_int_equal(
		room_number(room,
			"select count(*) from pg_tables where schemaname = 'needwatch'"
			" and tablename like 'fact\\_%' and tableowner <> 'needwatch_owner'"),
		0);
}

static void
kinds_grow_by_fields(void **state)
{
	struct room *room = *state;

	make(room, "kind wage { subject person; amount money; }",
		"kind wage: table made\nkind resident: table made\n");
	make(room,
		"kind wage \"工资\" { subject person; employer person; amount money \"金额\" "
		"sensitive; }",
		"kind wage: field employer added\n");
	/* A field that is declared no more keeps its column. */
	make(room, "kind wage { subject person; employer person; }", "");
	assert_int_equal(room_number(room, "select count(*) from information_schema.columns"
					   " where table_name = 'fact_wage' and column_name in "
					   "('f_amount', 'f_employer', 'c_employer')"),
		3);
	assert_int_equal(
		room_number(room,
			"select ordinal from needwatch.kind_field where name = 'employer'"),
		0);
}

static void
changed_kinds_are_refused_with_the_remedy(void **state)
{
	struct room *room = *state;

	make(room, "kind wage { subject person; amount money; }",
		"kind wage: table made\nkind resident: table made\n");
	refused(room,
		"kind new { subject person; a int; } kind wage { subject person; amount int; }",
		"kind wage: its field amount was money and is now int; give the changed field "
		"or kind another"
		" name");
	refused(room, "kind wage { subject household; amount money; }",
		"kind wage: its subject was person and is now household; give the changed kind "
		"another name");
	refused(room, "kind wage { subject person; state; amount money; }",
		"kind wage: it was an event and is now a state; give the changed kind another "
		"name");
	refused(room,
		"kind w23456789012345678901234567890123456789012345678901234567x9 { subject "
		"person; a int; }",
		"kind w23456789012345678901234567890123456789012345678901234567x9: its name is "
		"longer than"
		" 58 bytes, more than its table can be called");
	/* Nothing of a refused set was made. */
	assert_int_equal(
		room_number(
			room, "select count(*) from needwatch.kind_table where kind = 'new'"),
		0);
}

static void
check_names_what_is_missing_and_the_command(void **state)
{
	struct room *room = *state;
	size_t count;
	const struct kind *const *kinds =
		room_kinds(room, "kind wage { subject person; a int; }", &count);
	char *error = NULL;

	assert_false(kind_tables_check(room->sync, kinds, count, &error));
	assert_string_equal(
		error, "the store has no table for the kind wage: run `needwatch init`");
	free(error);
	make(room, "kind wage { subject person; a int; }",
		"kind wage: table made\nkind resident: table made\n");
	kinds = room_kinds(room, "kind wage { subject person; a int; b int; }", &count);
	assert_false(kind_tables_check(room->sync, kinds, count, &error));
	assert_string_equal(error, "the store has no column for wage.b: run `needwatch init`");
	free(error);
}

static void
monitor_appends_facts_and_changes_none(void **state)
{
	struct room *room = *state;
	static const char insert[] =
		"insert into needwatch.fact_relief (county, source, key_hash, ordinal,"
		" version, gone, position, area) values (1, 1, '\\x00', 0, 1, false, 1, 0)";

	make(room, rules,
		"kind settlement: table made\nkind relief: table made\nkind disaster: table "
		"made\n"
		"kind resident: table made\n");
	room_run(room, "set role needwatch_monitor");
	room_run(room, insert);
	room_refused(room, "update needwatch.fact_relief set area = 1", "42501");
	room_refused(room, "delete from needwatch.fact_relief", "42501");
	room_refused(room, "alter table needwatch.fact_relief drop column area", "42501");
	room_refused(room, "create table needwatch.own (a int)", "42501");
	room_refused(room, "update needwatch.kind_field set type = 'int'", "42501");
	room_refused(room, "delete from needwatch.migration", "42501");
	room_refused(room, "delete from needwatch.journal_entry", "42501");
	room_refused(room, "update needwatch.membership set rank = 0", "42501");
	room_refused(room, "update needwatch.ledger set actor = 1", "42501");
	room_refused(room, "update needwatch.ledger_payload set payload = ''", "42501");
	room_refused(room, "update needwatch.threshold set value = 0", "42501");
	room_refused(room, "delete from needwatch.rule_publication", "42501");
	room_refused(room, "update needwatch.office set name = ''", "42501");
	room_refused(room, "update needwatch.post set state = 1", "42501");
	room_refused(room, "select * from needwatch.account", "42501");
	room_run(room, "reset role; set role needwatch_web");
	room_refused(room, "select * from needwatch.fact_relief", "42501");
}

/* ---- writing by the copy and reading by the statements ---- */

struct version {
	int version;
	bool gone;
	int position;
	int64_t person;
	int64_t doctor;
	int64_t self_paid;
};

static void
copy_head(struct buffer *rows, int columns, const struct version *version)
{
	copy_row(rows, columns);
	copy_int4(rows, 990102);
	copy_int2(rows, 3);
	copy_bytes(rows, "0123456789abcdef", 16);
	copy_int2(rows, 0);
	copy_int4(rows, version->version);
	copy_bool(rows, version->gone);
	copy_int8(rows, version->position);
}

static void
copy_settlement(struct buffer *rows, int columns, const struct version *version)
{
	copy_head(rows, columns, version);
	if (version->gone) {
		copy_null(rows);
		copy_null(rows);
	} else {
		copy_int4(rows, 990102);
		copy_int8(rows, version->person);
	}
	copy_null(rows); /* household */
	copy_day(rows, (struct day){20000});
	copy_day(rows, (struct day){DAY_NONE});
	copy_int8(rows, 0);
	copy_int8(rows, version->self_paid);
	copy_bytes(rows, "住院", strlen("住院"));
	copy_bool(rows, true);
	copy_null(rows);
	copy_day(rows, (struct day){20001});
	copy_int8(rows, 7);
	copy_bytes(rows, "b", 1);
	copy_int8(rows, version->doctor);
	copy_int4(rows, 990103);
}

struct reading {
	struct room *room;
	struct kind_tables *tables;
	const struct kind_table *table;
	struct db_session *session;
	int rows;
	int64_t values[4];
};

static void
on_ended(void *owner, const struct db_result *result)
{
	struct reading *reading = owner;

	assert_string_equal(result->error, "");
	reading->room->done = true;
}

static void
on_copied(void *owner, const struct db_result *result)
{
	struct reading *reading = owner;

	assert_string_equal(result->error, "");
	db_session_commit(reading->session, on_ended, reading);
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	static const struct version versions[] = {
		{1, false, 5, 11, 21, 100}, {2, false, 8, 11, 22, 200}, {3, true, 9, 0, 0, 0}};
	struct reading *reading = owner;
	struct buffer rows = {0};

	assert_string_equal(result->error, "");
	reading->session = session;
	for (size_t i = 0; i < 3; i++)
		copy_settlement(&rows, reading->table->columns, &versions[i]);
	db_session_copy(session, reading->table->copy, &rows, on_copied, reading);
}

static struct reading
written(struct room *room)
{
	struct reading reading = {.room = room};
	size_t count;
	const struct kind *const *kinds = room_kinds(room, rules, &count);

	make(room, rules,
		"kind settlement: table made\nkind relief: table made\nkind disaster: table "
		"made\n"
		"kind resident: table made\n");
	room_run(room, "insert into needwatch.membership values (990102, 11, 1, 990102, 500, "
		       "true, 0, '2026-01-01'),"
		       "(990102, 11, 4, 990102, 501, true, 0, '2026-01-02')");
	reading.tables = kind_tables_new(kinds, count);
	assert_int_equal(kind_tables_count(reading.tables), 4);
	assert_int_equal(kind_tables_find(reading.tables, NULL), 3);
	assert_int_equal(kind_tables_find(reading.tables, "wage"), -1);
	reading.table = kind_tables_at(
		reading.tables, (size_t)kind_tables_find(reading.tables, "settlement"));
	db_begin(room->db, DB_READ_COMMITTED, on_begun, &reading);
	room_wait(room);
	return reading;
}

static void
on_facts(void *owner, const struct db_result *result)
{
	struct reading *reading = owner;

	assert_string_equal(result->error, "");
	reading->rows = db_result_rows(result);
	for (int row = 0; row < reading->rows && row < 4; row++)
		reading->values[row] =
			db_int(result, row, 13); /* f_self_paid; of referring: none */
	reading->room->done = true;
}

static void
on_referring(void *owner, const struct db_result *result)
{
	struct reading *reading = owner;

	assert_string_equal(result->error, "");
	reading->rows = db_result_rows(result);
	if (reading->rows)
		reading->values[0] = db_int(result, 0, 1);
	reading->room->done = true;
}

static void
add_pair(struct db_params *params, int64_t county, int64_t id)
{
	db_add_array(params, DB_ARRAY_INT4);
	db_item_int(params, county);
	db_add_array(params, DB_ARRAY_INT8);
	db_item_int(params, id);
}

/* Facts of person 11 as of `position`; 0: as known now. */
static void
ask_persons(struct reading *reading, int64_t position)
{
	struct db_params params = {0};

	add_pair(&params, 990102, 11);
	db_add_array(&params, DB_ARRAY_INT4);
	if (position)
		db_item_int(&params, 990102);
	db_add_array(&params, DB_ARRAY_INT8);
	if (position)
		db_item_int(&params, position);
	db_ask(reading->room->db, reading->table->persons, &params, on_facts, reading);
	room_wait(reading->room);
}

static void
persons_as_of_a_position(void **state)
{
	struct room *room = *state;
	struct reading reading = written(room);
	static const int64_t told[][3] = {/* position, rows, value */
		{4, 0, 0}, {5, 1, 100}, {7, 1, 100}, {8, 1, 200}, {9, 0, 0}, {0, 0, 0}};

	for (size_t i = 0; i < sizeof(told) / sizeof(*told); i++) {
		ask_persons(&reading, told[i][0]);
		assert_int_equal(reading.rows, told[i][1]);
		if (reading.rows)
			assert_int_equal(reading.values[0], told[i][2]);
	}
	kind_tables_free(reading.tables);
}

static void
latest_leaves_out_what_is_gone(void **state)
{
	struct room *room = *state;
	struct reading reading = written(room);

	for (int gone = 1; gone >= 0; gone--) {
		struct db_params params = {0};

		db_add_int(&params, 3);
		db_add_array(&params, DB_ARRAY_INT4);
		db_item_int(&params, 990102);
		db_add_array(&params, DB_ARRAY_BYTES);
		db_item_bytes(&params, "0123456789abcdef", 16);
		db_ask(room->db, reading.table->latest, &params, on_facts, &reading);
		room_wait(room);
		assert_int_equal(reading.rows, gone ? 0 : 1);
		room_run(room, "delete from needwatch.fact_settlement where gone");
	}
	assert_int_equal(reading.values[0], 200);
	kind_tables_free(reading.tables);
}

static void
referring_follows_the_last_version_and_the_last_household(void **state)
{
	struct room *room = *state;
	struct reading reading = written(room);
	static const int64_t told[][2] = {{21, 0}, {22, 1}}; /* doctor, households */

	assert_int_equal(reading.table->referring_count, 1);
	room_run(room, "delete from needwatch.fact_settlement where gone");
	for (size_t i = 0; i < 2; i++) {
		struct db_params params = {0};

		add_pair(&params, 990103, told[i][0]);
		db_ask(room->db, reading.table->referring[0], &params, on_referring, &reading);
		room_wait(room);
		assert_int_equal(reading.rows, told[i][1]);
	}
	assert_int_equal(reading.values[0], 501);
	kind_tables_free(reading.tables);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		CASE(tables_are_made_once),
		CASE(kinds_grow_by_fields),
		CASE(changed_kinds_are_refused_with_the_remedy),
		CASE(check_names_what_is_missing_and_the_command),
		CASE(monitor_appends_facts_and_changes_none),
		CASE(persons_as_of_a_position),
		CASE(latest_leaves_out_what_is_gone),
		CASE(referring_follows_the_last_version_and_the_last_household),
	};

	return cmocka_run_group_tests(cases, NULL, NULL);
}
