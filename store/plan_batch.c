/* One transaction of plans: three rounds, reading under lock, writing, and the ledger last. Never touches a
 * connection. */
#include "plan_batch.h"

#include <stdlib.h>
#include <string.h>

#include "alert_row.h"
#include "arena.h"
#include "buffer.h"
#include "lane_table.h"
#include "ledger.h"
#include "plan_write.h"

enum round {
	ROUND_READ,
	ROUND_WRITE,
	ROUND_LEDGER,
	ROUND_DONE
};

enum {
	LANES = 4,
	CALLS = 16
};

/* One event of one lane. */
struct item {
	int32_t county;
	int64_t household;
	int64_t alert;            /* 0: whatever the lane holds */
	enum finding_kind lane;   /* of an assessment; otherwise read with the alert */
	struct alert_event event;
	uint8_t hash[LEDGER_HASH_SIZE];
	bool seen;
	bool stale;
	const struct plan *plan;
	struct lane_state *state;
};

struct plan_batch {
	struct arena *arena;
	const struct policy *policy;
	int64_t organisation_version;
	struct instant now;
	struct item *items;
	size_t item_count;
	size_t item_room;
	size_t assessments; /* items of that kind */
	size_t assessed_count; /* rows of SQL_ASSESSED_WRITE */
	struct lane_table *lanes;
	enum round round;
	struct store_call calls[CALLS];
	size_t call_count;
	int64_t *ids; /* for alerts that open */
	size_t id_count;
	size_t ids_taken;
	struct plan_ledger *ledger;
	struct plan_result *results;
};

struct plan_batch *
plan_batch_new(const struct policy *policy, int64_t organisation_version, struct instant now)
{
	struct arena *arena = arena_new();
	struct plan_batch *batch = arena_alloc(arena, sizeof *batch);
	batch->arena = arena;
	batch->policy = policy;
	batch->organisation_version = organisation_version;
	batch->now = now;
	return batch;
}

void
plan_batch_free(struct plan_batch *batch)
{
	if (batch != NULL) {
		arena_free(batch->arena);
	}
}

static struct item *
add_item(struct plan_batch *batch)
{
	batch->items = arena_grow(
		batch->arena, batch->items, batch->item_count, &batch->item_room, sizeof *batch->items);
	return &batch->items[batch->item_count++];
}

void
plan_batch_assessed(struct plan_batch *batch, int32_t county, int64_t household,
	const struct event_assessed *assessed)
{
	for (int lane = 0; lane < LANES; lane++) {
		struct item *item = add_item(batch);
		struct alert_file file = {county, household, (enum finding_kind)lane, NULL, NULL, 0, 0};
		*item = (struct item){.county = county,
			.household = household,
			.lane = (enum finding_kind)lane,
			.event = {.kind = EVENT_ASSESSED, .assessed = *assessed}};
		item->event.id = event_id_assessed(batch->arena, &file, assessed);
		ledger_event_hash(item->event.id, item->hash);
		batch->assessments++;
	}
}

void
plan_batch_event(struct plan_batch *batch, int32_t county, int64_t household, int64_t alert,
	const struct alert_event *event)
{
	struct item *item = add_item(batch);
	*item = (struct item){
		.county = county, .household = household, .alert = alert, .event = *event};
	ledger_event_hash(event->id, item->hash);
}

static void
call(struct plan_batch *batch, enum decide_statement sql, const char *one, const char *two)
{
	batch->calls[batch->call_count++] =
		(struct store_call){.statement = sql, .params = {one, two}};
}

/* ---- round 1: what is there, under lock ---- */

enum key {
	KEY_COUNTY,
	KEY_HOUSEHOLD,
	KEY_ALERT,
	KEY_EVENT
};

