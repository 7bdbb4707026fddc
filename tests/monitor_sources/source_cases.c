/* Runs the cases of a data file: `source_cases FILE.t [--update]`. A case begins with "===
 * name", has a configuration (the text before the first case stands before each), perhaps the
 * file of abolished area codes behind "--- area_changes", records behind "--- record" and what
 * must come out behind "--- expect". Writes the file anew with
 * --update; never asserts by itself. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buffer.h"
#include "config.h"
#include "kinds.h"
#include "mapping.h"

#define COLUMNS 64

struct row {
	const char *cells[COLUMNS];
	size_t lengths[COLUMNS];
};

static void
read_file(const char *path, struct buffer *out)
{
	char block[4096];
	size_t got;
	FILE *file = fopen(path, "re");

	if (!file) {
		perror(path);
		exit(2);
	}
	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		buffer_add(out, block, got);
	fclose(file);
}

/* \xHH and \0 stand for bytes that a text file cannot hold. */
static size_t
unescape(char *text)
{
	char *out = text;
	char *start = text;

	while (*text) {
		unsigned int byte;

		if (text[0] == '\\' && text[1] == 'x' && sscanf(text + 2, "%2x", &byte) == 1) {
			*out++ = (char)byte;
			text += 4;
		} else if (text[0] == '\\' && text[1] == '0') {
			*out++ = '\0';
			text += 2;
		} else {
			*out++ = *text++;
		}
	}
	return (size_t)(out - start);
}

static int
column_index(const struct source_config *source, const char *name)
{
	for (int i = 0; i < source->column_count; i++) {
		if (strcmp(source->columns[i], name) == 0)
			return i;
	}
	fprintf(stderr, "the case names a column '%s' that nothing uses\n", name);
	exit(2);
}

static void
read_row(const struct source_config *source, char *text, struct row *ret_row)
{
	char *rest = NULL;

	memset(ret_row, 0, sizeof(*ret_row));
	for (char *line = strtok_r(text, "\n", &rest); line;
		line = strtok_r(NULL, "\n", &rest)) {
		char *equals = strchr(line, '=');
		int column;

		if (!equals)
			continue;
		*equals = '\0';
		column = column_index(source, line);
		ret_row->cells[column] = equals + 1;
		ret_row->lengths[column] = unescape(equals + 1);
	}
}

static void
print_day(struct buffer *out, const char *name, struct day day)
{
	char text[DAY_TEXT_SIZE] = "-";

	if (day.n != DAY_NONE)
		day_format(day, text);
	buffer_printf(out, " %s %s", name, text);
}

static void
print_cell(struct buffer *out, const char *name, const struct mapped_cell *cell)
{
	if (!cell->known)
		buffer_printf(out, " %s=?", name);
	else if (cell->text)
		buffer_printf(out, " %s=\"%s\"", name, cell->text);
	else if (cell->citizen.number[0])
		buffer_printf(out, " %s=%s", name, cell->citizen.number);
	else
		buffer_printf(out, " %s=%lld", name, (long long)cell->number);
}

static void
print_fact(struct buffer *out, const struct mapped_fact *fact)
{
	const struct fact_config *config = fact->config;

	buffer_printf(out, "%s %s", config->kind_name,
		fact->person.citizen.number[0] ? fact->person.citizen.number : "-");
	print_day(out, "on", fact->on);
	print_day(out, "until", fact->until);
	if (fact->area.code)
		buffer_printf(out, " area %lld", (long long)fact->area.code);
	if (fact->person.name)
		buffer_printf(
			out, " name %.*s", (int)fact->person.name_length, fact->person.name);
	for (size_t i = 0; config->resident && i < RESIDENT_FIELDS; i++)
		print_cell(out, resident_field_names[i], &fact->cells[i]);
	for (size_t i = 0; config->kind && i < config->kind->field_count; i++)
		print_cell(out, config->kind->fields[i].name, &fact->cells[i]);
	buffer_text(out, "\n");
}

/* A key of several columns is shown as it is put together. */
static void
print_key(struct buffer *out, const struct source_config *source, const struct mapped_record *mapped)
{
	if (source->key_count < 2)
		return;
	buffer_text(out, "key ");
	for (size_t i = 0; i < mapped->key_length; i++)
		buffer_add(out, mapped->key[i] == '\x1f' ? "|" : &mapped->key[i], 1);
	buffer_text(out, "\n");
}

