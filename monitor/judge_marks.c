/* Reads the marks of touched households and makes batches of them. Clears none: the plan's
 * transaction does. */
#include <stdlib.h>

#include "db.h"
#include "judge_parts.h"
#include "log.h"
#include "memory.h"
#include "statement.h"

#define AREAS_MOST 20 /* expanded at once: a county holds a hundred thousand households */

static bool
is_busy(const struct judge *judge, const struct touched *touched)
{
	struct batch *batch;

	TAILQ_FOREACH(batch, &judge->batches, link)
	if (batch_holds(batch, touched->household))
		return true;
	for (size_t i = 0; i < judge->held_count; i++)
		if (judge->held[i].household == touched->household)
			return judge->held[i].position == touched->position;
	return false;
}

void
judge_hold(struct judge *judge, const struct batch_household *household)
{
	struct held held = {household->ref.household, household->position};

	log_line(LOG_ERR,
		"household %lld of county %06d cannot be planned for; tried again when its "
		"facts change, or at the next start",
		(long long)held.household, (int)household->ref.county);
	for (size_t i = 0; i < judge->held_count; i++)
		if (judge->held[i].household == held.household) {
			judge->held[i] = held;
			return;
		}
	judge->held = xrealloc(judge->held, judge->held_count + 1, sizeof(*judge->held));
	judge->held[judge->held_count++] = held;
}

static size_t
batch_size(const struct judge *judge, bool history)
{
	if (judge->cautious)
		return 1;
	return history ? judge->sweep_size : judge->config.batch_most;
}

static size_t
busy_count(const struct judge *judge)
{
	size_t count = judge->held_count;
	struct batch *batch;

	TAILQ_FOREACH(batch, &judge->batches, link)
	count += batch->count;
	return count;
}

/* The first marks of one sort; their number in `chosen`. True if there may be more. */
static bool
choose(struct judge *judge, const struct touched *touched, size_t count,
	struct touched *ret_chosen, size_t *ret_count)
{
	size_t chosen = 0;

	*ret_count = 0;
	for (size_t i = 0; i < count; i++) {
		if (is_busy(judge, &touched[i]) || (judge->history_held && touched[i].history))
			continue;
		if (chosen && (touched[i].history != ret_chosen[0].history ||
				      chosen == batch_size(judge, touched[i].history))) {
			*ret_count = chosen;
			return true;
		}
		ret_chosen[chosen++] = touched[i];
	}
	*ret_count = chosen;
	return false;
}

static void
take_marks(struct judge *judge, const struct touched *touched, size_t count)
{
	struct touched *chosen = xcalloc(count + 1, sizeof(*chosen));
	size_t chosen_count;

	judge->marks |=
		choose(judge, touched, count, chosen, &chosen_count) ||
		(!judge->history_held && count >= busy_count(judge) + judge->config.batch_most);
	if (chosen_count && chosen[0].history && judge->history_last && judge_turn_due(judge)) {
		judge->marks = true; /* there is no news: history and the turn go on by turns */
		judge_read_households(judge);
	} else if (chosen_count) {
		bool history = chosen[0].history;

		judge->history_last = history;
		batch_read(batch_new(
			judge, history ? BATCH_HISTORY : BATCH_NEWS, chosen, chosen_count));
	} else {
		judge_set_reader(judge, READER_FREE);
	}
	free(chosen);
}

static void
on_marks(void *owner, const struct touched *touched, size_t count, const char *error)
{
	struct judge *judge = judge_answer(owner);

	if (!judge)
		return;
	if (error) {
		judge->marks = true;
		judge_pause(judge, "marks cannot be read", error);
		judge_set_reader(judge, READER_FREE);
		return;
	}
	take_marks(judge, touched, count);
}

static void
on_expanded(void *owner, int64_t count, const char *error)
{
	struct judge *judge = judge_answer(owner);

	if (!judge)
		return;
	if (error)
		log_line(LOG_WARNING, "touched areas cannot be read: %s", error);
	if (count > 0)
		judge_wake(judge);
}

static void
on_areas(void *owner, const struct db_result *result)
{
	struct judge *judge = owner;

	if (result->status == DB_OK && db_result_rows(result) == 1 && db_bool(result, 0, 0))
		touched_expand_areas(judge->db, AREAS_MOST, on_expanded, judge_call(judge));
}

void
judge_read_marks(struct judge *judge)
{
	judge_set_reader(judge, READER_MARKS);
	judge->marks = false;
	db_ask(judge->db, statement(STATEMENT_JUDGE_AREAS), NULL, on_areas, judge);
	touched_read(judge->db, busy_count(judge) + judge->config.batch_most, on_marks,
		judge_call(judge));
}