/* "{1,2,3}" over all items; repeats do no harm. */
static const char *
array_of(struct plan_batch *batch, enum key key)
{
	struct buffer out = {0};
	buffer_text(&out, "{");
	for (size_t i = 0; i < batch->item_count; i++) {
		const struct item *item = &batch->items[i];
		buffer_text(&out, out.length > 1 ? "," : "");
		switch (key) {
		case KEY_COUNTY:
			buffer_printf(&out, "%d", (int)item->county);
			break;
		case KEY_HOUSEHOLD:
			buffer_printf(&out, "%lld", (long long)item->household);
			break;
		case KEY_ALERT:
			buffer_printf(&out, "%lld", (long long)item->alert);
			break;
		case KEY_EVENT:
			buffer_text(&out, "\"\\\\x");
			plan_write_hex(item->hash, sizeof item->hash, &out);
			buffer_text(&out, "\"");
			break;
		}
	}
	buffer_text(&out, "}");
	const char *text = arena_strndup(batch->arena, out.bytes, out.length);
	buffer_free(&out);
	return text;
}

/* The calls of round 1, in the order in which take_read() looks for them. */
enum read {
	READ_ORGANISATION,
	READ_OPEN,
	READ_NAMED,
	READ_SEEN,
	READ_CLOCKS,
	READ_TOLD,
	READ_MEMORY,
	READ_HITS,
	READ_IDS,
	READ_ASSESSED,
	READ_COUNT
};

/* Clocks and told lists hang on alerts whose numbers are not known before the lock: they are read by household. */
static void
ask_read(struct plan_batch *batch)
{
	const char *counties = array_of(batch, KEY_COUNTY);
	const char *households = array_of(batch, KEY_HOUSEHOLD);
	const char *alerts = array_of(batch, KEY_ALERT);
	call(batch, SQL_ORGANISATION_LOCK, NULL, NULL);
	call(batch, SQL_PLAN_LOCK_HOUSEHOLDS, counties, households);
	call(batch, SQL_PLAN_LOCK_ALERTS, counties, alerts);
	/* Behind the locks: a racing batch with the same event has committed by now. */
	call(batch, SQL_PLAN_SEEN, counties, array_of(batch, KEY_EVENT));
	call(batch, SQL_PLAN_CLOCKS, counties, households);
	call(batch, SQL_PLAN_TOLD, counties, households);
	call(batch, SQL_PLAN_MEMORY, counties, households);
	call(batch, SQL_PLAN_HITS, counties, households);
	if (batch->assessments > 0) { /* nothing else opens an alert */
		call(batch, SQL_PLAN_IDS, arena_printf(batch->arena, "%zu", batch->assessments), NULL);
		call(batch, SQL_ASSESSED_READ, counties, households);
	}
}

static void
take_seen(struct plan_batch *batch, const struct db_result *seen)
{
	for (int row = 0; row < db_result_rows(seen); row++) {
		size_t length;
		const uint8_t *event = db_bytes(seen, row, 1, &length);
		for (size_t i = 0; i < batch->item_count && length == LEDGER_HASH_SIZE; i++) {
			struct item *item = &batch->items[i];
			item->seen |= memcmp(event, item->hash, LEDGER_HASH_SIZE) == 0;
		}
	}
}

static void
take_alerts(struct plan_batch *batch, const struct db_result *result)
{
	for (int row = 0; row < db_result_rows(result); row++) {
		struct alert *alert = alert_read(result, row, batch->arena);
		struct lane_state *state =
			lane_table_at(batch->lanes, alert->county, alert->household, alert->lane);
		/* The open one comes first; a closed one that is named stands in only without it. */
		if (state->loaded == NULL) {
			state->loaded = alert;
			state->file.alert = alert;
		}
		for (size_t i = 0; i < batch->item_count; i++) {
			struct item *item = &batch->items[i];
			if (item->alert == alert->id && item->county == alert->county) {
				item->lane = alert->lane;
				item->state = state;
			}
		}
	}
}

static struct alert *
loaded_alert(struct plan_batch *batch, const struct db_result *result, int row)
{
	struct lane_state *const *states;
	size_t count = lane_table_all(batch->lanes, &states);
	int32_t county = (int32_t)cell_number(result, row, 0, 0);
	int64_t id = cell_number(result, row, 1, 0);
	for (size_t i = 0; i < count; i++) {
		struct alert *alert = states[i]->loaded;
		if (alert != NULL && alert->id == id && alert->county == county) {
			return alert;
		}
	}
	return NULL;
}

