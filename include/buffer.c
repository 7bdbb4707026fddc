/* Appends bytes and JSON; never reads JSON. */
#include "buffer.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

#define SMALLEST 64

static void
buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t need = buffer->length + more + 1;
	size_t room = buffer->room ? buffer->room : SMALLEST;

	if (buffer->room >= need)
		return;
	while (room < need)
		room *= 2;
	buffer->bytes = xrealloc(buffer->bytes, room, 1);
	buffer->room = room;
}

void
buffer_free(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}

void
buffer_clear(struct buffer *buffer)
{
	buffer->length = 0;
	if (buffer->bytes)
		buffer->bytes[0] = '\0';
}

void
buffer_add(struct buffer *buffer, const void *bytes, size_t length)
{
	buffer_reserve(buffer, length);
	if (length)
		memcpy(buffer->bytes + buffer->length, bytes, length);
	buffer->length += length;
	buffer->bytes[buffer->length] = '\0';
}

void
buffer_text(struct buffer *buffer, const char *text)
{
	buffer_add(buffer, text, strlen(text));
}

void
buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list list, again;
	int length;

	va_start(list, format);
	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (length > 0) {
		buffer_reserve(buffer, (size_t)length);
		vsnprintf(buffer->bytes + buffer->length, (size_t)length + 1, format, again);
		buffer->length += (size_t)length;
	}
	va_end(again);
}

/* Length of the well-formed UTF-8 sequence at `text`, or 0: shortest form, no surrogates. */
static size_t
utf8_length(const unsigned char *text)
{
	static const struct {
		unsigned char first, last, low, high;
		unsigned char length;
	} forms[] = {
		{0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
		{0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
		{0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
		{0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
	};

	if (text[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (text[0] < forms[i].first || text[0] > forms[i].last)
			continue;
		if (text[1] < forms[i].low || text[1] > forms[i].high)
			return 0;
		for (size_t k = 2; k < forms[i].length; k++)
			if ((text[k] & 0xC0) != 0x80)
				return 0;
		return forms[i].length;
	}
	return 0;
}

static void
json_escaped(struct buffer *buffer, unsigned char byte)
{
	static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *form = short_forms; *form; form += 2) {
		if ((unsigned char)form[0] == byte) {
			buffer_printf(buffer, "\\%c", form[1]);
			return;
		}
	}
	buffer_printf(buffer, "\\u%04x", byte);
}

void
json_text(struct buffer *buffer, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	if (!text) {
		buffer_text(buffer, "null");
		return;
	}
	buffer_add(buffer, "\"", 1);
	while (*at) {
		size_t length = utf8_length(at);

		if (length == 0)
			buffer_text(buffer, "\xEF\xBF\xBD");
		else if (*at < 0x20 || *at == '"' || *at == '\\' || *at == 0x7F)
			json_escaped(buffer, *at);
		else
			buffer_add(buffer, at, length);
		at += length ? length : 1;
	}
	buffer_add(buffer, "\"", 1);
}

void
json_open(struct buffer *buffer, char bracket)
{
	buffer_add(buffer, &bracket, 1);
}

void
json_close(struct buffer *buffer, char bracket)
{
	buffer_add(buffer, &bracket, 1);
}

/* A comma, unless this is the first member after an opening bracket. */
void
json_item(struct buffer *buffer)
{
	char last = buffer->length ? buffer->bytes[buffer->length - 1] : '[';

	if (last != '[' && last != '{')
		buffer_add(buffer, ",", 1);
}

void
json_key(struct buffer *buffer, const char *key)
{
	json_item(buffer);
	json_text(buffer, key);
	buffer_add(buffer, ":", 1);
}

void
json_int(struct buffer *buffer, int64_t number)
{
	buffer_printf(buffer, "%" PRId64, number);
}

void
json_bool(struct buffer *buffer, bool truth)
{
	buffer_text(buffer, truth ? "true" : "false");
}