static void
print_mapped(struct buffer *out, const struct source_config *source,
	const struct mapped_record *mapped)
{
	if (mapped->fault != FAULT_NONE) {
		buffer_printf(out, "quarantine %s at %s '%s'\n", fault_word(mapped->fault),
			mapped->fault_column >= 0 ? source->columns[mapped->fault_column] : "-",
			mapped->fault_mask);
		return;
	}
	print_key(out, source, mapped);
	if (mapped->household_key)
		buffer_printf(out, "household %.*s\n", (int)mapped->household_key_length,
			mapped->household_key);
	if (mapped->gone)
		buffer_text(out, "gone\n");
	for (size_t i = 0; i < mapped->fact_count; i++)
		print_fact(out, &mapped->facts[i]);
	if (!mapped->gone && mapped->fact_count == 0)
		buffer_text(out, "no facts\n");
}

static void
map_rows(const struct config *config, char *records, struct buffer *out)
{
	const struct source_config *source = config_source(config, 0);
	struct arena *arena = arena_new();
	struct day today;

	day_parse("2026-06-10", &today);
	for (char *record = records; record;) {
		char *next = strstr(record, "--- record\n");
		struct mapped_record mapped;
		struct row row;

		if (next)
			*next = '\0';
		read_row(source, record, &row);
		mapping_record(source, &(struct record){row.cells, row.lengths}, today, arena,
			&mapped);
		print_mapped(out, source, &mapped);
		record = next ? next + strlen("--- record\n") : NULL;
	}
	arena_free(arena);
}

/* What comes out of one case. */
static void
run_case(
	const char *text, size_t length, const char *changes, char *records, struct buffer *out)
{
	struct source_text change_text = {
		"changes.csv", changes, changes ? strlen(changes) : 0};
	struct source_text source = {"needwatch.conf", text, length};
	struct diags *diags = diags_new();
	struct config *config = config_parse(&source, 1, diags);

	if (changes)
		config_take_area_changes(config, &change_text, diags);
	config_bind(config, test_kinds, TEST_KINDS, diags);
	diags_print(diags, out);
	if (diags_errors(diags) == 0 && records)
		map_rows(config, records, out);
	else if (diags_errors(diags) == 0)
		buffer_text(out, "ok\n");
	diags_free(diags);
	config_free(config);
}

/* Cuts `text` at `mark`; NULL if it is not there. */
static char *
cut(char *text, const char *mark)
{
	char *found = strstr(text, mark);

	if (!found)
		return NULL;
	*found = '\0';
	return found + strlen(mark);
}

static int
one_case(const char *head, char *text, struct buffer *renewed)
{
	struct buffer conf = {0}, out = {0};
	char *expect = cut(text, "--- expect\n");
	char *name_end = strchr(text, '\n');
	char *records, *changes;
	int bad;

	buffer_printf(renewed, "=== %s--- expect\n", text);
	records = cut(text, "--- record\n");
	changes = cut(text, "--- area_changes\n");
	buffer_text(&conf, head);
	buffer_text(&conf, name_end + 1);
	run_case(conf.bytes, conf.length, changes, records, &out);
	buffer_text(renewed, out.bytes ? out.bytes : "");
	*name_end = '\0';
	bad = !expect || strcmp(expect, out.bytes ? out.bytes : "") != 0;
	if (bad)
		printf("FAIL %s\n--- expected\n%s--- got\n%s", text, expect ? expect : "",
			out.bytes ? out.bytes : "");
	else
		printf("ok %s\n", text);
	buffer_free(&conf);
	buffer_free(&out);
	return bad;
}

int
main(int count, char **arguments)
{
	struct buffer file = {0}, renewed = {0};
	char *head, *next;
	int bad = 0;

	if (count < 2)
		return 2;
	read_file(arguments[1], &file);
	head = file.bytes;
	next = cut(head, "=== ");
	buffer_text(&renewed, head);
	while (next) {
		char *text = next;

		next = strstr(text, "\n=== ");
		if (next) {
			next[1] = '\0';
			next += strlen("\n=== ");
		}
		bad += one_case(head, text, &renewed);
	}
	if (count > 2 && strcmp(arguments[2], "--update") == 0) {
		FILE *out = fopen(arguments[1], "we");

		fwrite(renewed.bytes, 1, renewed.length, out);
		fclose(out);
		bad = 0;
	}
	buffer_free(&file);
	buffer_free(&renewed);
	return bad != 0;
}
