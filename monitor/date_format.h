/* Dates as departments write them: a format compiled once, read and written many times. Knows no clock. */
#ifndef NEEDWATCH_DATE_FORMAT_H
#define NEEDWATCH_DATE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include "day.h"
#include "instant.h"

struct arena;
struct buffer;
struct date_format;

enum date_fault {
	DATE_OK,
	DATE_EMPTY,       /* nothing, blanks, or a sentinel: 0000-00-00, 1900-01-01, 9999-12-31 */
	DATE_NOT_THIS_FORM,
	DATE_NO_SUCH_DAY, /* the form is right, the day or time is not */
};

struct date_reading {
	struct day day;
	int second; /* 0..86400; 86400 is "24:00:00", the end of `day` */
	int micro;
	bool timed; /* the format holds hours */
};

/* The letters yyyy MM M dd d HH mm ss stand for parts; '/', '-', ':', '.', 'T', blanks and Chinese
 * characters for themselves; the word "excel" for a spreadsheet's serial number. NULL if the text is no
 * format: then *ret_fault says why and *ret_at where. Lives in the arena. */
const struct date_format *
date_format_compile(struct arena *arena, const char *text, size_t length,
	const char **ret_fault, size_t *ret_at);

/* Full-width digits, blanks around, and behind ss a fraction and a zone (+08, +08:00, Z) are accepted. */
enum date_fault
date_format_read(const struct date_format *format, const char *text, size_t length,
	struct date_reading *ret_reading);

/* True if texts of this format sort like the moments they name, down to the second: only such a
 * column can be a cursor. */
bool
date_format_sorts(const struct date_format *format);

void
date_format_write(const struct date_format *format, struct instant instant, struct buffer *out);

/* The moment in Asia/Shanghai. */
struct instant
date_reading_instant(const struct date_reading *reading);

#endif
