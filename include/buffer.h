/* A growing byte string, and JSON written into it (append only, never parsed here). */
#ifndef NEEDWATCH_BUFFER_H
#define NEEDWATCH_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zero-initialise; `bytes` is NUL-terminated whenever it is not NULL. Owned by the buffer. */
struct buffer {
	char *bytes;
	size_t length;
	size_t room;
};

void
buffer_free(struct buffer *buffer); /* leaves it empty and usable */

void
buffer_clear(struct buffer *buffer);

void
buffer_add(struct buffer *buffer, const void *bytes, size_t length);

void
buffer_text(struct buffer *buffer, const char *text);

void
buffer_printf(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Writes "text" with JSON escapes; bytes that are not UTF-8 become U+FFFD. NULL writes null. */
void
json_text(struct buffer *buffer, const char *text);

/* Opens with '{' or '[', and separates members by itself: call json_key() before each
 * member of an object, json_item() before each element of an array. */
void
json_open(struct buffer *buffer, char bracket);

void
json_close(struct buffer *buffer, char bracket);

void
json_key(struct buffer *buffer, const char *key);

void
json_item(struct buffer *buffer);

void
json_int(struct buffer *buffer, int64_t number);

void
json_bool(struct buffer *buffer, bool truth);

#endif
