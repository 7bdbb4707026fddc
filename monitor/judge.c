/* The judge's life and what it does next: news, then history, then the turn of the day. Reads
 * and judges nothing here. */
/*
 * One thing at a time on the reading connection, up to DOOR_MOST batches at the door behind it,
 * one writer:
 *
 *   judge_marks.c   marks -> batch of households            judge_turn.c   turn -> batch of
 * households judge_batch.c   batch -> population -> assessments -> visit at the door -> mark
 * cleared or turn advanced judge_rules.c   the rule set and the thresholds that hold
 *
 * Whatever is lost with the process is still a mark or a row of a turn, and an event that was
 * written is seen.
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#include "judge_parts.h"
#include "log.h"
#include "memory.h"
#include "statement.h"
#include "store.h"
#include "threshold.h"

#define COUNT_MOST 100000 /* counting further would hold up the news */
#define COUNT_AGAIN_US (5 * US_PER_SECOND)

/* ---- answers of store/ ---- */

struct judge_caller *
judge_call(struct judge *judge)
{
	judge->caller->answers++;
	return judge->caller;
}

struct judge *
judge_answer(void *owner)
{
	struct judge_caller *caller = owner;
	struct judge *judge = caller->judge;

	caller->answers--;
	if (!judge && caller->answers == 0)
		free(caller);
	return judge;
}

/* ---- what is next ---- */

static const char *
reader_word(enum reader reader)
{
	static const char *const words[] = {
#define X(name, word, what) word,
		READERS(X)
#undef X
	};

	return words[reader];
}

void
judge_set_reader(struct judge *judge, enum reader reader)
{
	log_line(LOG_DEBUG, "judge: reader %s -> %s", reader_word(judge->reader),
		reader_word(reader));
	judge->reader = reader;
	if (reader == READER_FREE)
		judge_go_on(judge);
}

void
judge_go_on(struct judge *judge)
{
	event_active(judge->next, EV_TIMEOUT, 0);
}

void
judge_pause(struct judge *judge, const char *what, const char *error)
{
	log_line(LOG_WARNING, "judging waits: %s: %s", what, error);
	judge->paused = true;
}

static void
on_next(evutil_socket_t fd, short what, void *owner)
{
	struct judge *judge = owner;

	(void)fd;
	(void)what;
	if (!judge->started || judge->paused || judge->reader != READER_FREE)
		return;
	if (judge->coming)
		judge_take_verdict(judge);
	if (judge->changed_wanted || !judge->thresholds_read) {
		judge_ask_changed(judge);
		return;
	}
	if (judge->at_door >= DOOR_MOST)
		return;
	if (judge->turn.wanted && judge->turn.at_door == 0)
		judge_read_turns(judge);
	else if (judge->marks)
		judge_read_marks(judge);
	else if (judge_turn_due(judge))
		judge_read_households(judge);
}

static void
on_tick(evutil_socket_t fd, short what, void *owner)
{
	struct judge *judge = owner;

	(void)fd;
	(void)what;
	judge->paused = false;
	judge->marks = true;
	if (judge->turn.opened.n != clock_today(judge->config.clock).n)
		judge->turn.wanted = true;
	judge_go_on(judge);
}

/* ---- life ---- */

struct judge *
judge_new(const struct judge_config *config)
{
	static const struct timeval beat = {TICK_US / 1000000, TICK_US % 1000000};
	struct judge *judge = xcalloc(1, sizeof(*judge));

	judge->config = *config;
	if (!judge->config.batch_most)
		judge->config.batch_most = BATCH_MOST;
	judge->db = store_db(config->reading);
	judge->caller = xcalloc(1, sizeof(*judge->caller));
	judge->caller->judge = judge;
	judge->verdict = judge_verdict_new(config->verdict);
	judge->changed.us = judge->changing.us = INSTANT_NONE;
	judge->turn.opened.n = judge->status.turned.n = DAY_NONE;
	judge->sweep_size =
		BATCH_FIRST < judge->config.batch_most ? BATCH_FIRST : judge->config.batch_most;
	TAILQ_INIT(&judge->batches);
	judge->next = event_new(config->base, -1, 0, on_next, judge);
	judge->tick = event_new(config->base, -1, EV_PERSIST, on_tick, judge);
	event_add(judge->tick, &beat);
	return judge;
}

