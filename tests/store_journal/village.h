/* A store with a few kinds and two connections, and short words to tell it pages of sources;
 * for the tests of the journal. */
#ifndef NEEDWATCH_TEST_VILLAGE_H
#define NEEDWATCH_TEST_VILLAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "journal.h"
#include "store.h"

struct event_base;

#define COUNTY 990102
#define OTHER_COUNTY 990103
#define VILLAGE INT64_C(990102001201)
#define OTHER_VILLAGE INT64_C(990103001201)

enum village_kind {
	SETTLEMENT, /* of a person: stay text, self_paid money, inpatient flag */
	DEATH,      /* of a person: source code certificate|register */
	PARENT,     /* of a child: role code father|mother, parent person */
	DAMAGE,     /* of a household: grade code collapsed|minor */
	VISITS,     /* of an area: visits int */
	VILLAGE_KINDS,
};

struct village {
	struct event_base *base;
	struct db_sync *sync;
	struct identity_keys keys;
	uint8_t secret[IDENTITY_SECRET_KEY];
	struct store *store;
	struct store *second; /* another process, with a connection of its own */
	struct instant now;
	/* What came of the last call. */
	struct journal_count count;
	char error[300];
	bool done;
	int64_t known;
	int64_t vanished;
};

/* cmocka's set-up and tear-down: a fresh schema for each case. NEEDWATCH_TEST_LEASE: the first
 * store holds a lease. */
int
village_open(void **state);

int
village_close(void **state);

const struct kind *
village_kind(enum village_kind kind);

/* A valid citizen number, one for each `n` below 1000. Lives until the next call. */
const char *
number_of(int n);

/* ---- telling a page ---- */

struct journal_batch *
page_new(struct village *village, const char *source, enum journal_way way);

/* A record with the facts that follow; `says` is its content. */
void
record(struct journal_batch *page, const char *key, const char *says);

/* Somebody by his number and perhaps his residence. */
int32_t
somebody(struct journal_batch *page, int n, int64_t residence);

void
paid(struct journal_batch *page, int ordinal, int32_t person, const char *day, int64_t fen);

void
died(struct journal_batch *page, int ordinal, int32_t person, const char *day);

/* Both are told as numbers: child and parent. */
void
child_of(struct journal_batch *page, int ordinal, int32_t child, int32_t parent);

/* A person who tells it, or JOURNAL_NOBODY; the household's key, or NULL. */
void
damaged(struct village *village, struct journal_batch *page, int32_t person,
	const char *household, const char *grade);

void
visited(struct journal_batch *page, int64_t area, int64_t visits);

/* A register or a roll: who stands under which key. NULL: under none. */
void
resident(struct village *village, struct journal_batch *page, int32_t person,
	const char *household, int rank);

/* The usual one: a record of one settlement of one person of VILLAGE. */
void
settlement(struct journal_batch *page, const char *key, int n, int64_t fen);

/* The same of a resident. */
void
member(struct village *village, struct journal_batch *page, const char *key, int n,
	const char *household, int rank);

/* ---- writing and looking ---- */

/* Writes the page, waits, frees it. */
void
write_page(struct village *village, struct journal *journal, struct journal_batch *page);

/* The same, and it must go well. */
void
written(struct village *village, struct journal *journal, struct journal_batch *page);

/* A page of one settlement through a journal of its own. */
void
pay(struct village *village, const char *key, int n, int64_t fen);

void
on_written(void *village, const struct journal_count *count, const char *error);

void
on_done(void *village, const char *error);

void
on_compared(void *village, int64_t known, int64_t vanished, const char *error);

void
wait_for(struct village *village);

/* Runs the loop for a while, for what must not happen. */
void
wait_ms(struct village *village, int ms);

void
run_sql(struct village *village, const char *sql);

int64_t
count_of(struct village *village, const char *sql);

/* The one text that a query answers with. Lives until the next question. */
const char *
text_of(struct village *village, const char *sql);

/* "1:100 2:gone 3:100": the versions of a record's first settlement. */
const char *
versions(struct village *village, const char *source, const char *key);

/* Forgets all marks. */
void
assess(struct village *village);

/* His household is marked. */
bool
is_touched(struct village *village, int n);

/* The household of a person as of now. */
int64_t
household_of(struct village *village, int n);

int64_t
person_of(struct village *village, int n);

#endif
