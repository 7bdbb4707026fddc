/* Any bytes as text and value: the record stays one line, within its limit, and its element is closed. */
#include "../fuzz.h"

#include "bounds.h"
#include "buffer.h"
#include "rfc5424.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	const struct rfc5424_param params[] = {{"v", text}};
	const struct rfc5424_record record = {.at = {0}, .host = text, .process = 1,
		.element = "needwatch", .enterprise = 32473, .params = params, .param_count = 1,
		.text = text};
	struct buffer out = {0};

	rfc5424_write(&record, &out);
	if (out.length > MESSAGE_LIMIT || memchr(out.bytes, '\n', out.length) ||
		!strstr(out.bytes, "\"]"))
		abort();
	buffer_free(&out);
	free(text);
	return 0;
}
