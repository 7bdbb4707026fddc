/* A moment that is read is the same moment when it is written and read again. */
#include "../fuzz.h"

#include "instant.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size), back[INSTANT_TEXT_SIZE];
	struct instant instant, again;
	struct day day;

	if (instant_parse(text, &instant)) {
		day = instant_day(instant);
		instant_format(instant, back);
		if (day.n >= DAY_MIN && day.n <= DAY_MAX &&
			(!instant_parse(back, &again) || again.us != instant.us))
			abort();
	}
	free(text);
	return 0;
}
