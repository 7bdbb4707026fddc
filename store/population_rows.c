/* Collects persons, what registers say of them, and facts, and hands them to a population
 * builder. Reads results only; judges nothing. */
#include "population_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bounds.h"
#include "db_params.h"
#include "db_result.h"
#include "kind_table.h"
#include "memory.h"

/* Of every table of facts; kind_table.c lists them. */
enum fact_column {
	FACT_COUNTY,
	FACT_SOURCE,
	FACT_KEY_HASH,
	FACT_ORDINAL,
	FACT_VERSION,
	FACT_GONE,
	FACT_POSITION,
	FACT_PERSON_COUNTY,
	FACT_PERSON,
	FACT_HOUSEHOLD,
	FACT_ON,
	FACT_UNTIL,
	FACT_AREA,
	FACT_FIELDS,
	RESIDENT_RANK = FACT_FIELDS,
	RESIDENT_BIRTH,
	RESIDENT_SEX,
	RESIDENT_REGISTER_AREA,
	RESIDENT_RESIDENCE,
	RESIDENT_HEAD,
};

enum attribute {
	ATTRIBUTE_BIRTH,
	ATTRIBUTE_SEX,
	ATTRIBUTE_AREA,
	ATTRIBUTE_REGISTER_AREA,
	ATTRIBUTE_RESIDENCE,
	ATTRIBUTE_HEAD,
	ATTRIBUTES
};

/* The best that was told so far. */
struct told {
	bool known;
	int64_t rank;
	int32_t on;
	int64_t value;
};

struct reader_person {
	int64_t id;
	int32_t county;
	int64_t household; /* 0: named by a fact of somebody else, and no member */
	bool placed;       /* has been read from the table of persons */
	bool listed;       /* anything is known of him; always so of members */
	bool speaks;       /* for his household: where it lives */
	const char *label;
	struct told told[ATTRIBUTES];
};

/* Open addressing by id; 0: free. */
struct id_table {
	struct id_place {
		int64_t id;
		size_t index;
	} * places;
	size_t size; /* a power of two */
	size_t count;
};

struct household_link {
	struct identity_hash key;
	int64_t household;
};

struct county_head {
	int32_t county;
	int64_t position;
};

struct population_rows {
	const struct kind_tables *tables;
	const struct household_ref *households;
	size_t household_count;
	struct arena *arena;   /* labels, sources, links */
	struct arena *scratch; /* of one fact */
	struct population_builder *builder;
	struct reader_person *persons; /* members first */
	size_t person_count;
	size_t person_room;
	size_t member_count;
	struct id_table by_id;
	struct household_link *links;
	size_t link_count;
	struct county_head *heads;
	size_t head_count;
	const char **sources; /* by id */
	size_t source_count;
	bool *told; /* by table: some source has told facts of the kind */
};

void
population_key(int64_t id, char ret_key[POPULATION_KEY_SIZE])
{
	snprintf(ret_key, POPULATION_KEY_SIZE, "%019" PRId64, id);
}

int64_t
population_key_id(const char *key)
{
	int64_t id = 0;

	if (strlen(key) != POPULATION_KEY_SIZE - 1)
		return 0;
	for (; *key >= '0' && *key <= '9'; key++) {
		if (id > (INT64_MAX - (*key - '0')) / 10)
			return 0;
		id = id * 10 + (*key - '0');
	}
	return *key ? 0 : id;
}

/* Behind all keys of households, so that those that were asked for lie side by side before it.
 */
static void
foreign_key(int64_t id, char ret_key[POPULATION_KEY_SIZE + 1])
{
	ret_key[0] = '~';
	population_key(id, ret_key + 1);
}

/* ---- persons by id ---- */

