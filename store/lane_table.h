/* The lanes of one batch by (county, household, lane): what decide() is given, carried from plan to plan. */
#ifndef NEEDWATCH_LANE_TABLE_H
#define NEEDWATCH_LANE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert.h"

struct arena;
struct lane_table;

struct lane_state {
	struct alert_file file;
	struct alert *loaded;    /* as it was read under lock; NULL: none */
	struct alert_hit *hits;  /* growing while it is read */
	size_t hit_room;
	int64_t read_to;         /* of the assessment that stands */
	bool alert_changed;
	bool remembers;
};

struct lane_table *
lane_table_new(struct arena *arena, size_t expected);

/* Made if it is not there; lies in the arena, never moves. */
struct lane_state *
lane_table_at(struct lane_table *table, int32_t county, int64_t household, enum finding_kind lane);

/* In the order in which they were made. */
size_t
lane_table_all(const struct lane_table *table, struct lane_state *const **ret_first);

void
lane_state_add_hit(struct lane_state *state, struct alert_hit hit, struct arena *arena);

#endif
