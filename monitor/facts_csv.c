/* Reads the files of a facts folder into a population builder; judges nothing. */
#include "facts_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "buffer.h"
#include "csv.h"
#include "facts_cell.h"
#include "memory.h"

/* What the reading of one folder needs everywhere. */
struct reading {
	const char *folder;
	const struct kind *const *kinds;
	size_t kind_count;
	struct population_builder *builder;
	int64_t *areas; /* sorted codes of the areas file */
	size_t area_count;
	struct text_files *files;
	struct diags *diags;
	struct facts_read *read;
};

static const char *const person_names[] = {
	"person", "household", "birth", "sex", "area", "register_area", "residence"};
enum { PERSON, HOUSEHOLD, BIRTH, SEX, AREA, REGISTER_AREA, RESIDENCE, PERSON_COLUMNS };

static const char *const residences[] = {
	[RESIDENCE_URBAN - 1] = "urban", [RESIDENCE_RURAL - 1] = "rural"};

void
facts_read_free(struct facts_read *read)
{
	free(read->absent);
	read->absent = NULL;
}

/* Opens FOLDER/NAME.csv. ABSENT and FAILED leave *ret_csv NULL; so does a header that cannot be
 * read. */
static enum text_file_answer
open_csv(const char *folder, const char *name, struct text_files *files, struct diags *diags,
	struct csv **ret_csv)
{
	struct buffer path = {0};
	enum text_file_answer answer;

	buffer_printf(&path, "%s/%s.csv", folder, name);
	answer = text_files_add(files, path.bytes, 0);
	*ret_csv = answer == TEXT_FILE_READ ? csv_new(files->texts[files->count - 1], diags)
					    : NULL;
	buffer_free(&path);
	return answer;
}

/* Finds each of the names in the header. One that is missing is -1: all its cells are empty. A
 * column whose name is nearly a missing one is warned about. */
static void
find_columns(const struct csv *csv, const char *const *names, size_t count, int *ret_columns,
	struct diags *diags)
{
	const char *missing[FIELD_COUNT_LIMIT + 8];
	size_t missing_count = 0;

	for (size_t i = 0; i < count; i++) {
		ret_columns[i] = csv_column(csv, names[i]);
		if (ret_columns[i] < 0)
			missing[missing_count++] = names[i];
	}
	for (size_t c = 0; c < csv_columns(csv) && missing_count; c++) {
		const char *name = csv_column_name(csv, c);
		const char *near;
		bool known = false;

		for (size_t i = 0; i < count; i++)
			known |= strcmp(names[i], name) == 0;
		near = known ? NULL : nearest_name(name, strlen(name), missing, missing_count);
		if (!near)
			continue;
		diag_at(diags, DIAG_WARNING, csv_column_span(csv, c),
			"the column '%s' is not read, and there is no column '%s'", name, near);
		diag_hint(diags, "did you mean '%s'?", near);
	}
}

/* False, with the fault reported, if the column without which no row has a meaning is missing */
static bool
need_column(const struct csv *csv, int column, const char *name, struct diags *diags)
{
	if (column >= 0)
		return true;
	diag_at(diags, DIAG_ERROR, csv_column_span(csv, 0), "there is no column '%s'", name);
	diag_hint(diags, "the first line names the columns");
	return false;
}

/* ---- areas ---- */

static int
code_order(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;

	return (a > b) - (a < b);
}

static bool
read_areas(struct reading *r, const char *path)
{
	enum text_file_answer answer = text_files_add(r->files, path, 0);
	struct csv *csv;
	size_t room = 0;
	int column;

	if (answer == TEXT_FILE_ABSENT)
		fprintf(stderr, "needwatch: %s: there is no such file of areas\n", path);
	if (answer != TEXT_FILE_READ)
		return false;
	csv = csv_new(r->files->texts[r->files->count - 1], r->diags);
	if (!csv)
		return false;
	column = csv_column(csv, "code");
	while (need_column(csv, column, "code", r->diags) && csv_next(csv)) {
		if (r->area_count == room) {
			room = room ? 2 * room : 256;
			r->areas = xrealloc(r->areas, room, sizeof(*r->areas));
		}
		r->areas[r->area_count++] = facts_cell_area(csv, column, r->diags).code;
	}
	csv_free(csv);
	if (r->area_count)
		qsort(r->areas, r->area_count, sizeof(*r->areas), code_order);
	return column >= 0;
}

static void
count_area(struct reading *r, struct area area)
{
	bool listed = r->area_count && bsearch(&area.code, r->areas, r->area_count,
					       sizeof(*r->areas), code_order);

	r->read->unlisted_areas += !listed;
}