static struct id_place *
id_place(const struct id_table *table, int64_t id)
{
	size_t at = ((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (table->size - 1);

	while (table->places[at].id != 0 && table->places[at].id != id)
		at = (at + 1) & (table->size - 1);
	return &table->places[at];
}

static void
id_table_grow(struct id_table *table)
{
	struct id_table old = *table;

	table->size = old.size ? 2 * old.size : 64;
	table->places = xcalloc(table->size, sizeof(*table->places));
	for (size_t i = 0; i < old.size; i++)
		if (old.places[i].id)
			*id_place(table, old.places[i].id) = old.places[i];
	free(old.places);
}

static struct reader_person *
find_person(const struct population_rows *rows, int64_t id)
{
	const struct id_place *place = id_place(&rows->by_id, id);

	return place->id ? &rows->persons[place->index] : NULL;
}

static struct reader_person *
add_person(struct population_rows *rows, int32_t county, int64_t id)
{
	struct reader_person *person;

	if (2 * (rows->by_id.count + 1) > rows->by_id.size)
		id_table_grow(&rows->by_id);
	if (rows->person_count == rows->person_room) {
		rows->person_room = rows->person_room ? 2 * rows->person_room : 32;
		rows->persons =
			xrealloc(rows->persons, rows->person_room, sizeof(*rows->persons));
	}
	*id_place(&rows->by_id, id) = (struct id_place){id, rows->person_count};
	rows->by_id.count++;
	person = &rows->persons[rows->person_count++];
	*person = (struct reader_person){.id = id, .county = county, .label = ""};
	return person;
}

/* ---- what a register says ---- */

/* Positive: `a` counts more. Known, then the better rank, then the later day. What is left is
 * the value, so that neither ids nor the order of arrival show: of two areas the larger code,
 * which of a place and its parts is the part. */
static int
told_order(const struct told *a, const struct told *b)
{
	if (!a->known || !b->known)
		return a->known - b->known;
	if (a->rank != b->rank)
		return a->rank < b->rank ? 1 : -1;
	if (a->on != b->on)
		return a->on > b->on ? 1 : -1;
	return (a->value > b->value) - (a->value < b->value);
}

static void
hear(struct reader_person *person, enum attribute attribute, struct told told)
{
	if (told.known && told_order(&told, &person->told[attribute]) > 0)
		person->told[attribute] = told;
}

/* The one character of a "char"; 0 if NULL. */
static int64_t
char_cell(const struct db_result *result, int row, int column)
{
	size_t length;
	const uint8_t *bytes = db_bytes(result, row, column, &length);

	return bytes && length ? bytes[0] : 0;
}

static void
hear_day(struct reader_person *person, struct told told, struct day day)
{
	told.known = day.n != DAY_NONE;
	told.value = day.n;
	hear(person, ATTRIBUTE_BIRTH, told);
}

/* For those attributes of which 0 is "not said". */
static void
hear_number(
	struct reader_person *person, enum attribute attribute, struct told told, int64_t value)
{
	told.known = value != 0;
	told.value = value;
	hear(person, attribute, told);
}

static void
take_resident(struct population_rows *rows, const struct db_result *result, int row)
{
	struct reader_person *person = find_person(rows, db_int(result, row, FACT_PERSON));
	struct told told = {
		.rank = db_null(result, row, RESIDENT_RANK)
				? INT16_MAX
				: db_int(result, row, RESIDENT_RANK),
		.on = db_day(result, row, FACT_ON).n,
	};

	if (!person)
		return;
	person->listed = true;
	hear_day(person, told, db_day(result, row, RESIDENT_BIRTH));
	hear_number(person, ATTRIBUTE_SEX, told, char_cell(result, row, RESIDENT_SEX));
	hear_number(person, ATTRIBUTE_AREA, told, db_int(result, row, FACT_AREA));
	hear_number(person, ATTRIBUTE_REGISTER_AREA, told,
		db_int(result, row, RESIDENT_REGISTER_AREA));
	hear_number(person, ATTRIBUTE_RESIDENCE, told, db_int(result, row, RESIDENT_RESIDENCE));
	hear_number(person, ATTRIBUTE_HEAD, told, db_bool(result, row, RESIDENT_HEAD));
}

/* ---- facts ---- */

static struct field_cell
person_cell(struct population_rows *rows, const struct db_result *result, int row, int column,
	bool referring)
{
	char key[POPULATION_KEY_SIZE];
	int64_t id = db_int(result, row, column);

	if (referring && !find_person(rows, id))
		add_person(rows, (int32_t)db_int(result, row, column + 1), id);
	population_key(id, key);
	return (struct field_cell){.known = true, .text = arena_strdup(rows->scratch, key)};
}

/* A person takes two columns. A word that the rule set does not declare any more equals none of
 * its words: unknown. */
static struct field_cell
read_cell(const struct db_result *result, int row, int column, const struct field *field)
{
	int word;

	if (db_null(result, row, column))
		return (struct field_cell){0};
	switch (field->type) {
	case FIELD_MONEY:
	case FIELD_INT:
	case FIELD_FLAG:
		return (struct field_cell){true, db_int(result, row, column), NULL};
	case FIELD_DATE:
		return (struct field_cell){true, db_day(result, row, column).n, NULL};
	case FIELD_CODE:
		word = field_word(field, db_text(result, row, column));
		return (struct field_cell){word >= 0, word, NULL};
	case FIELD_TEXT:
		return (struct field_cell){true, 0, db_text(result, row, column)};
	case FIELD_PERSON:
		break;
	}
	return (struct field_cell){0};
}

static void
read_cells(struct population_rows *rows, const struct db_result *result, int row,
	const struct kind *kind, struct field_cell *ret_cells)
{
	int column = FACT_FIELDS;
	/* What is known of those who are only named is followed no further. */
	const struct reader_person *teller =
		find_person(rows, db_int(result, row, FACT_PERSON));
	bool referring = !teller || teller->household;

	for (size_t i = 0; i < kind->field_count; i++, column++) {
		const struct field *field = &kind->fields[i];

		if (field->type != FIELD_PERSON) {
			ret_cells[i] = read_cell(result, row, column, field);
			continue;
		}
		ret_cells[i] = db_null(result, row, column)
				       ? (struct field_cell){0}
				       : person_cell(rows, result, row, column, referring);
		column++;
	}
}

static int64_t
linked_household(const struct population_rows *rows, const struct db_result *result, int row)
{
	size_t length;
	const uint8_t *hash = db_bytes(result, row, FACT_HOUSEHOLD, &length);

	for (size_t i = 0; hash && length == IDENTITY_HASH && i < rows->link_count; i++)
		if (memcmp(rows->links[i].key.bytes, hash, IDENTITY_HASH) == 0)
			return rows->links[i].household;
	return 0;
}

/* Whom the fact is about, in the population's words; false: nobody who is judged or named here.
 */
static bool
subject_of(struct population_rows *rows, const struct kind *kind,
	const struct db_result *result, int row, char ret_subject[POPULATION_KEY_SIZE])
{
	struct reader_person *person = NULL;
	int64_t household;

	if (!db_null(result, row, FACT_PERSON))
		person = find_person(rows, db_int(result, row, FACT_PERSON));
	switch (kind->subject) {
	case SUBJECT_PERSON:
		if (!person)
			return false;
		person->listed = true;
		population_key(person->id, ret_subject);
		return true;
	case SUBJECT_HOUSEHOLD:
		household = person ? person->household : linked_household(rows, result, row);
		population_key(household, ret_subject);
		return household != 0;
	case SUBJECT_AREA:
		snprintf(ret_subject, POPULATION_KEY_SIZE, "%012" PRId64,
			db_int(result, row, FACT_AREA));
		return true;
	}
	return false;
}

static const char *
source_name(const struct population_rows *rows, int64_t id)
{
	return id >= 0 && (uint64_t)id < rows->source_count ? rows->sources[id] : NULL;
}

/* Enough of the key's hash to find the record again, and its place there. */
static void
record_name(const struct db_result *result, int row, char ret_name[32])
{
	size_t length, used = 0;
	const uint8_t *hash = db_bytes(result, row, FACT_KEY_HASH, &length);

	for (size_t i = 0; hash && i < length && i < 8; i++)
		used += (size_t)snprintf(ret_name + used, 32 - used, "%02x", hash[i]);
	snprintf(ret_name + used, 32 - used, "/%" PRId64, db_int(result, row, FACT_ORDINAL));
}

static void
take_fact(struct population_rows *rows, size_t table, const struct kind *kind,
	const struct db_result *result, int row)
{
	struct field_cell cells[FIELD_COUNT_LIMIT];
	char subject[POPULATION_KEY_SIZE], record[32];
	struct fact_row fact = {
		.subject = subject,
		.on = db_day(result, row, FACT_ON),
		.until = db_day(result, row, FACT_UNTIL),
		.cells = cells,
		.source = source_name(rows, db_int(result, row, FACT_SOURCE)),
		.record = record,
		.place = {db_int(result, row, FACT_AREA)},
	};

	if (!subject_of(rows, kind, result, row, subject))
		return;
	read_cells(rows, result, row, kind, cells);
	record_name(result, row, record);
	population_add_fact(rows->builder, table, &fact);
	arena_reset(rows->scratch);
}

void
population_rows_take_facts(
	struct population_rows *rows, size_t table, const struct db_result *result)
{
	const struct kind *kind = kind_tables_at(rows->tables, table)->kind;

	for (int row = 0; row < db_result_rows(result); row++) {
		if (kind)
			take_fact(rows, table, kind, result, row);
		else
			take_resident(rows, result, row);
	}
}

/* ---- who is there ---- */

static void
take_person(struct population_rows *rows, struct reader_person *person,
	const struct db_result *result, int row)
{
	const char *mask =
		db_null(result, row, 3) ? db_text(result, row, 4) : db_text(result, row, 3);
	/* What the number says stands behind whatever a register says. */
	struct told told = {.rank = INT32_MAX, .on = DAY_NONE};

	person->placed = true;
	person->label = arena_strdup(rows->arena, mask ? mask : "");
	hear_day(person, told, db_day(result, row, 5));
	hear_number(person, ATTRIBUTE_SEX, told, char_cell(result, row, 6));
}

void
population_rows_take_members(struct population_rows *rows, const struct db_result *result)
{
	for (int row = 0; row < db_result_rows(result); row++) {
		struct reader_person *person = add_person(
			rows, (int32_t)db_int(result, row, 0), db_int(result, row, 1));

		person->household = db_int(result, row, 2);
		person->listed = true;
		take_person(rows, person, result, row);
	}
	rows->member_count = rows->person_count;
}

void
population_rows_take_persons(struct population_rows *rows, const struct db_result *result)
{
	for (int row = 0; row < db_result_rows(result); row++) {
		struct reader_person *person = find_person(rows, db_int(result, row, 1));

		if (!person || person->placed)
			continue;
		person->listed |= db_bool(result, row, 2);
		take_person(rows, person, result, row);
	}
}

void
population_rows_take_links(struct population_rows *rows, const struct db_result *result)
{
	size_t count = (size_t)db_result_rows(result);

	rows->links = arena_array(rows->arena, count + 1, sizeof(*rows->links));
	for (size_t i = 0; i < count; i++) {
		struct household_link *link = &rows->links[rows->link_count];
		size_t length;
		const uint8_t *hash = db_bytes(result, (int)i, 0, &length);

		if (!hash || length != IDENTITY_HASH)
			continue;
		memcpy(link->key.bytes, hash, IDENTITY_HASH);
		link->household = db_int(result, (int)i, 1);
		rows->link_count++;
	}
}

void
population_rows_take_heads(struct population_rows *rows, const struct db_result *result)
{
	rows->head_count = (size_t)db_result_rows(result);
	rows->heads = arena_array(rows->arena, rows->head_count + 1, sizeof(*rows->heads));
	for (size_t i = 0; i < rows->head_count; i++)
		rows->heads[i] = (struct county_head){
			(int32_t)db_int(result, (int)i, 0), db_int(result, (int)i, 1)};
}

void
population_rows_take_sources(struct population_rows *rows, const struct db_result *result)
{
	for (int row = 0; row < db_result_rows(result); row++) {
		size_t id = (size_t)db_int(result, row, 0); /* smallint, from an identity */

		if (id >= rows->source_count) {
			rows->sources = xrealloc(rows->sources, id + 1, sizeof(*rows->sources));
			for (size_t i = rows->source_count; i <= id; i++)
				rows->sources[i] = NULL;
			rows->source_count = id + 1;
		}
		rows->sources[id] = arena_strdup(rows->arena, db_text(result, row, 1));
		kind_tables_note(rows->tables, result, row, 2, rows->told);
	}
}

/* ---- what is asked next ---- */

bool
population_rows_told(const struct population_rows *rows, size_t table)
{
	return rows->told[table];
}

size_t
population_rows_members(const struct population_rows *rows)
{
	return rows->member_count;
}

size_t
population_rows_referred(const struct population_rows *rows)
{
	return rows->person_count - rows->member_count;
}

size_t
population_rows_links(const struct population_rows *rows)
{
	return rows->link_count;
}

static void
add_persons(
	const struct population_rows *rows, size_t first, size_t end, struct db_params *params)
{
	db_add_array(params, DB_ARRAY_INT4);
	for (size_t i = first; i < end; i++)
		db_item_int(params, rows->persons[i].county);
	db_add_array(params, DB_ARRAY_INT8);
	for (size_t i = first; i < end; i++)
		db_item_int(params, rows->persons[i].id);
}

void
population_rows_add_members(const struct population_rows *rows, struct db_params *params)
{
	add_persons(rows, 0, rows->member_count, params);
}

void
population_rows_add_referred(const struct population_rows *rows, struct db_params *params)
{
	add_persons(rows, rows->member_count, rows->person_count, params);
}

void
population_rows_add_links(const struct population_rows *rows, struct db_params *params)
{
	db_add_array(params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < rows->link_count; i++)
		db_item_bytes(params, rows->links[i].key.bytes, IDENTITY_HASH);
}

static int
code_order(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

void
population_rows_add_areas(const struct population_rows *rows, struct db_params *params)
{
	int64_t *codes = xcalloc(rows->member_count * AREA_VILLAGE + 1, sizeof(*codes));
	size_t count = 0;

	for (size_t i = 0; i < rows->member_count; i++) {
		struct area area = {rows->persons[i].told[ATTRIBUTE_AREA].value};

		for (int tier = AREA_PROVINCE; area.code && tier <= AREA_VILLAGE; tier++)
			codes[count++] = area_up(area, (enum area_tier)tier).code;
	}
	qsort(codes, count, sizeof(*codes), code_order);
	db_add_array(params, DB_ARRAY_INT8);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || codes[i] != codes[i - 1])
			db_item_int(params, codes[i]);
	free(codes);
}

/* ---- the end ---- */

/* Whether somebody tells better than another of the household where it lives: its head, then
 * who is told of best. Only those whose area is known are asked. What is left makes no
 * difference. */
static bool
speaks_before(const struct reader_person *person, const struct reader_person *other)
{
	static const enum attribute order[] = {
		ATTRIBUTE_HEAD, ATTRIBUTE_AREA, ATTRIBUTE_RESIDENCE, ATTRIBUTE_REGISTER_AREA};
	const struct told *a = person->told, *b = other->told;
	int found = a[ATTRIBUTE_AREA].known - b[ATTRIBUTE_AREA].known;

	for (size_t i = 0; found == 0 && i < sizeof(order) / sizeof(*order); i++)
		found = told_order(&a[order[i]], &b[order[i]]);
	return found > 0;
}

static void
place_person(struct population_rows *rows, const struct reader_person *person)
{
	const struct told *told = person->told;
	char key[POPULATION_KEY_SIZE], household[POPULATION_KEY_SIZE + 1];
	struct person_row row = {
		.key = key,
		.label = person->label,
		.household = household,
		.birth = {told[ATTRIBUTE_BIRTH].known ? (int32_t)told[ATTRIBUTE_BIRTH].value
						      : DAY_NONE},
		.sex = (char)told[ATTRIBUTE_SEX].value,
		.area = {told[ATTRIBUTE_AREA].value},
		.register_area = {told[ATTRIBUTE_REGISTER_AREA].value},
		.residence = (enum residence)told[ATTRIBUTE_RESIDENCE].value,
		.speaks = person->speaks,
	};

	population_key(person->id, key);
	if (person->household)
		population_key(person->household, household);
	else
		foreign_key(person->id, household);
	population_add_person(rows->builder, &row);
}

static int64_t
position_of(const struct population_rows *rows, int32_t county,
	const struct journal_bound *bounds, size_t bound_count)
{
	int64_t position = 0;

	for (size_t i = 0; i < rows->head_count; i++)
		if (rows->heads[i].county == county)
			position = rows->heads[i].position;
	for (size_t i = 0; i < bound_count; i++)
		if (bounds[i].county == county && bounds[i].position < position)
			position = bounds[i].position;
	return position;
}

/* The household's persons are counted, and the one who speaks for it is found. */
static void
count_member(struct reader_person *person, struct household_read *read,
	struct reader_person **speaker)
{
	if (read->persons++ > 0 && !speaks_before(person, *speaker))
		return;
	if (*speaker)
		(*speaker)->speaks = false;
	*speaker = person;
	person->speaks = true;
	read->register_area.code = person->told[ATTRIBUTE_REGISTER_AREA].value;
}

static void
fill_reads(struct population_rows *rows, const struct journal_bound *bounds, size_t bound_count,
	struct household_read *ret_reads)
{
	struct id_table table = {0};
	struct reader_person **speakers = xcalloc(rows->household_count + 1, sizeof(*speakers));

	for (size_t i = 0; i < rows->household_count; i++) {
		struct household_ref ref = rows->households[i];

		ret_reads[i] = (struct household_read){.ref = ref,
			.position = position_of(rows, ref.county, bounds, bound_count)};
		if (2 * (table.count + 1) > table.size)
			id_table_grow(&table);
		*id_place(&table, ref.household) = (struct id_place){ref.household, i};
		table.count++;
	}
	for (size_t i = 0; i < rows->member_count; i++) {
		struct reader_person *person = &rows->persons[i];
		const struct id_place *place = id_place(&table, person->household);

		count_member(person, &ret_reads[place->index], &speakers[place->index]);
	}
	free(table.places);
	free(speakers);
}

struct population_builder *
population_rows_finish(struct population_rows *rows, const struct journal_bound *bounds,
	size_t bound_count, struct household_read *ret_reads)
{
	struct population_builder *builder = rows->builder;

	fill_reads(rows, bounds, bound_count, ret_reads);
	for (size_t i = 0; i < rows->person_count; i++)
		if (rows->persons[i].placed && rows->persons[i].listed)
			place_person(rows, &rows->persons[i]);
	rows->builder = NULL;
	population_rows_free(rows);
	return builder;
}

struct population_rows *
population_rows_new(
	const struct kind_tables *tables, const struct household_ref *households, size_t count)
{
	struct population_rows *rows = xcalloc(1, sizeof(*rows));
	size_t kind_count = kind_tables_count(tables) - 1; /* without `resident` */
	const struct kind **kinds = xcalloc(kind_count + 1, sizeof(*kinds));

	for (size_t i = 0; i < kind_count; i++)
		kinds[i] = kind_tables_at(tables, i)->kind;
	rows->tables = tables;
	rows->households = households;
	rows->household_count = count;
	rows->arena = arena_new();
	rows->scratch = arena_new();
	rows->told = xcalloc(kind_tables_count(tables), sizeof(*rows->told));
	rows->builder = population_builder_new(kinds, kind_count);
	id_table_grow(&rows->by_id);
	free(kinds);
	return rows;
}

void
population_rows_free(struct population_rows *rows)
{
	if (!rows)
		return;
	if (rows->builder)
		population_unref(population_build(rows->builder, (struct day){DAY_MIN}, NULL));
	free(rows->persons);
	free(rows->by_id.places);
	free(rows->sources);
	free(rows->told);
	arena_free(rows->scratch);
	arena_free(rows->arena);
	free(rows);
}
