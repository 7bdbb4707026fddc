/* Parses the statements of setting.h's table by their type; what a setting means is not known
 * here. */
#include "config_reader.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buffer.h"

static bool
value_text(struct reader *reader, const char *what, struct setting_value *value)
{
	struct token token = reader->token;

	if (token.type != TOKEN_STRING && token.type != TOKEN_NAME)
		return reader_fault(reader, what);
	reader_next(reader);
	value->text = token.text;
	return true;
}

static bool
value_paths(struct reader *reader, struct setting_value *value)
{
	do {
		struct setting_value one = {0};

		if (!value_text(reader, "a path in quotes", &one))
			return false;
		value->list =
			reader_grow(reader, value->list, value->count, sizeof(*value->list));
		value->list[value->count++] = one.text;
	} while (reader_sign(reader, ","));
	return true;
}

static void
check_no_password(struct reader *reader, const struct token *token)
{
	if (!strcasestr(token->text, "password"))
		return;
	diag_at(reader->diags, DIAG_ERROR, token->span, "a password does not stand here");
	diag_hint(reader->diags, "put it into a credential file and say: credential \"NAME\"; "
				 "or use peer authentication");
}

/* libpq's quoting: 'value', with \' and \\. */
static void
add_parameter(struct buffer *out, const char *name, const char *value)
{
	buffer_printf(out, "%s%s='", out->length ? " " : "", name);
	for (; *value; value++) {
		if (*value == '\'' || *value == '\\')
			buffer_text(out, "\\");
		buffer_add(out, value, 1);
	}
	buffer_text(out, "'");
}

static bool
value_parameters(struct reader *reader, struct buffer *out)
{
	while (reader->token.type == TOKEN_NAME) {
		struct token name = reader->token;

		check_no_password(reader, &name);
		reader_next(reader);
		if (!reader_want_sign(reader, "="))
			return false;
		if (reader->token.type != TOKEN_STRING && reader->token.type != TOKEN_NAME &&
			reader->token.type != TOKEN_NUMBER)
			return reader_fault(reader, "the value of the parameter");
		add_parameter(out, name.text, reader->token.text);
		reader_next(reader);
	}
	return true;
}

static bool
value_connect(struct reader *reader, struct setting_value *value)
{
	struct buffer out = {0};
	bool well;

	if (reader->token.type == TOKEN_STRING) {
		check_no_password(reader, &reader->token);
		return value_text(reader, "", value);
	}
	if (reader->token.type != TOKEN_NAME)
		return reader_fault(
			reader, "connection parameters: host = \"/run/x\" dbname = y");
	well = value_parameters(reader, &out);
	value->text =
		out.length ? arena_strndup(reader->config->arena, out.bytes, out.length) : "";
	buffer_free(&out);
	return well;
}

static bool
value_duration(
	struct reader *reader, const struct setting_row *row, struct setting_value *value)
{
	struct span span = reader->token.span;

	if (!reader_want_duration(reader, &value->number))
		return false;
	if (value->number < row->least * 1000 || value->number > row->most * 1000) {
		diag_at(reader->diags, DIAG_ERROR, span, "'%s' is out of its bounds",
			row->name);
		diag_hint(reader->diags, "from %lldms to %lldms", (long long)row->least,
			(long long)row->most);
	}
	return true;
}

static bool
value_flag(struct reader *reader, struct setting_value *value)
{
	if (reader_word(reader, "yes")) {
		value->number = 1;
		return true;
	}
	value->number = 0;
	return reader_word(reader, "no") || reader_fault(reader, "yes or no");
}

/* The words of a setting as an array; returns their number. */
#define WORDS_LIMIT 8
static size_t
split_words(struct reader *reader, const char *words, const char *ret_words[WORDS_LIMIT])
{
	char *copy = arena_strdup(reader->config->arena, words);
	char *rest = NULL;
	size_t count = 0;

	for (char *word = strtok_r(copy, " ", &rest); word && count < WORDS_LIMIT;
		word = strtok_r(NULL, " ", &rest))
		ret_words[count++] = word;
	return count;
}