/* ---- persons ---- */

static void
read_person(struct reading *r, const struct csv *csv, const int *columns)
{
	static const char *const sexes[] = {"M", "F"};
	int sex = facts_cell_word(csv, columns[SEX], sexes, 2, r->diags);
	struct person_row row = {
		.key = csv_cell(csv, columns[PERSON]),
		.household = csv_cell(csv, columns[HOUSEHOLD]),
		.birth = facts_cell_day(csv, columns[BIRTH], r->diags),
		.sex = sex < 0 ? 0 : sexes[sex][0],
		.area = facts_cell_area(csv, columns[AREA], r->diags),
		.register_area = facts_cell_area(csv, columns[REGISTER_AREA], r->diags),
		.residence = (enum residence)(
			1 + facts_cell_word(csv, columns[RESIDENCE], residences, 2, r->diags)),
	};

	if (!*row.key) {
		diag_at(r->diags, DIAG_ERROR, csv_cell_span(csv, columns[PERSON]),
			"a person without an id");
		return;
	}
	if (!population_add_person(r->builder, &row)) {
		diag_at(r->diags, DIAG_ERROR, csv_cell_span(csv, columns[PERSON]),
			"the person '%.60s' stands twice", row.key);
		diag_hint(r->diags, "one row per person");
		return;
	}
	count_area(r, row.area);
	r->read->persons++;
}

static bool
read_persons(struct reading *r)
{
	int columns[PERSON_COLUMNS];
	struct csv *csv;
	enum text_file_answer answer = open_csv(r->folder, "person", r->files, r->diags, &csv);

	if (answer == TEXT_FILE_ABSENT)
		fprintf(stderr,
			"needwatch: %s/person.csv: there is no such file: it lists the persons "
			"and their households\n",
			r->folder);
	if (!csv)
		return false;
	find_columns(csv, person_names, PERSON_COLUMNS, columns, r->diags);
	if (need_column(csv, columns[PERSON], "person", r->diags))
		while (csv_next(csv))
			read_person(r, csv, columns);
	csv_free(csv);
	return true;
}

/* ---- facts ---- */

static const char *
subject_column(const struct kind *kind)
{
	switch (kind->subject) {
	case SUBJECT_PERSON:
		return "person";
	case SUBJECT_HOUSEHOLD:
		return "household";
	case SUBJECT_AREA:
		return "area";
	}
	return "";
}

/* Columns of a kind's file: the fields, then these. */
struct fact_places {
	int fields[FIELD_COUNT_LIMIT + 3];
	int subject;
	int on;
	int until; /* -1 for an event: it has no last day */
};

static bool
find_places(const struct csv *csv, const struct kind *kind, struct diags *diags,
	struct fact_places *ret_places)
{
	const char *names[FIELD_COUNT_LIMIT + 3];
	size_t n = kind->field_count;

	for (size_t i = 0; i < n; i++)
		names[i] = kind->fields[i].name;
	names[n] = subject_column(kind);
	names[n + 1] = "on";
	names[n + 2] = "until";
	find_columns(csv, names, n + 2 + kind->state, ret_places->fields, diags);
	ret_places->subject = ret_places->fields[n];
	ret_places->on = ret_places->fields[n + 1];
	ret_places->until = kind->state ? ret_places->fields[n + 2] : -1;
	return need_column(csv, ret_places->subject, names[n], diags);
}

static void
read_facts(struct reading *r, struct csv *csv, size_t kind)
{
	const struct kind *schema = r->kinds[kind];
	struct field_cell cells[FIELD_COUNT_LIMIT];
	struct fact_places places;

	if (!find_places(csv, schema, r->diags, &places))
		return;
	while (csv_next(csv)) {
		struct fact_row row = {
			.subject = csv_cell(csv, places.subject),
			.on = facts_cell_day(csv, places.on, r->diags),
			.until = facts_cell_day(csv, places.until, r->diags),
			.cells = cells,
		};

		for (size_t i = 0; i < schema->field_count; i++)
			cells[i] = facts_cell_read(
				csv, places.fields[i], &schema->fields[i], r->diags);
		population_add_fact(r->builder, kind, &row);
		r->read->facts++;
	}
}

static bool
read_kinds(struct reading *r)
{
	bool good = true;

	r->read->absent = xcalloc(r->kind_count, sizeof(*r->read->absent));
	for (size_t kind = 0; kind < r->kind_count; kind++) {
		const char *name = r->kinds[kind]->name;
		struct csv *csv;
		enum text_file_answer answer =
			open_csv(r->folder, name, r->files, r->diags, &csv);

		if (answer == TEXT_FILE_ABSENT)
			r->read->absent[r->read->absent_count++] = name;
		good &= answer != TEXT_FILE_FAILED;
		if (csv)
			read_facts(r, csv, kind);
		csv_free(csv);
	}
	return good;
}

