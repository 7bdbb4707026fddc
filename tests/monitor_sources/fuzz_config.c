/* Any bytes as a configuration: every fault has a place within the text, and a faultless one
 * binds. */
#include "../fuzz.h"

#include "buffer.h"
#include "config.h"
#include "kinds.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = fuzz_text(bytes, size);
	struct source_text source = {"needwatch.conf", text, size};
	struct diags *diags = diags_new();
	struct config *config = config_parse(&source, 1, diags);
	struct buffer out = {0};

	config_bind(config, test_kinds, TEST_KINDS, diags);
	diags_print(diags, &out);
	buffer_free(&out);
	diags_free(diags);
	config_free(config);
	free(text);
	return 0;
}
