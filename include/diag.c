/* Collects what is wrong with texts and shows it; never decides what is wrong. */
#include "diag.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bounds.h"
#include "buffer.h"
#include "memory.h"

struct diag {
	enum diag_severity severity;
	struct span span;
	const char *message;
	const char *hint;
	size_t order; /* as reported: ties at one place keep their order */
};

struct diags {
	struct arena *arena;
	struct diag *all;
	size_t count;
	size_t room;
	size_t errors;
	size_t warnings;
	bool muted; /* the last one was beyond the limit: its hint is dropped, too */
};

struct diags *
diags_new(void)
{
	struct diags *diags = xcalloc(1, sizeof(*diags));

	diags->arena = arena_new();
	return diags;
}

void
diags_free(struct diags *diags)
{
	if (!diags)
		return;
	arena_free(diags->arena);
	free(diags->all);
	free(diags);
}

static char *
format_text(struct arena *arena, const char *format, va_list list)
{
	va_list again;
	int length;
	char *text;

	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	text = arena_alloc(arena, (size_t)(length < 0 ? 0 : length) + 1);
	vsnprintf(text, (size_t)(length < 0 ? 0 : length) + 1, format, list);
	return text;
}

void
diag_at(struct diags *diags, enum diag_severity severity, struct span span, const char *format,
	...)
{
	size_t *count = severity == DIAG_ERROR ? &diags->errors : &diags->warnings;
	va_list list;

	diags->muted = ++*count > DIAG_LIMIT;
	if (diags->muted)
		return;
	if (diags->count == diags->room) {
		diags->room = diags->room ? 2 * diags->room : 16;
		diags->all = xrealloc(diags->all, diags->room, sizeof(*diags->all));
	}
	va_start(list, format);
	diags->all[diags->count] = (struct diag){
		.severity = severity,
		.span = span,
		.message = format_text(diags->arena, format, list),
		.order = diags->count,
	};
	va_end(list);
	diags->count++;
}

void
diag_hint(struct diags *diags, const char *format, ...)
{
	va_list list;

	if (diags->muted || diags->count == 0)
		return;
	va_start(list, format);
	diags->all[diags->count - 1].hint = format_text(diags->arena, format, list);
	va_end(list);
}

size_t
diags_errors(const struct diags *diags)
{
	return diags->errors;
}

size_t
diags_warnings(const struct diags *diags)
{
	return diags->warnings;
}

static int
diag_order(const void *left, const void *right)
{
	const struct diag *a = left, *b = right;
	int files = strcmp(a->span.text->name, b->span.text->name);

	if (files)
		return files;
	if (a->span.start != b->span.start)
		return a->span.start < b->span.start ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void
diags_sort(const struct diags *diags)
{
	if (diags->count)
		qsort(diags->all, diags->count, sizeof(*diags->all), diag_order);
}

struct place {
	size_t line;   /* from 1 */
	size_t column; /* from 1, in characters */
	const char *start; /* of the line */
	size_t length;     /* of the line, without its end */
	size_t mark;       /* byte in the line where the span starts */
};

static size_t
count_characters(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xC0) != 0x80;
	return count;
}

static struct place
find_place(struct span span)
{
	const char *bytes = span.text->bytes;
	size_t start = span.start < span.text->length ? span.start : span.text->length;
	struct place place = {.line = 1};
	size_t from = 0;
	const char *end;

	for (size_t i = 0; i < start; i++) {
		if (bytes[i] == '\n') {
			place.line++;
			from = i + 1;
		}
	}
	place.start = bytes + from;
	end = span.text->length > from ? memchr(place.start, '\n', span.text->length - from) : NULL;
	place.length = end ? (size_t)(end - place.start) : span.text->length - from;
	place.mark = start - from;
	if (place.length && place.start[place.length - 1] == '\r' && place.mark < place.length)
		place.length--;
	place.column = 1 + count_characters(place.start, place.mark);
	return place;
}

/* Bytes of the span on its first line. */
static size_t
marked_length(const struct place *place, size_t length)
{
	size_t left = place->length > place->mark ? place->length - place->mark : 0;

	return length < left ? length : left;
}

/* Columns that a terminal gives the character at `text` (`left` bytes): 0 inside one, 2 for CJK, else 1. */
static int
display_width(const char *text, size_t left)
{
	unsigned char c = (unsigned char)text[0];
	unsigned char second = left > 1 ? (unsigned char)text[1] : 0;

	if ((c & 0xC0) == 0x80)
		return 0;
	if (c >= 0xF0)
		return 2;
	if (c >= 0xE3 && c <= 0xED)
		return 2;
	if (c == 0xE2)
		return second >= 0xBA ? 2 : 1;
	if (c == 0xEF)
		return second >= 0xBC || second == 0xAC ? 2 : 1;
	return 1;
}

