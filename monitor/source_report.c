/* Writes the report of a source check; asks no database. */
#include "source_report.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bounds.h"
#include "buffer.h"
#include "charset.h"
#include "fold.h"
#include "intake_row.h"

#define ROWS_SHOWN 5

static size_t
word_length(const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) ||
		strchr("_.\"", text[length] ? text[length] : ' '))
		length++;
	return length;
}

static bool
word_is(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && strncasecmp(text, word, length) == 0;
}

/* Texts in single quotes are no words. */
static const char *
skip_text(const char *at)
{
	const char *end = strchr(at + 1, '\'');

	return end ? end + 1 : at + strlen(at);
}

static void
add_relation(struct buffer *out, const char *word, size_t length)
{
	char *copy = strndup(word, length);

	if (length > 0 && !(out->bytes && strstr(out->bytes, copy))) {
		if (out->length)
			buffer_text(out, ",");
		buffer_text(out, copy);
	}
	free(copy);
}

/* Words behind which a list of relations has ended. */
static bool
ends_relations(const char *word, size_t length)
{
	static const char *const words[] = {
		"where", "on", "using", "group", "order", "having", "limit", "union", "select"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (word_is(word, length, words[i]))
			return true;
	}
	return false;
}

char *
query_relations(const char *query)
{
	struct buffer out = {0};
	bool expected = false, listed = false;

	while (*query) {
		size_t length = word_length(query);

		if (*query == '\'') {
			query = skip_text(query);
			continue;
		}
		if (length == 0) {
			expected = (expected && isspace((unsigned char)*query)) ||
				   (listed && *query == ',');
			query++;
			continue;
		}
		if (expected)
			add_relation(&out, query, length);
		expected = word_is(query, length, "from") || word_is(query, length, "join");
		listed = expected || (listed && !ends_relations(query, length));
		query += length;
	}
	return out.bytes ? out.bytes : strdup("");
}

static int
used_column(const struct source_config *source, const char *name)
{
	for (int i = 0; i < source->column_count; i++) {
		if (strcasecmp(source->columns[i], name) == 0)
			return i;
	}
	return COLUMN_NONE;
}

static bool
is_key(const struct source_config *source, int column)
{
	for (int i = 0; i < source->key_count; i++) {
		if (source->keys[i] == column)
			return true;
	}
	return false;
}

static const char *
column_use(const struct source_config *source, int column)
{
	if (column == COLUMN_NONE)
		return "nothing uses it: leave it out of the query";
	if (is_key(source, column))
		return "key";
	if (column == source->cursor)
		return "cursor";
	if (column == source->batch)
		return "batch";
	if (column == source->person.number)
		return "citizen number: kept as a keyed hash and a sealed box";
	if (column == source->person.name || column == source->person.address ||
		column == source->person.phone)
		return "kept in the sealed box";
	if (column == source->household)
		return "household";
	return "facts";
}

void
report_columns(const struct source_config *source, const PGresult *columns, struct buffer *out)
{
	buffer_text(out, "columns\n");
	for (int i = 0; i < PQnfields(columns); i++) {
		int column = used_column(source, PQfname(columns, i));

		buffer_printf(
			out, "  %-24s %s\n", PQfname(columns, i), column_use(source, column));
	}
	for (int i = 0; i < source->column_count; i++) {
		bool given = false;

		for (int n = 0; n < PQnfields(columns); n++)
			given = given ||
				strcasecmp(source->columns[i], PQfname(columns, n)) == 0;
		if (!given)
			buffer_printf(out, "  %-24s MISSING: the query does not give it\n",
				source->columns[i]);
	}
}

static void
add_masked(struct buffer *out, const char *text, size_t length)
{
	char mask[TEXT_MASK_SIZE];

	text_mask(text, length, true, mask);
	buffer_text(out, mask);
}

static void
add_day(struct buffer *out, const char *name, struct day day)
{
	char text[DAY_TEXT_SIZE];

	if (day.n == DAY_NONE)
		return;
	day_format(day, text);
	buffer_printf(out, " %s %s", name, text);
}

