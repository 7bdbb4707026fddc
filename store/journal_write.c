/* A batch on its way into the journal, step by step within one transaction. Ends no transaction
 * and decides about no household. */
#include <stdio.h>
#include <string.h>

#include "journal_parts.h"
#include "kind_column.h"
#include "memory.h"
#include "store.h"

/* Columns of a fact, as kind_table.c fixes them. */
enum {
	FACT_COUNTY = 0,
	FACT_KEY = 2,
	FACT_ORDINAL = 3,
	FACT_PERSON_COUNTY = 7,
	FACT_PERSON = 8,
	FACT_HOUSEHOLD = 9,
	FACT_AREA = 12,
};

/* ---- the source, and whether we may write at all ---- */

static void
take_lease(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	if (db_result_rows(result) != 1 || !db_bool(result, 0, 0))
		run_fail(run, RUN_FAILED, "the lease is lost: another needwatchd writes now");
}

static void
take_source(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	if (db_result_rows(result) != 1) {
		run_fail(run, RUN_AGAIN,
			"the source's row was made by somebody else at this moment");
		return;
	}
	run->source = (int16_t)db_int(result, 0, 0);
	run->quarantine_before = db_bool(result, 0, 1);
	kind_tables_note(run->tables, result, 0, 2, run->kind_known);
}

static void
ask_lease(struct run *run)
{
	struct db_params params = {0};
	int64_t fence;
	const char *lease = store_lease(run->journal->store, &fence);

	if (!lease)
		return;
	db_add_text(&params, lease);
	db_add_int(&params, fence);
	run_ask(run, statement(STATEMENT_LEASE_VERIFY), &params, take_lease, 0);
}

static bool
brings_cursor(const struct journal_batch *batch)
{
	return batch->cursor || batch->batch_number || batch->loaded;
}

/* The row is locked only if it changes: actions on the pages share one. */
static void
ask_source(struct run *run)
{
	const struct journal *journal = run->journal;
	struct db_params params = {0};

	db_add_text(&params, journal->source);
	db_add_int(&params, journal->area.code);
	db_add_int(&params, area_county(journal->area));
	run_ask(run, statement(STATEMENT_JOURNAL_SOURCE), &params, take_source, 0);
	if (!brings_cursor(run->batch))
		return;
	db_add_text(&params, journal->source);
	db_add_text(&params, run->batch->cursor);
	db_add_text(&params, run->batch->batch_number);
	db_add_bool(&params, run->batch->loaded);
	db_add_instant(&params, run->now);
	run_ask(run, statement(STATEMENT_JOURNAL_CURSOR), &params, NULL, 0);
}

static void
step_source(struct run *run)
{
	run->kind_known = arena_array(run->arena, kind_tables_count(run->tables), sizeof(bool));
	ask_lease(run);
	ask_source(run);
}

/* ---- which records say something new ---- */

/* Keys are hashes: their first bits spread them evenly, and what shares those is put in order
 * by hand. */
#define BUCKET_BITS 12

static uint32_t
bucket_of(const struct batch_record *record)
{
	return ((uint32_t)record->key.bytes[0] << 8 | record->key.bytes[1]) >>
	       (16 - BUCKET_BITS);
}

static void
sort_nearly_sorted(const struct batch_record *records, uint32_t *order, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint32_t moved = order[i];
		size_t at = i;

		while (at > 0 && memcmp(records[order[at - 1]].key.bytes,
					 records[moved].key.bytes, IDENTITY_HASH) > 0) {
			order[at] = order[at - 1];
			at--;
		}
		order[at] = moved;
	}
}

static bool
is_ordered(const struct batch_record *record)
{
	return record->says == SAYS_FACTS || record->says == SAYS_GONE;
}

/* By key: rows come into the indexes in their order, and two transactions do not wait for each
 * other crosswise. */
static void
order_records(struct run *run)
{
	const struct journal_batch *batch = run->batch;
	uint32_t starts[(1 << BUCKET_BITS) + 1] = {0};

	run->order = arena_array(run->arena, batch->record_count + 1, sizeof(*run->order));
	for (size_t i = 0; i < batch->record_count; i++) {
		if (is_ordered(&batch->records[i])) {
			starts[bucket_of(&batch->records[i]) + 1]++;
			run->order_count++;
		}
	}
	for (size_t i = 1; i <= 1 << BUCKET_BITS; i++)
		starts[i] += starts[i - 1];
	for (size_t i = 0; i < batch->record_count; i++) {
		if (is_ordered(&batch->records[i]))
			run->order[starts[bucket_of(&batch->records[i])]++] = (uint32_t)i;
	}
	sort_nearly_sorted(batch->records, run->order, run->order_count);
}

