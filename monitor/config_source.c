/* Parses a source block: where the rows are, how they are read, when, and whom they are about. */
#include "config_parser.h"

#include <string.h>

#include "arena.h"
#include "charset.h"

#define ROWS_PER_SECOND_MOST 10000000

static bool
statement_connect(struct parser *parser)
{
	struct setting_value value = {.given = false};

	if (!parse_setting(parser, SETTING_STORE_CONNECT, &value))
		return false;
	parser->source->connect = value.text;
	return true;
}

static bool
statement_credential(struct parser *parser)
{
	struct token token;

	if (!parser_want_string(parser, "the name of the credential file", &token))
		return false;
	parser->source->credential = token.text;
	return true;
}

static bool
statement_label(struct parser *parser)
{
	struct token token;

	if (!parser_want_string(parser, "the Chinese name in quotes", &token))
		return false;
	parser->source->label = token.text;
	return true;
}

/* The query is put into brackets of ours, so it must be one SELECT. */
static bool
statement_query(struct parser *parser)
{
	struct token token;
	size_t length;
	char *query;

	if (!parser_want_string(parser, "a SELECT in quotes", &token))
		return false;
	query = (char *)(uintptr_t)token.text;
	length = strlen(token.text);
	while (length > 0 && strchr("; \t\r\n", query[length - 1]))
		query[--length] = '\0';
	if (strncasecmp(query + strspn(query, " \t\r\n("), "select", 6) != 0 &&
		strncasecmp(query + strspn(query, " \t\r\n("), "with", 4) != 0) {
		diag_at(parser->diags, DIAG_ERROR, token.span, "a query is a SELECT");
		diag_hint(parser->diags, "\"select id, updated_at, ... from table\"");
	}
	parser->source->query = query;
	parser->source->query_span = token.span;
	return true;
}

static bool
statement_key(struct parser *parser)
{
	struct source_config *source = parser->source;

	do {
		int column = parse_column(parser);

		if (column < 0)
			return false;
		if (source->key_count == KEY_LIMIT)
			return parser_fault(parser, "at most 8 columns in a key");
		source->keys[source->key_count++] = column;
	} while (parser_sign(parser, ","));
	return true;
}

static bool
statement_cursor(struct parser *parser)
{
	struct source_config *source = parser->source;
	struct token token;

	source->way = WAY_CURSOR;
	source->cursor = parse_column(parser);
	if (source->cursor < 0)
		return false;
	if (!parser_word(parser, "as") || parser_word(parser, "timestamp"))
		return true;
	token = parser->token;
	if (token.type != TOKEN_STRING)
		return parser_fault(parser, "'timestamp', or how the text is written, like \"yyyy-MM-dd HH:mm:ss\"");
	const struct date_format **formats;
	size_t count;

	if (!parse_date_formats(parser, &formats, &count))
		return false;
	if (count == 0)
		return true;
	source->cursor_format = formats[0];
	if (!date_format_sorts(formats[0])) {
		diag_at(parser->diags, DIAG_ERROR, token.span,
			"texts of this format do not sort like the moments they name");
		diag_hint(parser->diags,
			"a cursor needs year to second in order, or use 'snapshot' instead");
	}
	return true;
}

static bool
statement_snapshot(struct parser *parser)
{
	struct source_config *source = parser->source;

	source->way = WAY_SNAPSHOT;
	source->batch = COLUMN_NONE;
	if (!parser_word(parser, "batch"))
		return true;
	source->batch = parse_column(parser);
	return source->batch >= 0;
}

static bool
statement_overlap(struct parser *parser)
{
	return parser_want_duration(parser, &parser->source->overlap_us) &&
		parser_want_word(parser, "every") &&
		parser_want_duration(parser, &parser->source->overlap_every_us);
}

static bool
statement_reconcile(struct parser *parser)
{
	if (parser_word(parser, "never")) {
		parser->source->reconcile_second = -1;
		return true;
	}
	return parser_want_word(parser, "at") &&
		parser_want_clock(parser, false, &parser->source->reconcile_second);
}

static bool
statement_hours(struct parser *parser)
{
	struct source_config *source = parser->source;

	source->hours_count = 0;
	if (parser_word(parser, "all"))
		return true;
	do {
		struct hours *hours = &source->hours[source->hours_count];

		if (source->hours_count == HOURS_LIMIT)
			return parser_fault(parser, "at most 8 spans of hours");
		if (!parser_want_clock(parser, false, &hours->from) ||
			!(parser_sign(parser, "-") || parser_word(parser, "to") ||
				parser_fault(parser, "'to' and the end, as in 22:00 to 06:00")) ||
			!parser_want_clock(parser, true, &hours->until))
			return false;
		source->hours_count++;
	} while (parser_sign(parser, ","));
	return true;
}

static bool
statement_at_most(struct parser *parser)
{
	return parser_want_word(parser, "most") &&
		parser_want_number(parser, "a number of rows", 1, ROWS_PER_SECOND_MOST,
			&parser->source->rows_per_second) &&
		parser_want_word(parser, "rows") && parser_want_word(parser, "per") &&
		parser_want_word(parser, "second");
}

