/* Makes the line of refuse.h; prints nothing. */
#include "refuse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "memory.h"

bool
refuse(char **ret_error, const char *format, ...)
{
	va_list list, again;
	int length;

	va_start(list, format);
	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, list);
	*ret_error = xcalloc((size_t)(length < 0 ? 0 : length) + 1, 1);
	vsnprintf(*ret_error, (size_t)(length < 0 ? 0 : length) + 1, format, again);
	va_end(again);
	va_end(list);
	(*ret_error)[strcspn(*ret_error, "\n")] = '\0';
	return false;
}
