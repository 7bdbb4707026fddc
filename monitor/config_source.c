/* Parses a source block: where the rows are, how they are read, when, and whom they are about.
 */
#include "config_reader.h"

#include <string.h>

#include "arena.h"
#include "charset.h"

#define ROWS_PER_SECOND_MOST 10000000

static bool
statement_connect(struct reader *reader)
{
	struct setting_value value = {.given = false};

	if (!parse_setting(reader, SETTING_STORE_CONNECT, &value))
		return false;
	reader->source->connect = value.text;
	reader->source->connect_span = value.span;
	return true;
}

static bool
statement_credential(struct reader *reader)
{
	struct token token;

	if (!reader_want_string(reader, "the name of the credential file", &token))
		return false;
	reader->source->credential = token.text;
	reader->source->credential_span = token.span;
	return true;
}

static bool
statement_label(struct reader *reader)
{
	struct token token;

	if (!reader_want_string(reader, "the Chinese name in quotes", &token))
		return false;
	reader->source->label = token.text;
	return true;
}

/* The query is put into brackets of ours, so it must be one SELECT. */
static bool
statement_query(struct reader *reader)
{
	struct token token;
	size_t length;
	char *query;

	if (!reader_want_string(reader, "a SELECT in quotes", &token))
		return false;
	query = (char *)(uintptr_t)token.text;
	length = strlen(token.text);
	while (length > 0 && strchr("; \t\r\n", query[length - 1]))
		query[--length] = '\0';
	if (strncasecmp(query + strspn(query, " \t\r\n("), "select", 6) != 0 &&
		strncasecmp(query + strspn(query, " \t\r\n("), "with", 4) != 0) {
		diag_at(reader->diags, DIAG_ERROR, token.span, "a query is a SELECT");
		diag_hint(reader->diags, "\"select id, updated_at, ... from table\"");
	}
	reader->source->query = query;
	reader->source->query_span = token.span;
	return true;
}

static bool
statement_key(struct reader *reader)
{
	struct source_config *source = reader->source;

	do {
		int column = parse_column(reader);

		if (column < 0)
			return false;
		if (source->key_count == KEY_LIMIT)
			return reader_fault(reader, "at most 8 columns in a key");
		source->keys[source->key_count++] = column;
	} while (reader_sign(reader, ","));
	return true;
}

static bool
statement_cursor(struct reader *reader)
{
	struct source_config *source = reader->source;
	struct token token;

	source->way = WAY_CURSOR;
	source->cursor = parse_column(reader);
	if (source->cursor < 0)
		return false;
	if (!reader_word(reader, "as") || reader_word(reader, "timestamp"))
		return true;
	token = reader->token;
	if (token.type != TOKEN_STRING)
		return reader_fault(reader, "'timestamp', or how the text is written, like "
					    "\"yyyy-MM-dd HH:mm:ss\"");
	const struct date_format **formats;
	size_t count;

	if (!parse_date_formats(reader, &formats, &count))
		return false;
	if (count == 0)
		return true;
	source->cursor_format = formats[0];
	if (!date_format_sorts(formats[0])) {
		diag_at(reader->diags, DIAG_ERROR, token.span,
			"texts of this format do not sort like the moments they name");
		diag_hint(reader->diags,
			"a cursor needs year to second in order, or use 'snapshot' instead");
	}
	return true;
}

static bool
statement_snapshot(struct reader *reader)
{
	struct source_config *source = reader->source;

	source->way = WAY_SNAPSHOT;
	source->batch = COLUMN_NONE;
	if (!reader_word(reader, "batch"))
		return true;
	source->batch = parse_column(reader);
	return source->batch >= 0;
}

static bool
statement_overlap(struct reader *reader)
{
	return reader_want_duration(reader, &reader->source->overlap_us) &&
	       reader_want_word(reader, "every") &&
	       reader_want_duration(reader, &reader->source->overlap_every_us);
}

static bool
statement_reconcile(struct reader *reader)
{
	if (reader_word(reader, "never")) {
		reader->source->reconcile_second = -1;
		return true;
	}
	return reader_want_word(reader, "at") &&
	       reader_want_clock(reader, false, &reader->source->reconcile_second);
}

static bool
statement_hours(struct reader *reader)
{
	struct source_config *source = reader->source;

	source->hours_count = 0;
	if (reader_word(reader, "all"))
		return true;
	do {
		struct hours *hours = &source->hours[source->hours_count];

		if (source->hours_count == HOURS_LIMIT)
			return reader_fault(reader, "at most 8 spans of hours");
		if (!reader_want_clock(reader, false, &hours->from) ||
			!(reader_sign(reader, "-") || reader_word(reader, "to") ||
				reader_fault(
					reader, "'to' and the end, as in 22:00 to 06:00")) ||
			!reader_want_clock(reader, true, &hours->until))
			return false;
		source->hours_count++;
	} while (reader_sign(reader, ","));
	return true;
}

