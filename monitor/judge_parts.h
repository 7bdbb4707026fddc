/* What the files of the judge share. Nobody else includes it. */
#ifndef NEEDWATCH_JUDGE_PARTS_H
#define NEEDWATCH_JUDGE_PARTS_H

#include <sys/queue.h>

#include <event2/event.h>

#include "arena.h"
#include "alert_event.h"
#include "clock.h"
#include "door.h"
#include "judge.h"
#include "population_read.h"
#include "ruleset.h"
#include "touched.h"
#include "verdict.h"

#define BATCH_MOST 256
#define BATCH_FIRST 32  /* of a sweep, until it is known how long one takes */
#define BATCH_LEAST 8
#define DOOR_MOST 2     /* batches at the door while another is read */
#define SWEEP_US 20000  /* a sweep's batch may hold the loop, and news, no longer than this */
#define TICK_US 1000000 /* marks that nobody told of; and again after a failure */
#define SET_SIZE 33     /* of an id of rules and thresholds: 16 digits of the one, 16 of the other */
#define SILENCES_MOST 200

/* A verdict outlives its successor's coming as long as batches were judged by it. */
struct judge_verdict {
	struct verdict *verdict;
	int users;
};

/* Who a call of store/ answers to: outlives the judge if an answer is still to come. */
struct judge_caller {
	struct judge *judge; /* NULL: it is gone */
	int answers;         /* to come */
};

enum batch_cause {
	BATCH_NEWS,
	BATCH_HISTORY,
	BATCH_TURN,
};

struct batch_household {
	struct household_ref ref;
	int64_t position;      /* of its mark; in a turn that of the county's journal */
	struct instant since;  /* of its mark */
	bool skipped;          /* in a turn: it has a mark, and will be judged for that */
	struct event_assessed assessed;
};

/* Texts of a plan_step. */
struct turn_step {
	char county[16];
	char as_of[DAY_TEXT_SIZE];
	char rule_set[SET_SIZE];
	char next[24];
	struct plan_step step;
};

struct batch {
	TAILQ_ENTRY(batch) link;
	struct judge *judge;
	enum batch_cause cause;
	struct batch_household *households; /* by household */
	size_t count;
	struct judge_verdict *verdict; /* NULL until it is judged */
	struct population *population; /* lent to the assessments */
	struct household_read *reads;
	struct day as_of;
	enum assessed_cause assessed_cause;
	struct arena *arena;           /* its assessments */
	struct door_visit visit;
	struct turn_step turn;         /* of a turn */
	int64_t begun_us;
	int64_t spent_us; /* of the loop's time */
};

TAILQ_HEAD(batch_queue, batch);

/* What the reading connection is doing. One thing at a time. */
#define READERS(X) \
	X(FREE, "free", "nothing") \
	X(CHANGED, "changed", "looks whether thresholds have changed") \
	X(THRESHOLDS, "thresholds", "reads them") \
	X(MARKS, "marks", "expands areas and reads marks") \
	X(TURNS, "turns", "opens and reads turns") \
	X(HOUSEHOLDS, "households", "reads the next households of a turn") \
	X(POPULATION, "population", "reads the facts of a batch")

enum reader {
#define X(name, word, what) READER_##name,
	READERS(X)
#undef X
};

/* The walk over all households for one day and one set, and where it is. */
struct judge_turn {
	bool wanted;      /* rows are to be opened and read */
	bool any;         /* `now` is being walked */
	struct turn now;  /* `next`: what is read next; the row follows when it is written */
	size_t at_door;   /* its batches that are not done */
	bool read_out;    /* no household is left to be read */
	enum assessed_cause cause;
	struct day opened; /* day and set for which rows were opened last */
	char opened_set[SET_SIZE];
};

struct held {
	int64_t household;
	int64_t position;
};

struct judge {
	struct judge_config config;
	struct db *db; /* of the reading store */
	struct judge_caller *caller;
	struct event *tick;
	struct event *next; /* the loop's next turn */
	bool started;
	enum reader reader;

	struct judge_verdict *verdict;
	struct verdict *coming;        /* the next one; NULL */
	bool changed_wanted;           /* thresholds may have changed */
	bool thresholds_read;          /* at least once for this verdict */
	struct thresholds *thresholds; /* being read */
	struct instant changed;        /* last change of those in use */
	struct instant changing;       /* of those being read */
	char set[SET_SIZE];            /* id of rules and thresholds in use */
	char hash[64];                 /* the same for ids of events: the whole hash of the rules */

	bool marks; /* there may be some */
	bool history_last; /* the last sweep was of history: a turn is next */
	bool history_held; /* first loads are under way: history waits until it is whole */
	struct judge_turn turn;
	struct batch_queue batches; /* being read or at the door */
	size_t at_door;
	size_t sweep_size;
	size_t cautious; /* batches of one household, after a refusal */
	bool paused;     /* until the next tick, after a failure */
	struct held *held; /* refused at that position: not tried again before it moves */
	size_t held_count;

	struct judge_status status;
	struct judge_news news;
	struct judge_silence *silences;
	bool counting;
	int64_t counted_us;
};

/* ---- judge.c ---- */

/* The owner for a call of store/. */
struct judge_caller *
judge_call(struct judge *judge);

/* The judge that the call answers to; NULL: gone. */
struct judge *
judge_answer(void *caller);

void
judge_set_reader(struct judge *judge, enum reader reader);

/* Goes on in the loop's next turn. */
void
judge_go_on(struct judge *judge);

/* Nothing until the next tick. */
void
judge_pause(struct judge *judge, const char *what, const char *error);

/* ---- judge_rules.c ---- */

struct judge_verdict *
judge_verdict_new(struct verdict *verdict);

void
judge_verdict_leave(struct judge_verdict *verdict);

/* Exchanges the verdict for the one that is coming. */
void
judge_take_verdict(struct judge *judge);

void
judge_ask_changed(struct judge *judge);

void
judge_note_silences(struct judge *judge, const struct assessment *assessment);

/* ---- judge_marks.c ---- */

void
judge_read_marks(struct judge *judge);

/* Refused at its position. */
void
judge_hold(struct judge *judge, const struct batch_household *household);

/* ---- judge_turn.c ---- */

bool
judge_turn_due(const struct judge *judge);

void
judge_read_turns(struct judge *judge);

void
judge_read_households(struct judge *judge);

/* A batch of the turn has ended; unless all went well the walk goes back to where its row stands. */
void
judge_turn_batch_done(struct judge *judge, bool well);

/* ---- judge_batch.c ---- */

/* Takes `touched` rows, which need not be in any order. */
struct batch *
batch_new(struct judge *judge, enum batch_cause cause, const struct touched *touched,
	size_t count);

/* Reads, judges, goes to the door. */
void
batch_read(struct batch *batch);

void
batch_free(struct batch *batch);

/* Is the household being read or at the door? */
bool
batch_holds(const struct batch *batch, int64_t household);

#endif
