/* Ledger lines and outbox rows of the plans of one transaction, as parameters of their statements. Sends nothing. */
#ifndef NEEDWATCH_PLAN_WRITE_H
#define NEEDWATCH_PLAN_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decide.h"
#include "ledger.h"

struct arena;
struct buffer;
struct plan_ledger;

struct plan_entry {
	int32_t county;
	int64_t household;
	int64_t alert;
	int32_t version;
	int64_t actor;
	const struct alert_event *event;
	const uint8_t *hash; /* of the event's id */
	const struct plan *plan;
};

struct plan_ledger *
plan_ledger_new(struct arena *arena, const struct policy *policy, struct instant now);

/* Refused plans and plans without lines leave nothing. */
void
plan_ledger_add(struct plan_ledger *ledger, const struct plan_entry *entry);

bool
plan_ledger_has(const struct plan_ledger *ledger, int32_t county,
	const uint8_t hash[LEDGER_HASH_SIZE]);

/* Parameters; NULL: nothing to write. */
const char *
plan_ledger_counties(const struct plan_ledger *ledger); /* "{1,2}", ascending */

const char *
plan_ledger_outbox(const struct plan_ledger *ledger);

const char *
plan_ledger_history(const struct plan_ledger *ledger);

/* Gives the county's lines their places behind its locked head. */
void
plan_ledger_chain(struct plan_ledger *ledger, int32_t county, struct ledger_head head);

/* After every county was chained. */
const char *
plan_ledger_rows(const struct plan_ledger *ledger);

const char *
plan_ledger_payloads(const struct plan_ledger *ledger);

const char *
plan_ledger_heads(const struct plan_ledger *ledger);

void
plan_write_hex(const uint8_t *bytes, size_t size, struct buffer *out);

#endif
