/* Turns rows in any order into sorted columns; the order of the rows never shows. */
#include "population.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "memory.h"

#define NO_ROW UINT32_MAX

/* A fact as it was added; cells with texts copied into the arena. */
struct loose_fact {
	uint32_t subject; /* row once resolved */
	const char *name; /* of the subject */
	int64_t area;
	int32_t on;
	int32_t until;
	struct field_cell *cells;
	const char *source;
	const char *record;
	int64_t place;
};

struct loose_facts {
	const struct kind *kind;
	struct loose_fact *all;
	size_t count;
	size_t room;
};

struct loose_person {
	struct person_row row; /* texts in the arena; household never empty */
	uint32_t index;        /* as added; the table below points here */
};

struct population_builder {
	struct arena *arena;
	const struct kind *const *kinds;
	size_t kind_count;
	struct loose_person *persons;
	size_t person_count;
	size_t person_room;
	uint32_t *table; /* open addressing over persons by key; NO_ROW: free */
	size_t table_size; /* a power of two, at least twice person_count */
	struct loose_facts *facts;
};

static uint64_t
text_hash(const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return hash ^ hash >> 29;
}

/* The place of `key` in the table: its person, or the free place for it. */
static uint32_t *
table_place(const struct population_builder *b, const char *key)
{
	size_t at = text_hash(key) & (b->table_size - 1);

	while (b->table[at] != NO_ROW && strcmp(b->persons[b->table[at]].row.key, key) != 0)
		at = (at + 1) & (b->table_size - 1);
	return &b->table[at];
}

static void
table_fill(struct population_builder *b, size_t size)
{
	free(b->table);
	b->table_size = size;
	b->table = xrealloc(NULL, size, sizeof(*b->table));
	memset(b->table, 0xFF, size * sizeof(*b->table));
	for (size_t i = 0; i < b->person_count; i++)
		*table_place(b, b->persons[i].row.key) = (uint32_t)i;
}

struct population_builder *
population_builder_new(const struct kind *const *kinds, size_t kind_count)
{
	struct population_builder *b = xcalloc(1, sizeof(*b));
	const struct kind **own;

	b->arena = arena_new();
	own = arena_array(b->arena, kind_count + 1, sizeof(*own));
	for (size_t i = 0; i < kind_count; i++)
		own[i] = kinds[i];
	b->kinds = own;
	b->kind_count = kind_count;
	b->facts = xcalloc(kind_count, sizeof(*b->facts));
	for (size_t i = 0; i < kind_count; i++)
		b->facts[i].kind = kinds[i];
	table_fill(b, 64);
	return b;
}

static void
builder_free(struct population_builder *b)
{
	for (size_t i = 0; i < b->kind_count; i++)
		free(b->facts[i].all);
	free(b->facts);
	free(b->persons);
	free(b->table);
	free(b);
}

static const char *
copy_text(struct arena *arena, const char *text)
{
	return text ? arena_strdup(arena, text) : NULL;
}

bool
population_add_person(struct population_builder *b, const struct person_row *person)
{
	struct loose_person *loose;

	if (*table_place(b, person->key) != NO_ROW)
		return false;
	if (b->person_count == b->person_room) {
		b->person_room = b->person_room ? 2 * b->person_room : 64;
		b->persons = xrealloc(b->persons, b->person_room, sizeof(*b->persons));
	}
	loose = &b->persons[b->person_count];
	loose->row = *person;
	loose->row.key = copy_text(b->arena, person->key);
	loose->row.label = person->label ? copy_text(b->arena, person->label) : loose->row.key;
	loose->row.household = person->household && *person->household
				       ? copy_text(b->arena, person->household)
				       : loose->row.key;
	loose->index = (uint32_t)b->person_count;
	b->person_count++;
	if (2 * b->person_count > b->table_size)
		table_fill(b, 2 * b->table_size);
	else
		*table_place(b, person->key) = loose->index;
	return true;
}

