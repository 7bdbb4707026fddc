/* Facts as rows of COPY binary, in the columns that kind_table.c fixes. Looks nothing up. */
#include <string.h>

#include "journal_parts.h"
#include "kind_column.h"
#include "memory.h"

#define HEAD_ROOM 160    /* bytes of the thirteen common columns, at their longest */
#define EPOCH_DAYS 10957 /* 2000-01-01, from which PostgreSQL counts */

static uint8_t *
put(uint8_t *at, int width, int64_t number)
{
	uint64_t bits = (uint64_t)number;

	for (int i = width; i > 0; i--) {
		at[i - 1] = (uint8_t)bits;
		bits >>= 8;
	}
	return at + width;
}

/* A cell: its length, then itself. */
static uint8_t *
cell(uint8_t *at, int width, int64_t number)
{
	return put(put(at, 4, width), width, number);
}

static uint8_t *
cell_null(uint8_t *at)
{
	return put(at, 4, -1);
}

static uint8_t *
cell_hash(uint8_t *at, const struct identity_hash *hash)
{
	at = put(at, 4, IDENTITY_HASH);
	memcpy(at, hash->bytes, IDENTITY_HASH);
	return at + IDENTITY_HASH;
}

static uint8_t *
cell_day(uint8_t *at, struct day day)
{
	return day.n == DAY_NONE ? cell_null(at) : cell(at, 4, day.n - EPOCH_DAYS);
}

/* Built in one piece: this is the inner loop of ingest. */
void
row_add_head(struct buffer *rows, int columns, const struct row_head *head)
{
	uint8_t bytes[HEAD_ROOM];
	uint8_t *at = put(bytes, 2, columns);

	at = cell(at, 4, head->county);
	at = cell(at, 2, head->source);
	at = cell_hash(at, head->key);
	at = cell(at, 2, head->ordinal);
	at = cell(at, 4, head->version);
	at = cell(at, 1, head->gone);
	at = cell(at, 8, head->position);
	at = head->person ? cell(at, 4, head->person_county) : cell_null(at);
	at = head->person ? cell(at, 8, head->person) : cell_null(at);
	at = head->household ? cell_hash(at, head->household) : cell_null(at);
	at = cell_day(at, head->on);
	at = cell_day(at, head->until);
	at = cell(at, 8, head->area.code);
	buffer_add(rows, bytes, (size_t)(at - bytes));
}

void
row_add_gone(struct buffer *rows, int columns, const struct row_head *head)
{
	struct row_head gone = {.county = head->county,
		.source = head->source,
		.key = head->key,
		.ordinal = head->ordinal,
		.version = head->version,
		.gone = true,
		.position = head->position,
		.on = {DAY_NONE},
		.until = {DAY_NONE}};

	row_add_head(rows, columns, &gone);
	for (int i = KIND_COMMON_COLUMNS; i < columns; i++)
		copy_null(rows);
}

/* ---- fields ---- */

static void
add_mention(struct journal_batch *batch, int32_t person)
{
	if (batch->mention_count == batch->mention_room) {
		batch->mention_room = batch->mention_room ? 2 * batch->mention_room : 64;
		batch->mentions = xrealloc(
			batch->mentions, batch->mention_room, sizeof(*batch->mentions));
	}
	batch->mentions[batch->mention_count++] =
		(struct mention){batch->fields.length, person};
	copy_int8(&batch->fields, 0);
	copy_int4(&batch->fields, 0);
}

static void
add_cell(
	struct journal_batch *batch, const struct field *field, const struct journal_cell *said)
{
	struct buffer *rows = &batch->fields;
	const char *word;

	switch (field->type) {
	case FIELD_MONEY:
	case FIELD_INT:
		copy_int8(rows, said->number);
		return;
	case FIELD_FLAG:
		copy_bool(rows, said->number != 0);
		return;
	case FIELD_DATE:
		copy_day(rows, (struct day){(int32_t)said->number});
		return;
	case FIELD_CODE:
		word = field->words[said->number];
		copy_bytes(rows, word, strlen(word));
		return;
	case FIELD_TEXT:
		copy_bytes(rows, said->text, said->length);
		return;
	case FIELD_PERSON:
		add_mention(batch, said->person);
		return;
	}
}

