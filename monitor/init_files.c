/* Reads the CSV files of `needwatch init` into rows; writes nothing. */
#include "init_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "csv_table.h"
#include "memory.h"

/* Room for one more row. */
static void *
grown(void *rows, size_t count, size_t size)
{
	return count & (count + 1) ? rows : xrealloc(rows, 2 * (count + 1), size);
}

static bool
open_table(struct init_files *files, const char *path, const char *setting, struct diags *diags,
	struct csv **ret_csv)
{
	enum text_file_answer answer = text_files_add(&files->texts, path, 0);

	if (answer == TEXT_FILE_ABSENT)
		fprintf(stderr,
			"needwatch init: %s: there is no such file; service { %s ...; } names "
			"it\n",
			path, setting);
	*ret_csv = answer == TEXT_FILE_READ
			   ? csv_new(files->texts.texts[files->texts.count - 1], diags)
			   : NULL;
	return answer == TEXT_FILE_READ;
}

/* Reads every record of a file that needs `wanted`; `read` reports what is wrong. */
static bool
read_table(struct init_files *files, const char *path, const char *setting,
	const struct csv_wanted *wanted, size_t count, struct diags *diags,
	void (*read)(struct init_files *files, const struct csv_table *table))
{
	struct csv_table table = {.diags = diags};

	if (!open_table(files, path, setting, diags, &table.csv))
		return false;
	if (table.csv && csv_table_find(&table, wanted, count))
		while (csv_next(table.csv))
			read(files, &table);
	csv_free(table.csv);
	return true;
}

/* ---- areas ---- */

enum { AREA_CODE, AREA_NAME, AREA_PARENT };
static const struct csv_wanted area_columns[] = {
	{"code", true}, {"name", true}, {"parent_code", false}};

static void
read_area_row(struct init_files *files, const struct csv_table *table)
{
	struct area_row row = {.name = NULL};
	const char *parent = csv_table_cell(table, AREA_PARENT);

	if (!csv_table_area(table, AREA_CODE, &row.area))
		return;
	if (*parent && !csv_table_area(table, AREA_PARENT, &row.parent))
		return;
	if (!*csv_table_cell(table, AREA_NAME)) {
		diag_at(table->diags, DIAG_ERROR, csv_table_span(table, AREA_NAME),
			"the area has no name");
		return;
	}
	if (!row.parent.code && area_tier(row.area) > AREA_PROVINCE)
		row.parent = area_up(row.area, area_tier(row.area) - 1);
	row.name = arena_strdup(files->arena, csv_table_cell(table, AREA_NAME));
	files->areas = grown(files->areas, files->area_count, sizeof(*files->areas));
	files->areas[files->area_count++] = row;
}

static int
area_order(const void *left, const void *right)
{
	int64_t a = ((const struct area_row *)left)->area.code;
	int64_t b = ((const struct area_row *)right)->area.code;

	return (a > b) - (a < b);
}

/* Sorted afterwards. One statement may not write a row twice, so that the same code again is a
 * fault. */
static void
refuse_doubled_areas(struct init_files *files, struct diags *diags)
{
	char code[AREA_TEXT_SIZE];

	if (files->area_count)
		qsort(files->areas, files->area_count, sizeof(*files->areas), area_order);
	for (size_t i = 1; i < files->area_count; i++) {
		if (files->areas[i].area.code != files->areas[i - 1].area.code)
			continue;
		area_format(files->areas[i].area, code);
		diag_at(diags, DIAG_ERROR,
			(struct span){files->texts.texts[files->texts.count - 1], 0, 0},
			"the area %s stands there twice: '%s' and '%s'", code,
			files->areas[i - 1].name, files->areas[i].name);
	}
}

static bool
read_areas(const struct config *config, struct init_files *files, struct diags *diags)
{
	const char *path = config_text(config, SETTING_SERVICE_AREAS);

	if (!path)
		return true;
	if (!read_table(files, path, "areas", area_columns, 3, diags, read_area_row))
		return false;
	refuse_doubled_areas(files, diags);
	return true;
}

/* ---- changed codes ---- */

static bool
is_listed(const struct init_files *files, struct area area)
{
	struct area_row sought = {.area = area};

	return files->area_count && bsearch(&sought, files->areas, files->area_count,
					    sizeof(*files->areas), area_order);
}

/* The configuration has read them; here they are held against the tree, at the end of each
 * chain. */