static void
print_underline(const struct place *place, size_t length, struct buffer *out)
{
	const char *start = place->start;
	int width = 0;

	for (size_t i = 0; i < place->mark && i < place->length; i++) {
		if (start[i] == '\t')
			buffer_add(out, "\t", 1);
		else
			buffer_printf(out, "%*s", display_width(start + i, place->length - i), "");
	}
	for (size_t i = place->mark; i < place->mark + length; i++)
		width += display_width(start + i, place->length - i);
	buffer_add(out, "^", 1);
	for (int i = 1; i < width; i++)
		buffer_add(out, "~", 1);
}

/* The line as it stands; a byte that would move the cursor becomes a blank. */
static void
print_line(const struct place *place, struct buffer *out)
{
	for (size_t i = 0; i < place->length; i++) {
		unsigned char c = (unsigned char)place->start[i];

		buffer_add(out, c < 0x20 && c != '\t' ? " " : place->start + i, 1);
	}
}

static void
print_one(const struct diag *diag, struct buffer *out)
{
	struct place place = find_place(diag->span);
	const char *severity = diag->severity == DIAG_ERROR ? "error" : "warning";

	buffer_printf(out, "%s:%zu:%zu: %s: %s\n", diag->span.text->name, place.line, place.column,
		severity, diag->message);
	buffer_printf(out, "%5zu | ", place.line);
	print_line(&place, out);
	buffer_text(out, "\n      | ");
	print_underline(&place, marked_length(&place, diag->span.length), out);
	if (diag->hint)
		buffer_printf(out, " %s", diag->hint);
	buffer_text(out, "\n");
}

void
diags_print(const struct diags *diags, struct buffer *out)
{
	diags_sort(diags);
	for (size_t i = 0; i < diags->count; i++)
		print_one(&diags->all[i], out);
	if (diags->errors > DIAG_LIMIT)
		buffer_printf(out, "%zu more errors are not shown; mend these first\n",
			diags->errors - DIAG_LIMIT);
}

void
diags_json(const struct diags *diags, struct buffer *out)
{
	diags_sort(diags);
	json_open(out, '[');
	for (size_t i = 0; i < diags->count; i++) {
		const struct diag *diag = &diags->all[i];
		struct place place = find_place(diag->span);
		size_t length = marked_length(&place, diag->span.length);

		json_item(out);
		json_open(out, '{');
		json_key(out, "file");
		json_text(out, diag->span.text->name);
		json_key(out, "line");
		json_int(out, (int64_t)place.line);
		json_key(out, "column");
		json_int(out, (int64_t)place.column);
		json_key(out, "end_column");
		json_int(out, (int64_t)(place.column +
				count_characters(place.start + place.mark, length)));
		json_key(out, "severity");
		json_text(out, diag->severity == DIAG_ERROR ? "error" : "warning");
		json_key(out, "message");
		json_text(out, diag->message);
		json_key(out, "hint");
		json_text(out, diag->hint);
		json_close(out, '}');
	}
	json_close(out, ']');
}

/* Optimal string alignment: insert, delete, replace, swap neighbours; names are short (NAME_LIMIT). */
static size_t
edit_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
	size_t rows[3][NAME_LIMIT + 2];
	size_t *before = rows[0], *last = rows[1], *now = rows[2];

	for (size_t k = 0; k <= b_length; k++)
		last[k] = k;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *spare = before;

		now[0] = i;
		for (size_t k = 1; k <= b_length; k++) {
			size_t best = last[k - 1] + (a[i - 1] != b[k - 1]);

			if (last[k] + 1 < best)
				best = last[k] + 1;
			if (now[k - 1] + 1 < best)
				best = now[k - 1] + 1;
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
				before[k - 2] + 1 < best)
				best = before[k - 2] + 1;
			now[k] = best;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[b_length];
}

const char *
nearest_name(const char *word, size_t length, const char *const *names, size_t count)
{
	size_t best = length / 3 + 1;
	const char *nearest = NULL;

	if (length > NAME_LIMIT)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		size_t size = strlen(names[i]);
		size_t distance;

		if (size > NAME_LIMIT || size + best < length || length + best < size)
			continue;
		distance = edit_distance(word, length, names[i], size);
		if (distance < best) {
			best = distance;
			nearest = names[i];
		}
	}
	return nearest;
}
