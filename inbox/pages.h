/* The built pages, read into memory at start and on reload: what was not there then is not there. Opens no file for a
 * request. */
#ifndef NEEDWATCH_PAGES_H
#define NEEDWATCH_PAGES_H

#include <stdbool.h>
#include <stddef.h>

struct pages;

struct page {
	const char *path; /* "/assets/index-4f1c.js" */
	const char *type;
	const char *bytes;
	size_t length;
	bool lasting; /* its name changes with its content: browsers may keep it for ever */
	char tag[20]; /* of its content, in quotes */
};

/* NULL: the folder cannot be read, or is no folder of pages; *ret_error is one line, owned by the caller. */
struct pages *
pages_read(const char *folder, char **ret_error);

void
pages_free(struct pages *pages); /* NULL is fine */

size_t
pages_count(const struct pages *pages);

/* "/" is "/index.html". NULL: no such page. */
const struct page *
pages_find(const struct pages *pages, const char *path);

#endif
