/* A folder of CSV files (docs/kinds.md 1) as a population and thresholds: what `needwatch
 * score` judges. */
#ifndef NEEDWATCH_FACTS_CSV_H
#define NEEDWATCH_FACTS_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "day.h"
#include "diag.h"
#include "population.h"
#include "ruleset.h"
#include "text_file.h"
#include "threshold.h"

/* What was read, for the summary. */
struct facts_read {
	size_t persons;
	size_t facts;
	size_t unlisted_areas; /* persons whose area the areas file does not have */
	struct population_left_out left_out;
	const char **absent; /* kinds without a file, in the order of the rule set */
	size_t absent_count;
};

void
facts_read_free(struct facts_read *read);

/* Reads person.csv and one <kind>.csv for each kind of the rule set. Faults of the content go
 * to `diags`; the texts stay in `files` for them. NULL if there is no population to judge: then
 * there are errors, or stderr says why. */
struct population *
facts_csv_read(const char *folder, const char *areas, const struct ruleset *ruleset,
	struct day as_of, struct text_files *files, struct diags *diags,
	struct facts_read *ret_read);

/* Adds the rows of the folder's threshold.csv, if there is one. Rows that name a threshold the
 * rule set does not declare are left out with a warning. False if the file is there and cannot
 * be read. */
bool
thresholds_csv_read(const char *folder, struct thresholds *thresholds, struct text_files *files,
	struct diags *diags);

#endif