static bool
statement_complete(struct parser *parser)
{
	struct token token;

	if (!parser_want_word(parser, "when") ||
		!parser_want_string(parser, "a SELECT that answers true or false", &token))
		return false;
	parser->source->complete_query = token.text;
	return true;
}

static bool
statement_listen(struct parser *parser)
{
	struct token token;

	if (!parser_want_name(parser, "the NOTIFY channel", &token))
		return false;
	parser->source->listen = token.text;
	return true;
}

static bool
statement_charset(struct parser *parser)
{
	static const char *const names[] = {"gb18030", "gbk", "gb2312", "big5"};
	struct token token = parser->token;
	struct charset *charset;

	if (token.type != TOKEN_STRING && token.type != TOKEN_NAME)
		return parser_fault(parser, "a charset, like gb18030");
	parser_next(parser);
	charset = charset_new(token.text);
	if (!charset) {
		diag_at(parser->diags, DIAG_ERROR, token.span, "iconv knows no charset '%s'",
			token.text);
		parser_hint_near(parser, &token, names, 4);
	}
	charset_free(charset);
	parser->source->charset = token.text;
	return true;
}

static bool
statement_area(struct parser *parser)
{
	struct token token = parser->token;

	if (token.type != TOKEN_STRING && token.type != TOKEN_NUMBER)
		return parser_fault(parser, "an area code");
	parser_next(parser);
	if (!area_parse(token.text, &parser->source->area)) {
		diag_at(parser->diags, DIAG_ERROR, token.span, "this is no area code");
		diag_hint(parser->diags, "2, 4, 6, 9 or 12 digits");
	}
	return true;
}

static bool
statement_household(struct parser *parser)
{
	static const char *const names[] = {"family", "living", "register"};
	struct source_config *source = parser->source;
	struct token token;

	source->household = parse_column(parser);
	if (source->household < 0 || !parser_want_word(parser, "rank"))
		return false;
	token = parser->token;
	for (int i = 0; i < 3; i++) {
		if (parser_word(parser, names[i])) {
			source->household_rank = (enum household_rank)i;
			return true;
		}
	}
	parser_fault(parser, "family, living or register");
	parser_hint_near(parser, &token, names, 3);
	return false;
}

static bool
statement_gone(struct parser *parser)
{
	if (!parser_want_word(parser, "when"))
		return false;
	parser->source->gone = parse_formula(parser);
	return parser->source->gone != NULL;
}

bool
parse_person(struct parser *parser, struct person_columns *ret_person)
{
	ret_person->span = parser->token.span;
	ret_person->number = parse_column(parser);
	if (ret_person->number < 0)
		return false;
	for (;;) {
		int *slot = parser_word(parser, "name") ? &ret_person->name
			: parser_word(parser, "address") ? &ret_person->address
			: parser_word(parser, "phone") ? &ret_person->phone : NULL;

		if (!slot)
			return true;
		*slot = parse_column(parser);
		if (*slot < 0)
			return false;
	}
}

static bool
statement_person(struct parser *parser)
{
	return parse_person(parser, &parser->source->person);
}

/* Every statement of a source but the settings of setting.h and the blocks. */
static const struct {
	const char *word;
	bool (*parse)(struct parser *parser);
} statements[] = {
	{"connect", statement_connect},
	{"credential", statement_credential},
	{"label", statement_label},
	{"query", statement_query},
	{"key", statement_key},
	{"cursor", statement_cursor},
	{"snapshot", statement_snapshot},
	{"overlap", statement_overlap},
	{"reconcile", statement_reconcile},
	{"hours", statement_hours},
	{"at", statement_at_most},
	{"complete", statement_complete},
	{"listen", statement_listen},
	{"charset", statement_charset},
	{"area", statement_area},
	{"household", statement_household},
	{"gone", statement_gone},
	{"person", statement_person},
};

#define STATEMENTS (sizeof(statements) / sizeof(*statements))
#define SOURCE_WORDS 64

static bool
unknown_statement(struct parser *parser, const struct token *word)
{
	const char *names[SOURCE_WORDS] = {"fact", "resident"};
	size_t count = 2;

	for (size_t i = 0; i < STATEMENTS; i++)
		names[count++] = statements[i].word;
	for (size_t i = 0; i < SETTING_COUNT_ALL && count < SOURCE_WORDS; i++) {
		if (setting_row((enum setting)i)->block == BLOCK_SOURCE)
			names[count++] = setting_row((enum setting)i)->name;
	}
	diag_at(parser->diags, DIAG_ERROR, word->span, "'%s' is no statement of a source",
		word->text);
	parser_hint_near(parser, word, names, count);
	return false;
}

/* Which statements were there: one bit each, so that none stands twice. */
struct seen {
	uint64_t statements;
	uint64_t settings;
};

static bool
seen_twice(struct parser *parser, const struct token *word, uint64_t *bits, size_t bit)
{
	if (*bits & UINT64_C(1) << bit) {
		diag_at(parser->diags, DIAG_ERROR, word->span, "'%s' stands in this source already",
			word->text);
		return true;
	}
	*bits |= UINT64_C(1) << bit;
	return false;
}

