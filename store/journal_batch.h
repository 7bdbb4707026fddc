/* What a page of a source says, as it goes into the journal: records with facts, quarantine and the new cursor. Lies
 * in memory only; the journal writes it. Owns copies of all it is given. */
#ifndef NEEDWATCH_JOURNAL_BATCH_H
#define NEEDWATCH_JOURNAL_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "citizen.h"
#include "day.h"
#include "identity.h"
#include "instant.h"
#include "kind.h"
#include "population.h"

struct journal_batch;

/* How sure the caller is that the records are new; the result is the same. */
enum journal_way {
	JOURNAL_LOAD,    /* first load: touched households are history, not news */
	JOURNAL_FORWARD, /* nothing is expected to be known */
	JOURNAL_OVERLAP, /* nearly everything is known; what is not came late */
	JOURNAL_COMPARE, /* the same, in a comparison */
};

/* Somebody the batch speaks of. */
struct journal_person {
	/* VALID or UPGRADED: known by the number. Any other class: a person of its own, known by the record added last
	 * and `slot`, flagged unidentified. */
	struct citizen citizen;
	int slot;
	/* Not 0: somebody whom the store has told us of, by his id and home county; the rest is not looked at. */
	int64_t known;
	int32_t known_county;
	struct identity_card card; /* the number is taken from `citizen` */
	/* Where the person is at home when first seen: the first that is known. */
	struct area residence;
	struct area register_area;
	struct area source_area;
};

#define JOURNAL_NOBODY (-1)

struct journal_cell {
	bool known;
	int64_t number;   /* money, int, flag, date, code (index of the field's word) */
	const char *text; /* FIELD_TEXT */
	size_t length;
	int32_t person;   /* FIELD_PERSON: of journal_batch_person() */
};

/* What the built-in kind `resident` says of its person. */
struct journal_resident {
	const struct identity_hash *household; /* the source's household key; NULL: not said */
	int rank; /* 0 civil-affairs family, 1 declared co-living, 2 register */
	struct day birth;
	char sex;
	struct area area;
	struct area register_area;
	enum residence residence;
	bool head; /* of the household; false: not said to be */
};

struct journal_fact {
	const struct kind *kind; /* borrowed until the batch is freed; NULL: resident */
	int ordinal;             /* place in the record, 0.. */
	/* The subject: a person, or for household kinds the source's household key (a person goes first), or an
	 * area. */
	int32_t person;          /* JOURNAL_NOBODY */
	const struct identity_hash *household; /* or NULL */
	struct area area;        /* of area kinds; else where it happened, or code 0 */
	struct day on;           /* DAY_NONE only for resident */
	struct day until;        /* DAY_NONE: open */
	const struct journal_cell *cells; /* kind->field_count; resident: NULL */
	const struct journal_resident *resident;
};

/* `source` is the name; `area` that of rows that name no place. */
struct journal_batch *
journal_batch_new(const struct identity_keys *keys, const char *source, struct area area,
	enum journal_way way);

void
journal_batch_free(struct journal_batch *batch); /* NULL is fine */

/* A record of the source by its key as the source gives it (hashed here). All facts, persons and faults that follow belong
 * to it. The same key again in one batch replaces the record before. `content`: bytes equal for equal meaning. */
void
journal_batch_record(struct journal_batch *batch, const void *key, size_t key_length,
	const void *content, size_t content_length);

/* A record that its source has taken back or that has vanished, by its key or by the hash of it. */
void
journal_batch_gone(struct journal_batch *batch, const void *key, size_t key_length);

void
journal_batch_gone_hash(struct journal_batch *batch, const struct identity_hash *key);

/* Why a record could not be read. What is shown of it holds no number. */
struct journal_fault {
	const char *column; /* "" if it is no single one */
	const char *reason;
	const char *masked;   /* the value */
	const char *key_mask; /* the record's key */
};

/* A record that could not be read. What is known of it stays as it is. */
void
journal_batch_quarantine(struct journal_batch *batch, const void *key, size_t key_length,
	const struct journal_fault *fault);

/* The same person again gives the same index. */
int32_t
journal_batch_person(struct journal_batch *batch, const struct journal_person *person);

void
journal_batch_fact(struct journal_batch *batch, const struct journal_fact *fact);

/* Stored in the same transaction; NULL: stays. `loaded`: the first load ends with this batch. */
void
journal_batch_cursor(struct journal_batch *batch, const char *cursor, const char *batch_number,
	bool loaded);

size_t
journal_batch_records(const struct journal_batch *batch);

#endif
