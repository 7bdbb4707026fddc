/* Reads single cells of facts files; never guesses at another way of writing them. */
#include "facts_cell.h"

#include <string.h>

#include "bounds.h"
#include "buffer.h"
#include "money.h"

static void
report(const struct csv *csv, int column, struct diags *diags, const char *expected)
{
	diag_at(diags, DIAG_ERROR, csv_cell_span(csv, column), "'%.60s' is not %s",
		csv_cell(csv, column), expected);
}

struct day
facts_cell_day(const struct csv *csv, int column, struct diags *diags)
{
	const char *text = csv_cell(csv, column);
	struct day day = {DAY_NONE};

	if (*text && !day_parse(text, &day)) {
		day.n = DAY_NONE;
		report(csv, column, diags, "a date");
		diag_hint(diags, "write yyyy-MM-dd, as 2026-06-10, or leave it empty");
	}
	return day;
}

struct area
facts_cell_area(const struct csv *csv, int column, struct diags *diags)
{
	const char *text = csv_cell(csv, column);
	struct area area = {0};

	if (*text && !area_parse(text, &area)) {
		area.code = 0;
		report(csv, column, diags, "an area code");
		diag_hint(diags,
			"a code has 12 digits, or 2, 4, 6 or 9 for the areas above a village");
	}
	return area;
}

/* "a, b or c" */
static void
list_words(struct buffer *out, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buffer_printf(out, "%s%s",
			i == 0           ? ""
			: i + 1 == count ? " or "
					 : ", ",
			words[i]);
}

int
facts_cell_word(const struct csv *csv, int column, const char *const *words, size_t count,
	struct diags *diags)
{
	const char *text = csv_cell(csv, column), *near;
	struct buffer list = {0};

	if (!*text)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (strcmp(words[i], text) == 0)
			return (int)i;
	list_words(&list, words, count);
	near = nearest_name(text, strlen(text), words, count);
	report(csv, column, diags, "one of its words");
	if (near)
		diag_hint(diags, "did you mean '%s'?", near);
	else
		diag_hint(diags, "it is %s", list.bytes ? list.bytes : "always empty");
	buffer_free(&list);
	return -1;
}

static bool
parse_int(const char *text, int64_t *ret_number)
{
	const char *digits = text + (*text == '-');
	int64_t number = 0;

	if (!*digits || strspn(digits, "0123456789") != strlen(digits) || strlen(digits) > 15)
		return false;
	for (; *digits; digits++)
		number = number * 10 + (*digits - '0');
	*ret_number = *text == '-' ? -number : number;
	return true;
}

static struct field_cell
read_money(const struct csv *csv, int column, struct diags *diags)
{
	struct money money;

	if (money_parse_plain(csv_cell(csv, column), &money))
		return (struct field_cell){true, money.fen, NULL};
	report(csv, column, diags, "an amount");
	diag_hint(diags, "write yuan with up to two decimals, as 12300.50");
	return (struct field_cell){0};
}

static struct field_cell
read_int(const struct csv *csv, int column, struct diags *diags)
{
	int64_t number;

	if (parse_int(csv_cell(csv, column), &number))
		return (struct field_cell){true, number, NULL};
	report(csv, column, diags, "a whole number");
	return (struct field_cell){0};
}

static struct field_cell
read_text(const struct csv *csv, int column, struct diags *diags)
{
	const char *text = csv_cell(csv, column);

	if (strlen(text) <= TEXT_FIELD_LIMIT)
		return (struct field_cell){true, 0, text};
	diag_at(diags, DIAG_ERROR, csv_cell_span(csv, column),
		"the text is longer than %d bytes", TEXT_FIELD_LIMIT);
	return (struct field_cell){0};
}

struct field_cell
facts_cell_read(
	const struct csv *csv, int column, const struct field *field, struct diags *diags)
{
	static const char *const flags[] = {"0", "1"};
	const char *text = csv_cell(csv, column);
	struct day day;
	int word;

	if (!*text)
		return (struct field_cell){0};
	switch (field->type) {
	case FIELD_MONEY:
		return read_money(csv, column, diags);
	case FIELD_INT:
		return read_int(csv, column, diags);
	case FIELD_FLAG:
		word = facts_cell_word(csv, column, flags, 2, diags);
		return (struct field_cell){word >= 0, word, NULL};
	case FIELD_DATE:
		day = facts_cell_day(csv, column, diags);
		return (struct field_cell){day.n != DAY_NONE, day.n, NULL};
	case FIELD_CODE:
		word = facts_cell_word(csv, column, field->words, field->word_count, diags);
		return (struct field_cell){word >= 0, word, NULL};
	case FIELD_TEXT:
		return read_text(csv, column, diags);
	case FIELD_PERSON:
		return (struct field_cell){true, 0, text};
	}
	return (struct field_cell){0};
}
