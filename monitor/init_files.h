/* The files that `needwatch init` loads: the area tree, changed codes (which the configuration
 * has read), work calendars. Reads them whole and says all that is wrong before anything is
 * written. */
#ifndef NEEDWATCH_INIT_FILES_H
#define NEEDWATCH_INIT_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "area_store.h"
#include "config.h"
#include "diag.h"
#include "text_file.h"

struct init_day {
	struct day day;
	bool work;
};

struct init_year {
	int year;
	const char *basis;
};

/* Zero-initialise. Names belong to `arena`. */
struct init_files {
	struct text_files texts;
	struct arena *arena;
	struct area_row *areas;
	size_t area_count;
	const struct area_change *changes; /* the configuration's */
	size_t change_count;
	struct init_day *days;
	size_t day_count;
	struct init_year *years;
	size_t year_count;
};

/* False if a file is missing or cannot be read, which stderr says; what is wrong inside stands
 * in `diags`. */
bool
init_files_read(const struct config *config, struct init_files *ret_files, struct diags *diags);

void
init_files_free(struct init_files *files);

#endif
