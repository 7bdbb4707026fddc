/* Folds and masks text; never decides what a text means. */
#include "fold.h"

#include <stdint.h>
#include <string.h>

static bool
starts(const char *text, size_t length, const char *bytes)
{
	size_t width = strlen(bytes);

	return length >= width && memcmp(text, bytes, width) == 0;
}

/* Bytes of white space at the start: blank, NUL, U+00A0, U+3000, BOM. */
static size_t
blank_before(const char *text, size_t length)
{
	if (length == 0)
		return 0;
	if (strchr(" \t\r\n", *text)) /* NUL included */
		return 1;
	if (starts(text, length, "\xc2\xa0"))
		return 2;
	if (starts(text, length, "\xe3\x80\x80") || starts(text, length, "\xef\xbb\xbf"))
		return 3;
	return 0;
}

static size_t
blank_behind(const char *text, size_t length)
{
	if (length >= 1 && blank_before(text + length - 1, 1) == 1)
		return 1;
	if (length >= 2 && blank_before(text + length - 2, 2) == 2)
		return 2;
	if (length >= 3 && blank_before(text + length - 3, 3) == 3)
		return 3;
	return 0;
}

const char *
text_trim(const char *text, size_t length, size_t *ret_length)
{
	size_t width;

	while ((width = blank_before(text, length)) > 0) {
		text += width;
		length -= width;
	}
	while ((width = blank_behind(text, length)) > 0)
		length -= width;
	*ret_length = length;
	return text;
}

/* U+FF01..U+FF5E are ASCII 0x21..0x7e; 0: another character. */
static char
full_width(const char *text, size_t length)
{
	unsigned char second, third;

	if (length < 3 || (unsigned char)text[0] != 0xef)
		return 0;
	second = (unsigned char)text[1];
	third = (unsigned char)text[2];
	if (second == 0xbc && third >= 0x81 && third <= 0xbf)
		return (char)(third - 0x81 + 0x21);
	if (second == 0xbd && third >= 0x80 && third <= 0x9e)
		return (char)(third - 0x80 + 0x60);
	return 0;
}

bool
text_fold(const char *text, size_t length, char *ret_folded, size_t room, size_t *ret_length)
{
	size_t used = 0;

	text = text_trim(text, length, &length);
	for (size_t at = 0; at < length;) {
		char ascii = full_width(text + at, length - at);
		size_t width = ascii ? 3 : 1;

		if (!ascii && starts(text + at, length - at, "\xe3\x80\x80")) {
			ascii = ' ';
			width = 3;
		}
		if (used + 1 >= room)
			return false;
		ret_folded[used++] = ascii ? ascii : text[at];
		at += width;
	}
	if (room == 0)
		return false;
	ret_folded[used] = '\0';
	*ret_length = used;
	return true;
}

static size_t
character_width(const char *text, size_t length)
{
	unsigned char lead = (unsigned char)*text;
	size_t width = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	return width < length ? width : length;
}

static bool
is_digit(const char *text, size_t length)
{
	char ascii = full_width(text, length);

	if (!ascii)
		ascii = *text;
	return ascii >= '0' && ascii <= '9';
}

static size_t
count_digits(const char *text, size_t length)
{
	size_t digits = 0;

	for (size_t at = 0; at < length; at += character_width(text + at, length - at))
		digits += is_digit(text + at, length - at);
	return digits;
}

/* True if this character must not be shown, given what was seen before it. */
static bool
must_hide(const char *text, size_t length, bool many_digits, size_t *digits, size_t *wide)
{
	char ascii = full_width(text, length);

	if (!ascii)
		ascii = *text;
	if (is_digit(text, length)) {
		(*digits)++;
		return many_digits && *digits > 2;
	}
	if ((unsigned char)ascii >= 0x80) {
		(*wide)++;
		return *wide > 1;
	}
	return many_digits &&
	       ((ascii >= 'a' && ascii <= 'z') || (ascii >= 'A' && ascii <= 'Z'));
}

void
text_mask(const char *text, size_t length, bool personal, char ret_mask[TEXT_MASK_SIZE])
{
	size_t digits = 0, wide = 0, used = 0;
	bool many_digits;

	text = text_trim(text, length, &length);
	many_digits = personal || count_digits(text, length) >= 10;
	for (size_t at = 0, shown = 0; at < length && shown < 40; shown++) {
		size_t width = character_width(text + at, length - at);

		if (used + width + 1 >= TEXT_MASK_SIZE)
			break;
		if ((unsigned char)text[at] < 0x20) {
			ret_mask[used++] = ' ';
		} else if (must_hide(text + at, length - at, many_digits, &digits, &wide)) {
			ret_mask[used++] = '*';
		} else {
			memcpy(ret_mask + used, text + at, width);
			used += width;
		}
		at += width;
	}
	ret_mask[used] = '\0';
}
