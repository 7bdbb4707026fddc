/* Any bytes as CSV: every record has the header's columns, every place lies in the text. */
#include "../fuzz.h"

#include "buffer.h"
#include "csv.h"

static void
check_record(const struct csv *csv, const struct source_text *text)
{
	for (size_t i = 0; i < csv_columns(csv); i++) {
		struct span span = csv_cell_span(csv, (int)i);

		if (strlen(csv_cell(csv, (int)i)) > text->length ||
			span.start + span.length > text->length)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *copy = fuzz_text(bytes, size);
	struct source_text text = {"fuzz.csv", copy, size};
	struct diags *diags = diags_new();
	struct csv *csv = csv_new(&text, diags);
	struct buffer out = {0};

	while (csv && csv_next(csv))
		check_record(csv, &text);
	diags_print(diags, &out);
	buffer_free(&out);
	csv_free(csv);
	diags_free(diags);
	free(copy);
	return 0;
}
