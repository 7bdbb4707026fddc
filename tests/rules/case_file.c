/* Reads case files and rule folders for the tests. */
#include "case_file.h"

#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buffer.h"
#include "diag.h"

static const char *file_name = "";

_Noreturn void
case_fail(int line, const char *format, ...)
{
	va_list list;

	printf("%s:%d: ", file_name, line);
	va_start(list, format);
	vprintf(format, list);
	va_end(list);
	printf("\n");
	exit(1);
}

static char *
read_file(const char *path, struct arena *arena, size_t *ret_length)
{
	FILE *file = fopen(path, "rb");
	char *bytes;
	long size;

	if (!file || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0)
		case_fail(0, "%s cannot be read", path);
	rewind(file);
	bytes = arena_alloc(arena, (size_t)size + 1);
	*ret_length = fread(bytes, 1, (size_t)size, file);
	fclose(file);
	return bytes;
}

static void
cut_words(struct case_line *line, char *text)
{
	for (char *word = strtok(text, " \t"); word; word = strtok(NULL, " \t")) {
		if (*word == '#')
			return;
		if (line->count == WORDS)
			case_fail(line->number, "more than %d words", WORDS);
		line->words[line->count++] = word;
	}
}

struct case_lines
case_read(const char *path, const char *name, struct arena *arena)
{
	struct case_lines lines = {0};
	size_t length;
	char *text, *next;
	int number = 0;
	bool inside = false, found = false;

	file_name = path;
	text = read_file(path, arena, &length);
	lines.all = arena_array(arena, length + 1, sizeof(*lines.all));
	for (; text; text = next) {
		struct case_line *line = &lines.all[lines.count];

		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		memset(line, 0, sizeof(*line));
		line->number = ++number;
		cut_words(line, text);
		if (line->count && strcmp(line->words[0], "case") == 0) {
			inside = line->count > 1 && strcmp(line->words[1], name) == 0;
			found |= inside;
		} else if (line->count && inside) {
			lines.count++;
		}
	}
	if (!found)
		case_fail(0, "no case '%s'", name);
	return lines;
}

const char *
case_value(const struct case_line *line, const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 1; i < line->count; i++)
		if (strncmp(line->words[i], name, length) == 0 && line->words[i][length] == '=')
			return line->words[i] + length + 1;
	return NULL;
}

struct ruleset *
case_ruleset(const char *folder, struct arena *arena)
{
	struct diags *diags = diags_new();
	struct source_text *texts;
	struct ruleset *set;
	struct buffer out = {0};
	glob_t found;

	glob(arena_printf(arena, "%s/core/*.rules", folder), 0, NULL, &found);
	glob(arena_printf(arena, "%s/*.rules", folder), GLOB_APPEND, NULL, &found);
	texts = arena_array(arena, found.gl_pathc, sizeof(*texts));
	for (size_t i = 0; i < found.gl_pathc; i++) {
		texts[i].name = arena_strdup(arena, found.gl_pathv[i]);
		texts[i].bytes = read_file(found.gl_pathv[i], arena, &texts[i].length);
	}
	set = ruleset_compile(texts, found.gl_pathc, diags);
	globfree(&found);
	if (!set) {
		diags_print(diags, &out);
		case_fail(0, "the rules do not compile:\n%s", out.bytes);
	}
	diags_free(diags);
	return set;
}