void
population_add_fact(struct population_builder *b, size_t kind, const struct fact_row *fact)
{
	struct loose_facts *facts = &b->facts[kind];
	size_t fields = facts->kind->field_count;
	struct loose_fact *loose;

	if (facts->count == facts->room) {
		facts->room = facts->room ? 2 * facts->room : 64;
		facts->all = xrealloc(facts->all, facts->room, sizeof(*facts->all));
	}
	loose = &facts->all[facts->count++];
	*loose = (struct loose_fact){
		.name = arena_strdup(b->arena, fact->subject),
		.on = fact->on.n,
		.until = fact->until.n == DAY_NONE ? INT32_MAX : fact->until.n,
		.cells = arena_array(b->arena, fields, sizeof(*loose->cells)),
		.source = copy_text(b->arena, fact->source),
		.record = copy_text(b->arena, fact->record),
		.place = fact->place.code,
	};
	for (size_t i = 0; i < fields; i++) {
		loose->cells[i] = fact->cells[i];
		loose->cells[i].text = copy_text(b->arena, fact->cells[i].text);
	}
}

/* ---- persons and households ---- */

static int
person_order(const void *left, const void *right)
{
	const struct loose_person *a = left, *b = right;
	int households = strcmp(a->row.household, b->row.household);

	return households ? households : strcmp(a->row.key, b->row.key);
}

static void
person_columns_new(struct person_columns *p, struct arena *arena, size_t count)
{
	p->count = count;
	p->key = arena_array(arena, count, sizeof(*p->key));
	p->label = arena_array(arena, count, sizeof(*p->label));
	p->household = arena_array(arena, count, sizeof(*p->household));
	p->birth = arena_array(arena, count, sizeof(*p->birth));
	p->sex = arena_array(arena, count, 1);
	p->area = arena_array(arena, count, sizeof(*p->area));
	p->register_area = arena_array(arena, count, sizeof(*p->register_area));
	p->residence = arena_array(arena, count, 1);
}

static void
person_place(struct person_columns *p, size_t row, const struct person_row *person)
{
	p->key[row] = person->key;
	p->label[row] = person->label;
	p->birth[row] = person->birth.n;
	p->sex[row] = person->sex;
	p->area[row] = person->area;
	p->register_area[row] = person->register_area;
	p->residence[row] = (uint8_t)person->residence;
}

/* The first of a household stands until somebody speaks. */
static void
take_speaker(const struct population_builder *b, struct household_columns *h, uint32_t person)
{
	uint32_t *speaker = &h->speaker[h->count - 1];

	if (b->persons[person].row.speaks && !b->persons[*speaker].row.speaks)
		*speaker = person;
}

/* Sorts the persons; afterwards the table leads from a key to the row in the population. */
static void
build_persons(struct population_builder *b, struct population *population)
{
	struct household_columns *h = &population->households;
	struct person_columns *p = &population->persons;

	if (b->person_count)
		qsort(b->persons, b->person_count, sizeof(*b->persons), person_order);
	table_fill(b, b->table_size);
	person_columns_new(p, b->arena, b->person_count);
	h->key = arena_array(b->arena, b->person_count, sizeof(*h->key));
	h->start = arena_array(b->arena, b->person_count + 1, sizeof(*h->start));
	h->speaker = arena_array(b->arena, b->person_count, sizeof(*h->speaker));
	for (size_t i = 0; i < b->person_count; i++) {
		const struct person_row *row = &b->persons[i].row;

		if (h->count == 0 || strcmp(h->key[h->count - 1], row->household) != 0) {
			h->key[h->count] = row->household;
			h->speaker[h->count] = (uint32_t)i;
			h->start[h->count++] = (uint32_t)i;
		}
		take_speaker(b, h, (uint32_t)i);
		person_place(p, i, row);
		p->household[i] = (uint32_t)(h->count - 1);
	}
	h->start[h->count] = (uint32_t)b->person_count;
}

static uint32_t
person_row(const struct population_builder *b, const char *key)
{
	return key ? *table_place(b, key) : NO_ROW;
}

/* ---- facts ---- */

/* Puts the row of the subject into the fact; false, with the reason counted, if it is left out. */
static bool
resolve_fact(const struct population_builder *b, const struct population *population,
	struct loose_fact *fact, enum subject subject, struct population_left_out *left_out)
{
	struct area area;
	uint32_t person;
	int64_t row = -1;