struct population *
facts_csv_read(const char *folder, const char *areas, const struct ruleset *ruleset,
	struct day as_of, struct text_files *files, struct diags *diags,
	struct facts_read *ret_read)
{
	struct reading r = {
		.folder = folder,
		.files = files,
		.diags = diags,
		.read = ret_read,
	};
	struct population *population;
	bool good;

	*ret_read = (struct facts_read){0};
	r.kinds = ruleset_kinds(ruleset, &r.kind_count);
	r.builder = population_builder_new(r.kinds, r.kind_count);
	good = read_areas(&r, areas);
	good = read_persons(&r) && good;
	good = good && read_kinds(&r);
	free(r.areas);
	population = population_build(r.builder, as_of, &ret_read->left_out);
	if (good && diags_errors(diags) == 0)
		return population;
	population_unref(population);
	return NULL;
}

/* ---- thresholds ---- */

static const char *const threshold_names[] = {
	"name", "area", "class", "residence", "value", "from", "until"};
enum { T_NAME, T_AREA, T_CLASS, T_RESIDENCE, T_VALUE, T_FROM, T_UNTIL, T_COLUMNS };

static void
report_threshold(const struct csv *csv, const int *columns, enum threshold_fault fault,
	struct diags *diags)
{
	switch (fault) {
	case THRESHOLD_OK:
	case THRESHOLD_UNKNOWN_NAME: /* asked before */
		break;
	case THRESHOLD_UNKNOWN_CLASS:
		diag_at(diags, DIAG_ERROR, csv_cell_span(csv, columns[T_CLASS]),
			"'%.60s' is not a class of a household",
			csv_cell(csv, columns[T_CLASS]));
		break;
	case THRESHOLD_DOUBLED:
		diag_at(diags, DIAG_ERROR, csv_cell_span(csv, columns[T_NAME]),
			"a second row for the same name, area, class, residence and first day");
		diag_hint(diags, "remove one of the two, or give it another first day");
		break;
	case THRESHOLD_OUT_OF_BOUNDS:
		diag_at(diags, DIAG_ERROR, csv_cell_span(csv, columns[T_VALUE]),
			"the value is outside the bounds that the rules declare");
		break;
	}
}

static void
read_threshold(const struct csv *csv, const int *columns, struct thresholds *thresholds,
	struct diags *diags)
{
	struct threshold_row row = {
		.name = csv_cell(csv, columns[T_NAME]),
		.area = facts_cell_area(csv, columns[T_AREA], diags),
		.class = csv_cell(csv, columns[T_CLASS]),
		.residence = (enum residence)(
			1 + facts_cell_word(csv, columns[T_RESIDENCE], residences, 2, diags)),
		.from = facts_cell_day(csv, columns[T_FROM], diags),
		.until = facts_cell_day(csv, columns[T_UNTIL], diags),
	};
	const char *value = csv_cell(csv, columns[T_VALUE]);

	const char *near = thresholds_nearest(thresholds, row.name);

	if (!near || strcmp(near, row.name) != 0) {
		diag_at(diags, DIAG_WARNING, csv_cell_span(csv, columns[T_NAME]),
			"the rules declare no threshold '%.60s'; the row is left out",
			row.name);
		if (near)
			diag_hint(diags, "did you mean '%s'?", near);
	} else if (!thresholds_parse_value(thresholds, row.name, value, &row.value)) {
		diag_at(diags, DIAG_ERROR, csv_cell_span(csv, columns[T_VALUE]),
			"'%.60s' is not a value of '%s'", value, row.name);
		diag_hint(diags, "write a number; only yuan may have decimals, two at most");
	} else {
		report_threshold(csv, columns, thresholds_add(thresholds, &row), diags);
	}
}

bool
thresholds_csv_read(const char *folder, struct thresholds *thresholds, struct text_files *files,
	struct diags *diags)
{
	int columns[T_COLUMNS];
	struct csv *csv;
	enum text_file_answer answer = open_csv(folder, "threshold", files, diags, &csv);

	if (!csv)
		return answer == TEXT_FILE_ABSENT;
	find_columns(csv, threshold_names, T_COLUMNS, columns, diags);
	if (need_column(csv, columns[T_NAME], "name", diags) &&
		need_column(csv, columns[T_VALUE], "value", diags))
		while (csv_next(csv))
			read_threshold(csv, columns, thresholds, diags);
	csv_free(csv);
	return true;
}
