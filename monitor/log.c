/* Writes log lines to stderr, whole and in one write. Keeps none. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

static int highest = LOG_INFO;

void
log_up_to(int level)
{
	highest = level;
}

void
log_line(int level, const char *format, ...)
{
	char line[1024];
	va_list list;
	int start, length;

	if (level > highest)
		return;
	start = snprintf(line, sizeof(line), "<%d>", level);
	va_start(list, format);
	length = start + vsnprintf(line + start, sizeof(line) - (size_t)start - 1, format, list);
	va_end(list);
	if (length > (int)sizeof(line) - 2)
		length = (int)sizeof(line) - 2;
	for (int i = start; i < length; i++)
		if (line[i] == '\n' || line[i] == '\r')
			line[i] = ' ';
	line[length++] = '\n';
	/* One write: lines of several programs on one pipe do not mix. A full pipe loses the line. */
	if (write(STDERR_FILENO, line, (size_t)length) < 0)
		return;
}
