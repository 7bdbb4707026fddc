/* A table for every kind: what it looks like, how it is made and widened. Takes no column away
 * and reads no fact. */
/*
 * needwatch.fact_<kind>, and needwatch.fact_resident. The first thirteen columns are the same
 * in every one of them, and `copy`, `latest`, `persons`, `areas` and `households` of
 * kind_table.h all have the columns in this order:
 *
 *  0 county        integer   home county where the fact lies: that of directory_key; position
 *                            counts here
 *  1 source        smallint  needwatch.source.id
 *  2 key_hash      bytea     16 bytes: identity_of_key() of the record
 *  3 ordinal       smallint  place in the record, 0..
 *  4 version       integer   1.. ; counts up for (county, source, key_hash, ordinal), may skip
 *  5 gone          boolean   true: taken back, or no longer told; then 7 to 11 and the fields
 *                            are null, and the area is 0
 *  6 position      bigint    of county's journal: known since; known until: the position of the
 *                            next version
 *  7 person_county integer   the subject, or who told a household's fact; null: nobody
 *  8 person        bigint
 *  9 household     bytea     16 bytes: identity_of_household(), as told; resident: the key
 * under which the person stands 10 on_day        date      null for resident alone 11 until_day
 * date      null: open 12 area          bigint    the subject of area kinds, else where it
 * happened or (resident) where the person lives; 0: not said
 *
 * primary key (county, source, key_hash, ordinal, version).
 *
 * Then the fields of a kind in the order of its declaration in the rule set that is in use;
 * null: unknown.
 *
 *  money, int  "f_<field>" bigint     fen; number
 *  flag        "f_<field>" boolean
 *  date        "f_<field>" date
 *  code        "f_<field>" text       the word: its index moves when a declaration is widened
 *  text        "f_<field>" text
 *  person      "f_<field>" bigint, "c_<field>" integer: the id of the person, its home county
 *
 * fact_resident has instead
 *
 * 13 rank          smallint  0 civil-affairs family, 1 declared co-living, 2 register
 * 14 birth         date
 * 15 sex           "char"    'M', 'F'; null: not said. One byte in COPY binary.
 * 16 register_area bigint    0: not said
 * 17 residence     smallint  enum residence
 * 18 head          boolean   true: the head of the household
 *
 * Parameters of the statements, in this order:
 *
 *  latest      $1 source int2, $2 counties int4[], $3 key hashes bytea[] (one county per key):
 * the newest row of every ordinal, unless it is gone persons     $1 counties int4[], $2 persons
 * int8[] (pairs), $3 int4[], $4 int8[]: bounds (county, position); a county that is not among
 * them is not bounded. Rows that were not gone and not replaced at the bound. areas       $1
 * codes int8[] (exactly these), $2, $3 bounds households  $1 household hashes bytea[], $2, $3
 * bounds; those that a person told are left out referring   $1 counties int4[], $2 persons
 * int8[] (pairs): (county int4, household int8), each once, of those who hold a fact that now
 * names one of the persons in this field
 */
#include "kind_table.h"

#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "db_sync.h"
#include "kind_column.h"
#include "migration.h"
#include "refuse.h"
#include "statement.h"

/* PostgreSQL cuts longer identifiers, and two kinds would meet in one table. */
#define KIND_NAME_MOST (NAME_LIMIT - 5)  /* fact_ */
#define FIELD_NAME_MOST (NAME_LIMIT - 2) /* f_, c_ */

struct making {
	struct db_sync *sync;
	struct buffer *log; /* or NULL */
	char **ret_error;
	size_t changes;
};

static const char *
type_word(enum field_type type)
{
	static const char *const words[] = {[FIELD_MONEY] = "money",
		[FIELD_INT] = "int",
		[FIELD_FLAG] = "flag",
		[FIELD_DATE] = "date",
		[FIELD_CODE] = "code",
		[FIELD_TEXT] = "text",
		[FIELD_PERSON] = "person"};

	return words[type];
}

static const char *
subject_word(int64_t subject)
{
	static const char *const words[] = {[SUBJECT_PERSON] = "person",
		[SUBJECT_HOUSEHOLD] = "household",
		[SUBJECT_AREA] = "area"};

	return words[subject];
}

/* ---- what the store has ---- */

static bool
names_fit(const struct kind *kind, char **ret_error)
{
	if (strlen(kind->name) > KIND_NAME_MOST)
		return refuse(ret_error,
			"kind %s: its name is longer than %d bytes, more than its table can be "
			"called",
			kind->name, KIND_NAME_MOST);
	if (strcmp(kind->name, "resident") == 0)
		return refuse(ret_error, "kind resident: this name is taken by the built-in "
					 "kind; choose another");
	for (size_t i = 0; i < kind->field_count; i++)
		if (strlen(kind->fields[i].name) > FIELD_NAME_MOST)
			return refuse(ret_error,
				"kind %s: the name of its field %s is longer than %d bytes",
				kind->name, kind->fields[i].name, FIELD_NAME_MOST);
	return true;
}

/* Is its table there? A kind that is told of somebody else now, or in another way, is
 * refused. */
