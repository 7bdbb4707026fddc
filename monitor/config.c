/* Holds the parsed configuration and answers what it says; reads no files and knows no world.
 */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "config_reader.h"
#include "memory.h"

static void
parse_channel(struct reader *reader)
{
	struct config *config = reader->config;
	struct channel_config *channel;
	struct token name;

	if (!reader_want_name(reader, "the name of the channel", &name)) {
		reader_recover(reader);
		return;
	}
	for (size_t i = 0; i < config->channel_count; i++) {
		if (strcmp(config->channels[i].name, name.text) == 0)
			diag_at(reader->diags, DIAG_ERROR, name.span,
				"channel '%s' stands here already", name.text);
	}
	config->channels = reader_grow(
		reader, config->channels, config->channel_count, sizeof(*config->channels));
	channel = &config->channels[config->channel_count++];
	memset(channel, 0, sizeof(*channel));
	channel->name = name.text;
	channel->span = name.span;
	settings_presets(BLOCK_CHANNEL, channel->settings);
	parse_settings_block(reader, BLOCK_CHANNEL, channel->settings);
	if (!channel->settings[SETTING_CHANNEL_KIND].given) {
		diag_at(reader->diags, DIAG_ERROR, name.span, "channel '%s' has no kind",
			name.text);
		diag_hint(reader->diags, "kind log; kind webhook; or kind null;");
	}
}

static void
parse_block(struct reader *reader)
{
	static const char *const names[] = {"store", "service", "channel", "source"};
	struct token word;

	if (!reader_want_name(reader, "a block: store, service, channel or source", &word)) {
		reader_next(reader);
		reader_recover(reader);
		return;
	}
	if (strcmp(word.text, "store") == 0)
		parse_settings_block(reader, BLOCK_STORE, reader->config->settings);
	else if (strcmp(word.text, "service") == 0)
		parse_settings_block(reader, BLOCK_SERVICE, reader->config->settings);
	else if (strcmp(word.text, "channel") == 0)
		parse_channel(reader);
	else if (strcmp(word.text, "source") == 0)
		parse_source(reader);
	else {
		diag_at(reader->diags, DIAG_ERROR, word.span, "'%s' is no block", word.text);
		reader_hint_near(reader, &word, names, 4);
		reader_recover(reader);
	}
}

static void
parse_text(struct reader *reader, const struct source_text *text)
{
	reader_open(reader, text);
	while (reader->token.type != TOKEN_END) {
		if (reader_at_sign(reader, "}")) {
			reader_fault(reader, "a block: store, service, channel or source");
			reader_next(reader);
			continue;
		}
		parse_block(reader);
	}
}

static void
config_keep_texts(struct config *config, const struct source_text *texts, size_t count)
{
	config->texts = arena_array(config->arena, count ? count : 1, sizeof(*config->texts));
	config->text_count = count;
	for (size_t i = 0; i < count; i++) {
		config->texts[i].name = arena_strdup(config->arena, texts[i].name);
		config->texts[i].bytes =
			arena_strndup(config->arena, texts[i].bytes, texts[i].length);
		config->texts[i].length = texts[i].length;
	}
}

struct config *
config_parse(const struct source_text *texts, size_t count, struct diags *diags)
{
	struct config *config = xcalloc(1, sizeof(*config));
	struct reader reader = {.config = config, .diags = diags};

	config->arena = arena_new();
	config_keep_texts(config, texts, count);
	settings_presets(BLOCK_STORE, config->settings);
	settings_presets(BLOCK_SERVICE, config->settings);
	for (size_t i = 0; i < count; i++)
		parse_text(&reader, &config->texts[i]);
	return config;
}

void
config_free(struct config *config)
{
	if (!config)
		return;
	arena_free(config->arena);
	free(config);
}

const char *
config_text(const struct config *config, enum setting setting)
{
	return config->settings[setting].text;
}

int64_t
config_number(const struct config *config, enum setting setting)
{
	return config->settings[setting].number;
}

const char *const *
config_list(const struct config *config, enum setting setting, size_t *ret_count)
{
	const struct setting_value *value = &config->settings[setting];

	if (value->list) {
		*ret_count = value->count;
		return (const char *const *)value->list;
	}
	*ret_count = value->text ? 1 : 0;
	return &value->text;
}

size_t
config_channel_count(const struct config *config)
{
	return config->channel_count;
}

const char *
config_channel_name(const struct config *config, size_t channel)
{
	return config->channels[channel].name;
}

const char *
config_channel_text(const struct config *config, size_t channel, enum setting setting)
{
	return config->channels[channel].settings[setting].text;
}

int64_t
config_channel_number(const struct config *config, size_t channel, enum setting setting)
{
	return config->channels[channel].settings[setting].number;
}

size_t
config_source_count(const struct config *config)
{
	return config->source_count;
}

const struct source_config *
config_source(const struct config *config, size_t source)
{
	assert(source < config->source_count);
	return &config->sources[source];
}

int
config_find_source(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->source_count; i++) {
		if (strcmp(config->sources[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}
