/* Reads the file of abolished area codes that the configuration names, and gives it to the
 * sources. Knows no tree of areas: `needwatch init` holds the one against the other. */
#include <stdlib.h>

#include "arena.h"
#include "config_reader.h"
#include "csv_table.h"

enum { CHANGE_OLD, CHANGE_NEW, CHANGE_DATE };
static const struct csv_wanted wanted[] = {
	{"old_code", true}, {"new_code", true}, {"change_date", true}};

/* A change and where it stands in the file: sorted together. */
struct change_line {
	struct area_change change; /* first, for area_change_order() */
	struct span span;
};

struct change_lines {
	struct change_line *all;
	size_t count;
};

static void
add_line(struct change_lines *lines, const struct csv_table *table, struct arena *arena)
{
	struct change_line line;

	if (!csv_table_area(table, CHANGE_OLD, &line.change.old) ||
		!csv_table_area(table, CHANGE_NEW, &line.change.new) ||
		!csv_table_day(table, CHANGE_DATE, &line.change.changed))
		return;
	line.span = csv_table_span(table, CHANGE_NEW);
	if ((lines->count & (lines->count + 1)) == 0) {
		struct change_line *all =
			arena_array(arena, 2 * (lines->count + 1), sizeof(*all));

		for (size_t i = 0; i < lines->count; i++)
			all[i] = lines->all[i];
		lines->all = all;
	}
	lines->all[lines->count++] = line;
}

/* Two successors of one day would be a choice that nobody has made. */
static void
refuse_doubled(const struct change_lines *lines, struct diags *diags)
{
	char code[AREA_TEXT_SIZE];

	for (size_t i = 1; i < lines->count; i++) {
		const struct change_line *line = &lines->all[i];

		if (area_change_order(line - 1, line) != 0)
			continue;
		area_format(line->change.old, code);
		diag_at(diags, DIAG_ERROR, line->span,
			"the change of %s on this day stands there twice", code);
		diag_hint(diags, "of an area that was split, name the area above both");
	}
}

static void
refuse_circles(const struct config *config, struct diags *diags)
{
	char code[AREA_TEXT_SIZE];

	for (size_t i = 0; i < config->area_change_count; i++) {
		if (!area_change_turns(config->area_changes, config->area_change_count, i))
			continue;
		area_format(config->area_changes[i].old, code);
		diag_at(diags, DIAG_ERROR, config->area_change_spans[i],
			"this leads in a circle: nothing stands for %s", code);
		diag_hint(diags, "a code that came back does so on a later day");
	}
}

static void
take_lines(struct config *config, struct change_lines *lines, struct diags *diags)
{
	struct arena *arena = config->arena;
	size_t count = lines->count;

	if (count)
		qsort(lines->all, count, sizeof(*lines->all), area_change_order);
	refuse_doubled(lines, diags);
	config->area_changes = arena_array(arena, count + 1, sizeof(*config->area_changes));
	config->area_change_spans =
		arena_array(arena, count + 1, sizeof(*config->area_change_spans));
	config->area_change_count = count;
	for (size_t i = 0; i < count; i++) {
		config->area_changes[i] = lines->all[i].change;
		config->area_change_spans[i] = lines->all[i].span;
	}
	refuse_circles(config, diags);
	for (size_t i = 0; i < config->source_count; i++) {
		config->sources[i].area_changes = config->area_changes;
		config->sources[i].area_change_count = count;
	}
}

void
config_take_area_changes(
	struct config *config, const struct source_text *text, struct diags *diags)
{
	struct csv_table table = {.csv = csv_new(text, diags), .diags = diags};
	struct change_lines lines = {0};

	if (table.csv && csv_table_find(&table, wanted, sizeof(wanted) / sizeof(*wanted)))
		while (csv_next(table.csv))
			add_line(&lines, &table, config->arena);
	csv_free(table.csv);
	take_lines(config, &lines, diags);
}

const struct area_change *
config_area_changes(const struct config *config, size_t *ret_count)
{
	*ret_count = config->area_change_count;
	return config->area_changes;
}

struct span
config_area_change_span(const struct config *config, size_t change)
{
	return config->area_change_spans[change];
}