static bool
table_known(struct db_sync *sync, const struct kind *kind, bool *ret_known, char **ret_error)
{
	struct db_params params = {0};
	const struct db_result *row;
	int64_t subject = kind ? kind->subject : SUBJECT_PERSON;
	bool state = kind ? kind->state : true;

	db_add_text(&params, kind_name(kind));
	row = db_sync_ask_statement(sync, statement(STATEMENT_KIND_TABLE), &params);
	if (row->status != DB_OK)
		return refuse(ret_error, "kind %s: %s", kind_name(kind), row->error);
	*ret_known = db_result_rows(row) == 1;
	if (*ret_known && db_int(row, 0, 0) != subject)
		return refuse(ret_error,
			"kind %s: its subject was %s and is now %s; give the changed kind "
			"another name",
			kind_name(kind), subject_word(db_int(row, 0, 0)),
			subject_word(subject));
	if (*ret_known && db_bool(row, 0, 1) != state)
		return refuse(ret_error,
			"kind %s: it was %s and is now %s; give the changed kind another name",
			kind_name(kind), state ? "an event" : "a state",
			state ? "a state" : "an event");
	return true;
}

/* Which of its fields have a column. One that changed its type is refused: the values that are
 * there would be read as something else. */
static bool
fields_known(struct db_sync *sync, const struct kind *kind, bool ret_known[FIELD_COUNT_LIMIT],
	char **ret_error)
{
	struct db_params params = {0};
	const struct db_result *rows;

	memset(ret_known, 0, FIELD_COUNT_LIMIT * sizeof(*ret_known));
	db_add_text(&params, kind->name);
	rows = db_sync_ask_statement(sync, statement(STATEMENT_KIND_FIELDS), &params);
	if (rows->status != DB_OK)
		return refuse(ret_error, "kind %s: %s", kind->name, rows->error);
	for (int row = 0; row < db_result_rows(rows); row++) {
		int field = kind_field(kind, db_text(rows, row, 0));

		if (field < 0)
			continue; /* declared no more: its column stays */
		ret_known[field] = true;
		if (strcmp(db_text(rows, row, 1), type_word(kind->fields[field].type)) != 0)
			return refuse(ret_error,
				"kind %s: its field %s was %s and is now %s; give the changed "
				"field or kind"
				" another name",
				kind->name, kind->fields[field].name, db_text(rows, row, 1),
				type_word(kind->fields[field].type));
	}
	return true;
}

/* ---- making ---- */

static bool
run(struct making *making, const struct kind *kind, struct buffer *sql)
{
	bool well = db_sync_run(making->sync, sql->bytes);

	buffer_free(sql);
	if (!well)
		return refuse(making->ret_error, "kind %s: %s", kind_name(kind),
			db_sync_error(making->sync));
	making->changes++;
	return true;
}

/* Indexes have no names of ours: PostgreSQL finds free ones, and each is made together with its
 * column. */
static void
add_index(const struct kind *kind, const char *columns, struct buffer *sql)
{
	buffer_text(sql, "; create index on ");
	kind_table_name(kind, sql);
	buffer_text(sql, columns);
}

static void
add_person_index(const struct kind *kind, const char *field, struct buffer *sql)
{
	buffer_text(sql, "; create index on ");
	kind_table_name(kind, sql);
	buffer_printf(
		sql, " (\"c_%s\", \"f_%s\") where \"f_%s\" is not null", field, field, field);
}

static bool
table_make(struct making *making, const struct kind *kind)
{
	struct kind_columns columns;
	struct buffer sql = {0};

	kind_columns(kind, &columns);
	buffer_text(&sql, "create table ");
	kind_table_name(kind, &sql);
	buffer_text(&sql, " (");
	for (int i = 0; i < columns.count; i++)
		buffer_printf(&sql, "\"%s\" %s%s, ", columns.at[i].name, columns.at[i].type,
			columns.at[i].always ? " not null" : "");
	buffer_text(&sql, "primary key (county, source, key_hash, ordinal, version))");
	add_index(kind, " (person_county, person) where person is not null", &sql);
	if (!kind || kind->subject == SUBJECT_HOUSEHOLD) /* resident: who stands under a key */
		add_index(kind, " (household) where household is not null", &sql);
	if (!kind || kind->subject == SUBJECT_AREA)
		add_index(kind, " (area) where not gone", &sql);
	for (size_t i = 0; kind && i < kind->field_count; i++)
		if (kind->fields[i].type == FIELD_PERSON)
			add_person_index(kind, kind->fields[i].name, &sql);
	if (!run(making, kind, &sql))
		return false;
	if (making->log)
		buffer_printf(making->log, "kind %s: table made\n", kind_name(kind));
	return true;
}