static struct lane_state *
lane_of(struct plan_batch *batch, const struct db_result *result, int row)
{
	return lane_table_at(batch->lanes, (int32_t)cell_number(result, row, 0, 0),
		cell_number(result, row, 1, 0), (enum finding_kind)cell_number(result, row, 2, 0));
}

static void
take_clocks(struct plan_batch *batch, const struct db_result *clocks)
{
	for (int row = 0; row < db_result_rows(clocks); row++) {
		struct alert *alert = loaded_alert(batch, clocks, row);
		if (alert != NULL) {
			alert_read_clock(clocks, row, alert);
		}
	}
}

static void
take_told(struct plan_batch *batch, const struct db_result *told)
{
	for (int row = 0; row < db_result_rows(told); row++) {
		struct alert *alert = loaded_alert(batch, told, row);
		if (alert != NULL) {
			alert_read_told(told, row, alert, batch->arena);
		}
	}
}

static void
take_memory(struct plan_batch *batch, const struct db_result *memory)
{
	for (int row = 0; row < db_result_rows(memory); row++) {
		lane_of(batch, memory, row)->file.level_seen =
			(enum level)cell_number(memory, row, 3, 0);
	}
}

static void
take_hits(struct plan_batch *batch, const struct db_result *hits)
{
	for (int row = 0; row < db_result_rows(hits); row++) {
		lane_state_add_hit(lane_of(batch, hits, row),
			alert_read_hit(hits, row, 3, batch->arena), batch->arena);
	}
}

static void
take_ids(struct plan_batch *batch, const struct db_result *ids)
{
	batch->id_count = (size_t)db_result_rows(ids);
	batch->ids = arena_array(batch->arena, batch->id_count + 1, sizeof *batch->ids);
	for (int row = 0; row < db_result_rows(ids); row++) {
		batch->ids[row] = cell_number(ids, row, 0, 0);
	}
}

static void
take_assessed(struct plan_batch *batch, const struct db_result *assessed)
{
	for (int row = 0; row < db_result_rows(assessed); row++) {
		for (int lane = 0; lane < LANES; lane++) {
			lane_table_at(batch->lanes, (int32_t)db_int(assessed, row, 0),
				db_int(assessed, row, 1), (enum finding_kind)lane)
				->read_to = db_int(assessed, row, 2);
		}
	}
}

static enum plan_fault
take_organisation(struct plan_batch *batch, const struct db_result *version)
{
	bool same = db_result_rows(version) == 1 &&
		db_int(version, 0, 0) == batch->organisation_version;
	return same ? PLAN_OK : PLAN_ORGANISATION_MOVED;
}

static enum plan_fault
take_read(struct plan_batch *batch, enum read read, const struct db_result *result)
{
	switch (read) {
	case READ_ORGANISATION:
		return take_organisation(batch, result);
	case READ_OPEN:
	case READ_NAMED:
		take_alerts(batch, result);
		break;
	case READ_SEEN:
		take_seen(batch, result);
		break;
	case READ_CLOCKS:
		take_clocks(batch, result);
		break;
	case READ_TOLD:
		take_told(batch, result);
		break;
	case READ_MEMORY:
		take_memory(batch, result);
		break;
	case READ_HITS:
		take_hits(batch, result);
		break;
	case READ_IDS:
		take_ids(batch, result);
		break;
	case READ_ASSESSED:
		take_assessed(batch, result);
		break;
	case READ_COUNT:
		break;
	}
	return PLAN_OK;
}

/* ---- deciding ---- */

static void
apply(struct plan_batch *batch, struct lane_state *state, const struct plan *plan)
{
	if (plan->refused) {
		return;
	}
	bool opened = plan->after != NULL && plan->after->id == 0;
	if (opened) {
		struct alert *alert = arena_alloc(batch->arena, sizeof *alert);
		*alert = *plan->after;
		alert->id = batch->ids[batch->ids_taken++];
		state->file.alert = alert;
	} else if (plan->after != NULL) {
		state->file.alert = plan->after;
	}
	state->alert_changed |= plan->after != NULL &&
		(opened || plan->refreshes || plan->line_count > 0);
	state->file.hits = plan->hits;
	state->file.hit_count = plan->hit_count;
	state->file.level_seen = plan->level_seen;
	state->remembers |= plan->remembers;
}

