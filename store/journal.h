/* The truth about people: append-only, bitemporal facts, written in one transaction with the cursor they came with.
 * Never forgets, never decides. */
#ifndef NEEDWATCH_JOURNAL_H
#define NEEDWATCH_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "identity.h"
#include "instant.h"
#include "journal_batch.h"

struct db_session;
struct journal;
struct store;

/* One source's way in: at most one call under way. Makes the source's row if there is none. */
struct journal *
journal_new(struct store *store, const char *source, struct area area);

/* No callback comes after it; what was not committed is rolled back. NULL is fine. */
void
journal_free(struct journal *journal);

bool
journal_busy(const struct journal *journal);

/* Counts of one batch. */
struct journal_count {
	int64_t records;
	int64_t added;       /* keys not known before */
	int64_t changed;     /* new versions of known keys */
	int64_t gone;
	int64_t same;
	int64_t late;        /* added or changed by an overlap or a comparison */
	int64_t facts;       /* rows written */
	int64_t persons;     /* first seen */
	int64_t households;  /* made */
	int64_t moved;       /* persons who changed their household */
	int64_t touched;     /* households */
	int64_t quarantined;
	int64_t redone;      /* 1: the optimistic way met a known key */
};

/* What the store knows about the source. Texts live until the callback returns. */
struct journal_start {
	bool loaded;
	const char *cursor;      /* NULL: from the beginning */
	const char *batch;       /* the same */
	const char *fingerprint; /* NULL */
	int64_t rows;            /* keys known and not gone */
	int64_t quarantined;
	struct instant blind_since; /* INSTANT_NONE */
};

/* `error` NULL: done. Otherwise one line, and nothing was written: the same call may be repeated. */
typedef void (*journal_on_start)(void *owner, const struct journal_start *start,
	const char *error);
typedef void (*journal_on_written)(void *owner, const struct journal_count *count,
	const char *error);
typedef void (*journal_on_compared)(void *owner, int64_t known, int64_t vanished,
	const char *error);
typedef void (*journal_on_done)(void *owner, const char *error);

void
journal_start(struct journal *journal, journal_on_start on_start, void *owner);

/* ONE transaction. `batch` is borrowed until the answer. `now` is what is stored as known since. */
void
journal_write(struct journal *journal, struct journal_batch *batch, struct instant now,
	journal_on_written on_written, void *owner);

/* The same inside somebody else's transaction, which the caller ends: neither begins nor commits. */
void
journal_write_in(struct journal *journal, struct db_session *session,
	struct journal_batch *batch, struct instant now, journal_on_written on_written, void *owner);

/* Small things kept with the source. `fingerprint` of its columns; INSTANT_NONE: it can be seen. */
void
journal_keep_fingerprint(struct journal *journal, const char *fingerprint,
	journal_on_done on_done, void *owner);

void
journal_keep_blind(struct journal *journal, struct instant since, const char *reason,
	journal_on_done on_done, void *owner);

/* ---- comparing: open, add all keys that the source has, compare, and retract what has vanished ---- */

void
journal_compare_open(struct journal *journal, journal_on_done on_done, void *owner);

/* May be called many times while others are under way; errors show in journal_compare(). */
void
journal_compare_add(struct journal *journal, const void *key, size_t length);

/* Of `known` keys, `vanished` were not added. */
void
journal_compare(struct journal *journal, journal_on_compared on_compared, void *owner);

/* Takes back what has vanished, in transactions of a page each. */
void
journal_retract(struct journal *journal, struct instant now, journal_on_written on_written,
	void *owner);

/* ---- quarantine ---- */

/* Loads the keys in quarantine; `known` of the answer is their number. */
void
journal_quarantine_load(struct journal *journal, journal_on_compared on_compared, void *owner);

/* After journal_quarantine_load(). */
bool
journal_quarantined(const struct journal *journal, const void *key, size_t length);

#endif
