/* What is wrong with an input, where, and what would mend it. One form for every language. */
#ifndef NEEDWATCH_DIAG_H
#define NEEDWATCH_DIAG_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;

/* One text that can be wrong. Borrowed: must outlive the diagnostics about it. */
struct source_text {
	const char *name; /* as the user gave it */
	const char *bytes;
	size_t length;
};

/* A piece of a source text, in bytes from its start. */
struct span {
	const struct source_text *text;
	size_t start;
	size_t length; /* 0: a place between two characters, marked with one ^ */
};

enum diag_severity {
	DIAG_ERROR,
	DIAG_WARNING,
};

struct diags;

struct diags *
diags_new(void);

void
diags_free(struct diags *diags);

/* The message is one sentence without a full stop. Beyond DIAG_LIMIT errors only the count goes on. */
void
diag_at(struct diags *diags, enum diag_severity severity, struct span span, const char *format,
	...) __attribute__((format(printf, 4, 5)));

/* The remedy for the diagnostic just added; shown behind its underline. */
void
diag_hint(struct diags *diags, const char *format, ...) __attribute__((format(printf, 2, 3)));

size_t
diags_errors(const struct diags *diags);

size_t
diags_warnings(const struct diags *diags);

/* standard.rules:31:20: error: ... with the line and the underline, sorted by file and place, columns
 * counted in characters, tabs kept, width of CJK respected in the underline. */
void
diags_print(const struct diags *diags, struct buffer *out);

/* An array of {file,line,column,end_column,severity,message,hint}. */
void
diags_json(const struct diags *diags, struct buffer *out);

/* The nearest of `count` names within a third of its length (Damerau-Levenshtein), or NULL. */
const char *
nearest_name(const char *word, size_t length, const char *const *names, size_t count);

#endif