/* A named alert must be the one that its lane holds. */
static bool
item_stands(const struct item *item)
{
	const struct alert *alert = item->state->file.alert;
	return item->alert == 0 || (alert != NULL && alert->id == item->alert);
}

static void
decide_item(struct plan_batch *batch, struct item *item)
{
	if (item->state == NULL) {
		item->state = lane_table_at(batch->lanes, item->county, item->household, item->lane);
	}
	struct alert_file file = item->state->file;
	if (!item_stands(item)) {
		file.alert = NULL;
	}
	item->plan = decide(batch->policy, &file, &item->event, batch->now, batch->arena);
	apply(batch, item->state, item->plan);
}

/* What stands was read later: this one has nothing to say, and no lane of it is decided. */
static bool
is_stale(struct plan_batch *batch, const struct item *item)
{
	return item->event.kind == EVENT_ASSESSED &&
		lane_table_at(batch->lanes, item->county, item->household, item->lane)->read_to >
			item->event.assessed.read_to;
}

static int64_t
actor_of(const struct item *item)
{
	return item->event.kind == EVENT_ACTION ? item->event.action.account : 0;
}

static void
decide_all(struct plan_batch *batch)
{
	batch->results =
		arena_array(batch->arena, batch->item_count + 1, sizeof *batch->results);
	batch->ledger = plan_ledger_new(batch->arena, batch->policy, batch->now);
	for (size_t i = 0; i < batch->item_count; i++) {
		struct item *item = &batch->items[i];
		int64_t alert = 0;
		item->stale = is_stale(batch, item);
		item->seen |= item->stale;
		/* An event twice in one batch is an event seen. */
		item->seen |= plan_ledger_has(batch->ledger, item->county, item->hash);
		if (!item->seen) {
			decide_item(batch, item);
			const struct alert *stands = item->state->file.alert;
			alert = item->plan->after != NULL ? stands->id : 0;
			plan_ledger_add(batch->ledger, &(struct plan_entry){
				.county = item->county,
				.household = item->household,
				.alert = alert,
				.version = stands == NULL ? 0 : stands->version,
				.actor = actor_of(item),
				.event = &item->event,
				.hash = item->hash,
				.plan = item->plan});
		}
		batch->results[i] = (struct plan_result){item->county, item->household,
			alert != 0 ? alert : item->alert, item->lane, item->seen, item->stale,
			item->plan};
	}
}

/* ---- rounds 2 and 3 ---- */

static const char *
finish_json(struct plan_batch *batch, struct buffer *out)
{
	json_close(out, ']');
	const char *text =
		out->length > 2 ? arena_strndup(batch->arena, out->bytes, out->length) : NULL;
	buffer_free(out);
	return text;
}

static void
call_if(struct plan_batch *batch, enum decide_statement sql, const char *rows)
{
	if (rows != NULL) {
		call(batch, sql, rows, NULL);
	}
}

typedef void lane_writer(const struct lane_state *state, struct buffer *out);

static void
write_alert(const struct lane_state *state, struct buffer *out)
{
	if (state->alert_changed) {
		alert_write(state->file.alert, out);
	}
}

static void
write_clocks(const struct lane_state *state, struct buffer *out)
{
	if (state->alert_changed) {
		alert_write_clocks(state->file.alert, out);
	}
}

static void
write_told(const struct lane_state *state, struct buffer *out)
{
	if (state->alert_changed) {
		alert_write_told(state->file.alert, 0, out);
	}
}

static void
write_memory(const struct lane_state *state, struct buffer *out)
{
	if (state->remembers) {
		json_item(out);
		json_open(out, '{');
		json_member(out, "county", state->file.county);
		json_member(out, "household", state->file.household);
		json_member(out, "lane", state->file.lane);
		json_member(out, "level_seen", state->file.level_seen);
		json_close(out, '}');
	}
}

