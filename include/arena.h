/* Memory that is freed all at once: one arena per rule set, policy or batch. */
#ifndef NEEDWATCH_ARENA_H
#define NEEDWATCH_ARENA_H

#include <stddef.h>

struct arena;

/* Out of memory ends the process: no caller sees NULL. */
struct arena *
arena_new(void);

void
arena_free(struct arena *arena); /* NULL is fine */

/* Forgets everything, keeps the memory for the next batch. */
void
arena_reset(struct arena *arena);

/* Zeroed, aligned for any type. Lives until the arena is freed or reset. */
void *
arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc() for `count` members of `size` bytes; overflow ends the process. */
void *
arena_array(struct arena *arena, size_t count, size_t size);

/* For arrays that grow at their end: the array with room for one member more than `count`, copied when it is full. The
 * old one stays in the arena. Begin with NULL and no room. */
void *
arena_grow(struct arena *arena, void *old, size_t count, size_t *room, size_t size);

char *
arena_strdup(struct arena *arena, const char *text);

/* Copies exactly `length` bytes and ends them with NUL. */
char *
arena_strndup(struct arena *arena, const char *text, size_t length);

char *
arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Bytes handed out since the last reset: for limits and metrics. */
size_t
arena_used(const struct arena *arena);

#endif