static bool
parse_source_setting(struct parser *parser, enum setting setting)
{
	struct setting_value value;

	if (!parse_setting(parser, setting, &value))
		return false;
	parser->source->settings[setting] = value.number;
	return true;
}

static bool
parse_source_statement(struct parser *parser, struct seen *seen)
{
	struct token word;
	enum setting setting;

	if (!parser_want_name(parser, "a statement of a source", &word))
		return false;
	for (size_t i = 0; i < STATEMENTS; i++) {
		if (strcmp(statements[i].word, word.text) != 0)
			continue;
		seen_twice(parser, &word, &seen->statements, i);
		return statements[i].parse(parser);
	}
	setting = setting_find(BLOCK_SOURCE, word.text, strlen(word.text));
	if (setting == SETTING_COUNT_ALL)
		return unknown_statement(parser, &word);
	seen_twice(parser, &word, &seen->settings, setting - SETTING_SOURCE_EVERY);
	return parse_source_setting(parser, setting);
}

static void
source_presets(struct parser *parser, struct source_config *source)
{
	struct setting_value values[SETTING_COUNT_ALL];

	(void)parser;
	memset(values, 0, sizeof(values));
	settings_presets(BLOCK_SOURCE, values);
	for (size_t i = 0; i < SETTING_COUNT_ALL; i++)
		source->settings[i] = values[i].number;
	source->cursor = source->batch = source->household = COLUMN_NONE;
	source->person = (struct person_columns){
		COLUMN_NONE, COLUMN_NONE, COLUMN_NONE, COLUMN_NONE, {0}};
	source->reconcile_second = 2 * 3600 + 30 * 60;
	source->overlap_us = INT64_C(7200000000);
	source->overlap_every_us = INT64_C(300000000);
}

static bool
fact_of_area(const struct fact_config *fact)
{
	return fact->area != NULL && fact->person.number < 0;
}

/* What only the whole block shows. Persons of facts are taken from the source here. */
static void
check_source(struct parser *parser, struct source_config *source, const struct seen *seen)
{
	static const char *const needed[] = {"connect", "query", "key"};

	for (size_t i = 0; i < STATEMENTS; i++) {
		for (size_t n = 0; n < 3; n++) {
			if (strcmp(statements[i].word, needed[n]) == 0 &&
				!(seen->statements & UINT64_C(1) << i))
				diag_at(parser->diags, DIAG_ERROR, source->span,
					"source '%s' has no '%s'", source->name, needed[n]);
		}
	}
	if (source->way == WAY_CURSOR && source->cursor < 0) {
		diag_at(parser->diags, DIAG_ERROR, source->span,
			"source '%s' has neither 'cursor' nor 'snapshot'", source->name);
		diag_hint(parser->diags, "without a column of changes say 'snapshot;'");
	}
	if (source->fact_count == 0)
		diag_at(parser->diags, DIAG_ERROR, source->span, "source '%s' tells no facts",
			source->name);
	for (size_t i = 0; i < source->fact_count; i++) {
		struct fact_config *fact = &source->facts[i];

		if (fact->person.number < 0 && source->person.number >= 0)
			fact->person = source->person;
		if (fact->person.number < 0 && !fact_of_area(fact)) {
			diag_at(parser->diags, DIAG_ERROR, fact->span,
				"nobody knows whom this fact is about");
			diag_hint(parser->diags, "say 'person COLUMN;', or 'area' for a kind of areas");
		}
	}
}

static struct source_config *
source_new(struct parser *parser, const struct token *name)
{
	struct config *config = parser->config;
	struct source_config *source;

	for (size_t i = 0; i < config->source_count; i++) {
		if (strcmp(config->sources[i].name, name->text) == 0)
			diag_at(parser->diags, DIAG_ERROR, name->span,
				"source '%s' stands here already", name->text);
	}
	config->sources = parser_grow(parser, config->sources, config->source_count,
		sizeof(*config->sources));
	source = &config->sources[config->source_count++];
	memset(source, 0, sizeof(*source));
	source->name = name->text;
	source->span = name->span;
	source_presets(parser, source);
	return source;
}

void
parse_source(struct parser *parser)
{
	struct token name;
	struct seen seen = {0, 0};

	if (!parser_want_name(parser, "the name of the source", &name)) {
		parser_recover(parser);
		return;
	}
	parser->source = source_new(parser, &name);
	if (parser->token.type == TOKEN_STRING && !statement_label(parser))
		return;
	if (!parser_want_sign(parser, "{")) {
		parser_recover(parser);
		return;
	}
	while (!parser_at_sign(parser, "}") && parser->token.type != TOKEN_END) {
		if (parser_at_word(parser, "fact") || parser_at_word(parser, "resident"))
			parse_fact(parser);
		else if (!parse_source_statement(parser, &seen) || !parser_want_sign(parser, ";"))
			parser_recover(parser);
	}
	parser_want_sign(parser, "}");
	check_source(parser, parser->source, &seen);
	parser->source = NULL;
}
