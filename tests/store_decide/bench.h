/* A store with a small organisation for the tests of plans, and one household that they happen to. */
#ifndef NEEDWATCH_BENCH_H
#define NEEDWATCH_BENCH_H

#include "arena.h"
#include "db.h"
#include "organisation_store.h"
#include "plan_store.h"

#define BENCH_COUNTY 990102
#define BENCH_HOUSEHOLD 7
#define BENCH_VILLAGE INT64_C(990102001201)

struct bench {
	struct arena *arena;
	struct event_base *base;
	struct db *db;
	struct db_sync *sync;
	struct organisation_snapshot *organisation;
	struct policy policy;
	struct instant now;
	enum assessed_cause cause; /* of the assessments that follow */
	bool canary;
	const struct plan_access *access; /* of the batches that follow; NULL: none */
	/* What came of the last batch. */
	enum plan_fault fault;
	char error[200];
	bool done;
	const struct plan_result *results;
	size_t result_count;
	struct plan_batch *batch;
};

/* cmocka's set-up and tear-down: a fresh schema each. */
int
bench_open(void **state);

int
bench_close(void **state);

/* One assessment, not carried through yet: yellow with one hit, red from 75 points on, nothing at 0. */
struct plan_batch *
bench_batch(struct bench *bench, int64_t household, int32_t points, int64_t position);

/* Carries it through. */
void
bench_assess(struct bench *bench, int64_t household, int32_t points, int64_t position);

/* Any other event of an alert of BENCH_HOUSEHOLD. */
void
bench_event(struct bench *bench, int64_t alert, const struct alert_event *event);

/* The number that a query answers with. */
int64_t
bench_number(struct bench *bench, const char *sql);

void
bench_run(struct bench *bench, const char *sql);

/* Reads the organisation again. */
void
bench_organisation(struct bench *bench);

struct event_action
bench_sign(int64_t account);

#endif
