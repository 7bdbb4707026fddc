/* Decodes and maps rows; knows no journal. */
#include "intake_row.h"

#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "bounds.h"
#include "charset.h"

struct cells {
	const char *texts[RECORD_COLUMN_LIMIT];
	size_t lengths[RECORD_COLUMN_LIMIT];
};

/* bytea comes as "\x...", a SQL_ASCII text as its bytes. */
static size_t
decode_cell(struct charset *charset, struct arena *arena, struct cells *cells, int column)
{
	const char *bytes = cells->texts[column];
	size_t length = cells->lengths[column];
	size_t losses;

	bytes_decode(arena, bytes, length, &bytes, &length);
	cells->texts[column] =
		charset_decode(charset, arena, bytes, length, &cells->lengths[column], &losses);
	return losses;
}

static void
take_cells(const struct source_config *source, const struct intake_page *page, int row,
	struct cells *cells)
{
	for (int i = 0; i < source->column_count; i++) {
		bool null = PQgetisnull(page->rows, row, i);

		cells->texts[i] = null ? NULL : PQgetvalue(page->rows, row, i);
		cells->lengths[i] = null ? 0 : (size_t)PQgetlength(page->rows, row, i);
	}
}

/* The key as the source holds it, before any decoding, so that pages of rows and of keys agree.
 * `columns` NULL: the page holds the keys only. */
static bool
raw_key(const struct source_config *source, const PGresult *rows, int row, const int *columns,
	struct arena *arena, const char **ret_key, size_t *ret_length)
{
	size_t length = 0;
	char *key;

	for (int i = 0; i < source->key_count; i++) {
		int column = columns ? columns[i] : i;

		if (PQgetisnull(rows, row, column))
			return false;
		length += (size_t)PQgetlength(rows, row, column) + 1;
	}
	key = arena_alloc(arena, length + 1);
	*ret_key = key;
	*ret_length = length - 1;
	for (int i = 0; i < source->key_count; i++) {
		int column = columns ? columns[i] : i;
		size_t part = (size_t)PQgetlength(rows, row, column);

		memcpy(key, PQgetvalue(rows, row, column), part);
		key += part;
		*key++ = '\x1f';
	}
	key[-1] = '\0';
	return true;
}

void
intake_row_map(const struct source_config *source, const struct intake_page *page, int row,
	struct charset *charset, struct arena *arena, struct mapped_record *ret_mapped,
	size_t *ret_losses)
{
	struct cells cells;
	struct record record = {cells.texts, cells.lengths};
	int bad = COLUMN_NONE;

	*ret_losses = 0;
	take_cells(source, page, row, &cells);
	for (int i = 0; page->bytes && charset && i < source->column_count; i++) {
		size_t losses = page->bytes[i] && cells.texts[i]
					? decode_cell(charset, arena, &cells, i)
					: 0;

		*ret_losses += losses;
		if (losses > CHARSET_LOSS_LIMIT)
			bad = i;
	}
	mapping_record(source, &record, page->today, arena, ret_mapped);
	raw_key(source, page->rows, row, source->keys, arena, &ret_mapped->key,
		&ret_mapped->key_length);
	if (bad == COLUMN_NONE || ret_mapped->fault == FAULT_KEY)
		return;
	ret_mapped->fault = FAULT_CHARSET;
	ret_mapped->fault_column = bad;
	snprintf(ret_mapped->fault_mask, sizeof(ret_mapped->fault_mask), "%zu bytes",
		cells.lengths[bad]);
	ret_mapped->fact_count = 0;
}

static bool
names_person(const struct person_columns *person, int column)
{
	return column == person->number || column == person->name ||
	       column == person->address || column == person->phone;
}

static bool
is_personal(const struct source_config *source, int column)
{
	bool personal = names_person(&source->person, column);

	for (size_t i = 0; i < source->fact_count && !personal; i++)
		personal = names_person(&source->facts[i].person, column);
	return personal;
}

void
intake_row_key_mask(const struct source_config *source, const struct mapped_record *mapped,
	char ret_mask[TEXT_MASK_SIZE])
{
	const char *key = mapped->shown_key;
	const char *end = key ? key + mapped->shown_key_length : NULL;
	size_t used = 0;

	ret_mask[0] = '\0';
	for (int i = 0; key && i < source->key_count && key <= end; i++) {
		const char *stop = memchr(key, '\x1f', (size_t)(end - key));
		char part[TEXT_MASK_SIZE];

		stop = stop ? stop : end;
		text_mask(
			key, (size_t)(stop - key), is_personal(source, source->keys[i]), part);
		if (used + strlen(part) + 2 > TEXT_MASK_SIZE)
			return;
		used += (size_t)snprintf(
			ret_mask + used, TEXT_MASK_SIZE - used, "%s%s", i ? " " : "", part);
		key = stop + 1;
	}
}

bool
intake_row_key(const struct source_config *source, const PGresult *keys, int row,
	struct arena *arena, const char **ret_key, size_t *ret_length)
{
	return raw_key(source, keys, row, NULL, arena, ret_key, ret_length);
}
