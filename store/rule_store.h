/* Rule sets and thresholds as they were published, with their history. Compiles nothing. */
#ifndef NEEDWATCH_RULE_STORE_H
#define NEEDWATCH_RULE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "day.h"
#include "instant.h"
#include "population.h"

struct db;
struct threshold_row;
struct thresholds;

/* `error` NULL: well. */
typedef void (*rule_store_on_done)(void *owner, const char *error);

/* `printed` and `hash` NULL: none is published. Both live until the callback returns. */
typedef void (*rule_store_on_set)(void *owner, const char *hash, const char *printed,
	const char *error);

/* Keeps the printed set under its hash; the same again changes nothing. */
void
rule_set_keep(struct db *db, const char *hash, const char *printed, struct instant now,
	rule_store_on_done on_done, void *owner);

/* From `from` on the set is in force in the county; county 0: everywhere. */
void
rule_set_publish(struct db *db, int32_t county, const char *hash, struct day from, struct instant now,
	const char *by, rule_store_on_done on_done, void *owner);

/* In force in the county (else everywhere) on the day. */
void
rule_set_current(struct db *db, int32_t county, struct day on, rule_store_on_set on_set,
	void *owner);

void
rule_set_by_hash(struct db *db, const char *hash, rule_store_on_set on_set, void *owner);

/* Adds the rows known at `known_at` (INSTANT_NONE: now) to `thresholds`; rows with names or classes that the rule set does not
 * know are left out and counted. */
typedef void (*threshold_on_read)(void *owner, size_t added, size_t left_out, const char *error);

void
threshold_read(struct db *db, struct thresholds *thresholds, struct instant known_at,
	threshold_on_read on_read, void *owner);

/* Sets a value; the row it replaces is kept as history. `basis`: the document, or "". */
void
threshold_set(struct db *db, const struct threshold_row *row, const char *basis, const char *by,
	struct instant now, rule_store_on_done on_done, void *owner);

/* Retires the row of the same name, area, class, residence and first day. */
void
threshold_retire(struct db *db, const struct threshold_row *row, const char *by,
	struct instant now, rule_store_on_done on_done, void *owner);

#endif