/* Columns: place in the order, county, version, gone; version NULL: not known. Those that say
 * the same as before are not among them. */
static void
take_keys(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	for (int i = 0; i < db_result_rows(result); i++) {
		struct batch_record *record =
			&run->batch->records[run->order[db_int(result, i, 0) - 1]];
		bool known = !db_null(result, i, 2);

		if (!known) {
			record->fate = record->says == SAYS_FACTS ? FATE_NEW : FATE_NONE;
			continue;
		}
		record->county_before = (int32_t)db_int(result, i, 1);
		record->version = (int32_t)db_int(result, i, 2) + 1;
		record->gone_before = db_bool(result, i, 3);
		if (record->says == SAYS_FACTS)
			record->fate = FATE_CHANGED;
		else
			record->fate = record->gone_before ? FATE_NONE : FATE_GONE;
	}
}

static bool
is_looked_up(const struct run *run, const struct batch_record *record)
{
	return run->careful || record->says == SAYS_GONE;
}

/* A new record is version 1 until the store says otherwise. */
static void
step_keys(struct run *run)
{
	struct db_params params = {0};
	size_t looked = 0;

	order_records(run);
	db_add_int(&params, run->source);
	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < run->order_count; i++) {
		struct batch_record *record = &run->batch->records[run->order[i]];
		bool asked = is_looked_up(run, record);

		record->version = 1;
		record->gone_before = false;
		record->fate = asked ? FATE_NONE : FATE_NEW;
		if (asked)
			db_item_int(&params, (int64_t)i + 1);
		looked += asked;
	}
	db_add_array(&params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < run->order_count; i++) {
		const struct batch_record *record = &run->batch->records[run->order[i]];

		if (is_looked_up(run, record))
			db_item_bytes(&params, record->key.bytes, IDENTITY_HASH);
	}
	db_add_array(&params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < run->order_count; i++) {
		const struct batch_record *record = &run->batch->records[run->order[i]];

		if (is_looked_up(run, record))
			db_item_bytes(&params,
				record->says == SAYS_FACTS ? record->content.bytes : NULL,
				IDENTITY_HASH);
	}
	run->looked = looked > 0;
	if (looked)
		run_ask(run, statement(STATEMENT_JOURNAL_KEYS), &params, take_keys, 0);
	else
		db_params_clear(&params);
}

/* ---- what held until now ---- */

static void
count_fates(struct run *run)
{
	enum journal_way way = run->batch->way;
	struct journal_count *count = &run->count;

	for (size_t i = 0; i < run->batch->record_count; i++) {
		const struct batch_record *record = &run->batch->records[i];

		if (record->says == SAYS_REPLACED)
			continue;
		count->quarantined += record->faulty;
		if (record->says == SAYS_NOTHING)
			continue;
		count->added += record->fate == FATE_NEW;
		count->changed += record->fate == FATE_CHANGED;
		count->gone += record->fate == FATE_GONE;
		count->same += record->fate == FATE_NONE;
	}
	count->records = (int64_t)run->batch->live;
	if (way == JOURNAL_OVERLAP || way == JOURNAL_COMPARE)
		count->late = count->added + count->changed;
}

static void
take_latest(struct run *run, const struct db_result *result, int table)
{
	for (int i = 0; i < db_result_rows(result); i++) {
		struct old_fact *old;
		struct identity_hash key;
		size_t length;

		run->olds = run_grow(
			run, run->olds, run->old_count, &run->old_room, sizeof(*run->olds));
		old = &run->olds[run->old_count++];
		memcpy(key.bytes, db_bytes(result, i, FACT_KEY, &length), IDENTITY_HASH);
		*old = (struct old_fact){.record = (uint32_t)batch_find(run->batch, &key),
			.table = table,
			.county = (int32_t)db_int(result, i, FACT_COUNTY),
			.ordinal = (int16_t)db_int(result, i, FACT_ORDINAL),
			.home = db_null(result, i, FACT_PERSON)
					? -1
					: home_of(run,
						  (int32_t)db_int(
							  result, i, FACT_PERSON_COUNTY),
						  db_int(result, i, FACT_PERSON)),
			.has_household = !db_null(result, i, FACT_HOUSEHOLD),
			.area = {db_int(result, i, FACT_AREA)}};
		if (old->has_household)
			memcpy(old->household.bytes,
				db_bytes(result, i, FACT_HOUSEHOLD, &length), IDENTITY_HASH);
	}
}

