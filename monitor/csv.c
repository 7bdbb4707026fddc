/* Splits a text into records and cells; knows nothing of what they mean. */
#include "csv.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "memory.h"

struct cell {
	size_t start; /* in the text, with its quotes */
	size_t length;
	size_t decoded; /* in csv.decoded */
};

struct record {
	struct cell *cells;
	size_t count;
	size_t room;
};

struct csv {
	const struct source_text *text;
	struct diags *diags;
	struct arena *arena;
	const char **names;
	struct span *spans;
	size_t columns;
	size_t at; /* first byte of the next record */
	struct record record;
	char *decoded; /* the cells of the record, each ended with NUL */
	size_t room;
	size_t used;
};

static void
report(struct csv *csv, size_t start, size_t length, const char *message, const char *hint)
{
	diag_at(csv->diags, DIAG_ERROR, (struct span){csv->text, start, length}, "%s", message);
	diag_hint(csv->diags, "%s", hint);
}

static void
decode_byte(struct csv *csv, char byte)
{
	if (csv->used == csv->room) {
		csv->room = csv->room ? 2 * csv->room : 256;
		csv->decoded = xrealloc(csv->decoded, csv->room, 1);
	}
	csv->decoded[csv->used++] = byte;
}

static bool
at_end_of_cell(const struct csv *csv)
{
	const char *at = csv->text->bytes + csv->at;
	size_t left = csv->text->length - csv->at;

	return left == 0 || *at == ',' || *at == '\n' ||
	       (*at == '\r' && (left == 1 || at[1] == '\n'));
}

/* From the opening quote to behind the closing one. */
static bool
read_quoted(struct csv *csv)
{
	const struct source_text *text = csv->text;
	size_t start = csv->at++;

	for (;; csv->at++) {
		if (csv->at >= text->length) {
			report(csv, start, 1, "the quote is never closed",
				"a quote inside quotes is written twice");
			return false;
		}
		if (text->bytes[csv->at] != '"') {
			decode_byte(csv, text->bytes[csv->at]);
			continue;
		}
		csv->at++;
		if (csv->at >= text->length || text->bytes[csv->at] != '"')
			break;
		decode_byte(csv, '"');
	}
	if (at_end_of_cell(csv))
		return true;
	report(csv, csv->at, 1, "there is text behind the closing quote",
		"a quote inside quotes is written twice");
	return false;
}

static bool
read_plain(struct csv *csv)
{
	bool good = true;

	for (; !at_end_of_cell(csv); csv->at++) {
		char byte = csv->text->bytes[csv->at];

		if ((byte == '"' || byte == '\0') && good) {
			report(csv, csv->at, 1,
				byte ? "a quote inside a cell without quotes"
				     : "a byte of value 0 is no text",
				byte ? "put the whole cell in quotes and write this one twice"
				     : "save the file as UTF-8");
			good = false;
		}
		decode_byte(csv, byte);
	}
	return good;
}

static bool
read_cell(struct csv *csv)
{
	struct record *record = &csv->record;
	size_t start = csv->at, decoded = csv->used;
	bool quoted = csv->at < csv->text->length && csv->text->bytes[csv->at] == '"';
	bool good = quoted ? read_quoted(csv) : read_plain(csv);

	decode_byte(csv, '\0');
	if (record->count == record->room) {
		record->room = record->room ? 2 * record->room : 16;
		record->cells = xrealloc(record->cells, record->room, sizeof(*record->cells));
	}
	record->cells[record->count++] = (struct cell){start, csv->at - start, decoded};
	return good;
}

static void
skip_line(struct csv *csv)
{
	const char *from = csv->text->bytes + csv->at;
	const char *end = memchr(from, '\n', csv->text->length - csv->at);

	csv->at = end ? (size_t)(end - csv->text->bytes) + 1 : csv->text->length;
}

/* Reads the cells up to the end of the line; false, and the line is skipped, if it is broken */
static bool
read_record(struct csv *csv)
{
	csv->record.count = 0;
	csv->used = 0;
	for (;;) {
		if (!read_cell(csv)) {
			skip_line(csv);
			return false;
		}
		if (csv->at >= csv->text->length || csv->text->bytes[csv->at] != ',')
			break;
		csv->at++;
	}
	skip_line(csv);
	return true;
}

static bool
keep_header(struct csv *csv)
{
	csv->columns = csv->record.count;
	csv->names = arena_array(csv->arena, csv->columns, sizeof(*csv->names));
	csv->spans = arena_array(csv->arena, csv->columns, sizeof(*csv->spans));
	for (size_t i = 0; i < csv->columns; i++) {
		csv->names[i] = arena_strdup(csv->arena, csv_cell(csv, (int)i));
		csv->spans[i] = csv_cell_span(csv, (int)i);
		for (size_t k = 0; k < i; k++) {
			if (csv->names[i][0] && strcmp(csv->names[i], csv->names[k]) == 0) {
				report(csv, csv->spans[i].start, csv->spans[i].length,
					"the column stands twice", "remove one of the two");
				return false;
			}
		}
	}
	return true;
}

struct csv *
csv_new(const struct source_text *text, struct diags *diags)
{
	struct csv *csv = xcalloc(1, sizeof(*csv));

	csv->text = text;
	csv->diags = diags;
	csv->arena = arena_new();
	if (text->length >= 3 && memcmp(text->bytes, "\xEF\xBB\xBF", 3) == 0)
		csv->at = 3;
	if (csv->at == text->length) {
		report(csv, csv->at, 0, "the file is empty",
			"the first line names the columns, separated by commas");
	} else if (read_record(csv) && keep_header(csv)) {
		return csv;
	}
	csv_free(csv);
	return NULL;
}

void
csv_free(struct csv *csv)
{
	if (!csv)
		return;
	free(csv->record.cells);
	free(csv->decoded);
	arena_free(csv->arena);
	free(csv);
}

size_t
csv_columns(const struct csv *csv)
{
	return csv->columns;
}

const char *
csv_column_name(const struct csv *csv, size_t column)
{
	return csv->names[column];
}

struct span
csv_column_span(const struct csv *csv, size_t column)
{
	return csv->spans[column];
}

int
csv_column(const struct csv *csv, const char *name)
{
	for (size_t i = 0; i < csv->columns; i++)
		if (strcmp(csv->names[i], name) == 0)
			return (int)i;
	return -1;
}

static bool
right_count(struct csv *csv)
{
	const struct record *record = &csv->record;
	const struct cell *last = &record->cells[record->count - 1];
	size_t start = record->cells[0].start;

	if (record->count == csv->columns)
		return true;
	diag_at(csv->diags, DIAG_ERROR,
		(struct span){csv->text, start, last->start + last->length - start},
		"%zu cells, but the header names %zu columns", record->count, csv->columns);
	diag_hint(csv->diags, "a comma inside a cell needs quotes around the cell");
	return false;
}

bool
csv_next(struct csv *csv)
{
	while (csv->at < csv->text->length) {
		bool whole = read_record(csv);

		if (!whole)
			continue;
		if (csv->record.count == 1 && csv->record.cells[0].length == 0)
			continue; /* an empty line */
		if (right_count(csv))
			return true;
	}
	return false;
}

const char *
csv_cell(const struct csv *csv, int column)
{
	return column < 0 ? "" : csv->decoded + csv->record.cells[column].decoded;
}

struct span
csv_cell_span(const struct csv *csv, int column)
{
	const struct cell *cell = &csv->record.cells[column < 0 ? 0 : column];

	return (struct span){csv->text, cell->start, column < 0 ? 0 : cell->length};
}
