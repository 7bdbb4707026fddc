/* Finds the value that holds for a household on a day; never decides what a value means. */
#include "threshold.h"

#include <stdlib.h>
#include <string.h>

#include "ast.h"
#include "diag.h"
#include "memory.h"
#include "money.h"

#define ANY_CLASS SIZE_MAX

struct placed_row {
	struct threshold_row row; /* name and class borrowed from the rule set */
	size_t class;             /* index, or ANY_CLASS */
};

/* Rows of one name. Invariant: in the order of placed_order(), so that the first row of an area
 * that applies is the one that wins. */
struct named_rows {
	struct placed_row *rows;
	size_t count;
	size_t room;
	bool overridden;
	int64_t value;
};

struct thresholds {
	const struct ruleset *ruleset;
	struct named_rows *names; /* ruleset->threshold_count of them */
};

struct thresholds *
thresholds_new(const struct ruleset *ruleset)
{
	struct thresholds *thresholds = xcalloc(1, sizeof(*thresholds));

	thresholds->ruleset = ruleset;
	thresholds->names = xcalloc(ruleset->threshold_count, sizeof(*thresholds->names));
	return thresholds;
}

struct thresholds *
thresholds_copy(const struct thresholds *thresholds)
{
	struct thresholds *copy = thresholds_new(thresholds->ruleset);

	for (size_t i = 0; i < thresholds->ruleset->threshold_count; i++) {
		const struct named_rows *from = &thresholds->names[i];
		struct named_rows *to = &copy->names[i];

		*to = *from;
		to->room = from->count;
		to->rows = from->count ? xrealloc(NULL, from->count, sizeof(*to->rows)) : NULL;
		if (from->count)
			memcpy(to->rows, from->rows, from->count * sizeof(*to->rows));
	}
	return copy;
}

void
thresholds_free(struct thresholds *thresholds)
{
	if (!thresholds)
		return;
	for (size_t i = 0; i < thresholds->ruleset->threshold_count; i++)
		free(thresholds->names[i].rows);
	free(thresholds->names);
	free(thresholds);
}

static const struct declared_threshold *
declaration(const struct thresholds *thresholds, const char *name)
{
	const struct ruleset *ruleset = thresholds->ruleset;

	for (size_t i = 0; i < ruleset->threshold_count; i++)
		if (strcmp(ruleset->thresholds[i].name, name) == 0)
			return &ruleset->thresholds[i];
	return NULL;
}

const char *
thresholds_name(const struct thresholds *thresholds, size_t name)
{
	const struct ruleset *ruleset = thresholds->ruleset;

	return name < ruleset->threshold_count ? ruleset->thresholds[name].name : NULL;
}

const char *
thresholds_nearest(const struct thresholds *thresholds, const char *name)
{
	size_t count = thresholds->ruleset->threshold_count;
	const struct declared_threshold *declared = declaration(thresholds, name);
	const char **names, *nearest;

	if (declared)
		return declared->name;
	names = xcalloc(count, sizeof(*names));
	for (size_t i = 0; i < count; i++)
		names[i] = thresholds->ruleset->thresholds[i].name;
	nearest = nearest_name(name, strlen(name), names, count);
	free(names);
	return nearest;
}

static bool
find_class(const struct ruleset *ruleset, const char *class, size_t *ret_class)
{
	*ret_class = ANY_CLASS;
	if (!class || !*class)
		return true;
	for (size_t i = 0; i < ruleset->class_count; i++)
		if (strcmp(ruleset->classes[i], class) == 0)
			*ret_class = i;
	return *ret_class != ANY_CLASS;
}