void
row_add_cells(
	struct journal_batch *batch, const struct kind *kind, const struct journal_cell *cells)
{
	for (size_t i = 0; i < kind->field_count; i++) {
		const struct field *field = &kind->fields[i];
		bool person = field->type == FIELD_PERSON;

		if (cells[i].known && !(person && cells[i].person < 0)) {
			add_cell(batch, field, &cells[i]);
			continue;
		}
		copy_null(&batch->fields);
		if (person)
			copy_null(&batch->fields);
	}
}

void
row_add_resident(struct buffer *rows, const struct journal_resident *resident)
{
	copy_int2(rows, resident->rank);
	copy_day(rows, resident->birth);
	copy_bytes(rows, resident->sex ? &resident->sex : NULL, 1);
	copy_int8(rows, resident->register_area.code);
	copy_int2(rows, resident->residence);
	copy_bool(rows, resident->head);
}

void
row_set_mention(char *at, int64_t person, int32_t county)
{
	cell(cell((uint8_t *)at, 8, person), 4, county);
}

/* ---- what a run writes ---- */

static void
fill_mentions(struct run *run, const struct batch_fact *fact)
{
	struct journal_batch *batch = run->batch;

	for (uint32_t i = 0; i < fact->mention_count; i++) {
		const struct mention *mention = &batch->mentions[fact->first_mention + i];
		const struct home *home = home_of_person(run, mention->person);

		row_set_mention(batch->fields.bytes + mention->at, home->person, home->county);
	}
}

static void
add_fact_row(struct run *run, const struct batch_fact *fact, struct buffer *rows)
{
	const struct batch_record *record = &run->batch->records[fact->record];
	const struct home *home = home_of_person(run, fact->person);
	struct row_head head = {.county = record->county,
		.source = run->source,
		.key = &record->key,
		.ordinal = fact->ordinal,
		.version = record->version,
		.position = touch_position(run, record->county),
		.person_county = home ? home->county : 0,
		.person = home ? home->person : 0,
		.household = fact->has_household ? &fact->household : NULL,
		.on = fact->on,
		.until = fact->until,
		.area = fact->area};

	fill_mentions(run, fact);
	row_add_head(rows, kind_tables_at(run->tables, (size_t)fact->table)->columns, &head);
	buffer_add(rows, run->batch->fields.bytes + fact->fields, fact->fields_length);
	run->count.facts++;
}

/* The same fact of the record, told again in the same county. */
static bool
told_again(const struct run *run, const struct old_fact *old)
{
	const struct batch_record *record = &run->batch->records[old->record];

	if (record->fate != FATE_CHANGED || record->county != old->county)
		return false;
	for (uint32_t i = 0; i < record->fact_count; i++) {
		const struct batch_fact *fact = &run->batch->facts[record->first_fact + i];

		if (fact->table == old->table && fact->ordinal == old->ordinal)
			return true;
	}
	return false;
}

static void
add_gone_row(struct run *run, const struct old_fact *old, struct buffer *rows)
{
	const struct batch_record *record = &run->batch->records[old->record];
	struct row_head head = {.county = old->county,
		.source = run->source,
		.key = &record->key,
		.ordinal = old->ordinal,
		.version = record->version,
		.position = touch_position(run, old->county)};

	row_add_gone(rows, kind_tables_at(run->tables, (size_t)old->table)->columns, &head);
	run->count.facts++;
}

void
row_write_facts(struct run *run)
{
	size_t count = kind_tables_count(run->tables);
	struct buffer *rows = arena_array(run->arena, count, sizeof(*rows));

	for (size_t i = 0; i < run->order_count; i++) {
		const struct batch_record *record = &run->batch->records[run->order[i]];

		if (record->fate != FATE_NEW && record->fate != FATE_CHANGED)
			continue;
		for (uint32_t j = 0; j < record->fact_count; j++) {
			const struct batch_fact *fact =
				&run->batch->facts[record->first_fact + j];

			add_fact_row(run, fact, &rows[fact->table]);
		}
	}
	for (size_t i = 0; i < run->old_count; i++) {
		if (!told_again(run, &run->olds[i]))
			add_gone_row(run, &run->olds[i], &rows[run->olds[i].table]);
	}
	for (size_t i = 0; i < count; i++) {
		const struct kind_table *table = kind_tables_at(run->tables, i);

		if (rows[i].length)
			run_write(run, table->insert, table->copy, &rows[i]);
	}
}
