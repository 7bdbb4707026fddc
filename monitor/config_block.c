/* Parses the statements of setting.h's table by their type; what a setting means is not known here. */
#include "config_parser.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buffer.h"

static bool
value_text(struct parser *parser, const char *what, struct setting_value *value)
{
	struct token token = parser->token;

	if (token.type != TOKEN_STRING && token.type != TOKEN_NAME)
		return parser_fault(parser, what);
	parser_next(parser);
	value->text = token.text;
	return true;
}

static bool
value_paths(struct parser *parser, struct setting_value *value)
{
	do {
		struct setting_value one = {0};

		if (!value_text(parser, "a path in quotes", &one))
			return false;
		value->list = parser_grow(parser, value->list, value->count, sizeof(*value->list));
		value->list[value->count++] = one.text;
	} while (parser_sign(parser, ","));
	return true;
}

static void
check_no_password(struct parser *parser, const struct token *token)
{
	if (!strcasestr(token->text, "password"))
		return;
	diag_at(parser->diags, DIAG_ERROR, token->span, "a password does not stand here");
	diag_hint(parser->diags,
		"put it into a credential file and say: credential \"NAME\"; or use peer authentication");
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
value_parameters(struct parser *parser, struct buffer *out)
{
	while (parser->token.type == TOKEN_NAME) {
		struct token name = parser->token;

		check_no_password(parser, &name);
		parser_next(parser);
		if (!parser_want_sign(parser, "="))
			return false;
		if (parser->token.type != TOKEN_STRING && parser->token.type != TOKEN_NAME &&
			parser->token.type != TOKEN_NUMBER)
			return parser_fault(parser, "the value of the parameter");
		add_parameter(out, name.text, parser->token.text);
		parser_next(parser);
	}
	return true;
}

static bool
value_connect(struct parser *parser, struct setting_value *value)
{
	struct buffer out = {0};
	bool well;

	if (parser->token.type == TOKEN_STRING) {
		check_no_password(parser, &parser->token);
		return value_text(parser, "", value);
	}
	if (parser->token.type != TOKEN_NAME)
		return parser_fault(parser, "connection parameters: host = \"/run/x\" dbname = y");
	well = value_parameters(parser, &out);
	value->text = out.length ? arena_strndup(parser->config->arena, out.bytes, out.length) : "";
	buffer_free(&out);
	return well;
}

static bool
value_duration(struct parser *parser, const struct setting_row *row,
	struct setting_value *value)
{
	struct span span = parser->token.span;

	if (!parser_want_duration(parser, &value->number))
		return false;
	if (value->number < row->least * 1000 || value->number > row->most * 1000) {
		diag_at(parser->diags, DIAG_ERROR, span, "'%s' is out of its bounds", row->name);
		diag_hint(parser->diags, "from %lldms to %lldms", (long long)row->least,
			(long long)row->most);
	}
	return true;
}

static bool
value_flag(struct parser *parser, struct setting_value *value)
{
	if (parser_word(parser, "yes")) {
		value->number = 1;
		return true;
	}
	value->number = 0;
	return parser_word(parser, "no") || parser_fault(parser, "yes or no");
}

/* The words of a setting as an array; returns their number. */
#define WORDS_LIMIT 8
static size_t
split_words(struct parser *parser, const char *words, const char *ret_words[WORDS_LIMIT])
{
	char *copy = arena_strdup(parser->config->arena, words);
	char *rest = NULL;
	size_t count = 0;

	for (char *word = strtok_r(copy, " ", &rest); word && count < WORDS_LIMIT;
		word = strtok_r(NULL, " ", &rest))
		ret_words[count++] = word;
	return count;
}

static bool
value_word(struct parser *parser, const struct setting_row *row, struct setting_value *value)
{
	const char *words[WORDS_LIMIT];
	size_t count = split_words(parser, row->words, words);
	struct token token = parser->token;

	if (!value_text(parser, row->words, value))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i], value->text) == 0)
			return true;
	}
	diag_at(parser->diags, DIAG_ERROR, token.span, "'%s' is not one of: %s", token.text,
		row->words);
	parser_hint_near(parser, &token, words, count);
	return true;
}

static bool
value_of_type(struct parser *parser, const struct setting_row *row, struct setting_value *value)
{
	switch (row->type) {
	case SETTING_TEXT:
		return value_text(parser, "a text in quotes", value);
	case SETTING_PATH:
		return value_text(parser, "a path in quotes", value);
	case SETTING_PATHS:
		return value_paths(parser, value);
	case SETTING_CONNECT:
		return value_connect(parser, value);
	case SETTING_COUNT:
		return parser_want_number(parser, "a number in its bounds", row->least, row->most,
			&value->number);
	case SETTING_DURATION:
		return value_duration(parser, row, value);
	case SETTING_FLAG:
		return value_flag(parser, value);
	case SETTING_WORD:
		return value_word(parser, row, value);
	}
	return false;
}

bool
parse_setting(struct parser *parser, enum setting setting, struct setting_value *ret_value)
{
	*ret_value = (struct setting_value){.given = true, .span = parser->token.span};
	return value_of_type(parser, setting_row(setting), ret_value);
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
unknown_setting(struct parser *parser, enum setting_block block, const struct token *word)
{
	const char *names[SETTING_COUNT_ALL];
	size_t count = 0;

	for (size_t i = 0; i < SETTING_COUNT_ALL; i++) {
		if (setting_row((enum setting)i)->block == block)
			names[count++] = setting_row((enum setting)i)->name;
	}
	diag_at(parser->diags, DIAG_ERROR, word->span, "'%s' is no setting of this block",
		word->text);
	parser_hint_near(parser, word, names, count);
	return false;
}

static bool
parse_statement(struct parser *parser, enum setting_block block,
	struct setting_value *settings)
{
	struct setting_value value;
	struct token word;
	enum setting setting;

	if (!parser_want_name(parser, "a setting", &word))
		return false;
	setting = setting_find(block, word.text, strlen(word.text));
	if (setting == SETTING_COUNT_ALL)
		return unknown_setting(parser, block, &word);
	if (!parse_setting(parser, setting, &value))
		return false;
	if (settings[setting].given)
		diag_at(parser->diags, DIAG_ERROR, word.span, "'%s' is set already", word.text);
	settings[setting] = value;
	return true;
}

void
parse_settings_block(struct parser *parser, enum setting_block block,
	struct setting_value *settings)
{
	if (!parser_want_sign(parser, "{")) {
		parser_recover(parser);
		return;
	}
	while (!parser_at_sign(parser, "}") && parser->token.type != TOKEN_END) {
		if (!parse_statement(parser, block, settings) || !parser_want_sign(parser, ";"))
			parser_recover(parser);
	}
	parser_want_sign(parser, "}");
}
