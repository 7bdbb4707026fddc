/* Any bytes given as a rule file yield diagnostics or a rule set, never a crash. */
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "diag.h"
#include "ruleset.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct source_text text = {"fuzz.rules", (const char *)bytes, length};
	struct diags *diags = diags_new();
	struct buffer out = {0};

	ruleset_unref(ruleset_compile(&text, 1, diags));
	diags_print(diags, &out);
	buffer_free(&out);
	diags_free(diags);
	return 0;
}