static void
add_cell(struct buffer *out, const struct field *field, const struct mapped_cell *cell)
{
	char money[MONEY_TEXT_SIZE];
	char mask[CITIZEN_MASK_SIZE];

	buffer_printf(out, " %s=", field->name);
	if (!cell->known) {
		buffer_text(out, "?");
	} else if (field->sensitive) {
		buffer_text(out, "(sensitive)");
	} else if (field->type == FIELD_MONEY) {
		money_format((struct money){cell->number}, false, money);
		buffer_text(out, money);
	} else if (field->type == FIELD_CODE) {
		buffer_text(out, field->words[cell->number]);
	} else if (field->type == FIELD_DATE) {
		add_day(out, "", (struct day){(int32_t)cell->number});
	} else if (field->type == FIELD_TEXT) {
		add_masked(out, cell->text, cell->length);
	} else if (field->type == FIELD_PERSON) {
		citizen_mask(cell->citizen.number, mask);
		buffer_text(out, mask);
	} else {
		buffer_printf(out, "%lld", (long long)cell->number);
	}
}

static void
add_fact(struct buffer *out, const struct mapped_fact *fact)
{
	const struct kind *kind = fact->config->kind;
	char mask[CITIZEN_MASK_SIZE];

	buffer_printf(out, "    %s", fact->config->kind_name);
	if (fact->person.citizen.number[0]) {
		citizen_mask(fact->person.citizen.number, mask);
		buffer_printf(out, " %s", mask);
	}
	add_day(out, "on", fact->on);
	add_day(out, "until", fact->until);
	for (size_t i = 0; kind && i < kind->field_count; i++)
		add_cell(out, &kind->fields[i], &fact->cells[i]);
	for (size_t i = 0; !kind && i < RESIDENT_FIELDS; i++)
		buffer_printf(out, " %s%s", resident_field_names[i],
			fact->cells[i].known ? "=(known)" : "=?");
	buffer_text(out, "\n");
}

static void
add_row(struct buffer *out, const struct source_config *source,
	const struct mapped_record *mapped)
{
	char mask[TEXT_MASK_SIZE];

	intake_row_key_mask(source, mapped, mask);
	buffer_printf(out, "  key %s", mask);
	buffer_text(out, mapped->gone         ? ": gone\n"
			 : mapped->fact_count ? "\n"
					      : ": no facts\n");
	for (size_t i = 0; i < mapped->fact_count; i++)
		add_fact(out, &mapped->facts[i]);
}

/* How many rows each fault would hold back, with the first of each as an example. */
static void
add_faults(struct buffer *out, const int counts[FAULT_COUNT],
	const struct mapped_record examples[FAULT_COUNT], const struct source_config *source)
{
	for (int i = 1; i < FAULT_COUNT; i++) {
		int column = examples[i].fault_column;

		if (counts[i] > 0)
			buffer_printf(out, "  %d x %s at %s, like '%s': %s\n", counts[i],
				fault_word((enum mapping_fault)i),
				column >= 0 ? source->columns[column] : "-",
				examples[i].fault_mask, fault_meaning((enum mapping_fault)i));
	}
}

void
report_rows(const struct source_config *source, const PGresult *rows, bool ascii,
	struct day today, struct buffer *out)
{
	int counts[FAULT_COUNT] = {0}, bad = 0, shown = ROWS_SHOWN;
	struct mapped_record *examples = calloc(FAULT_COUNT, sizeof(*examples));
	struct charset *charset = source->charset ? charset_new(source->charset) : NULL;
	struct arena *arena = arena_new();
	bool bytes[RECORD_COLUMN_LIMIT];
	struct intake_page page = {
		.rows = rows, .today = today, .bytes = charset ? bytes : NULL};

	for (int i = 0; i < source->column_count; i++)
		bytes[i] = ascii || PQftype(rows, i) == 17; /* bytea */
	buffer_text(out, PQntuples(rows) ? "rows, as they would be mapped\n"
					 : "rows: the query gives none today\n");
	for (int i = 0; i < PQntuples(rows); i++) {
		struct mapped_record mapped;
		size_t losses;

		intake_row_map(source, &page, i, charset, arena, &mapped, &losses);
		if (mapped.fault == FAULT_NONE && shown-- > 0)
			add_row(out, source, &mapped);
		if (mapped.fault == FAULT_NONE)
			continue;
		bad++;
		if (counts[mapped.fault]++ == 0)
			examples[mapped.fault] = mapped;
	}
	if (PQntuples(rows))
		buffer_printf(out, "quarantine: %d of %d rows\n", bad, PQntuples(rows));
	add_faults(out, counts, examples, source);
	arena_free(arena);
	charset_free(charset);
	free(examples);
}
