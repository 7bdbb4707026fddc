/* Area codes that were abolished, and what stands for them now. Knows no tree. */
#ifndef NEEDWATCH_AREA_CHANGE_H
#define NEEDWATCH_AREA_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "area.h"
#include "day.h"

/* `old` was merged into `new`, or is called so, from that day on. */
struct area_change {
	struct area old;
	struct area new;
	struct day changed;
};

/* Below, changes lie sorted so: by the old code, then the day. */
int
area_change_order(const void *left, const void *right);

/* What stands for the code today, from change to later change. What lies below a changed area
 * and has no change of its own becomes the successor itself: nobody says which of its villages
 * it is. The tree holds today's offices, so it does not matter how old the news is that names
 * the code. */
struct area
area_change_follow(
	const struct area_change *changes, size_t count, struct area area, struct day today);

/* True if changes[index] leads into a circle, so that nothing stands for its code. */
bool
area_change_turns(const struct area_change *changes, size_t count, size_t index);

#endif
