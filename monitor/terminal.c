/* Widths and language of a terminal; prints nothing. */
#include "terminal.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

void
terminal_open(void)
{
	if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1)
		setlocale(LC_CTYPE, "C.UTF-8");
}

int
terminal_width(const char *text)
{
	mbstate_t state = {0};
	size_t left = strlen(text);
	int width = 0;

	while (left > 0) {
		wchar_t sign;
		size_t length = mbrtowc(&sign, text, left, &state);
		int columns;

		if (length == 0 || length > left)
			return width + (int)left;
		columns = wcwidth(sign);
		width += columns > 0 ? columns : 0;
		text += length;
		left -= length;
	}
	return width;
}

bool
terminal_chinese(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value && *value)
			return strncmp(value, "zh", 2) == 0;
	}
	return false;
}