static void
write_hits(const struct lane_state *state, struct buffer *out)
{
	for (size_t i = 0; state->remembers && i < state->file.hit_count; i++) {
		alert_write_hit(&state->file, &state->file.hits[i], out);
	}
}

static void
call_lanes(struct plan_batch *batch, enum decide_statement sql, lane_writer *writer)
{
	struct buffer out = {0};
	struct lane_state *const *states;
	size_t count = lane_table_all(batch->lanes, &states);
	json_open(&out, '[');
	for (size_t i = 0; i < count; i++) {
		writer(states[i], &out);
	}
	call_if(batch, sql, finish_json(batch, &out));
}

static void
call_touched(struct plan_batch *batch)
{
	struct buffer out = {0};
	json_open(&out, '[');
	for (size_t i = 0; i < batch->item_count; i++) {
		const struct item *item = &batch->items[i];
		if (item->event.kind != EVENT_ASSESSED || item->lane != FINDING_RISK) {
			continue;
		}
		json_item(&out);
		json_open(&out, '{');
		json_member(&out, "county", item->county);
		json_member(&out, "household", item->household);
		json_member(&out, "position", item->event.assessed.position);
		json_close(&out, '}');
	}
	call_if(batch, SQL_PLAN_CLEAR_TOUCHED, finish_json(batch, &out));
}

static bool
changes_household(struct plan_batch *batch, const struct item *item)
{
	for (int lane = 0; lane < LANES; lane++) {
		const struct lane_state *state = lane_table_at(batch->lanes, item->county,
			item->household, (enum finding_kind)lane);
		if (state->alert_changed || state->remembers) {
			return true;
		}
	}
	return false;
}

/* A turn that changes nothing leaves no trace: it would write a row for every household each day. */
static void
call_assessed(struct plan_batch *batch)
{
	struct buffer out = {0};
	json_open(&out, '[');
	for (size_t i = 0; i < batch->item_count; i++) {
		const struct item *item = &batch->items[i];
		if (item->event.kind != EVENT_ASSESSED || item->lane != FINDING_RISK || item->stale ||
			(item->event.assessed.cause != ASSESSED_TOUCHED &&
				!changes_household(batch, item))) {
			continue;
		}
		batch->assessed_count++;
		json_item(&out);
		json_open(&out, '{');
		json_member(&out, "county", item->county);
		json_member(&out, "household", item->household);
		json_member(&out, "position", item->event.assessed.read_to);
		json_close(&out, '}');
	}
	call_if(batch, SQL_ASSESSED_WRITE, finish_json(batch, &out));
}

static void
ask_write(struct plan_batch *batch)
{
	call_assessed(batch);
	call_lanes(batch, SQL_PLAN_WRITE_ALERTS, write_alert);
	call_lanes(batch, SQL_PLAN_WRITE_CLOCKS, write_clocks);
	call_lanes(batch, SQL_PLAN_WRITE_TOLD, write_told);
	call_lanes(batch, SQL_PLAN_WRITE_MEMORY, write_memory);
	call_lanes(batch, SQL_PLAN_WRITE_HITS, write_hits);
	call_if(batch, SQL_PLAN_WRITE_OUTBOX, plan_ledger_outbox(batch->ledger));
	call_if(batch, SQL_PLAN_WRITE_HISTORY, plan_ledger_history(batch->ledger));
	call_touched(batch);
	/* Last: the heads are shared by everybody in their county. */
	call_if(batch, SQL_PLAN_LOCK_HEADS, plan_ledger_counties(batch->ledger));
}

static void
ask_ledger(struct plan_batch *batch)
{
	call_if(batch, SQL_PLAN_WRITE_LEDGER, plan_ledger_rows(batch->ledger));
	call_if(batch, SQL_PLAN_WRITE_PAYLOAD, plan_ledger_payloads(batch->ledger));
	call_if(batch, SQL_PLAN_WRITE_HEADS, plan_ledger_heads(batch->ledger));
}

