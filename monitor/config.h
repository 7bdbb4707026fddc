/* What needwatch.conf says: blocks store, service, channel and source, parsed, checked and immutable.
 * docs/configuration.md tells the language. */
#ifndef NEEDWATCH_CONFIG_H
#define NEEDWATCH_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "area_change.h"
#include "diag.h"
#include "formula.h"
#include "kind.h"
#include "setting.h"

struct config;

/* Reads no file: the texts are copied. Never NULL; every fault is in `diags`, and a configuration with
 * faults must not be used for anything but further checks. */
struct config *
config_parse(const struct source_text *texts, size_t count, struct diags *diags);

/* Reads the file, or every .conf file of a folder in byte order. NULL if it cannot be read: then
 * *ret_fault says why (owned by the caller). Paths of settings become absolute. */
struct config *
config_read(const char *path, struct diags *diags, char **ret_fault);

/* Checks the facts of all sources against the kinds of the rule set and keeps the pointers: `kinds` must
 * outlive the configuration. False if there was a fault. */
bool
config_bind(struct config *config, const struct kind *const *kinds, size_t count,
	struct diags *diags);

/* Reads the file of abolished area codes, if a setting names one; from then on the sources
 * follow them. False if it cannot be read: then *ret_fault says why (owned by the caller). What
 * is wrong in it stands in `diags`. */
bool
config_read_area_changes(struct config *config, struct diags *diags, char **ret_fault);

/* The same of a text, which must outlive the configuration. */
void
config_take_area_changes(
	struct config *config, const struct source_text *text, struct diags *diags);

const struct area_change *
config_area_changes(const struct config *config, size_t *ret_count);

struct span
config_area_change_span(const struct config *config, size_t change);

void
config_free(struct config *config);

/* ---- settings of store and service ---- */

/* NULL when not set. Texts, paths, connects, words; owned by the configuration. */
const char *
config_text(const struct config *config, enum setting setting);

/* Counts; durations in microseconds; flags 0 or 1. */
int64_t
config_number(const struct config *config, enum setting setting);

/* SETTING_PATHS. */
const char *const *
config_list(const struct config *config, enum setting setting, size_t *ret_count);

/* ---- channels ---- */

size_t
config_channel_count(const struct config *config);

const char *
config_channel_name(const struct config *config, size_t channel);

const char *
config_channel_text(const struct config *config, size_t channel, enum setting setting);

int64_t
config_channel_number(const struct config *config, size_t channel, enum setting setting);

/* ---- sources ---- */

#define COLUMN_NONE (-1)

/* Columns are indexes into source_config.columns, or COLUMN_NONE. */
struct person_columns {
	int number;
	int name;
	int address;
	int phone;
	bool lead; /* a number that is missing or does not validate makes a lead: a person of its own */
	struct span span;
};

struct field_config {
	const char *name;
	struct span span;
	const struct formula *formula;
	int field; /* of the kind; -1 until bound */
};

/* Fields of the built-in kind `resident`; the rest is said by `household`. */
enum resident_field {
	RESIDENT_BIRTH,
	RESIDENT_SEX,
	RESIDENT_AREA,
	RESIDENT_REGISTER_AREA,
	RESIDENT_RESIDENCE,
	RESIDENT_HEAD,
	RESIDENT_FIELDS,
};

/* NULL-terminated names in the order of the enum. */
extern const char *const resident_field_names[];

/* How strong the evidence is that persons of one key live together: smaller is stronger. */
enum household_rank {
	RANK_FAMILY,   /* a civil-affairs family */
	RANK_LIVING,   /* declared co-living */
	RANK_REGISTER, /* the household register */
};

struct fact_config {
	const char *kind_name; /* "resident" for the built-in kind */
	struct span span;
	bool resident;
	const struct kind *kind; /* NULL until bound, and for resident */
	const struct formula *on;
	const struct formula *until;
	const struct formula *when; /* NULL: always */
	/* where it happened, or the subject of an area kind; NULL */
	const struct formula *area;
	struct person_columns person; /* the source's, unless the block names its own */
	struct field_config *fields;
	size_t field_count;
};

/* Seconds of the civil day, [from, until); until < from spans midnight. */
struct hours {
	int from;
	int until;
};

#define HOURS_LIMIT 8
#define KEY_LIMIT 8

enum source_way {
	WAY_CURSOR,
	WAY_SNAPSHOT,
};

struct source_config {
	const char *name;
	const char *label; /* Chinese, or NULL */
	struct span span;
	/* those of BLOCK_SOURCE: durations in microseconds */
	int64_t settings[SETTING_COUNT_ALL];
	const char *connect; /* conninfo without a password */
	struct span connect_span;
	const char *credential; /* name of the password's file, or NULL */
	struct span credential_span;
	const char *query;   /* without a trailing semicolon */
	struct span query_span;
	const char **columns; /* every column that something uses */
	struct span *column_spans;
	int column_count;
	int keys[KEY_LIMIT];
	int key_count;
	enum source_way way;
	int cursor;                            /* WAY_CURSOR */
	/* NULL: timestamp, date or number as the column has it */
	const struct date_format *cursor_format;
	int batch;                             /* WAY_SNAPSHOT, or COLUMN_NONE */
	int64_t overlap_us;       /* how far back; 0: never */
	int64_t overlap_every_us;
	int reconcile_second;     /* of the civil day; -1: never */
	struct hours hours[HOURS_LIMIT];
	int hours_count;          /* 0: always */
	int64_t rows_per_second;  /* 0: no limit */
	const char *complete_query; /* answers one boolean, or NULL */
	const char *listen;       /* NOTIFY channel, a hint only; or NULL */
	const char *charset;      /* of bytea columns and SQL_ASCII databases; or NULL */
	struct area area;         /* of rows that name no place */
	const struct area_change *area_changes; /* that its rows follow; the configuration's */
	size_t area_change_count;
	struct person_columns person;
	int household;            /* column of the source's household key */
	enum household_rank household_rank;
	const struct formula *gone; /* NULL: rows are never marked as gone */
	struct fact_config *facts;  /* ordinal in the record = index */
	size_t fact_count;
};

size_t
config_source_count(const struct config *config);

const struct source_config *
config_source(const struct config *config, size_t source);

/* Index of the source, or -1. */
int
config_find_source(const struct config *config, const char *name);

#endif