/* Plans of a batch that the door is carrying out borrow from it: it ends by itself. */
static void
leave_batches(struct judge *judge)
{
	struct batch *batch, *next;

	for (batch = TAILQ_FIRST(&judge->batches); batch; batch = next) {
		next = TAILQ_NEXT(batch, link);
		if (batch->visit.inside && !door_idle(judge->config.door)) {
			TAILQ_REMOVE(&judge->batches, batch, link);
			batch->judge = NULL;
			continue;
		}
		if (batch->visit.inside)
			door_leave(judge->config.door, &batch->visit);
		population_read_forget(judge->config.reading, batch);
		batch_free(batch);
	}
}

void
judge_free(struct judge *judge)
{
	if (!judge)
		return;
	leave_batches(judge);
	db_forget(judge->db, judge);
	judge->caller->judge = NULL;
	if (judge->caller->answers == 0)
		free(judge->caller);
	event_free(judge->next);
	event_free(judge->tick);
	verdict_free(judge->coming);
	judge_verdict_leave(judge->verdict);
	free(judge->held);
	free(judge->silences);
	free(judge);
}

void
judge_start(struct judge *judge)
{
	judge->started = true;
	judge->marks = true;
	judge->turn.wanted = true;
	judge_go_on(judge);
}

void
judge_stop(struct judge *judge)
{
	judge->started = false;
	event_del(judge->tick);
}

bool
judge_quiet(const struct judge *judge)
{
	return judge->reader == READER_FREE && TAILQ_EMPTY(&judge->batches) &&
	       judge->caller->answers == 0 && !judge->counting;
}

void
judge_wake(struct judge *judge)
{
	judge->marks = true;
	judge_go_on(judge);
}

void
judge_hold_history(struct judge *judge, bool held)
{
	judge->history_held = held;
}

void
judge_day_turned(struct judge *judge)
{
	judge->turn.wanted = true;
	judge_go_on(judge);
}

void
judge_set_verdict(struct judge *judge, struct verdict *verdict)
{
	verdict_free(judge->coming);
	judge->coming = verdict;
	judge_go_on(judge);
}

void
judge_look_at_thresholds(struct judge *judge)
{
	judge->changed_wanted = true;
	judge_go_on(judge);
}

void
judge_reconnected(struct judge *judge)
{
	judge->paused = false;
	judge->marks = true;
	judge_go_on(judge);
}

bool
judge_knows_thresholds(const struct judge *judge)
{
	return judge->thresholds_read;
}

const struct verdict *
judge_verdict(const struct judge *judge)
{
	return judge->verdict->verdict;
}

/* ---- status ---- */

static void
on_waiting(void *owner, const struct db_result *result)
{
	struct judge *judge = owner;

	judge->counting = false;
	if (result->status != DB_OK || db_result_rows(result) != 1)
		return;
	judge->status.waiting_news = db_int(result, 0, 0);
	judge->status.waiting_history = db_int(result, 0, 1);
	judge->status.waiting_areas = db_int(result, 0, 2);
	judge->status.turns_open = db_int(result, 0, 3);
}

static void
count_waiting(struct judge *judge)
{
	struct db_params params = {0};
	int64_t now = clock_mono().us;

	if (judge->counting || (judge->counted_us && now - judge->counted_us < COUNT_AGAIN_US))
		return;
	judge->counting = true;
	judge->counted_us = now;
	db_add_int(&params, COUNT_MOST);
	db_ask(judge->db, statement(STATEMENT_JUDGE_WAITING), &params, on_waiting, judge);
}

const struct judge_status *
judge_status(struct judge *judge)
{
	struct judge_status *status = &judge->status;

	count_waiting(judge);
	status->idle = judge->started && judge->reader == READER_FREE &&
		       judge->caller->answers == 0 && TAILQ_EMPTY(&judge->batches) &&
		       !judge->marks && !judge->changed_wanted && !judge->coming &&
		       judge->thresholds_read && !judge->turn.wanted && !judge->turn.any &&
		       !judge->paused;
	status->silences = judge->silences;
	return status;
}

struct judge_news
judge_news(const struct judge *judge)
{
	return judge->news;
}
