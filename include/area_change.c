/* Follows abolished area codes to their successors; keeps no list itself. */
#include "area_change.h"

int
area_change_order(const void *left, const void *right)
{
	const struct area_change *a = left, *b = right;

	if (a->old.code != b->old.code)
		return a->old.code < b->old.code ? -1 : 1;
	return (a->changed.n > b->changed.n) - (a->changed.n < b->changed.n);
}

/* The latest change of exactly this code within the days; NULL: none. */
static const struct area_change *
change_of(const struct area_change *changes, size_t count, struct area area, struct day from,
	struct day to)
{
	size_t low = 0, high = count;

	while (low < high) { /* to the first behind all that may count */
		size_t middle = low + (high - low) / 2;

		if (changes[middle].old.code < area.code ||
			(changes[middle].old.code == area.code &&
				changes[middle].changed.n <= to.n))
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || changes[low - 1].old.code != area.code)
		return NULL;
	return changes[low - 1].changed.n >= from.n ? &changes[low - 1] : NULL;
}

/* The same of the code itself, else of the nearest area above it. */
static const struct area_change *
nearest_change(const struct area_change *changes, size_t count, struct area area,
	struct day from, struct day to)
{
	const struct area_change *found = NULL;

	for (int tier = (int)area_tier(area); !found && tier >= AREA_PROVINCE; tier--)
		found = change_of(
			changes, count, area_up(area, (enum area_tier)tier), from, to);
	return found;
}

struct area
area_change_follow(
	const struct area_change *changes, size_t count, struct area area, struct day today)
{
	struct day from = {DAY_MIN};

	/* No chain is longer than the list, unless it turns. */
	for (size_t steps = 0; steps < count; steps++) {
		const struct area_change *change =
			nearest_change(changes, count, area, from, today);

		if (!change)
			break;
		area = change->new;
		from = change->changed;
	}
	return area;
}

bool
area_change_turns(const struct area_change *changes, size_t count, size_t index)
{
	const struct area_change *change = &changes[index];
	struct day last = {DAY_MAX};

	/* Whoever has taken as many steps as there are changes has taken one of them twice. */
	for (size_t steps = 0; change && steps < count; steps++)
		change = nearest_change(changes, count, change->new, change->changed, last);
	return change != NULL;
}
