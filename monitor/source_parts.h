/* A source's inside, shared by source.c (states), source_check.c (first questions) and source_pass.c
 * (pages). Not for others. */
#ifndef NEEDWATCH_SOURCE_PARTS_H
#define NEEDWATCH_SOURCE_PARTS_H

#include "bounds.h"
#include "intake.h"
#include "source.h"
#include "source_link.h"
#include "source_query.h"

struct event;

/* What is being read. A pass is a run of pages, each written before the next is asked for. */
enum source_pass {
	PASS_NONE,
	PASS_CLOCK,    /* how far ahead is the source's clock? */
	PASS_FORWARD,
	PASS_OVERLAP,
	PASS_BATCH,    /* which batch is the latest? */
	PASS_COMPLETE, /* does the control table call it complete? */
	PASS_KEYS,
	PASS_RETRACT,  /* in the store alone */
	PASS_ROWS,
	PASS_RELEASE_KEYS, /* in the store alone */
	PASS_RELEASE,
};

enum check_step {
	CHECK_SESSION,
	CHECK_COLUMNS,
	CHECK_FINGERPRINT, /* in the store alone */
	CHECK_ESTIMATE,
};

/* Where a pass stands: the last row that was read. Owned. */
struct position {
	char *cursor;
	char *keys[KEY_LIMIT];
	bool keyed;
};

struct source {
	const struct source_config *config;
	struct source_world world;
	enum source_state state;
	struct instant since;
	struct instant blind_since;
	struct instant blind_kept; /* as the store knows it */
	char reason[256];
	struct event *timer; /* the one thing the state waits for */
	struct source_link *link;
	struct intake *intake;
	struct source_queries *queries;
	int attempt;         /* of connecting, since it last worked */

	enum check_step step;
	enum cursor_type cursor_type;
	char *fingerprint;   /* of the database as it is now */
	char *accepted;      /* the one the journal was filled by, or NULL */
	bool bytes[RECORD_COLUMN_LIMIT];
	bool has_bytes;
	bool loaded;
	int64_t expected;    /* rows by the database's own estimate */

	enum source_pass pass;
	struct position forward; /* everything up to here is in the journal */
	struct position at;      /* of the pass under way */
	struct {
		enum source_pass pass; /* PASS_NONE: none has given way */
		struct position at;
		struct mono started;
		int64_t rows;
	} held;              /* a long pass that let a forward poll go first */
	char *batch;         /* the last one in the journal */
	char *next_batch;    /* the one being compared */
	char *overlap_last;  /* the overlap ends here */
	bool page_full;      /* the page being written; another may follow */
	bool paused;         /* the timer ends a pause between two pages */
	struct mono page_started;
	struct mono pass_started;
	struct mono poll_at;
	struct mono hint_at; /* when what the last NOTIFY spoke of may be seen */
	struct mono overlap_at;
	struct mono clock_at;
	struct mono night_at; /* next comparison */
	bool release_wanted;
	int64_t allowance;   /* rows that may vanish because somebody accepted it; -1: none */

	struct source_status counts; /* only its counters */
};

struct mono
source_mono(void);

struct instant
source_real(void); /* the machine's clock, never the demonstration's */

/* The one writer of the state. */
void
source_set_state(struct source *source, enum source_state state);

/* The source does not answer, or not in time; BROKEN where waiting alone will not mend it. */
void
source_fault(struct source *source, const char *reason);

void
source_broken(struct source *source, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* An error of the server becomes one of the two above; false if the result is none. */
bool
source_result_fault(struct source *source, const PGresult *result);

void
source_wait(struct source *source, int64_t us);

/* It answered well: it can be seen. */
void
source_seen(struct source *source);

void
position_clear(struct position *position);

void
position_copy(struct position *to, const struct position *from);

/* ---- source_check.c ---- */

void
check_begin(struct source *source);

void
check_answered(struct source *source, const PGresult *result);

void
check_written(struct source *source);

/* ---- source_pass.c ---- */

void
pass_begin(struct source *source, enum source_pass pass);

/* The forward poll of the beat. */
void
pass_poll(struct source *source);

/* Takes up the pass that gave way; false if none did. */
bool
pass_resume(struct source *source);

/* After a pause. */
void
pass_ask(struct source *source);

void
pass_answered(struct source *source, const PGresult *result);

void
pass_written(struct source *source, const struct intake_count *count);

void
pass_compared(struct source *source, int64_t known, int64_t vanished);

void
pass_retracted(struct source *source, int64_t rows);

/* ---- source.c ---- */

/* The pass has come to its end. */
void
source_pass_done(struct source *source);

#endif