static bool
had_facts(const struct batch_record *record)
{
	return (record->fate == FATE_CHANGED || record->fate == FATE_GONE) &&
	       !record->gone_before;
}

static void
ask_latest(struct run *run, int table)
{
	struct db_params params = {0};

	db_add_int(&params, run->source);
	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < run->order_count; i++) {
		const struct batch_record *record = &run->batch->records[run->order[i]];

		if (had_facts(record))
			db_item_int(&params, record->county_before);
	}
	db_add_array(&params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < run->order_count; i++) {
		const struct batch_record *record = &run->batch->records[run->order[i]];

		if (had_facts(record))
			db_item_bytes(&params, record->key.bytes, IDENTITY_HASH);
	}
	run_ask(run, kind_tables_at(run->tables, (size_t)table)->latest, &params, take_latest,
		table);
}

static void
fail_kind(struct run *run, const struct batch_fact *fact)
{
	char error[200];

	snprintf(error, sizeof(error),
		"source %s tells the kind %s, which the store's rule set does not have",
		run->journal->source, fact->kind ? fact->kind->name : "resident");
	run_fail(run, RUN_FAILED, error);
}

/* Marks who is spoken of by a record that is written; finds the tables of its facts. */
static void
note_facts(struct run *run)
{
	struct journal_batch *batch = run->batch;
	const struct kind *kind = NULL;
	int table = -1;

	for (size_t i = 0; i < batch->person_count; i++) {
		batch->persons[i].needed = false;
		batch->persons[i].made = false;
		batch->persons[i].renewed = false;
		batch->persons[i].home = -1;
	}
	for (size_t i = 0; i < batch->fact_count; i++) {
		struct batch_fact *fact = &batch->facts[i];

		if (!fact_is_live(run, fact))
			continue;
		if (table < 0 || kind != fact->kind)
			table = kind_tables_find(
				run->tables, fact->kind ? fact->kind->name : NULL);
		kind = fact->kind;
		fact->table = table;
		if (table < 0) {
			fail_kind(run, fact);
			return;
		}
		if (fact->person >= 0)
			batch->persons[fact->person].needed = true;
		for (uint32_t m = 0; m < fact->mention_count; m++)
			batch->persons[batch->mentions[fact->first_mention + m].person].needed =
				true;
	}
}

static void
step_latest(struct run *run)
{
	bool any = false;

	count_fates(run);
	note_facts(run);
	for (size_t i = 0; i < run->order_count && !any; i++)
		any = had_facts(&run->batch->records[run->order[i]]);
	for (size_t i = 0; any && i < kind_tables_count(run->tables); i++) {
		if (run->kind_known[i])
			ask_latest(run, (int)i);
	}
}

/* ---- where the facts of a record lie ---- */

static int32_t
county_of_fact(const struct run *run, const struct batch_fact *fact)
{
	const struct home *home = home_of_person(run, fact->person);
	int32_t link = fact->has_household ? link_find(run, &fact->household) : -1;

	if (home)
		return home->county;
	if (fact->kind && fact->kind->subject == SUBJECT_AREA)
		return area_county(fact->area);
	return link >= 0 ? run->links[link].county : area_county(run->batch->area);
}

static void
settle_counties(struct run *run)
{
	for (size_t i = 0; i < run->order_count; i++) {
		struct batch_record *record = &run->batch->records[run->order[i]];

		if (record->fate == FATE_NONE)
			continue;
		if (record->fate == FATE_GONE)
			record->county = record->county_before;
		else if (record->fact_count)
			record->county =
				county_of_fact(run, &run->batch->facts[record->first_fact]);
		else
			record->county = area_county(run->batch->area);
	}
}

/* ---- keys ---- */

static void
copy_keys(struct run *run)
{
	struct buffer rows = {0};

	for (size_t i = 0; i < run->order_count; i++) {
		const struct batch_record *record = &run->batch->records[run->order[i]];

		if (record->fate != FATE_NEW)
			continue;
		copy_row(&rows, 6);
		copy_int2(&rows, run->source);
		copy_bytes(&rows, record->key.bytes, IDENTITY_HASH);
		copy_int4(&rows, record->county);
		copy_int4(&rows, record->version);
		copy_bool(&rows, false);
		copy_bytes(&rows, record->content.bytes, IDENTITY_HASH);
	}
	if (rows.length)
		run_write(run, statement(STATEMENT_JOURNAL_ADD_KEY),
			statement(STATEMENT_JOURNAL_COPY_KEYS)->sql, &rows);
}

