/* Turns columns back into rows for one household, and builds them anew. Changes what it is told to, nothing else. */
#include "household_copy.h"

#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "columns.h"
#include "memory.h"

#define PERSONS_MOST 200
#define STEPS 2 /* a parent, and to whom the parent's facts refer */

struct copying {
	const struct population *from;
	struct population_builder *to;
	size_t household;
	const struct cell_change *change;
	uint32_t persons[PERSONS_MOST];
	size_t person_count;
};

static void
take_person(struct copying *c, uint32_t person)
{
	for (size_t i = 0; i < c->person_count; i++)
		if (c->persons[i] == person)
			return;
	if (c->person_count < PERSONS_MOST)
		c->persons[c->person_count++] = person;
}

static int64_t
cell_number(const struct population *p, size_t kind, size_t field, uint32_t fact, bool *ret_known)
{
	int64_t value;
	uint8_t known;

	population_cells(p, kind, field, &fact, 1, &value, &known);
	*ret_known = known;
	return value;
}

/* ---- persons ---- */

static void
take_referred_by(struct copying *c, size_t kind, uint32_t fact)
{
	const struct kind *face = c->from->kinds[kind];

	for (size_t f = 0; f < face->field_count; f++) {
		bool known;
		int64_t row;

		if (face->fields[f].type != FIELD_PERSON)
			continue;
		row = cell_number(c->from, kind, f, fact, &known);
		if (known && row >= 0)
			take_person(c, (uint32_t)row);
	}
}

static void
take_referred(struct copying *c, uint32_t person)
{
	for (size_t kind = 0; kind < c->from->kind_count; kind++) {
		const struct fact_table *table = &c->from->facts[kind];

		if (c->from->kinds[kind]->subject != SUBJECT_PERSON)
			continue;
		for (uint32_t f = table->start[person]; f < table->start[person + 1]; f++)
			take_referred_by(c, kind, f);
	}
}

static void
choose_persons(struct copying *c)
{
	uint32_t first, end;
	size_t done = 0;

	population_persons(c->from, c->household, &first, &end);
	for (; first < end; first++)
		take_person(c, first);
	for (int step = 0; step < STEPS; step++)
		for (size_t stop = c->person_count; done < stop; done++)
			take_referred(c, c->persons[done]);
}

static void
copy_person(struct copying *c, uint32_t person)
{
	const struct person_columns *p = &c->from->persons;
	uint32_t household = p->household[person];
	struct person_row row = {
		.key = p->key[person],
		.label = p->label[person],
		.household = c->from->households.key[household],
		.birth = {p->birth[person]},
		.sex = p->sex[person],
		.area = p->area[person],
		.register_area = p->register_area[person],
		.residence = (enum residence)p->residence[person],
		.speaks = c->from->households.speaker[household] == person,
	};

	population_add_person(c->to, &row);
}

/* ---- facts ---- */

static struct field_cell
copy_cell(const struct copying *c, size_t kind, size_t field, uint32_t fact)
{
	const struct cell_change *change = c->change;
	struct field_cell cell = {0};

	cell.number = cell_number(c->from, kind, field, fact, &cell.known);
	if (change && change->kind == kind && change->field == field && change->fact == fact)
		cell.number = change->value;
	if (!cell.known)
		return cell;
	if (c->from->kinds[kind]->fields[field].type == FIELD_TEXT)
		cell.text = population_text(c->from, kind, field, (size_t)cell.number);
	if (c->from->kinds[kind]->fields[field].type == FIELD_PERSON)
		cell.text = cell.number < 0 ? "" : c->from->persons.key[cell.number];
	return cell;
}

static void
copy_fact(struct copying *c, size_t kind, uint32_t fact, const char *subject)
{
	const struct fact_table *table = &c->from->facts[kind];
	struct field_cell cells[FIELD_COUNT_LIMIT];
	struct fact_row row = {
		.subject = subject,
		.on = {table->on[fact]},
		.until = {table->until[fact] == INT32_MAX ? DAY_NONE : table->until[fact]},
		.cells = cells,
		.source = table->source[fact],
		.record = table->record[fact],
		.place = {table->area[fact]},
	};

	for (size_t f = 0; f < c->from->kinds[kind]->field_count; f++)
		cells[f] = copy_cell(c, kind, f, fact);
	population_add_fact(c->to, kind, &row);
}

static void
copy_facts_of(struct copying *c, size_t kind, uint32_t subject, const char *key)
{
	const struct fact_table *table = &c->from->facts[kind];

	for (uint32_t f = table->start[subject]; f < table->start[subject + 1]; f++)
		copy_fact(c, kind, f, key);
}

static void
copy_facts_of_area(struct copying *c, size_t kind)
{
	struct fact_range ranges[AREA_RANGES];
	size_t count = population_area_facts(c->from, kind, c->household, ranges);

	for (size_t i = 0; i < count; i++)
		for (uint32_t f = ranges[i].first; f < ranges[i].end; f++) {
			char code[AREA_TEXT_SIZE];

			area_format(population_fact_area(c->from, kind, f), code);
			copy_fact(c, kind, f, code);
		}
}

static void
copy_facts(struct copying *c, size_t kind)
{
	switch (c->from->kinds[kind]->subject) {
	case SUBJECT_PERSON:
		for (size_t i = 0; i < c->person_count; i++)
			copy_facts_of(c, kind, c->persons[i], c->from->persons.key[c->persons[i]]);
		return;
	case SUBJECT_HOUSEHOLD:
		copy_facts_of(c, kind, (uint32_t)c->household, c->from->households.key[c->household]);
		return;
	case SUBJECT_AREA:
		copy_facts_of_area(c, kind);
		return;
	}
}

struct population *
household_copy(const struct question *question, size_t household, const struct cell_change *change)
{
	struct copying *c = xcalloc(1, sizeof(*c));
	struct population *copy;

	c->from = question->population;
	c->household = household;
	c->change = change;
	c->to = population_builder_new(c->from->kinds, c->from->kind_count);
	choose_persons(c);
	for (size_t i = 0; i < c->person_count; i++)
		copy_person(c, c->persons[i]);
	for (size_t kind = 0; kind < c->from->kind_count; kind++)
		copy_facts(c, kind);
	copy = population_build(c->to, question->as_of, NULL);
	free(c);
	return copy;
}
