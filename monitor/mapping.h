/* From a record of a source to facts: types, dates, money, codes, numbers. Pure: the day is a parameter, and
 * what cannot be read becomes a fault with its column, never a default. */
#ifndef NEEDWATCH_MAPPING_H
#define NEEDWATCH_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "citizen.h"
#include "config.h"
#include "day.h"
#include "fault.h"
#include "formula.h"

struct arena;
struct buffer;

/* A person as the record tells it. Texts are borrowed from the record, not NUL-terminated. */
struct mapped_person {
	struct citizen citizen;
	const char *name;
	size_t name_length;
	const char *address;
	size_t address_length;
	const char *phone;
	size_t phone_length;
};

struct mapped_cell {
	bool known;
	int64_t number; /* money fen, int, flag, date day.n, code word index, area code */
	const char *text; /* FIELD_TEXT: in the arena, NUL-terminated */
	size_t length;
	struct citizen citizen; /* FIELD_PERSON */
};

struct mapped_fact {
	size_t ordinal; /* index into source_config.facts */
	const struct fact_config *config;
	/* Without a number: a lead, or nobody where an area is the subject or
	 * config->person.number < 0 (a household by its key). */
	struct mapped_person person;
	struct day on;    /* DAY_NONE only for resident */
	struct day until; /* DAY_NONE: open */
	struct area area; /* code 0: not said */
	struct mapped_cell *cells; /* one per field of the kind; RESIDENT_FIELDS for resident */
};

struct mapped_record {
	/* FAULT_NONE, or the first fault: then there are no facts. */
	enum mapping_fault fault;
	int fault_column; /* COLUMN_NONE: of no single column */
	char fault_mask[128];
	bool gone; /* the source says so: no facts */
	const char *key; /* the key columns joined with 0x1f: holds numbers, never stored */
	size_t key_length;
	const char *shown_key; /* the same, decoded, if the key is the source's bytes */
	size_t shown_key_length;
	const char *household_key; /* or NULL; borrowed */
	size_t household_key_length;
	struct mapped_fact *facts;
	size_t fact_count;
};

/* `today` refuses days that have not come yet, except in `until` and in fields, and says which
 * abolished area codes are followed. Everything is allocated in the arena or borrowed from the
 * record. The source's facts must be bound. */
void
mapping_record(const struct source_config *source, const struct record *record,
	struct day today, struct arena *arena, struct mapped_record *ret_mapped);

/* The key as it is hashed, false if one of its columns is empty. */
bool
mapping_key(const struct source_config *source, const struct record *record,
	struct arena *arena, const char **ret_key, size_t *ret_length);

/* Appends what the record says, so that equal meanings give equal bytes: the content that is hashed. */
void
mapping_content(const struct mapped_record *mapped, struct buffer *out);

#endif
