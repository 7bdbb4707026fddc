/* Claims and outcomes of the outbox; sends no message. */
#include "outbox.h"

#include "arena.h"
#include "buffer.h"
#include "statement_decide.h"

void
outbox_claim(struct db *db, const struct outbox_claim *claim, db_on_result on_result, void *owner)
{
	struct db_params params = {0};
	db_add_instant(&params, claim->now);
	db_add_instant(&params, claim->lease_until);
	db_add_text(&params, claim->channel);
	db_add_int(&params, claim->limit);
	db_ask(db, decide_statement(SQL_OUTBOX_CLAIM), &params, on_result, owner);
}

void
outbox_free(struct db *db, db_on_result on_result, void *owner)
{
	db_ask(db, decide_statement(SQL_OUTBOX_FREE), NULL, on_result, owner);
}

struct outbox_message
outbox_read(const struct db_result *result, int row)
{
	return (struct outbox_message){
		.county = (int32_t)db_int(result, row, 0),
		.id = db_int(result, row, 1),
		.fence = db_int(result, row, 2),
		.attempts = (int32_t)db_int(result, row, 3),
		.key = db_text(result, row, 4),
		.alert = db_int(result, row, 5),
		.to = {(int32_t)db_int(result, row, 6), (enum role)db_int(result, row, 7)},
		.channel = db_text(result, row, 8),
		.lead = db_bool(result, row, 9),
		.level = (enum level)db_int(result, row, 10),
		.template = (enum message_template)db_int(result, row, 11),
		.reason = (enum reason)db_int(result, row, 12),
		.due = db_instant(result, row, 13),
		.body = db_text(result, row, 14),
	};
}

/* $1 county, $2 id, $3 fence. */
static void
add_lease(struct db_params *params, const struct outbox_message *message)
{
	db_add_int(params, message->county);
	db_add_int(params, message->id);
	db_add_int(params, message->fence);
}

void
outbox_sent(struct db *db, const struct outbox_message *message, struct instant now,
	db_on_result on_result, void *owner)
{
	struct db_params params = {0};
	add_lease(&params, message);
	db_add_instant(&params, now);
	db_ask(db, decide_statement(SQL_OUTBOX_SENT), &params, on_result, owner);
}

void
outbox_again(struct db *db, const struct outbox_message *message, struct instant next_attempt,
	const char *error, db_on_result on_result, void *owner)
{
	struct db_params params = {0};
	add_lease(&params, message);
	db_add_instant(&params, next_attempt);
	db_add_text(&params, error);
	db_ask(db, decide_statement(SQL_OUTBOX_AGAIN), &params, on_result, owner);
}

void
outbox_dead(struct db *db, const struct outbox_message *message, struct instant now,
	const char *error, db_on_result on_result, void *owner)
{
	struct db_params params = {0};
	add_lease(&params, message);
	db_add_instant(&params, now);
	db_add_text(&params, error);
	db_ask(db, decide_statement(SQL_OUTBOX_DEAD), &params, on_result, owner);
}

struct outbox_death
outbox_read_dead(const struct db_result *result, int row)
{
	return (struct outbox_death){
		.alert = db_int(result, row, 0),
		.to = {(int32_t)db_int(result, row, 1), (enum role)db_int(result, row, 2)},
		.key = db_text(result, row, 3),
		.lost = db_bool(result, row, 4),
	};
}

void
outbox_ask_lost(struct db *db, const struct outbox_message *message, db_on_result on_result,
	void *owner)
{
	struct db_params params = {0};
	db_add_int(&params, message->county);
	db_add_int(&params, message->id);
	db_ask(db, decide_statement(SQL_OUTBOX_LOST), &params, on_result, owner);
}

const char *
outbox_burial(const struct outbox_message *message, struct instant now, const char *error,
	struct arena *arena)
{
	struct buffer out = {0};
	char finished[INSTANT_TEXT_SIZE];
	const char *text;
	instant_format(now, finished);
	json_open(&out, '{');
	json_key(&out, "county");
	json_int(&out, message->county);
	json_key(&out, "id");
	json_int(&out, message->id);
	json_key(&out, "fence");
	json_int(&out, message->fence);
	json_key(&out, "finished");
	json_text(&out, finished);
	json_key(&out, "error");
	json_text(&out, error);
	json_close(&out, '}');
	text = arena_strndup(arena, out.bytes, out.length);
	buffer_free(&out);
	return text;
}

int64_t
outbox_pause_us(int32_t attempts, uint32_t dice)
{
	int64_t pause = 5 * US_PER_SECOND;
	for (int32_t i = 1; i < attempts && pause < US_PER_HOUR; i++) {
		pause *= 2;
	}
	pause = pause < US_PER_HOUR ? pause : US_PER_HOUR;
	return pause + pause / 4 * (dice % 1000) / 1000;
}
