/* The table of settings as data, and the spelling of durations; parses no file. */
#include "setting.h"

#include <stdbool.h>
#include <string.h>

#include "buffer.h"

static const struct setting_row rows[] = {
#define X(id, block, name, type, preset, least, most, words, description)                      \
	{BLOCK_##block, name, SETTING_##type, preset, least, most, words, description},
	SETTINGS(X)
#undef X
};

const struct setting_row *
setting_row(enum setting setting)
{
	return &rows[setting];
}

enum setting
setting_find(enum setting_block block, const char *name, size_t length)
{
	for (size_t i = 0; i < SETTING_COUNT_ALL; i++) {
		if (rows[i].block == block && strlen(rows[i].name) == length &&
			memcmp(rows[i].name, name, length) == 0)
			return (enum setting)i;
	}
	return SETTING_COUNT_ALL;
}

_Bool
setting_duration(const char *text, size_t length, int64_t *ret_us)
{
	static const struct {
		const char *unit;
		int64_t us;
	} units[] = {
		{"ms", 1000},
		{"s", 1000000},
		{"min", INT64_C(60000000)},
		{"h", INT64_C(3600000000)},
		{"d", INT64_C(86400000000)},
	};
	int64_t number = 0;
	size_t at = 0;

	for (; at < length && text[at] >= '0' && text[at] <= '9' && at < 9; at++)
		number = number * 10 + (text[at] - '0');
	if (at == 0)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strlen(units[i].unit) == length - at &&
			memcmp(units[i].unit, text + at, length - at) == 0) {
			*ret_us = number * units[i].us;
			return true;
		}
	}
	return false;
}

void
settings_print(struct buffer *out)
{
	static const char *const blocks[] = {"store", "service", "channel", "source"};
	static const char *const types[] = {"text", "path", "paths", "connection", "number",
		"duration", "yes or no", "word"};

	buffer_text(
		out, "| block | setting | type | default | meaning |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < SETTING_COUNT_ALL; i++) {
		const struct setting_row *row = &rows[i];

		buffer_printf(out, "| %s | `%s` | %s%s%s | %s | %s |\n", blocks[row->block],
			row->name, types[row->type], *row->words ? ": " : "", row->words,
			*row->preset ? row->preset : "-", row->description);
	}
}
