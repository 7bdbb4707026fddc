/* Whole files as texts that diagnostics can point into. */
#ifndef NEEDWATCH_TEXT_FILE_H
#define NEEDWATCH_TEXT_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "diag.h"

/* Owns the names and the bytes of its texts. Zero-initialise. */
struct text_files {
	struct source_text **texts; /* stay where they are while others are added */
	size_t count;
	struct source_text *block; /* the same, side by side: see text_files_block() */
};

enum text_file_answer {
	TEXT_FILE_READ,
	TEXT_FILE_ABSENT,
	TEXT_FILE_FAILED, /* reported on stderr */
};

/* Adds a copy of a text that lies in no file. */
void
text_files_add_text(struct text_files *files, const char *name, const char *text);

/* Reads a file of at most `limit` bytes (0: any size) and adds it; the text is the last one
 * then. */
enum text_file_answer
text_files_add(struct text_files *files, const char *path, size_t limit);

/* The file itself, or all files below the folder whose names end with `suffix`, in byte order
 * of their paths. False if something cannot be read, which has been reported on stderr. */
bool
text_files_add_tree(
	struct text_files *files, const char *path, const char *suffix, size_t limit);

/* The texts so far in one array, which lives until text_files_free(): diagnostics may point
 * into it. Once only. */
const struct source_text *
text_files_block(struct text_files *files);

void
text_files_free(struct text_files *files);

#endif
