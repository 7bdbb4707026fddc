/* Reads the folder of pages once, sorted by path; serves nothing. */
#include "pages.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "arena.h"
#include "memory.h"

/* A wrong folder ("/") must not be read into memory. */
#define FILES_MOST 400
#define BYTES_MOST (32 << 20)
#define DEPTH_MOST 4
#define PATH_ROOM 4096

struct pages {
	struct arena *arena;
	struct page *list;
	size_t count;
	size_t bytes;
	char *error;
};

static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{".html", "text/html; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".svg", "image/svg+xml"},
	{".png", "image/png"},
	{".ico", "image/x-icon"},
	{".woff2", "font/woff2"},
	{".json", "application/json"},
	{".webmanifest", "application/manifest+json"},
	{".txt", "text/plain; charset=utf-8"},
};

/* Files of other kinds (source maps, keys left by mistake) are not pages. */
static const char *
type_of(const char *path)
{
	const char *ending = strrchr(path, '.');
	for (size_t i = 0; ending != NULL && i < sizeof types / sizeof types[0]; i++) {
		if (strcmp(ending, types[i].ending) == 0) {
			return types[i].type;
		}
	}
	return NULL;
}

static void
fail(struct pages *pages, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void
fail(struct pages *pages, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	if (pages->error == NULL && vasprintf(&pages->error, format, list) < 0) {
		abort();
	}
	va_end(list);
}

static char *
read_bytes(struct pages *pages, const char *path, size_t size)
{
	char *bytes = arena_alloc(pages->arena, size + 1);
	FILE *file = fopen(path, "re");
	bool whole = file != NULL && fread(bytes, 1, size, file) == size;
	if (file != NULL) {
		fclose(file);
	}
	if (!whole) {
		fail(pages, "%s cannot be read: %s", path, file == NULL ? strerror(errno) : "it changed meanwhile");
	}
	return whole ? bytes : NULL;
}

static void
page_tag(struct page *page)
{
	unsigned char hash[16];
	char hex[33];
	crypto_generichash(hash, sizeof hash, (const unsigned char *)page->bytes, page->length, NULL, 0);
	sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
	snprintf(page->tag, sizeof page->tag, "\"%.16s\"", hex);
}

static void
add_file(struct pages *pages, const char *file, const char *path, size_t size)
{
	const char *type = type_of(path);
	if (type == NULL) {
		return;
	}
	pages->bytes += size;
	if (pages->count == FILES_MOST || pages->bytes > BYTES_MOST) {
		fail(pages, "%s: more than %d files or %d MiB: is this the folder of the built pages?", file,
			FILES_MOST, BYTES_MOST >> 20);
		return;
	}
	const char *bytes = read_bytes(pages, file, size);
	if (bytes == NULL) {
		return;
	}
	struct page *page = &pages->list[pages->count++];
	*page = (struct page){.path = arena_strdup(pages->arena, path),
		.type = type,
		.bytes = bytes,
		.length = size,
		.lasting = strncmp(path, "/assets/", 8) == 0};
	page_tag(page);
}

static void
add_folder(struct pages *pages, const char *folder, const char *prefix, int depth)
{
	DIR *list = opendir(folder);
	if (list == NULL) {
		fail(pages, "%s cannot be read: %s", folder, strerror(errno));
		return;
	}
	for (struct dirent *entry; (entry = readdir(list)) != NULL && pages->error == NULL;) {
		char file[PATH_ROOM];
		char path[PATH_ROOM];
		struct stat status;
		if (entry->d_name[0] == '.' ||
			snprintf(file, sizeof file, "%s/%s", folder, entry->d_name) >= PATH_ROOM ||
			snprintf(path, sizeof path, "%s/%s", prefix, entry->d_name) >= PATH_ROOM ||
			stat(file, &status) != 0) {
			continue;
		}
		if (S_ISDIR(status.st_mode) && depth < DEPTH_MOST) {
			add_folder(pages, file, path, depth + 1);
		} else if (S_ISREG(status.st_mode)) {
			add_file(pages, file, path, (size_t)status.st_size);
		}
	}
	closedir(list);
}

static int
page_order(const void *left, const void *right)
{
	return strcmp(((const struct page *)left)->path, ((const struct page *)right)->path);
}

struct pages *
pages_read(const char *folder, char **ret_error)
{
	struct pages *pages = xcalloc(1, sizeof *pages);
	pages->arena = arena_new();
	pages->list = arena_array(pages->arena, FILES_MOST, sizeof *pages->list);
	add_folder(pages, folder, "", 0);
	qsort(pages->list, pages->count, sizeof *pages->list, page_order);
	if (pages->error == NULL && pages_find(pages, "/") == NULL) {
		fail(pages, "%s holds no index.html: build the pages (npm run build in inbox/app)", folder);
	}
	if (pages->error == NULL) {
		return pages;
	}
	*ret_error = pages->error;
	pages_free(pages);
	return NULL;
}

void
pages_free(struct pages *pages)
{
	if (pages != NULL) {
		arena_free(pages->arena);
		free(pages);
	}
}

size_t
pages_count(const struct pages *pages)
{
	return pages->count;
}

const struct page *
pages_find(const struct pages *pages, const char *path)
{
	struct page key = {.path = strcmp(path, "/") == 0 ? "/index.html" : path};
	return bsearch(&key, pages->list, pages->count, sizeof key, page_order);
}
