/* A date that is read is written back as it stood, and months never leave the calendar. */
#include "../fuzz.h"

#include "day.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size), back[DAY_TEXT_SIZE];
	struct day day, later;

	if (day_parse(text, &day)) {
		day_format(day, back);
		if (strcmp(text, back) != 0)
			abort();
		later = day_add_months(day, (int)(size ? bytes[0] : 0) - 128);
		if (later.n < DAY_MIN || later.n > DAY_MAX || day_age(day, day) != 0)
			abort();
	}
	free(text);
	return 0;
}