	switch (subject) {
	case SUBJECT_PERSON:
		person = person_row(b, fact->name);
		row = person == NO_ROW ? -1 : (int64_t)person;
		break;
	case SUBJECT_HOUSEHOLD:
		row = population_find_household(population, fact->name);
		break;
	case SUBJECT_AREA:
		if (!area_parse(fact->name, &area)) {
			left_out->no_area++;
			return false;
		}
		fact->area = area.code;
		return true;
	}
	if (row < 0) {
		left_out->no_subject++;
		return false;
	}
	fact->subject = (uint32_t)row;
	return true;
}

static bool
keep_fact(const struct population_builder *b, const struct population *population,
	struct loose_facts *facts, struct loose_fact *fact, struct day as_of,
	struct population_left_out *left_out)
{
	if (fact->on == DAY_NONE) {
		left_out->no_day++;
		return false;
	}
	if (fact->on > as_of.n) {
		left_out->future++;
		return false;
	}
	return resolve_fact(b, population, fact, facts->kind->subject, left_out);
}

static int
order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
text_order(const char *a, const char *b)
{
	if (!a || !b)
		return order(a != NULL, b != NULL);
	return strcmp(a, b);
}

static int
cell_order(const struct field_cell *a, const struct field_cell *b)
{
	if (a->known != b->known)
		return order(a->known, b->known);
	if (!a->known)
		return 0;
	return a->text || b->text ? text_order(a->text, b->text) : order(a->number, b->number);
}

static int
fact_order(const void *left, const void *right, void *kind_argument)
{
	const struct loose_fact *a = left, *b = right;
	const struct kind *kind = kind_argument;
	int found = order(a->area, b->area);

	found = found ? found : order(a->subject, b->subject);
	found = found ? found : order(a->on, b->on);
	found = found ? found : order(a->until, b->until);
	for (size_t i = 0; !found && i < kind->field_count; i++)
		found = cell_order(&a->cells[i], &b->cells[i]);
	found = found ? found : text_order(a->source, b->source);
	found = found ? found : text_order(a->record, b->record);
	return found ? found : order(a->place, b->place);
}

static enum width
width_of(int64_t least, int64_t most)
{
	if (least >= 0 && most <= UINT8_MAX)
		return WIDTH_8;
	if (least >= INT32_MIN && most <= INT32_MAX)
		return WIDTH_32;
	return WIDTH_64;
}

static void
column_put(struct column *column, size_t row, int64_t value)
{
	switch (column->width) {
	case WIDTH_8:
		((uint8_t *)column->values)[row] = (uint8_t)value;
		break;
	case WIDTH_32:
		((int32_t *)column->values)[row] = (int32_t)value;
		break;
	case WIDTH_64:
		((int64_t *)column->values)[row] = value;
		break;
	}
}

static int
text_pointer_order(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* The distinct known texts of a field, in byte order. */
static void
collect_texts(struct column *column, struct arena *arena, const struct loose_facts *facts,
	size_t field)
{
	size_t count = 0;

	column->texts = arena_array(arena, facts->count, sizeof(*column->texts));
	for (size_t i = 0; i < facts->count; i++)
		if (facts->all[i].cells[field].known)
			column->texts[count++] = facts->all[i].cells[field].text;
	if (count)
		qsort(column->texts, count, sizeof(*column->texts), text_pointer_order);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || strcmp(column->texts[i], column->texts[column->text_count - 1]) != 0)
			column->texts[column->text_count++] = column->texts[i];
}

static int64_t
cell_value(const struct population_builder *b, const struct column *column,
	enum field_type type, const struct field_cell *cell)
{
	const char *const *found;
	uint32_t row;

	if (!cell->known)
		return 0;
	switch (type) {
	case FIELD_TEXT:
		found = bsearch(&cell->text, column->texts, column->text_count,
			sizeof(*column->texts), text_pointer_order);
		return found - (const char *const *)column->texts;
	case FIELD_PERSON:
		row = person_row(b, cell->text);
		return row == NO_ROW ? PERSON_UNLISTED : (int64_t)row;
	case FIELD_MONEY:
	case FIELD_INT:
	case FIELD_FLAG:
	case FIELD_DATE:
	case FIELD_CODE:
		break;
	}
	return cell->number;
}

