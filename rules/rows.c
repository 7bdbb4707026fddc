/* Makes row-sets from the columns of a population; computes nothing. */
#include "rows.h"

#include <string.h>

#include "truth.h"

struct vector
vector_new(struct batch *batch, size_t count)
{
	return (struct vector){
		.value = arena_array(batch->arena, count, sizeof(int64_t)),
		.known = arena_array(batch->arena, count, 1),
	};
}

struct rows *
rows_new(struct batch *batch, struct rows *outer, const uint32_t *parent, size_t count)
{
	struct rows *rows = arena_alloc(batch->arena, sizeof(*rows));

	rows->outer = outer;
	rows->parent = parent;
	rows->count = count;
	return rows;
}

void
rows_bind(struct batch *batch, struct rows *rows, int slot, struct vector vector)
{
	struct binding *binding = arena_alloc(batch->arena, sizeof(*binding));

	*binding = (struct binding){rows->bindings, slot, vector};
	rows->bindings = binding;
}

const uint32_t *
rows_ancestors(struct batch *batch, struct rows *rows, struct rows *ancestor)
{
	uint32_t *map = arena_array(batch->arena, rows->count, sizeof(*map));

	for (size_t i = 0; i < rows->count; i++)
		map[i] = (uint32_t)i;
	for (struct rows *at = rows; at != ancestor; at = at->outer)
		if (at->parent)
			for (size_t i = 0; i < rows->count; i++)
				map[i] = at->parent[map[i]];
	return map;
}

static struct vector
gather(struct batch *batch, struct vector from, const uint32_t *map, size_t count)
{
	struct vector to = vector_new(batch, count);

	for (size_t i = 0; i < count; i++) {
		to.value[i] = from.value[map[i]];
		to.known[i] = from.known[map[i]];
	}
	return to;
}

/* True if every step from `rows` out to `ancestor` keeps the rows as they are. */
static bool
same_rows(const struct rows *rows, const struct rows *ancestor)
{
	for (; rows != ancestor; rows = rows->outer)
		if (rows->parent)
			return false;
	return true;
}

struct vector
rows_broadcast(struct batch *batch, struct rows *rows, struct rows *ancestor,
	struct vector vector)
{
	if (same_rows(rows, ancestor))
		return vector;
	return gather(batch, vector, rows_ancestors(batch, rows, ancestor), rows->count);
}

struct vector
rows_slot(struct batch *batch, struct rows *rows, int slot)
{
	for (struct rows *at = rows; at; at = at->outer)
		for (struct binding *b = at->bindings; b; b = b->next)
			if (b->slot == slot)
				return rows_broadcast(batch, rows, at, b->vector);
	__builtin_unreachable(); /* the checker bound every name */
}

struct rows *
rows_where(struct batch *batch, struct rows *rows, struct vector condition)
{
	uint32_t *parent = arena_array(batch->arena, rows->count, sizeof(*parent));
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++)
		if (condition.value[i] == TRUTH_YES)
			parent[count++] = (uint32_t)i;
	if (count == rows->count)
		return rows;
	return rows_new(batch, rows, parent, count);
}

/* ---- expansion ---- */

/* Rows being collected: the row above each and the entity. */
struct harvest {
	struct batch *batch;
	uint32_t *parent;
	int64_t *entity;
	size_t count;
	size_t room;
};

static void
harvest_range(struct harvest *h, size_t parent, int64_t first, int64_t end)
{
	size_t more = end > first ? (size_t)(end - first) : 0;

	if (h->count + more > h->room) {
		size_t room = 2 * (h->count + more) + 64;
		uint32_t *parents = arena_array(h->batch->arena, room, sizeof(*parents));
		int64_t *entities = arena_array(h->batch->arena, room, sizeof(*entities));

		if (h->count) {
			memcpy(parents, h->parent, h->count * sizeof(*parents));
			memcpy(entities, h->entity, h->count * sizeof(*entities));
		}
		h->parent = parents;
		h->entity = entities;
		h->room = room;
	}
	for (int64_t entity = first; entity < end; entity++) {
		h->parent[h->count] = (uint32_t)parent;
		h->entity[h->count++] = entity;
	}
}

static struct rows *
harvest_rows(struct harvest *h, struct rows *outer, int slot)
{
	struct rows *rows = rows_new(h->batch, outer, h->parent, h->count);
	struct vector vector = {h->entity, arena_array(h->batch->arena, h->count, 1)};

	if (!rows->parent) /* no row at all: NULL would say "the same rows" */
		rows->parent = arena_array(h->batch->arena, 1, sizeof(uint32_t));
	memset(vector.known, 1, h->count);
	rows_bind(h->batch, rows, slot, vector);
	return rows;
}