static bool
key_changes(const struct batch_record *record)
{
	return record->fate == FATE_CHANGED || record->fate == FATE_GONE;
}

/* Somebody else wrote a version of one of them meanwhile. */
static void
take_changed(struct run *run, const struct db_result *result, int number)
{
	if (db_result_count(result) != number)
		run_fail(
			run, RUN_AGAIN, "a record was changed by somebody else at this moment");
}

static void
add_key_array(struct run *run, struct db_params *params, enum db_array type,
	void (*add)(struct db_params *params, const struct batch_record *record))
{
	db_add_array(params, type);
	for (size_t i = 0; i < run->order_count; i++) {
		const struct batch_record *record = &run->batch->records[run->order[i]];

		if (key_changes(record))
			add(params, record);
	}
}

static void
add_key(struct db_params *params, const struct batch_record *record)
{
	db_item_bytes(params, record->key.bytes, IDENTITY_HASH);
}

static void
add_county(struct db_params *params, const struct batch_record *record)
{
	db_item_int(params, record->county);
}

static void
add_version(struct db_params *params, const struct batch_record *record)
{
	db_item_int(params, record->version);
}

/* NULL: gone. */
static void
add_content(struct db_params *params, const struct batch_record *record)
{
	db_item_bytes(params, record->fate == FATE_GONE ? NULL : record->content.bytes,
		IDENTITY_HASH);
}

static void
change_keys(struct run *run)
{
	struct db_params params = {0};
	int changes = (int)(run->count.changed + run->count.gone);

	if (!changes)
		return;
	db_add_int(&params, run->source);
	add_key_array(run, &params, DB_ARRAY_BYTES, add_key);
	add_key_array(run, &params, DB_ARRAY_INT4, add_county);
	add_key_array(run, &params, DB_ARRAY_INT4, add_version);
	add_key_array(run, &params, DB_ARRAY_BYTES, add_content);
	run_ask(run, statement(STATEMENT_JOURNAL_CHANGE_KEYS), &params, take_changed, changes);
}

/* A source's kinds are remembered: where versions that are replaced have to be looked for. */
static void
note_kinds(struct run *run)
{
	struct db_params params = {0};
	bool any = false;

	db_add_text(&params, run->journal->source);
	db_add_array(&params, DB_ARRAY_TEXT);
	for (size_t i = 0; i < run->batch->fact_count; i++) {
		const struct batch_fact *fact = &run->batch->facts[i];

		if (!fact_is_live(run, fact) || run->kind_known[fact->table])
			continue;
		run->kind_known[fact->table] = true;
		db_item_text(&params, kind_tables_at(run->tables, (size_t)fact->table)->name);
		any = true;
	}
	if (any)
		run_ask(run, statement(STATEMENT_JOURNAL_NOTE_KINDS), &params, NULL, 0);
	else
		db_params_clear(&params);
}

/* Whatever needs no position, before the positions are locked. */
static void
step_write_keys(struct run *run)
{
	settle_counties(run);
	note_kinds(run);
	home_write(run);
	member_write(run);
	change_keys(run);
	copy_keys(run);
}

/* Whatever is stamped with a position. */
static void
step_write_facts(struct run *run)
{
	member_write_seats(run);
	touch_write(run);
	quarantine_write(run);
	row_write_facts(run);
}

static bool
at_once(const struct run *run)
{
	(void)run;
	return true;
}

static bool
source_is_known(const struct run *run)
{
	return run->source != 0;
}

static bool
fates_are_known(const struct run *run)
{
	return !run->looked;
}

/* A page of news is written in three round trips: up to the persons, up to the positions and what has changed until they
 * were ours, and the rest with the commit. */
const struct run_step run_steps[] = {
	{step_source, NULL},
	{step_keys, source_is_known},
	{step_latest, fates_are_known},
	{home_look, at_once},
	{home_make, NULL},
	{home_look_old, NULL},
	{member_read, NULL},
	{member_look, NULL},
	{member_make, NULL},
	{touch_collect, NULL},
	{step_write_keys, NULL},
	{touch_lock, at_once},
	{touch_check, at_once},
	{step_write_facts, NULL}, /* reads no answer, so that the commit need not wait for any */
};

const size_t run_step_count = sizeof(run_steps) / sizeof(*run_steps);
