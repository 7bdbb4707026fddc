/* Open addressing over the lanes of a batch; knows nothing of the store. */
#include "lane_table.h"

#include <string.h>

#include "arena.h"

struct lane_table {
	struct arena *arena;
	struct lane_state **slots; /* a power of two of them, at most half full */
	size_t room;
	struct lane_state **order;
	size_t count;
};

struct lane_table *
lane_table_new(struct arena *arena, size_t expected)
{
	struct lane_table *table = arena_alloc(arena, sizeof *table);
	table->arena = arena;
	table->room = 16;
	while (table->room < expected * 2) {
		table->room *= 2;
	}
	table->slots = arena_array(arena, table->room, sizeof *table->slots);
	table->order = arena_array(arena, table->room, sizeof *table->order);
	return table;
}

static size_t
slot_of(const struct lane_table *table, int64_t household, enum finding_kind lane)
{
	uint64_t hash = ((uint64_t)household * 4 + lane) * UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(hash >> 20) & (table->room - 1);
}

static void
insert(struct lane_table *table, struct lane_state *state)
{
	size_t slot = slot_of(table, state->file.household, state->file.lane);
	while (table->slots[slot] != NULL) {
		slot = (slot + 1) & (table->room - 1);
	}
	table->slots[slot] = state;
}

static void
grow(struct lane_table *table)
{
	struct lane_state **order = table->order;
	table->room *= 2;
	table->slots = arena_array(table->arena, table->room, sizeof *table->slots);
	table->order = arena_array(table->arena, table->room, sizeof *table->order);
	memcpy(table->order, order, table->count * sizeof *order);
	for (size_t i = 0; i < table->count; i++) {
		insert(table, order[i]);
	}
}

struct lane_state *
lane_table_at(struct lane_table *table, int32_t county, int64_t household, enum finding_kind lane)
{
	size_t slot = slot_of(table, household, lane);
	for (; table->slots[slot] != NULL; slot = (slot + 1) & (table->room - 1)) {
		const struct alert_file *file = &table->slots[slot]->file;
		if (file->household == household && file->lane == lane && file->county == county) {
			return table->slots[slot];
		}
	}
	if ((table->count + 1) * 2 > table->room) {
		grow(table);
	}
	struct lane_state *state = arena_alloc(table->arena, sizeof *state);
	state->file = (struct alert_file){.county = county, .household = household, .lane = lane};
	insert(table, state);
	table->order[table->count++] = state;
	return state;
}

size_t
lane_table_all(const struct lane_table *table, struct lane_state *const **ret_first)
{
	*ret_first = table->order;
	return table->count;
}

void
lane_state_add_hit(struct lane_state *state, struct alert_hit hit, struct arena *arena)
{
	state->hits = arena_grow(
		arena, state->hits, state->file.hit_count, &state->hit_room, sizeof *state->hits);
	state->file.hits = state->hits;
	state->hits[state->file.hit_count++] = hit;
}