static bool
value_word(struct reader *reader, const struct setting_row *row, struct setting_value *value)
{
	const char *words[WORDS_LIMIT];
	size_t count = split_words(reader, row->words, words);
	struct token token = reader->token;

	if (!value_text(reader, row->words, value))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], value->text) == 0)
			return true;
	}
	diag_at(reader->diags, DIAG_ERROR, token.span, "'%s' is not one of: %s", token.text,
		row->words);
	reader_hint_near(reader, &token, words, count);
	return true;
}

static bool
value_of_type(struct reader *reader, const struct setting_row *row, struct setting_value *value)
{
	switch (row->type) {
	case SETTING_TEXT:
		return value_text(reader, "a text in quotes", value);
	case SETTING_PATH:
		return value_text(reader, "a path in quotes", value);
	case SETTING_PATHS:
		return value_paths(reader, value);
	case SETTING_CONNECT:
		return value_connect(reader, value);
	case SETTING_COUNT:
		return reader_want_number(reader, "a number in its bounds", row->least,
			row->most, &value->number);
	case SETTING_DURATION:
		return value_duration(reader, row, value);
	case SETTING_FLAG:
		return value_flag(reader, value);
	case SETTING_WORD:
		return value_word(reader, row, value);
	}
	return false;
}

bool
parse_setting(struct reader *reader, enum setting setting, struct setting_value *ret_value)
{
	*ret_value = (struct setting_value){.given = true, .span = reader->token.span};
	return value_of_type(reader, setting_row(setting), ret_value);
}

static void
preset(const struct setting_row *row, struct setting_value *value)
{
	*value = (struct setting_value){.given = false};
	if (!*row->preset)
		return;
	switch (row->type) {
	case SETTING_COUNT:
		value->number = atoll(row->preset);
		break;
	case SETTING_DURATION:
		setting_duration(row->preset, strlen(row->preset), &value->number);
		break;
	case SETTING_FLAG:
		value->number = strcmp(row->preset, "yes") == 0;
		break;
	case SETTING_TEXT:
	case SETTING_PATH:
	case SETTING_PATHS:
	case SETTING_CONNECT:
	case SETTING_WORD:
		value->text = row->preset;
		break;
	}
}

void
settings_presets(enum setting_block block, struct setting_value *settings)
{
	for (size_t i = 0; i < SETTING_COUNT_ALL; i++) {
		if (setting_row((enum setting)i)->block == block)
			preset(setting_row((enum setting)i), &settings[i]);
	}
}

static bool
unknown_setting(struct reader *reader, enum setting_block block, const struct token *word)
{
	const char *names[SETTING_COUNT_ALL];
	size_t count = 0;

	for (size_t i = 0; i < SETTING_COUNT_ALL; i++) {
		if (setting_row((enum setting)i)->block == block)
			names[count++] = setting_row((enum setting)i)->name;
	}
	diag_at(reader->diags, DIAG_ERROR, word->span, "'%s' is no setting of this block",
		word->text);
	reader_hint_near(reader, word, names, count);
	return false;
}

static bool
parse_statement(struct reader *reader, enum setting_block block, struct setting_value *settings)
{
	struct setting_value value;
	struct token word;
	enum setting setting;

	if (!reader_want_name(reader, "a setting", &word))
		return false;
	setting = setting_find(block, word.text, strlen(word.text));
	if (setting == SETTING_COUNT_ALL)
		return unknown_setting(reader, block, &word);
	if (!parse_setting(reader, setting, &value))
		return false;
	if (settings[setting].given)
		diag_at(reader->diags, DIAG_ERROR, word.span, "'%s' is set already", word.text);
	settings[setting] = value;
	return true;
}

void
parse_settings_block(
	struct reader *reader, enum setting_block block, struct setting_value *settings)
{
	if (!reader_want_sign(reader, "{")) {
		reader_recover(reader);
		return;
	}
	while (!reader_at_sign(reader, "}") && reader->token.type != TOKEN_END) {
		if (!parse_statement(reader, block, settings) || !reader_want_sign(reader, ";"))
			reader_recover(reader);
	}
	reader_want_sign(reader, "}");
}