static void
check_successors(
	const struct config *config, const struct init_files *files, struct diags *diags)
{
	struct day last = {DAY_MAX};
	char code[AREA_TEXT_SIZE];

	for (size_t i = 0; files->areas && i < files->change_count; i++) {
		struct area new = area_change_follow(
			files->changes, files->change_count, files->changes[i].new, last);

		if (is_listed(files, new) ||
			area_change_turns(files->changes, files->change_count, i))
			continue;
		area_format(new, code);
		diag_at(diags, DIAG_ERROR, config_area_change_span(config, i),
			"this leads to %s, which is not among the areas", code);
		diag_hint(
			diags, "name what stands for it today, or add it to the file of areas");
	}
}

/* ---- work calendars ---- */

enum { CALENDAR_DAY, CALENDAR_WORK, CALENDAR_BASIS };
static const struct csv_wanted calendar_columns[] = {
	{"day", true}, {"work", true}, {"basis", false}};

static bool
read_work(const struct csv_table *table, bool *ret_work)
{
	const char *word = csv_table_cell(table, CALENDAR_WORK);

	*ret_work = strcmp(word, "yes") == 0 || strcmp(word, "1") == 0;
	if (*ret_work || strcmp(word, "no") == 0 || strcmp(word, "0") == 0)
		return true;
	diag_at(table->diags, DIAG_ERROR, csv_table_span(table, CALENDAR_WORK),
		"'%s' does not say whether the day is worked", word);
	diag_hint(table->diags,
		"'yes' for a Saturday or Sunday that is worked, 'no' for a holiday");
	return false;
}

/* A year is complete when its file was read, so a file must not speak of another one. */
static void
read_calendar_row(struct init_files *files, const struct csv_table *table)
{
	struct init_year *year = &files->years[files->year_count - 1];
	struct init_day day;

	if (!csv_table_day(table, CALENDAR_DAY, &day.day) || !read_work(table, &day.work))
		return;
	if (!year->year)
		year->year = day_civil(day.day).year;
	if (day_civil(day.day).year != year->year) {
		diag_at(table->diags, DIAG_ERROR, csv_table_span(table, CALENDAR_DAY),
			"this is not a day of %d, like those before", year->year);
		diag_hint(table->diags, "each year has a file of its own");
		return;
	}
	if (*csv_table_cell(table, CALENDAR_BASIS) && !year->basis)
		year->basis = arena_strdup(files->arena, csv_table_cell(table, CALENDAR_BASIS));
	files->days = grown(files->days, files->day_count, sizeof(*files->days));
	files->days[files->day_count++] = day;
}

static bool
read_calendar(struct init_files *files, const char *path, struct diags *diags)
{
	const char *name = strrchr(path, '/');
	struct init_year *year;

	files->years = grown(files->years, files->year_count, sizeof(*files->years));
	files->years[files->year_count++] = (struct init_year){0, NULL};
	if (!read_table(files, path, "calendar", calendar_columns, 3, diags, read_calendar_row))
		return false;
	year = &files->years[files->year_count - 1];
	if (!year->year) {
		if (diags_errors(diags) == 0)
			diag_at(diags, DIAG_ERROR,
				(struct span){files->texts.texts[files->texts.count - 1], 0, 0},
				"the calendar names no day, so it is not known which year it "
				"is of");
		files->year_count--;
	} else if (!year->basis) {
		year->basis = arena_strdup(files->arena, name ? name + 1 : path);
	}
	return true;
}

static bool
read_calendars(const struct config *config, struct init_files *files, struct diags *diags)
{
	size_t count;
	const char *const *paths = config_list(config, SETTING_SERVICE_CALENDAR, &count);
	bool well = true;

	for (size_t i = 0; i < count; i++)
		well &= read_calendar(files, paths[i], diags);
	return well;
}

bool
init_files_read(const struct config *config, struct init_files *ret_files, struct diags *diags)
{
	bool areas;

	ret_files->arena = arena_new();
	ret_files->changes = config_area_changes(config, &ret_files->change_count);
	areas = read_areas(config, ret_files, diags);
	check_successors(config, ret_files, diags);
	return read_calendars(config, ret_files, diags) && areas;
}

void
init_files_free(struct init_files *files)
{
	text_files_free(&files->texts);
	arena_free(files->arena);
	free(files->areas);
	free(files->days);
	free(files->years);
}
