/* Blocks that double in size, freed together; never gives a single piece back. */
#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define FIRST_BLOCK 4096
#define LARGEST_BLOCK (1u << 20)

struct block {
	struct block *next;
	size_t room;
	size_t used;
	_Alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *first;
	struct block *last; /* is filled; what follows it is kept from before a reset */
	size_t used;
};

static struct block *
block_new(size_t room)
{
	struct block *block;
	size_t size;

	if (__builtin_add_overflow(sizeof(*block), room, &size))
		size = SIZE_MAX; /* xrealloc() ends the process */
	block = xrealloc(NULL, 1, size);
	block->next = NULL;
	block->room = room;
	block->used = 0;
	return block;
}

static void
blocks_free(struct block *block)
{
	while (block) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

struct arena *
arena_new(void)
{
	struct arena *arena = xcalloc(1, sizeof(*arena));

	arena->first = arena->last = block_new(FIRST_BLOCK);
	return arena;
}

void
arena_free(struct arena *arena)
{
	if (!arena)
		return;
	blocks_free(arena->first);
	free(arena);
}

void
arena_reset(struct arena *arena)
{
	arena->first->used = 0;
	arena->last = arena->first;
	arena->used = 0;
}

/* Goes on to a block with room for `size`: one kept from before a reset, else a new one. */
static void
next_block(struct arena *arena, size_t size)
{
	struct block *block = arena->last->next;

	if (!block || block->room < size) {
		size_t room = arena->last->room < LARGEST_BLOCK ? 2 * arena->last->room
								: LARGEST_BLOCK;

		block = block_new(size > room ? size : room);
		block->next = arena->last->next;
		arena->last->next = block;
	}
	block->used = 0;
	arena->last = block;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
	size_t step = _Alignof(max_align_t);
	size_t padded = size % step ? size + (step - size % step) : size;
	void *memory;

	if (padded < size)
		padded = SIZE_MAX; /* block_new() ends the process */
	if (arena->last->room - arena->last->used < padded)
		next_block(arena, padded);
	memory = arena->last->bytes + arena->last->used;
	arena->last->used += padded;
	arena->used += padded;
	return memset(memory, 0, padded);
}

void *
arena_array(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		bytes = SIZE_MAX;
	return arena_alloc(arena, bytes);
}

void *
arena_grow(struct arena *arena, void *old, size_t count, size_t *room, size_t size)
{
	void *array;

	if (count < *room)
		return old;
	*room = *room ? *room * 2 : 8;
	array = arena_array(arena, *room, size);
	if (count > 0)
		memcpy(array, old, count * size);
	return array;
}

char *
arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	memcpy(copy, text, length);
	return copy;
}

char *
arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list list, again;
	char *text;
	int length;

	va_start(list, format);
	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (length < 0)
		length = 0;
	text = arena_alloc(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	return text;
}

size_t
arena_used(const struct arena *arena)
{
	return arena->used;
}
