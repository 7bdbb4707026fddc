/* The manual's table of settings is the one that the parser reads: `settings_table FILE
 * [--update]`. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buffer.h"
#include "setting.h"

static const char first[] = "<!-- settings -->\n";
static const char last[] = "<!-- end of settings -->\n";

static void
read_file(const char *path, struct buffer *out)
{
	char block[4096];
	size_t got;
	FILE *file = fopen(path, "re");

	if (!file) {
		perror(path);
		exit(2);
	}
	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		buffer_add(out, block, got);
	fclose(file);
}

int
main(int count, char **arguments)
{
	struct buffer manual = {0}, table = {0};
	char *start, *end;
	bool same;

	if (count < 2)
		return 2;
	read_file(arguments[1], &manual);
	settings_print(&table);
	start = strstr(manual.bytes, first);
	end = strstr(manual.bytes, last);
	if (!start || !end) {
		fprintf(stderr, "%s has no place for the settings\n", arguments[1]);
		return 1;
	}
	start += strlen(first);
	same = (size_t)(end - start) == table.length &&
	       memcmp(start, table.bytes, table.length) == 0;
	if (!same && count > 2) {
		FILE *out = fopen(arguments[1], "we");

		fwrite(manual.bytes, 1, (size_t)(start - manual.bytes), out);
		fwrite(table.bytes, 1, table.length, out);
		fputs(end, out);
		same = fclose(out) == 0;
	}
	if (!same)
		fprintf(stderr, "the table in %s is not the program's: run with --update\n",
			arguments[1]);
	buffer_free(&manual);
	buffer_free(&table);
	return !same;
}
