/* Reads the options of an explanation and shows it; knows nothing of households. */
#include "why_face.h"

#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "command.h"
#include "terminal.h"
#include "why_text.h"

struct why_face
why_face_default(void)
{
	return (struct why_face){.chinese = terminal_chinese()};
}

int
why_face_tier(const char *command, const char *tier, struct why_face *face)
{
	static const char *const entitled[] = {"town", "county", "city", "province"};

	for (size_t i = 0; i < sizeof(entitled) / sizeof(entitled[0]); i++)
		if (strcmp(tier, entitled[i]) == 0)
			return EXIT_DONE;
	if (strcmp(tier, "village") != 0)
		return usage_error(command,
			"--tier wants village, town, county, city or province, not '%s'", tier);
	face->plain = true;
	return EXIT_DONE;
}

int
why_face_lang(const char *command, const char *lang, struct why_face *face)
{
	if (strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0)
		return usage_error(command, "--lang wants zh or en, not '%s'", lang);
	face->chinese = strcmp(lang, "zh") == 0;
	return EXIT_DONE;
}

void
why_face_show(const struct why_face *face, const json_t *why)
{
	struct buffer out = {0};

	if (face->json) {
		json_dumpf(why, stdout, JSON_INDENT(1));
		printf("\n");
		return;
	}
	terminal_open();
	why_text(why, face->chinese, face->whole, &out);
	fwrite(out.bytes, 1, out.length, stdout);
	buffer_free(&out);
}
