/* Gathers rule files and what they include, and compiles them; the language itself is rules/. */
#include "rule_files.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "bounds.h"
#include "include.h"
#include "memory.h"

enum visit {
	VISIT_NONE,
	VISIT_OPEN, /* its includes are being read: whoever leads back here goes in a circle */
	VISIT_DONE,
};

/* A text on its way, by its place in the text files. */
struct visited {
	char *real; /* the one name that the system has for the file */
	enum visit visit;
};

struct reading {
	struct text_files *files;
	struct diags *diags;
	struct arena *arena;
	struct visited *visited;
	size_t path[RULE_FILE_LIMIT]; /* from a file of the caller to the one whose includes are read */
	size_t depth;
};

static const struct source_text *
text_at(const struct reading *r, size_t text)
{
	return r->files->texts[text];
}

/* Remembers the texts that came since. */
static void
note_texts(struct reading *r, size_t before)
{
	r->visited = xrealloc(r->visited, r->files->count, sizeof(*r->visited));
	for (size_t i = before; i < r->files->count; i++)
		r->visited[i] = (struct visited){realpath(text_at(r, i)->name, NULL), VISIT_NONE};
}

static size_t
find_text(const struct reading *r, const char *real)
{
	for (size_t i = 0; i < r->files->count; i++)
		if (r->visited[i].real && strcmp(r->visited[i].real, real) == 0)
			return i;
	return SIZE_MAX;
}

/* The path of an include as seen from where the program runs. */
static const char *
path_of(const struct reading *r, size_t text, const struct rule_include *include)
{
	const char *name = text_at(r, text)->name;
	const char *slash = strrchr(name, '/');

	if (*include->path == '/' || !slash)
		return include->path;
	return arena_printf(r->arena, "%.*s/%s", (int)(slash - name), name, include->path);
}

static void
tell_circle(struct reading *r, size_t text, const struct rule_include *include)
{
	const char *way = text_at(r, text)->name;
	size_t from = 0;

	while (r->path[from] != text)
		from++;
	for (size_t i = from + 1; i < r->depth; i++)
		way = arena_printf(r->arena, "%s -> %s", way, text_at(r, r->path[i])->name);
	diag_at(r->diags, DIAG_ERROR, include->span, "this include leads in a circle");
	diag_hint(r->diags, "%s -> %s", way, text_at(r, text)->name);
}

/* The text that an include means, read if it was not; SIZE_MAX after a fault, which is told. */
static size_t
text_of(struct reading *r, size_t text, const struct rule_include *include)
{
	const char *path = path_of(r, text, include);
	char *real = realpath(path, NULL);
	size_t found = real ? find_text(r, real) : SIZE_MAX;
	size_t before = r->files->count;

	if (!real) {
		diag_at(r->diags, DIAG_ERROR, include->span, "'%s' cannot be read: %s", path,
			strerror(errno));
	} else if (found == SIZE_MAX && before == RULE_FILE_LIMIT) {
		diag_at(r->diags, DIAG_ERROR, include->span, "more than %d rule files",
			RULE_FILE_LIMIT);
	} else if (found == SIZE_MAX) {
		if (text_files_add(r->files, path, RULE_TEXT_LIMIT) == TEXT_FILE_READ)
			found = before;
		else
			diag_at(r->diags, DIAG_ERROR, include->span, "'%s' cannot be read", path);
		note_texts(r, before);
	}
	free(real);
	return found;
}

/* Goes as deep as there are files, of which RULE_FILE_LIMIT is the most. */
static void
read_includes(struct reading *r, size_t text)
{
	struct rule_include *includes;
	size_t count = rule_includes(text_at(r, text), r->arena, &includes);

	r->visited[text].visit = VISIT_OPEN;
	r->path[r->depth++] = text;
	for (size_t i = 0; i < count; i++) {
		size_t found = text_of(r, text, &includes[i]);

		if (found == SIZE_MAX)
			continue;
		if (r->visited[found].visit == VISIT_OPEN)
			tell_circle(r, found, &includes[i]);
		else if (r->visited[found].visit == VISIT_NONE)
			read_includes(r, found);
	}
	r->depth--;
	r->visited[text].visit = VISIT_DONE;
}

static void
read_all_includes(struct reading *r)
{
	size_t given = r->files->count;

	note_texts(r, 0);
	for (size_t i = 0; i < given; i++)
		if (r->visited[i].visit == VISIT_NONE)
			read_includes(r, i);
	for (size_t i = 0; i < r->files->count; i++)
		free(r->visited[i].real);
	free(r->visited);
}

bool
rule_files_read(
	const char *const *paths, size_t count, struct text_files *files, struct diags *diags)
{
	struct reading *r;

	for (size_t i = 0; i < count; i++)
		if (!text_files_add_tree(files, paths[i], ".rules", RULE_TEXT_LIMIT))
			return false;
	if (files->count > RULE_FILE_LIMIT) {
		diag_at(diags, DIAG_ERROR, (struct span){files->texts[RULE_FILE_LIMIT], 0, 0},
			"more than %d rule files", RULE_FILE_LIMIT);
		return false;
	}
	r = xcalloc(1, sizeof(*r));
	*r = (struct reading){.files = files, .diags = diags, .arena = arena_new()};
	read_all_includes(r);
	arena_free(r->arena);
	free(r);
	return diags_errors(diags) == 0;
}

struct ruleset *
rule_files_compile(
	const char *const *paths, size_t count, struct text_files *files, struct diags *diags)
{
	if (!rule_files_read(paths, count, files, diags))
		return NULL;
	return ruleset_compile(text_files_block(files), files->count, diags);
}