static bool
statement_at_most(struct reader *reader)
{
	return reader_want_word(reader, "most") &&
	       reader_want_number(reader, "a number of rows", 1, ROWS_PER_SECOND_MOST,
		       &reader->source->rows_per_second) &&
	       reader_want_word(reader, "rows") && reader_want_word(reader, "per") &&
	       reader_want_word(reader, "second");
}

static bool
statement_complete(struct reader *reader)
{
	struct token token;

	if (!reader_want_word(reader, "when") ||
		!reader_want_string(reader, "a SELECT that answers true or false", &token))
		return false;
	reader->source->complete_query = token.text;
	return true;
}

static bool
statement_listen(struct reader *reader)
{
	struct token token;

	if (!reader_want_name(reader, "the NOTIFY channel", &token))
		return false;
	reader->source->listen = token.text;
	return true;
}

static bool
statement_charset(struct reader *reader)
{
	static const char *const names[] = {"gb18030", "gbk", "gb2312", "big5"};
	struct token token = reader->token;
	struct charset *charset;

	if (token.type != TOKEN_STRING && token.type != TOKEN_NAME)
		return reader_fault(reader, "a charset, like gb18030");
	reader_next(reader);
	charset = charset_new(token.text);
	if (!charset) {
		diag_at(reader->diags, DIAG_ERROR, token.span, "iconv knows no charset '%s'",
			token.text);
		reader_hint_near(reader, &token, names, 4);
	}
	charset_free(charset);
	reader->source->charset = token.text;
	return true;
}

static bool
statement_area(struct reader *reader)
{
	struct token token = reader->token;

	if (token.type != TOKEN_STRING && token.type != TOKEN_NUMBER)
		return reader_fault(reader, "an area code");
	reader_next(reader);
	if (!area_parse(token.text, &reader->source->area)) {
		diag_at(reader->diags, DIAG_ERROR, token.span, "this is no area code");
		diag_hint(reader->diags, "2, 4, 6, 9 or 12 digits");
	}
	return true;
}

static bool
statement_household(struct reader *reader)
{
	static const char *const names[] = {"family", "living", "register"};
	struct source_config *source = reader->source;
	struct token token;

	source->household = parse_column(reader);
	if (source->household < 0 || !reader_want_word(reader, "rank"))
		return false;
	token = reader->token;
	for (int i = 0; i < 3; i++) {
		if (reader_word(reader, names[i])) {
			source->household_rank = (enum household_rank)i;
			return true;
		}
	}
	reader_fault(reader, "family, living or register");
	reader_hint_near(reader, &token, names, 3);
	return false;
}

static bool
statement_gone(struct reader *reader)
{
	if (!reader_want_word(reader, "when"))
		return false;
	reader->source->gone = parse_formula(reader);
	return reader->source->gone != NULL;
}

bool
parse_person(struct reader *reader, struct person_columns *ret_person)
{
	ret_person->span = reader->token.span;
	ret_person->number = parse_column(reader);
	if (ret_person->number < 0)
		return false;
	for (;;) {
		int *slot = reader_word(reader, "name")      ? &ret_person->name
			    : reader_word(reader, "address") ? &ret_person->address
			    : reader_word(reader, "phone")   ? &ret_person->phone
							     : NULL;

		if (!slot)
			break;
		*slot = parse_column(reader);
		if (*slot < 0)
			return false;
	}
	ret_person->lead = reader_word(reader, "else");
	return !ret_person->lead || reader_want_word(reader, "lead");
}

static bool
statement_person(struct reader *reader)
{
	return parse_person(reader, &reader->source->person);
}