static void
harvest_persons(struct harvest *h, struct rows *rows)
{
	struct vector household = rows_slot(h->batch, rows, 0);
	uint32_t first, end;

	for (size_t i = 0; i < rows->count; i++) {
		population_persons(h->batch->population, (size_t)household.value[i], &first, &end);
		harvest_range(h, i, first, end);
	}
}

/* Facts of all persons of the household lie together: persons are sorted by household. */
static void
harvest_all(struct harvest *h, struct rows *rows, int kind)
{
	struct fact_columns facts = population_facts(h->batch->population, (size_t)kind);
	struct vector household = rows_slot(h->batch, rows, 0);
	uint32_t first, end;

	for (size_t i = 0; i < rows->count; i++) {
		population_persons(h->batch->population, (size_t)household.value[i], &first, &end);
		harvest_range(h, i, facts.start[first], facts.start[end]);
	}
}

/* Facts of one subject: a person, or the household itself. */
static void
harvest_of(struct harvest *h, struct rows *rows, int kind, struct vector subject)
{
	struct fact_columns facts = population_facts(h->batch->population, (size_t)kind);

	for (size_t i = 0; i < rows->count; i++)
		if (subject.known[i] && subject.value[i] >= 0)
			harvest_range(h, i, facts.start[subject.value[i]],
				facts.start[subject.value[i] + 1]);
}

static void
harvest_area(struct harvest *h, struct rows *rows, int kind)
{
	struct vector household = rows_slot(h->batch, rows, 0);
	struct fact_range ranges[AREA_RANGES];

	for (size_t i = 0; i < rows->count; i++) {
		size_t count = population_area_facts(h->batch->population, (size_t)kind,
			(size_t)household.value[i], ranges);

		for (size_t k = 0; k < count; k++)
			harvest_range(h, i, ranges[k].first, ranges[k].end);
	}
}

static struct rows *
expand_list(struct batch *batch, struct rows *rows, const struct set *set)
{
	size_t n = set->value_count;
	uint32_t *parent = arena_array(batch->arena, rows->count * n + 1, sizeof(*parent));
	struct vector all = vector_new(batch, rows->count * n);
	struct rows *inner = rows_new(batch, rows, parent, rows->count * n);

	for (size_t k = 0; k < n; k++) {
		struct vector value = eval(batch, set->values[k], rows);

		for (size_t i = 0; i < rows->count; i++) {
			parent[i * n + k] = (uint32_t)i;
			all.value[i * n + k] = value.value[i];
			all.known[i * n + k] = value.known[i];
		}
	}
	rows_bind(batch, inner, set->slot, all);
	return inner;
}

/* The members of a named set over the root are worked out once a batch. */
static struct rows *
expand_defined(struct batch *batch, struct rows *rows, int index, int slot)
{
	const struct define *define = &batch->ruleset->defines[index];
	bool shared = rows == batch->root;
	struct rows *members = shared ? batch->sets[index] : NULL;
	struct rows *named;

	if (!members) {
		members = rows_expand(batch, rows, &define->set);
		if (define->body)
			members = rows_where(batch, members, eval(batch, define->body, members));
		if (shared)
			batch->sets[index] = members;
	}
	named = rows_new(batch, members, NULL, members->count);
	rows_bind(batch, named, slot, rows_slot(batch, members, define->set.slot));
	return named;
}

struct rows *
rows_expand(struct batch *batch, struct rows *rows, const struct set *set)
{
	struct harvest h = {.batch = batch};
	struct vector subject;

	switch (set->form) {
	case SET_PERSONS:
		harvest_persons(&h, rows);
		break;
	case SET_FACTS_ALL:
		harvest_all(&h, rows, set->kind_index);
		break;
	case SET_FACTS_OF:
		if (set->index >= 0)
			rows = expand_defined(batch, rows, set->index, set->through);
		subject = set->index >= 0 ? rows_slot(batch, rows, set->through)
					  : eval(batch, set->of, rows);
		harvest_of(&h, rows, set->kind_index, subject);
		break;
	case SET_FACTS_HOUSEHOLD:
		harvest_of(&h, rows, set->kind_index, rows_slot(batch, rows, 0));
		break;
	case SET_FACTS_AREA:
		harvest_area(&h, rows, set->kind_index);
		break;
	case SET_LIST:
		return expand_list(batch, rows, set);
	case SET_DEFINED:
		return expand_defined(batch, rows, set->index, set->slot);
	}
	return harvest_rows(&h, rows, set->slot);
}

struct rows *
rows_expand_all(struct batch *batch, struct rows *rows, const struct set *sets, size_t count)
{
	for (size_t i = 0; i < count; i++)
		rows = rows_expand(batch, rows, &sets[i]);
	return rows;
}
