/* Decodes bytes by iconv; counts what was lost and never stops at it. */
#include "charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "memory.h"

struct charset {
	iconv_t iconv;
};

struct charset *
charset_new(const char *name)
{
	struct charset *charset = xcalloc(1, sizeof(*charset));

	charset->iconv = iconv_open("UTF-8", name);
	if (charset->iconv == (iconv_t)-1) {
		charset_free(charset);
		return NULL;
	}
	return charset;
}

void
charset_free(struct charset *charset)
{
	if (!charset)
		return;
	if (charset->iconv != (iconv_t)-1)
		iconv_close(charset->iconv);
	free(charset);
}

/* Every byte gives at most one replacement of three bytes; GB18030 never gives more. */
#define GROWTH 3

const char *
charset_decode(struct charset *charset, struct arena *arena, const char *bytes, size_t length,
	size_t *ret_length, size_t *ret_losses)
{
	char *in = (char *)(uintptr_t)bytes;
	char *text, *out;
	size_t left, room;

	while (length > 0 && bytes[length - 1] == '\0')
		length--;
	left = length;
	room = length * GROWTH + 4;
	text = arena_alloc(arena, room + 1);
	out = text;
	*ret_losses = 0;
	iconv(charset->iconv, NULL, NULL, NULL, NULL);
	while (left > 0 && iconv(charset->iconv, &in, &left, &out, &room) == (size_t)-1) {
		++*ret_losses;
		if (errno != EILSEQ || room < GROWTH)
			break;
		memcpy(out, "\xef\xbf\xbd", 3);
		out += 3;
		room -= 3;
		in++;
		left--;
	}
	*out = '\0';
	*ret_length = (size_t)(out - text);
	return text;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

bool
bytes_decode(struct arena *arena, const char *text, size_t length, const char **ret_bytes,
	size_t *ret_length)
{
	char *bytes;

	if (length < 2 || length % 2 || text[0] != '\\' || text[1] != 'x')
		return false;
	bytes = arena_alloc(arena, length / 2);
	for (size_t i = 2; i < length; i += 2) {
		int high = hex_digit(text[i]);
		int low = hex_digit(text[i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i / 2 - 1] = (char)(high << 4 | low);
	}
	*ret_bytes = bytes;
	*ret_length = length / 2 - 1;
	return true;
}
