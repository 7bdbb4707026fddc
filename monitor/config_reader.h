/* The configuration's reader, shared by the files config_*.c: one token ahead, and a way back to solid
 * ground after a fault, so that one run reports them all. Not for other folders. */
#ifndef NEEDWATCH_CONFIG_READER_H
#define NEEDWATCH_CONFIG_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"
#include "diag.h"
#include "lex.h"

struct arena;

struct setting_value {
	bool given;
	struct span span;
	const char *text;
	int64_t number;
	const char **list;
	size_t count;
};

struct channel_config {
	const char *name;
	struct span span;
	struct setting_value settings[SETTING_COUNT_ALL];
};

struct config {
	struct arena *arena;
	struct source_text *texts;
	size_t text_count;
	struct setting_value settings[SETTING_COUNT_ALL];
	struct channel_config *channels;
	size_t channel_count;
	struct source_config *sources;
	size_t source_count;
	struct area_change *area_changes; /* as area_change.h sorts them */
	struct span *area_change_spans;
	size_t area_change_count;
};

struct reader {
	struct config *config;
	struct diags *diags;
	const struct token *next; /* TOKEN_END is never passed */
	struct token token;       /* the one to look at; numbers in hundredths */
	struct source_config *source; /* the one being parsed, or NULL */
	int depth;           /* nesting of an expression */
	int links;           /* its `and` and `or` */
};

/* Puts the first token of the text under the eye. */
void
reader_open(struct reader *reader, const struct source_text *text);

void
reader_next(struct reader *reader);

bool
reader_at_word(const struct reader *reader, const char *word);

bool
reader_at_sign(const struct reader *reader, const char *sign);

/* Takes the token if it is that one. */
bool
reader_word(struct reader *reader, const char *word);

bool
reader_sign(struct reader *reader, const char *sign);

/* Takes the sign or reports that `what` was expected; false after a fault. */
bool
reader_want_sign(struct reader *reader, const char *sign);

bool
reader_want_word(struct reader *reader, const char *word);

/* Takes a word, reported as `what` ("a column") when missing. */
bool
reader_want_name(struct reader *reader, const char *what, struct token *ret_token);

bool
reader_want_string(struct reader *reader, const char *what, struct token *ret_token);

bool
reader_want_number(struct reader *reader, const char *what, int64_t least, int64_t most,
	int64_t *ret_number);

/* "5min": a number with its unit behind it, in microseconds. */
bool
reader_want_duration(struct reader *reader, int64_t *ret_us);

/* "02:30" in seconds of the day; 24:00 only if `end`. */
bool
reader_want_clock(struct reader *reader, bool end, int *ret_second);

/* Reports a fault at the current token; always false. */
bool
reader_fault(struct reader *reader, const char *expected);

/* "did you mean ...?" when one of the names is near. */
void
reader_hint_near(struct reader *reader, const struct token *token, const char *const *names,
	size_t count);

/* Behind the end of the statement: its ';', its block, or before the '}' around it. */
void
reader_recover(struct reader *reader);

/* Grows an array that lives in the arena: room for one more of `size` bytes. */
void *
reader_grow(struct reader *reader, void *array, size_t count, size_t size);

/* ---- config_formula.c ---- */

/* NULL after a fault. */
struct formula *
parse_formula(struct reader *reader);

/* The index of the column in the source, added when new. */
int
parse_column(struct reader *reader);

/* Behind `as`: "..." or ("...", "..."). */
bool
parse_date_formats(struct reader *reader, const struct date_format ***ret_formats,
	size_t *ret_count);

/* ---- config_block.c, config_source.c, config_fact.c: the block behind its name ---- */

void
parse_settings_block(struct reader *reader, enum setting_block block,
	struct setting_value *settings);

bool
parse_setting(struct reader *reader, enum setting setting, struct setting_value *ret_value);

void
settings_presets(enum setting_block block, struct setting_value *settings);

void
parse_source(struct reader *reader);

bool
parse_person(struct reader *reader, struct person_columns *ret_person);

/* At the word `fact` or `resident`. */
void
parse_fact(struct reader *reader);

#endif
