/* A source's way into the journal: pages of rows become facts, quarantine and a cursor in one transaction.
 * Asks no department and keeps no beat; one write at a time. */
#ifndef NEEDWATCH_INTAKE_H
#define NEEDWATCH_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libpq-fe.h>

#include "config.h"
#include "day.h"
#include "instant.h"

struct intake;
struct store; /* what the journal is written through; the daemon's */

enum intake_way {
	INTAKE_LOAD,    /* history: touched households are no news */
	INTAKE_FORWARD, /* nothing is expected to be known */
	INTAKE_OVERLAP, /* nearly everything is known; what is not came late */
	INTAKE_COMPARE,
	INTAKE_RELEASE, /* only rows whose key lies in quarantine */
};

/* One page. Borrowed until `written` or `failed`. */
struct intake_page {
	const PGresult *rows; /* columns in the order of source_config.columns; NULL: none */
	enum intake_way way;
	const char *cursor; /* stored in the same transaction; NULL: stays */
	const char *batch;  /* the same */
	bool loaded;        /* the first load ends with this page */
	struct day today;
	struct instant now;
	/* per column: holds bytes of source_config.charset; NULL: none does */
	const bool *bytes;
};

struct intake_count {
	int64_t rows;
	int64_t changed;     /* new versions, gone ones included */
	int64_t unchanged;
	int64_t quarantined;
	int64_t losses;      /* characters that could not be decoded */
};

/* What the store knows about the source when it starts. Texts live until the next callback. */
struct intake_start {
	bool loaded;
	const char *cursor; /* NULL: from the beginning */
	const char *batch;
	const char *fingerprint; /* of the columns when last accepted; NULL */
	struct instant blind_since; /* INSTANT_NONE: it was seen last */
	int64_t rows;       /* known and not gone */
	int64_t quarantined;
};

/* Exactly one of them answers each call below. */
struct intake_face {
	void (*started)(void *owner, const struct intake_start *start);
	void (*written)(void *owner, const struct intake_count *count);
	/* Of `known` keys, `vanished` were not among those added since intake_keys_open(). */
	void (*compared)(void *owner, int64_t known, int64_t vanished);
	void (*retracted)(void *owner, int64_t rows);
	/* Nothing was written; the same call may be repeated. */
	void (*failed)(void *owner, const char *reason);
};

/* `source`, `store` and `face` are borrowed. */
struct intake *
intake_new(struct store *store, const struct source_config *source,
	const struct intake_face *face, void *owner);

/* No callback comes after it. NULL is fine. */
void
intake_free(struct intake *intake);

/* A call waits for its answer: no other may be made. */
bool
intake_busy(const struct intake *intake);

void
intake_start(struct intake *intake);

void
intake_write(struct intake *intake, const struct intake_page *page);

/* Keeps the fingerprint of the source's columns; answers `written` with zeros. */
void
intake_keep_fingerprint(struct intake *intake, const char *fingerprint);

/* Since when the source cannot be seen, and why; INSTANT_NONE: it can. Answers `written` with zeros. */
void
intake_keep_blind(struct intake *intake, struct instant since, const char *reason);

/* ---- comparing keys: open, add pages of keys, compare, and retract what has vanished. Keys written
 * meanwhile count as added: a row may come in behind the page that would have held it. ---- */

void
intake_keys_open(struct intake *intake);

/* Key columns only, in their order. Answers nothing. */
void
intake_keys_add(struct intake *intake, const PGresult *keys);

void
intake_compare(struct intake *intake);

void
intake_retract(struct intake *intake, struct instant now);

/* Loads the hashes of the quarantined keys, for INTAKE_RELEASE; answers `compared` with their number. */
void
intake_open_release(struct intake *intake);

#endif
