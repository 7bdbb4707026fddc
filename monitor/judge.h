/* From touched marks to plans: reads the facts of households whose facts, rules or day have changed, has them judged
 * and puts the assessments through the door, each once. Decides nothing and sends nothing. */
#ifndef NEEDWATCH_JUDGE_H
#define NEEDWATCH_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "day.h"
#include "histogram.h"
#include "plan_store.h"
#include "reason.h"

struct clock;
struct door;
struct event_base;
struct judge;
struct store;
struct verdict;

/* All borrowed until judge_free(), but `verdict`, which is taken over. */
struct judge_config {
	struct event_base *base;
	/* A store with a connection of its own, so that the next households are read while the door writes; its kinds
	 * are those of the verdict. */
	struct store *reading;
	struct door *door;
	const struct clock *clock;
	struct verdict *verdict;
	size_t batch_most; /* households read at once; 0: 256 */
};

/* Reads the thresholds; judging begins with judge_start(). */
struct judge *
judge_new(const struct judge_config *config);

/* Before door and store, best when quiet: a plan that the door is carrying out is finished there. NULL is fine. */
void
judge_free(struct judge *judge);

/* Opens the turn of today, if it is not there, and goes on with all that is not judged. */
void
judge_start(struct judge *judge);

/* Begins nothing more; what runs is finished, and may be waited for by judge_quiet(). */
void
judge_stop(struct judge *judge);

/* Nothing is being read, and no plan is at the door. */
bool
judge_quiet(const struct judge *judge);

/* Facts have been committed: there are new marks. Cheap; may be called at any time. */
void
judge_wake(struct judge *judge);

/* While first loads are under way the marks of history wait: half of what is known of a household is not judged. */
void
judge_hold_history(struct judge *judge, bool held);

/* The civil day has turned: all households are judged again. */
void
judge_day_turned(struct judge *judge);

/* Another rule set; taken over. The kinds of `reading` are exchanged here, when nothing is being read. */
void
judge_set_verdict(struct judge *judge, struct verdict *verdict);

/* Somebody may have set a threshold: if so, they are read again and all households are judged again. */
void
judge_look_at_thresholds(struct judge *judge);

/* What is judged by at present. Borrowed until the loop's next turn. */
const struct verdict *
judge_verdict(const struct judge *judge);

/* False until the thresholds of the verdict have been read once. */
bool
judge_knows_thresholds(const struct judge *judge);

/* The connection of `reading` has come back. */
void
judge_reconnected(struct judge *judge);

/* A county that lacks values of thresholds which rules cannot do without, and the rules that are silent there. */
struct judge_silence {
	int32_t county;
	size_t households;     /* judged since the rule set or its thresholds changed */
	const char *threshold; /* the one missing */
	const char *rule;      /* its id */
};

/* Counts since judge_new(). Lives until the next call of anything here. */
struct judge_status {
	bool idle;               /* every mark is judged, every turn is done */
	int64_t waiting_news;    /* marks, as counted last */
	int64_t waiting_history;
	int64_t waiting_areas;
	int64_t turns_open;      /* counties whose turn is not done */
	struct day turned;       /* day of the newest turn; DAY_NONE: none yet */
	int64_t judged;          /* households, committed */
	int64_t judged_history;
	int64_t judged_turn;
	int64_t empty;           /* of those: nobody was left */
	int64_t unjudged;        /* of those: a rule could not be judged */
	int64_t seen;            /* events that the ledger had already */
	int64_t stale;           /* the same count of those behind which a later one stood */
	int64_t refused;         /* households whose plan the store refused; their marks stay */
	int64_t read_failures;
	int64_t outcomes[REASON_COUNT]; /* plans, by outcome */
	struct histogram latency;    /* of news: from the mark to the commit, in business time */
	struct histogram evaluation; /* a batch: building and judging */
	const struct judge_silence *silences;
	size_t silence_count;
};

const struct judge_status *
judge_status(struct judge *judge);

/* How far the judge has come with news, which is judged in the order in which it came. */
struct judge_news {
	int64_t judged;       /* households, committed */
	struct instant since; /* of the youngest mark of the batch that was committed last */
};

struct judge_news
judge_news(const struct judge *judge);

#endif
