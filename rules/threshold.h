/* The values that administrators set per county, class, residence and date. */
#ifndef NEEDWATCH_THRESHOLD_H
#define NEEDWATCH_THRESHOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "day.h"
#include "population.h"

struct ruleset;
struct thresholds;

struct threshold_row {
	const char *name;
	struct area area;         /* code 0: everywhere */
	const char *class;        /* NULL or "": any */
	enum residence residence; /* RESIDENCE_UNKNOWN: any */
	int64_t value;            /* fen for money units, else a plain number */
	struct day from;          /* DAY_NONE: always */
	struct day until;         /* DAY_NONE: open; its last day */
};

/* Starts with the defaults of the rule set, which is borrowed. */
struct thresholds *
thresholds_new(const struct ruleset *ruleset);

/* A copy that may be changed alone; of the same rule set. */
struct thresholds *
thresholds_copy(const struct thresholds *thresholds);

void
thresholds_free(struct thresholds *thresholds);

/* Names of what the rule set declares, in its order; NULL behind the last. */
const char *
thresholds_name(const struct thresholds *thresholds, size_t name);

/* The declared name that is nearest to `name`: itself if it is one; NULL if none is near. */
const char *
thresholds_nearest(const struct thresholds *thresholds, const char *name);

enum threshold_fault {
	THRESHOLD_OK,
	THRESHOLD_UNKNOWN_NAME,
	THRESHOLD_UNKNOWN_CLASS,
	THRESHOLD_DOUBLED,       /* equal to another row in area, class, residence and from */
	THRESHOLD_OUT_OF_BOUNDS, /* beyond the min or max of its declaration */
};

enum threshold_fault
thresholds_add(struct thresholds *thresholds, const struct threshold_row *row);

/* Replaces every row and default of the name. */
enum threshold_fault
thresholds_override(struct thresholds *thresholds, const char *name, int64_t value);

bool
thresholds_overridden(const struct thresholds *thresholds, size_t name);

/* Parses a value in the unit that the name declares ("485", "31000.50", "60"). */
bool
thresholds_parse_value(const struct thresholds *thresholds, const char *name, const char *text,
	int64_t *ret_value);

/* kinds.md 1.2: longest area, then a class, then a residence, then the later `from`; else the
 * default of the rule set; false: unknown. `ret_row` (may be NULL) is the row it came from, or
 * NULL for a default. */
bool
thresholds_find(const struct thresholds *thresholds, size_t name, struct area area,
	size_t class, enum residence residence, struct day as_of, int64_t *ret_value,
	const struct threshold_row **ret_row);

#endif