size_t
plan_batch_round(struct plan_batch *batch, const struct store_call **ret_calls)
{
	*ret_calls = batch->calls;
	batch->call_count = 0;
	switch (batch->round) {
	case ROUND_READ:
		batch->lanes = lane_table_new(batch->arena, batch->item_count);
		if (batch->item_count > 0) {
			ask_read(batch);
		}
		break;
	case ROUND_WRITE:
		ask_write(batch); /* none: nothing changed, and nothing was touched */
		break;
	case ROUND_LEDGER:
		ask_ledger(batch);
		break;
	case ROUND_DONE:
		break;
	}
	return batch->call_count;
}

bool
plan_batch_over(const struct plan_batch *batch)
{
	switch (batch->round) {
	case ROUND_READ:
		return batch->item_count == 0; /* the caller's statements are carried out nevertheless */
	case ROUND_WRITE:
		/* That an assessment is the latest is known by the answer alone. */
		return batch->call_count == 0 ||
			(plan_ledger_counties(batch->ledger) == NULL && batch->assessed_count == 0);
	case ROUND_LEDGER:
	case ROUND_DONE:
		break;
	}
	return true;
}

static void
take_heads(struct plan_batch *batch, const struct db_result *heads)
{
	for (int row = 0; row < db_result_rows(heads); row++) {
		struct ledger_head head = {.sequence = db_int(heads, row, 1)};
		size_t length;
		const uint8_t *hash = db_bytes(heads, row, 2, &length);
		if (length == sizeof head.hash) {
			memcpy(head.hash, hash, sizeof head.hash);
		}
		plan_ledger_chain(batch->ledger, (int32_t)db_int(heads, row, 0), head);
	}
}

/* Behind the last answer of a round. */
static void
next_round(struct plan_batch *batch)
{
	switch (batch->round) {
	case ROUND_READ:
		decide_all(batch);
		batch->round = ROUND_WRITE;
		break;
	case ROUND_WRITE:
		batch->round = plan_batch_over(batch) ? ROUND_DONE : ROUND_LEDGER;
		break;
	case ROUND_LEDGER:
	case ROUND_DONE:
		batch->round = ROUND_DONE;
		break;
	}
}

static enum plan_fault
fault_of(const struct db_result *result)
{
	switch (result->status) {
	case DB_OK:
		return PLAN_OK;
	case DB_CONFLICT:
		return PLAN_AGAIN;
	case DB_LOST:
		return PLAN_LOST;
	case DB_REFUSED:
		break;
	}
	/* Somebody opened the same lane, or wrote the same event, since we looked: looking again shows it. */
	return db_result_is(result, SQLSTATE_UNIQUE) ? PLAN_AGAIN : PLAN_REFUSED;
}

enum plan_fault
plan_batch_take(struct plan_batch *batch, size_t index, const struct db_result *result)
{
	enum plan_fault fault = fault_of(result);
	if (fault == PLAN_OK && batch->round == ROUND_READ) {
		fault = take_read(batch, (enum read)index, result);
	}
	if (fault != PLAN_OK) {
		return fault;
	}
	if (batch->calls[index].statement == SQL_ASSESSED_WRITE &&
		(size_t)db_result_rows(result) != batch->assessed_count) {
		return PLAN_AGAIN; /* since we looked, a later one came: looking again shows it */
	}
	if (batch->calls[index].statement == SQL_PLAN_LOCK_HEADS) {
		take_heads(batch, result);
	}
	if (index + 1 == batch->call_count) {
		next_round(batch);
	}
	return PLAN_OK;
}

const char *
plan_fault_word(enum plan_fault fault)
{
	static const char *const words[] = {
#define X(name, word, remedy) word,
		PLAN_FAULTS(X)
#undef X
	};
	return words[fault];
}

size_t
plan_batch_results(const struct plan_batch *batch, const struct plan_result **ret_results)
{
	*ret_results = batch->results;
	return batch->results == NULL ? 0 : batch->item_count;
}
