/* Any value under any format: what is read is a day that exists, and what a sorting format
 * writes it reads. */
#include "../fuzz.h"

#include "arena.h"
#include "buffer.h"
#include "date_format.h"
#include "fold.h"

static const char *const formats[] = {"yyyy-MM-dd", "yyyyMMdd", "yyyyMMddHHmmss",
	"yyyy-MM-dd HH:mm:ss", "yyyy/M/d", "yyyyMM", "excel"};

#define FORMATS (sizeof(formats) / sizeof(*formats))

static void
check_back(const struct date_format *format, const struct date_reading *reading)
{
	struct buffer out = {0};
	struct date_reading again;

	if (!date_format_sorts(format))
		return;
	date_format_write(format, date_reading_instant(reading), &out);
	if (date_format_read(format, out.bytes, out.length, &again) == DATE_OK &&
		date_reading_instant(&again).us > date_reading_instant(reading).us)
		abort();
	buffer_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	struct arena *arena = arena_new();
	char mask[TEXT_MASK_SIZE];
	const struct date_format *own;
	const char *fault;
	size_t at;

	text_mask(text, size, true, mask);
	own = date_format_compile(arena, text, size / 2, &fault, &at);
	for (size_t i = 0; i <= FORMATS; i++) {
		const struct date_format *format =
			i < FORMATS ? date_format_compile(arena, formats[i], strlen(formats[i]),
					      &fault, &at)
				    : own;
		struct date_reading reading;

		if (!format || date_format_read(format, text, size, &reading) != DATE_OK)
			continue;
		if (reading.day.n < DAY_MIN || reading.day.n > DAY_MAX ||
			reading.second > 86400)
			abort();
		check_back(format, &reading);
	}
	arena_free(arena);
	free(text);
	return 0;
}