/* Every statement of a source but the settings of setting.h and the blocks. */
static const struct {
	const char *word;
	bool (*parse)(struct reader *reader);
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
unknown_statement(struct reader *reader, const struct token *word)
{
	const char *names[SOURCE_WORDS] = {"fact", "resident"};
	size_t count = 2;

	for (size_t i = 0; i < STATEMENTS; i++)
		names[count++] = statements[i].word;
	for (size_t i = 0; i < SETTING_COUNT_ALL && count < SOURCE_WORDS; i++) {
		if (setting_row((enum setting)i)->block == BLOCK_SOURCE)
			names[count++] = setting_row((enum setting)i)->name;
	}
	diag_at(reader->diags, DIAG_ERROR, word->span, "'%s' is no statement of a source",
		word->text);
	reader_hint_near(reader, word, names, count);
	return false;
}

/* Which statements were there: one bit each, so that none stands twice. */
struct seen {
	uint64_t statements;
	uint64_t settings;
};

static bool
seen_twice(struct reader *reader, const struct token *word, uint64_t *bits, size_t bit)
{
	if (*bits & UINT64_C(1) << bit) {
		diag_at(reader->diags, DIAG_ERROR, word->span,
			"'%s' stands in this source already", word->text);
		return true;
	}
	*bits |= UINT64_C(1) << bit;
	return false;
}

static bool
parse_source_setting(struct reader *reader, enum setting setting)
{
	struct setting_value value;

	if (!parse_setting(reader, setting, &value))
		return false;
	reader->source->settings[setting] = value.number;
	return true;
}

static bool
parse_source_statement(struct reader *reader, struct seen *seen)
{
	struct token word;
	enum setting setting;

	if (!reader_want_name(reader, "a statement of a source", &word))
		return false;
	for (size_t i = 0; i < STATEMENTS; i++) {
		if (strcmp(statements[i].word, word.text) != 0)
			continue;
		seen_twice(reader, &word, &seen->statements, i);
		return statements[i].parse(reader);
	}
	setting = setting_find(BLOCK_SOURCE, word.text, strlen(word.text));
	if (setting == SETTING_COUNT_ALL)
		return unknown_statement(reader, &word);
	seen_twice(reader, &word, &seen->settings, setting - SETTING_SOURCE_EVERY);
	return parse_source_setting(reader, setting);
}

static void
source_presets(struct reader *reader, struct source_config *source)
{
	struct setting_value values[SETTING_COUNT_ALL];

	(void)reader;
	memset(values, 0, sizeof(values));
	settings_presets(BLOCK_SOURCE, values);
	for (size_t i = 0; i < SETTING_COUNT_ALL; i++)
		source->settings[i] = values[i].number;
	source->cursor = source->batch = source->household = COLUMN_NONE;
	source->person = (struct person_columns){
		COLUMN_NONE, COLUMN_NONE, COLUMN_NONE, COLUMN_NONE, false, {0}};
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
check_source(struct reader *reader, struct source_config *source, const struct seen *seen)
{
	static const char *const needed[] = {"connect", "query", "key"};

	for (size_t i = 0; i < STATEMENTS; i++) {
		for (size_t n = 0; n < 3; n++) {
			if (strcmp(statements[i].word, needed[n]) == 0 &&
				!(seen->statements & UINT64_C(1) << i))
				diag_at(reader->diags, DIAG_ERROR, source->span,
					"source '%s' has no '%s'", source->name, needed[n]);
		}
	}
	if (source->way == WAY_CURSOR && source->cursor < 0) {
		diag_at(reader->diags, DIAG_ERROR, source->span,
			"source '%s' has neither 'cursor' nor 'snapshot'", source->name);
		diag_hint(reader->diags, "without a column of changes say 'snapshot;'");
	}
	if (source->fact_count == 0)
		diag_at(reader->diags, DIAG_ERROR, source->span, "source '%s' tells no facts",
			source->name);
	for (size_t i = 0; i < source->fact_count; i++) {
		struct fact_config *fact = &source->facts[i];

		if (fact->person.number < 0 && source->person.number >= 0)
			fact->person = source->person;
		if (fact->person.number < 0 && source->household < 0 && !fact_of_area(fact)) {
			diag_at(reader->diags, DIAG_ERROR, fact->span,
				"nobody knows whom this fact is about");
			diag_hint(reader->diags,
				"say 'person COLUMN;', or 'area' for a kind of areas");
		}
	}
}

static struct source_config *
source_new(struct reader *reader, const struct token *name)
{
	struct config *config = reader->config;
	struct source_config *source;

	for (size_t i = 0; i < config->source_count; i++) {
		if (strcmp(config->sources[i].name, name->text) == 0)
			diag_at(reader->diags, DIAG_ERROR, name->span,
				"source '%s' stands here already", name->text);
	}
	config->sources = reader_grow(
		reader, config->sources, config->source_count, sizeof(*config->sources));
	source = &config->sources[config->source_count++];
	memset(source, 0, sizeof(*source));
	source->name = name->text;
	source->span = name->span;
	source_presets(reader, source);
	return source;
}

void
parse_source(struct reader *reader)
{
	struct token name;
	struct seen seen = {0, 0};

	if (!reader_want_name(reader, "the name of the source", &name)) {
		reader_recover(reader);
		return;
	}
	reader->source = source_new(reader, &name);
	if (reader->token.type == TOKEN_STRING && !statement_label(reader))
		return;
	if (!reader_want_sign(reader, "{")) {
		reader_recover(reader);
		return;
	}
	while (!reader_at_sign(reader, "}") && reader->token.type != TOKEN_END) {
		if (reader_at_word(reader, "fact") || reader_at_word(reader, "resident"))
			parse_fact(reader);
		else if (!parse_source_statement(reader, &seen) ||
			 !reader_want_sign(reader, ";"))
			reader_recover(reader);
	}
	reader_want_sign(reader, "}");
	check_source(reader, reader->source, &seen);
	reader->source = NULL;
}
