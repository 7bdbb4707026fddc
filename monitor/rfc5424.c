/* Writes RFC 5424 records: header fields bounded and printable, values escaped, the byte order mark before a text
 * that needs one. Never sends. */
#include "rfc5424.h"

#include <stdbool.h>
#include <string.h>

#include "bounds.h"
#include "buffer.h"

#define HOST_MOST 255
#define PROGRAM_MOST 48
#define MESSAGE_ID_MOST 32
#define NAME_MOST 32

#define BYTE_ORDER_MARK "\xef\xbb\xbf"
#define REPLACEMENT "\xef\xbf\xbd"

/* Length of the UTF-8 character at `at`, or 0 if there is none: overlong forms and surrogates are none. */
static size_t
utf8_length(const unsigned char *at)
{
	static const struct {
		unsigned char first, last, least, most; /* of the lead byte; of the second */
		size_t length;
	} forms[] = {
		{0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3},
		{0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3},
		{0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4},
		{0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};

	if (at[0] < 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		if (at[0] < forms[i].first || at[0] > forms[i].last)
			continue;
		if (at[1] < forms[i].least || at[1] > forms[i].most)
			return 0;
		for (size_t k = 2; k < forms[i].length; k++)
			if ((at[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].length;
	}
	return 0;
}

/* Appends the text with what is no character mended; `escaped` characters get a backslash. */
static void
add_text(struct buffer *out, const char *text, const char *escaped, size_t most)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at) {
		size_t length = utf8_length(at);
		const char *bytes = (const char *)at;
		size_t count = length;
		bool escape = length == 1 && strchr(escaped, *at);

		if (length == 0) {
			bytes = REPLACEMENT;
			count = strlen(REPLACEMENT);
		} else if (*at < 0x20 || *at == 0x7f) {
			bytes = " ";
		}
		if (out->length + escape + count > most)
			return;
		if (escape)
			buffer_text(out, "\\");
		buffer_add(out, bytes, count);
		at += length ? length : 1;
	}
}

/* A field of printable ASCII. */
static void
add_word(struct buffer *out, const char *word, size_t most, const char *banned)
{
	size_t count = 0;

	for (; word && *word && count < most; word++, count++) {
		bool fine = *word > 0x20 && *word < 0x7f && !strchr(banned, *word);

		buffer_add(out, fine ? word : "?", 1);
	}
	if (count == 0)
		buffer_text(out, "-");
}

static void
add_element(struct buffer *out, const struct rfc5424_record *record, size_t start)
{
	if (!record->element) {
		buffer_text(out, "-");
		return;
	}
	buffer_text(out, "[");
	add_word(out, record->element, NAME_MOST - 11, "=]\"@");
	buffer_printf(out, "@%lld", (long long)record->enterprise);
	for (size_t i = 0; i < record->param_count; i++) {
		if (!record->params[i].value)
			continue;
		buffer_text(out, " ");
		add_word(out, record->params[i].name, NAME_MOST, "=]\"");
		buffer_text(out, "=\"");
		/* Half of the room for the values: the text must keep some. */
		add_text(out, record->params[i].value, "\"\\]", start + MESSAGE_LIMIT / 2);
		buffer_text(out, "\"");
	}
	buffer_text(out, "]");
}

static bool
is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

void
rfc5424_write(const struct rfc5424_record *record, struct buffer *out)
{
	char at[INSTANT_TEXT_SIZE];
	size_t start = out->length;

	instant_format(record->at, at);
	buffer_printf(out, "<%d>1 %s ", record->facility * 8 + record->severity, at);
	add_word(out, record->host, HOST_MOST, "");
	buffer_text(out, " ");
	add_word(out, record->program, PROGRAM_MOST, "");
	buffer_printf(out, " %lld ", (long long)record->process);
	add_word(out, record->message_id, MESSAGE_ID_MOST, "");
	buffer_text(out, " ");
	add_element(out, record, start);
	if (!record->text || !*record->text)
		return;
	buffer_text(out, " ");
	if (!is_ascii(record->text))
		buffer_text(out, BYTE_ORDER_MARK);
	add_text(out, record->text, "", start + MESSAGE_LIMIT);
}
