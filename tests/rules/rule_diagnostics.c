/* rule_diagnostics FILE.rules: compares the whole text of its diagnostics with FILE.expected. */
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "diag.h"
#include "ruleset.h"

static bool
read_all(const char *path, struct buffer *out)
{
	FILE *file = fopen(path, "rb");
	char piece[4096];
	size_t n;

	if (!file)
		return false;
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buffer_add(out, piece, n);
	fclose(file);
	buffer_add(out, "", 0);
	return true;
}

int
main(int argc, char **argv)
{
	struct buffer text = {0}, found = {0}, expected = {0}, path = {0};
	struct diags *diags = diags_new();
	struct source_text source;
	int status;

	if (argc != 2 || !read_all(argv[1], &text))
		return 2;
	source = (struct source_text){"bad.rules", text.bytes, text.length};
	ruleset_unref(ruleset_compile(&source, 1, diags));
	diags_print(diags, &found);
	buffer_add(&path, argv[1], strlen(argv[1]) - strlen(".rules"));
	buffer_text(&path, ".expected");
	read_all(path.bytes, &expected);
	buffer_add(&found, "", 0);
	buffer_add(&expected, "", 0);
	status = strcmp(found.bytes, expected.bytes) != 0;
	if (status)
		printf("--- expected\n%s--- found\n%s", expected.bytes, found.bytes);
	diags_free(diags);
	buffer_free(&text);
	buffer_free(&found);
	buffer_free(&expected);
	buffer_free(&path);
	return status;
}