static void
build_column(const struct population_builder *b, const struct loose_facts *facts, size_t field,
	struct column *column)
{
	static const size_t sizes[] = {[WIDTH_8] = 1, [WIDTH_32] = 4, [WIDTH_64] = 8};
	enum field_type type = facts->kind->fields[field].type;
	int64_t least = 0, most = 0;
	bool all_known = true;

	if (type == FIELD_TEXT)
		collect_texts(column, b->arena, facts, field);
	for (size_t i = 0; i < facts->count; i++) {
		int64_t value = cell_value(b, column, type, &facts->all[i].cells[field]);

		least = value < least ? value : least;
		most = value > most ? value : most;
		all_known &= facts->all[i].cells[field].known;
	}
	column->width = width_of(least, most);
	column->values = arena_array(b->arena, facts->count, sizes[column->width]);
	column->known = all_known ? NULL : arena_array(b->arena, facts->count, 1);
	for (size_t i = 0; i < facts->count; i++) {
		const struct field_cell *cell = &facts->all[i].cells[field];

		column_put(column, i, cell_value(b, column, type, cell));
		if (column->known)
			column->known[i] = cell->known;
	}
}

static void
build_offsets(struct fact_table *table, struct arena *arena, size_t subjects)
{
	size_t fact = 0;

	table->start = arena_array(arena, subjects + 1, sizeof(*table->start));
	for (size_t subject = 0; subject <= subjects; subject++) {
		while (fact < table->count && table->subject[fact] < subject)
			fact++;
		table->start[subject] = (uint32_t)fact;
	}
}

static void
build_table(const struct population_builder *b, const struct population *population,
	const struct loose_facts *facts, struct fact_table *table)
{
	struct arena *arena = b->arena;
	const struct kind *kind = facts->kind;

	table->count = facts->count;
	table->on = arena_array(arena, facts->count, sizeof(*table->on));
	table->until = arena_array(arena, facts->count, sizeof(*table->until));
	table->subject = arena_array(arena, facts->count, sizeof(*table->subject));
	table->area = arena_array(arena, facts->count, sizeof(*table->area));
	table->source = arena_array(arena, facts->count, sizeof(*table->source));
	table->record = arena_array(arena, facts->count, sizeof(*table->record));
	for (size_t i = 0; i < facts->count; i++) {
		table->on[i] = facts->all[i].on;
		table->until[i] = facts->all[i].until;
		table->subject[i] = facts->all[i].subject;
		table->area[i] = kind->subject == SUBJECT_AREA ? facts->all[i].area : facts->all[i].place;
		table->source[i] = facts->all[i].source;
		table->record[i] = facts->all[i].record;
	}
	table->columns = arena_array(arena, kind->field_count, sizeof(*table->columns));
	for (size_t i = 0; i < kind->field_count; i++)
		build_column(b, facts, i, &table->columns[i]);
	if (kind->subject == SUBJECT_PERSON)
		build_offsets(table, arena, population->persons.count);
	if (kind->subject == SUBJECT_HOUSEHOLD)
		build_offsets(table, arena, population->households.count);
}

static void
build_facts(struct population_builder *b, struct population *population, struct day as_of,
	struct population_left_out *left_out)
{
	population->facts = arena_array(b->arena, b->kind_count, sizeof(*population->facts));
	for (size_t k = 0; k < b->kind_count; k++) {
		struct loose_facts *facts = &b->facts[k];
		size_t kept = 0;

		for (size_t i = 0; i < facts->count; i++)
			if (keep_fact(b, population, facts, &facts->all[i], as_of, left_out))
				facts->all[kept++] = facts->all[i];
		facts->count = kept;
		if (kept)
			qsort_r(facts->all, kept, sizeof(*facts->all), fact_order,
				(void *)facts->kind);
		build_table(b, population, facts, &population->facts[k]);
	}
}

struct population *
population_build(struct population_builder *b, struct day as_of,
	struct population_left_out *ret_left_out)
{
	struct population *population = arena_alloc(b->arena, sizeof(*population));
	struct population_left_out left_out = {0};

	atomic_init(&population->references, 1);
	population->arena = b->arena;
	population->kinds = b->kinds;
	population->kind_count = b->kind_count;
	build_persons(b, population);
	build_facts(b, population, as_of, &left_out);
	builder_free(b);
	if (ret_left_out)
		*ret_left_out = left_out;
	return population;
}