static int
order(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* By area; within an area a row that names a class first, then one that names a residence, then
 * the later `from`. 0 if and only if two rows would contend. */
static int
placed_order(const struct placed_row *a, const struct placed_row *b)
{
	int found = order(a->row.area.code, b->row.area.code);

	found = found ? found : order(a->class == ANY_CLASS, b->class == ANY_CLASS);
	found = found ? found : order(!a->row.residence, !b->row.residence);
	found = found ? found : order(b->row.from.n, a->row.from.n);
	found = found ? found : order((int64_t)a->class, (int64_t)b->class);
	return found ? found : order(a->row.residence, b->row.residence);
}

/* Where `row` belongs among the rows of its name: the first place that does not come before it */
static size_t
place_of(const struct named_rows *named, const struct placed_row *row)
{
	size_t low = 0, high = named->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (placed_order(&named->rows[middle], row) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

enum threshold_fault
thresholds_add(struct thresholds *thresholds, const struct threshold_row *row)
{
	const struct declared_threshold *declared = declaration(thresholds, row->name);
	struct placed_row placed = {.row = *row};
	struct named_rows *named;
	size_t at;

	if (!declared)
		return THRESHOLD_UNKNOWN_NAME;
	if (!find_class(thresholds->ruleset, row->class, &placed.class))
		return THRESHOLD_UNKNOWN_CLASS;
	if (row->value < declared->least || row->value > declared->most)
		return THRESHOLD_OUT_OF_BOUNDS;
	placed.row.name = declared->name;
	placed.row.class =
		placed.class == ANY_CLASS ? NULL : thresholds->ruleset->classes[placed.class];
	named = &thresholds->names[declared - thresholds->ruleset->thresholds];
	at = place_of(named, &placed);
	if (at < named->count && placed_order(&named->rows[at], &placed) == 0)
		return THRESHOLD_DOUBLED;
	if (named->count == named->room) {
		named->room = named->room ? 2 * named->room : 8;
		named->rows = xrealloc(named->rows, named->room, sizeof(*named->rows));
	}
	memmove(named->rows + at + 1, named->rows + at,
		(named->count - at) * sizeof(*named->rows));
	named->rows[at] = placed;
	named->count++;
	return THRESHOLD_OK;
}

enum threshold_fault
thresholds_override(struct thresholds *thresholds, const char *name, int64_t value)
{
	const struct declared_threshold *declared = declaration(thresholds, name);
	struct named_rows *named;

	if (!declared)
		return THRESHOLD_UNKNOWN_NAME;
	if (value < declared->least || value > declared->most)
		return THRESHOLD_OUT_OF_BOUNDS;
	named = &thresholds->names[declared - thresholds->ruleset->thresholds];
	named->overridden = true;
	named->value = value;
	return THRESHOLD_OK;
}

bool
thresholds_overridden(const struct thresholds *thresholds, size_t name)
{
	return thresholds->names[name].overridden;
}

static bool
parse_plain_number(const char *text, int64_t *ret_value)
{
	const char *digits = text + (*text == '-');
	int64_t value = 0;

	if (!*digits || strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > 12)
		return false;
	for (; *digits; digits++)
		value = value * 10 + (*digits - '0');
	*ret_value = *text == '-' ? -value : value;
	return true;
}

bool
thresholds_parse_value(const struct thresholds *thresholds, const char *name, const char *text,
	int64_t *ret_value)
{
	const struct declared_threshold *declared = declaration(thresholds, name);
	struct money money;

	if (!declared)
		return false;
	if (declared->unit == UNIT_PLAIN)
		return parse_plain_number(text, ret_value);
	if (!money_parse_plain(text, &money))
		return false;
	*ret_value = money.fen;
	return true;
}

static bool
row_applies(const struct placed_row *placed, size_t class, enum residence residence,
	struct day as_of)
{
	const struct threshold_row *row = &placed->row;

	return (placed->class == ANY_CLASS || placed->class == class) &&
	       (row->residence == RESIDENCE_UNKNOWN || row->residence == residence) &&
	       row->from.n <= as_of.n && (row->until.n == DAY_NONE || as_of.n <= row->until.n);
}

/* The row that wins among those of exactly this area, or NULL. */
static const struct placed_row *
find_in_area(const struct named_rows *named, int64_t area, size_t class,
	enum residence residence, struct day as_of)
{
	size_t low = 0, high = named->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (named->rows[middle].row.area.code < area)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < named->count && named->rows[low].row.area.code == area; low++)
		if (row_applies(&named->rows[low], class, residence, as_of))
			return &named->rows[low];
	return NULL;
}

static bool
find_default(const struct thresholds *thresholds, size_t name, size_t class, int64_t *ret_value)
{
	const struct declared_threshold *declared = &thresholds->ruleset->thresholds[name];
	const char *word = class < thresholds->ruleset->class_count
				   ? thresholds->ruleset->classes[class]
				   : NULL;
	bool found = false;

	for (size_t i = 0; i < declared->default_count; i++) {
		const struct declared_default *entry = &declared->defaults[i];

		if (!entry->class && !found) {
			*ret_value = entry->value;
			found = true;
		}
		if (entry->class && word && strcmp(entry->class, word) == 0) {
			*ret_value = entry->value;
			return true;
		}
	}
	return found;
}

bool
thresholds_find(const struct thresholds *thresholds, size_t name, struct area area,
	size_t class, enum residence residence, struct day as_of, int64_t *ret_value,
	const struct threshold_row **ret_row)
{
	const struct named_rows *named = &thresholds->names[name];
	const struct placed_row *placed = NULL;

	if (ret_row)
		*ret_row = NULL;
	if (named->overridden) {
		*ret_value = named->value;
		return true;
	}
	for (int tier = (int)area_tier(area); tier > AREA_NONE && !placed && named->count;
		tier--)
		placed = find_in_area(named, area_up(area, (enum area_tier)tier).code, class,
			residence, as_of);
	if (!placed)
		placed = find_in_area(named, 0, class, residence, as_of);
	if (!placed)
		return find_default(thresholds, name, class, ret_value);
	if (ret_row)
		*ret_row = &placed->row;
	*ret_value = placed->row.value;
	return true;
}
