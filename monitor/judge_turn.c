/* Walks over all households when the day or the rules have changed, one county after the other.
 * The row of a turn moves in the transactions of the plans; what is kept here is only how far
 * has been read. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db.h"
#include "judge_parts.h"
#include "log.h"
#include "memory.h"
#include "statement.h"

#define TURNS_READ 64

bool
judge_turn_due(const struct judge *judge)
{
	const struct judge_turn *turn = &judge->turn;

	return turn->any && !turn->read_out && !turn->wanted;
}

/* ---- rows of turns ---- */

static void
on_advanced(void *owner, const struct db_result *result)
{
	struct judge *judge = owner;

	if (result->status != DB_OK)
		judge_pause(judge, "a turn cannot be ended", result->error);
	judge->turn.wanted = true;
	judge_go_on(judge);
}

/* Nothing of it is left to be judged. */
static void
end_turn(struct judge *judge, const struct turn *turn)
{
	struct db_params params = {0};
	char day[DAY_TEXT_SIZE];

	day_format(turn->as_of, day);
	db_add_int(&params, turn->county);
	db_add_text(&params, day);
	db_add_text(&params, turn->rule_set);
	db_add_int(&params, INT64_MAX);
	db_ask(judge->db, statement(STATEMENT_JUDGE_TURN_ADVANCE), &params, on_advanced, judge);
}

static bool
is_current(const struct judge *judge, const struct turn *turn)
{
	return turn->as_of.n == judge->turn.opened.n && strcmp(turn->rule_set, judge->set) == 0;
}

/* Turns of a former day or set are ended: today's answers are worth more than those of
 * yesterday. */
static void
take_turns(struct judge *judge, const struct turn *turns, size_t count)
{
	struct judge_turn *turn = &judge->turn;

	turn->any = false;
	turn->read_out = false;
	turn->wanted = false;
	for (size_t i = 0; i < count; i++) {
		if (!is_current(judge, &turns[i])) {
			end_turn(judge, &turns[i]);
		} else if (!turn->any) {
			turn->any = true;
			turn->now = turns[i];
		}
	}
	if (count == 0)
		judge->status.turned = turn->opened;
}

static void
on_turns(void *owner, const struct turn *turns, size_t count, const char *error)
{
	struct judge *judge = judge_answer(owner);

	if (!judge)
		return;
	if (error)
		judge_pause(judge, "turns cannot be read", error);
	else
		take_turns(judge, turns, count);
	judge_set_reader(judge, READER_FREE);
}

/* The day has turned if the set was in force before, or if there was none; else the rules have
 * changed. */
static void
on_before(void *owner, const struct db_result *result)
{
	struct judge *judge = owner;
	bool same, other;

	if (result->status != DB_OK || db_result_rows(result) != 1)
		return; /* the turns cannot be read either */
	same = db_bool(result, 0, 0);
	other = db_bool(result, 0, 1);
	judge->turn.cause = other && !same ? ASSESSED_RULES : ASSESSED_DAY;
}

static void
on_opened(void *owner, int64_t count, const char *error)
{
	struct judge *judge = judge_answer(owner);

	if (!judge)
		return;
	if (error) /* then they cannot be read either, and are opened again */
		judge->turn.opened.n = DAY_NONE;
	else if (count > 0)
		log_line(LOG_INFO, "judging all households of %" PRId64 " counties again: %s",
			count, "the day or the rules have changed");
}

void
judge_read_turns(struct judge *judge)
{
	struct judge_turn *turn = &judge->turn;
	struct day today = clock_today(judge->config.clock);
	struct db_params params = {0};

	judge_set_reader(judge, READER_TURNS);
	if (turn->opened.n != today.n || strcmp(turn->opened_set, judge->set) != 0) {
		turn->opened = today;
		snprintf(turn->opened_set, sizeof(turn->opened_set), "%s", judge->set);
		turn_open(judge->db, today, judge->set, on_opened, judge_call(judge));
		db_add_text(&params, judge->set);
		db_add_day(&params, today);
		db_ask(judge->db, statement(STATEMENT_JUDGE_TURN_BEFORE), &params, on_before,
			judge);
	}
	turn_read(judge->db, TURNS_READ, on_turns, judge_call(judge));
}

/* ---- the households of one ---- */

/* Its rows are all read; the last of its batches ends it, or nobody. */
static void
read_out(struct judge *judge)
{
	struct judge_turn *turn = &judge->turn;

	turn->read_out = true;
	if (turn->at_door > 0)
		return;
	turn->any = false;
	end_turn(judge, &turn->now);
}

static void
take_households(struct judge *judge, const struct touched *households, size_t count)
{
	struct batch *batch;

	if (count == 0) {
		read_out(judge);
		judge_set_reader(judge, READER_FREE);
		return;
	}
	batch = batch_new(judge, BATCH_TURN, households, count);
	judge->turn.now.next = batch->households[count - 1].ref.household + 1;
	judge->turn.at_door++;
	batch_read(batch);
}

static void
on_households(void *owner, const struct touched *households, size_t count, const char *error)
{
	struct judge *judge = judge_answer(owner);

	if (!judge)
		return;
	if (error) {
		judge_pause(judge, "households cannot be read", error);
		judge_set_reader(judge, READER_FREE);
		return;
	}
	take_households(judge, households, count);
}

void
judge_read_households(struct judge *judge)
{
	judge_set_reader(judge, READER_HOUSEHOLDS);
	judge->history_last = false;
	turn_households(judge->db, &judge->turn.now, judge->cautious ? 1 : judge->sweep_size,
		on_households, judge_call(judge));
}

void
judge_turn_batch_done(struct judge *judge, bool well)
{
	struct judge_turn *turn = &judge->turn;

	turn->at_door--;
	if (!well || (turn->read_out && turn->at_door == 0)) {
		turn->any = false;
		turn->wanted = true; /* the row says from where */
	}
}
