/* One transaction of plans: events in, their alerts locked, decide(), everything written, or nothing. Builds the calls
 * of each round trip and takes their results; the connection belongs to somebody else. */
#ifndef NEEDWATCH_PLAN_BATCH_H
#define NEEDWATCH_PLAN_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db_result.h"
#include "decide.h"
#include "statement_decide.h"

struct plan_batch;

#define CALL_PARAMS 2

/* One statement with its parameters in text form; NULL after the last. */
struct store_call {
	enum decide_statement statement;
	const char *params[CALL_PARAMS];
};

/* What came of one event (for an assessment: of one lane). */
struct plan_result {
	int32_t county;
	int64_t household;
	int64_t alert;           /* 0: none stands */
	enum finding_kind lane;
	bool seen;               /* nothing was done: the ledger has this event, or: */
	bool stale;              /* an assessment of facts that were read later stands */
	const struct plan *plan; /* NULL if seen */
};

/* Policy and its version are borrowed until the batch is freed. */
struct plan_batch *
plan_batch_new(const struct policy *policy, int64_t organisation_version, struct instant now);

void
plan_batch_free(struct plan_batch *batch); /* NULL is fine */

/* All four lanes of a household. The assessment is borrowed. Its touched mark goes if it still stands at
 * assessed->position. */
void
plan_batch_assessed(struct plan_batch *batch, int32_t county, int64_t household,
	const struct event_assessed *assessed);

/* Any other event of one alert; event->id must be set. Borrowed. */
void
plan_batch_event(struct plan_batch *batch, int32_t county, int64_t household, int64_t alert,
	const struct alert_event *event);

/* The calls of the next round, to be sent in this order inside the open transaction. Valid until the next round. */
size_t
plan_batch_round(struct plan_batch *batch, const struct store_call **ret_calls);

/* Nothing is left to be asked behind the calls of this round, and none of their answers can stop what the server has
 * carried out: commit behind them. */
bool
plan_batch_over(const struct plan_batch *batch);

/* X(name, word, what to do) */
#define PLAN_FAULTS(X) \
	X(OK, "ok", "") \
	X(ORGANISATION_MOVED, "organisation moved", "read the organisation again, make a new batch") \
	X(AGAIN, "conflict", "another transaction was in the way: make a new batch") \
	X(LEASE_LOST, "lease lost", "stop writing: another process has taken over") \
	X(OVERTAKEN, "overtaken", "a step of the caller's found its row changed: somebody else has done it") \
	X(LOST, "connection lost", "make a new batch: events that were written are seen") \
	X(REFUSED, "refused", "the store says no; its error says why")

enum plan_fault {
#define X(name, word, remedy) PLAN_##name,
	PLAN_FAULTS(X)
#undef X
};

const char *
plan_fault_word(enum plan_fault fault);

/* The answer to call `index` of the round; in order. Any fault: roll back. */
enum plan_fault
plan_batch_take(struct plan_batch *batch, size_t index, const struct db_result *result);

/* After the last round. */
size_t
plan_batch_results(const struct plan_batch *batch, const struct plan_result **ret_results);

#endif