static bool
field_make(struct making *making, const struct kind *kind, const struct field *field)
{
	struct kind_columns columns;
	struct buffer sql = {0};

	kind_columns(kind, &columns);
	buffer_text(&sql, "alter table ");
	kind_table_name(kind, &sql);
	for (int i = KIND_COMMON_COLUMNS, added = 0; i < columns.count; i++)
		if (strcmp(columns.at[i].name + 2, field->name) == 0)
			buffer_printf(&sql, "%s add column \"%s\" %s", added++ ? "," : "",
				columns.at[i].name, columns.at[i].type);
	if (field->type == FIELD_PERSON)
		add_person_index(kind, field->name, &sql);
	if (!run(making, kind, &sql))
		return false;
	if (making->log)
		buffer_printf(
			making->log, "kind %s: field %s added\n", kind->name, field->name);
	return true;
}

static bool
note_kind(struct making *making, const struct kind *kind)
{
	struct db_params params = {0};
	const struct db_result *result;

	db_add_text(&params, kind_name(kind));
	db_add_text(&params, kind ? kind->label : "居民");
	db_add_int(&params, kind ? kind->subject : SUBJECT_PERSON);
	db_add_bool(&params, kind ? kind->state : true);
	result = db_sync_ask_statement(making->sync, statement(STATEMENT_KIND_NOTE), &params);
	return result->status == DB_OK ||
	       refuse(making->ret_error, "kind %s: %s", kind_name(kind), result->error);
}

/* The label and whether it is sensitive may change at any time. */
static bool
note_field(struct making *making, const struct kind *kind, size_t ordinal)
{
	const struct field *field = &kind->fields[ordinal];
	struct db_params params = {0};
	const struct db_result *result;

	db_add_text(&params, kind->name);
	db_add_int(&params, (int64_t)ordinal);
	db_add_text(&params, field->name);
	db_add_text(&params, field->label);
	db_add_text(&params, type_word(field->type));
	db_add_bool(&params, field->sensitive);
	result = db_sync_ask_statement(
		making->sync, statement(STATEMENT_KIND_NOTE_FIELD), &params);
	return result->status == DB_OK || refuse(making->ret_error, "kind %s, field %s: %s",
						  kind->name, field->name, result->error);
}

static bool
fields_make(struct making *making, const struct kind *kind, bool fresh)
{
	bool known[FIELD_COUNT_LIMIT];

	if (!fields_known(making->sync, kind, known, making->ret_error))
		return false;
	for (size_t i = 0; i < kind->field_count; i++) {
		if (!fresh && !known[i] && !field_make(making, kind, &kind->fields[i]))
			return false;
		if (!note_field(making, kind, i))
			return false;
	}
	return true;
}

static bool
kind_make(struct making *making, const struct kind *kind)
{
	bool known;

	if (kind && !names_fit(kind, making->ret_error))
		return false;
	if (!table_known(making->sync, kind, &known, making->ret_error))
		return false;
	if ((!known && !table_make(making, kind)) || !note_kind(making, kind))
		return false;
	return !kind || fields_make(making, kind, !known);
}

/* New tables get the rights of all others. */
static bool
all_make(struct making *making, const struct kind *const *kinds, size_t count)
{
	if (!db_sync_run(making->sync,
		    "begin; set local role needwatch_owner;"
		    " lock table needwatch.migration in share row exclusive mode"))
		return refuse(
			making->ret_error, "tables of kinds: %s", db_sync_error(making->sync));
	for (size_t i = 0; i <= count; i++)
		if (!kind_make(making, i < count ? kinds[i] : NULL))
			return false;
	if (making->changes && !db_sync_run(making->sync, migration_grants))
		return refuse(making->ret_error, "grants: %s", db_sync_error(making->sync));
	return db_sync_run(making->sync, "commit") ||
	       refuse(making->ret_error, "tables of kinds: %s", db_sync_error(making->sync));
}

bool
kind_tables_make(struct db_sync *sync, const struct kind *const *kinds, size_t count,
	struct buffer *ret_log, char **ret_error)
{
	struct buffer log = {0};
	struct making making = {sync, &log, ret_error, 0};
	bool well = all_make(&making, kinds, count);

	if (!well)
		(void)!db_sync_run(sync, "rollback"); /* refused: the connection is gone */
	else if (ret_log)
		buffer_add(ret_log, log.bytes, log.length);
	buffer_free(&log);
	return well;
}

/* ---- asking ---- */

static bool
kind_check(struct db_sync *sync, const struct kind *kind, char **ret_error)
{
	bool fields[FIELD_COUNT_LIMIT];
	bool known;

	if (!table_known(sync, kind, &known, ret_error))
		return false;
	if (!known)
		return refuse(ret_error,
			"the store has no table for the kind %s: run `needwatch init`",
			kind_name(kind));
	if (!kind)
		return true;
	if (!fields_known(sync, kind, fields, ret_error))
		return false;
	for (size_t i = 0; i < kind->field_count; i++)
		if (!fields[i])
			return refuse(ret_error,
				"the store has no column for %s.%s: run `needwatch init`",
				kind->name, kind->fields[i].name);
	return true;
}

bool
kind_tables_check(
	struct db_sync *sync, const struct kind *const *kinds, size_t count, char **ret_error)
{
	for (size_t i = 0; i <= count; i++)
		if (!kind_check(sync, i < count ? kinds[i] : NULL, ret_error))
			return false;
	return true;
}
