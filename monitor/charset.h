/* Bytes of old databases made UTF-8, leniently and with every loss counted. */
#ifndef NEEDWATCH_CHARSET_H
#define NEEDWATCH_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct charset;

/* Losses in one value above which it is not text in this charset. */
#define CHARSET_LOSS_LIMIT 2

/* NULL if this system does not know the charset. */
struct charset *
charset_new(const char *name);

void
charset_free(struct charset *charset);

/* The text in UTF-8, in the arena. A character cut in half at the end (columns of so many bytes do that)
 * is dropped, others become U+FFFD; both count in *ret_losses. NUL padding at the end goes. */
const char *
charset_decode(struct charset *charset, struct arena *arena, const char *bytes, size_t length,
	size_t *ret_length, size_t *ret_losses);

/* The bytes of PostgreSQL's "\x..." form; false if it is not. */
bool
bytes_decode(struct arena *arena, const char *text, size_t length, const char **ret_bytes,
	size_t *ret_length);

#endif
