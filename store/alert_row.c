/* Alerts between rows of the store and memory; sends nothing, decides nothing. */
#include "alert_row.h"

#include <string.h>

#include "arena.h"
#include "buffer.h"

/* ALERT_COLUMNS, in their order. */
enum column {
	COLUMN_COUNTY,
	COLUMN_ID,
	COLUMN_HOUSEHOLD,
	COLUMN_LANE,
	COLUMN_STATE,
	COLUMN_LEVEL,
	COLUMN_SCORE,
	COLUMN_RESIDENCE,
	COLUMN_ROUTED_BY,
	COLUMN_OWNER_OFFICE,
	COLUMN_OWNER_ROLE,
	COLUMN_FIRST_OFFICE,
	COLUMN_FIRST_ROLE,
	COLUMN_OPENED,
	COLUMN_SIGNED,
	COLUMN_SIGNED_BY,
	COLUMN_CLOSED,
	COLUMN_DISPOSITION,
	COLUMN_CAUSE,
	COLUMN_HAVES,
	COLUMN_ATTEMPTS,
	COLUMN_ATTEMPT_DAYS,
	COLUMN_ATTEMPT_LAST,
	COLUMN_BASIS_CHANGED,
	COLUMN_HISTORY,
	COLUMN_AS_OF,
	COLUMN_FINDINGS,
	COLUMN_FINDINGS_DETAIL,
	COLUMN_VERSION
};

int64_t
cell_number(const struct db_result *result, int row, int column, int64_t null)
{
	return db_null(result, row, column) ? null : db_int(result, row, column);
}

static const char *
cell_text(const struct db_result *result, int row, int column, struct arena *arena)
{
	const char *text = db_text(result, row, column);
	return arena_strdup(arena, text == NULL ? "" : text);
}

#define NUMBER(column, null) cell_number(result, row, column, null)

struct alert *
alert_read(const struct db_result *result, int row, struct arena *arena)
{
	struct alert *alert = arena_alloc(arena, sizeof *alert);
	*alert = (struct alert){
		.county = (int32_t)NUMBER(COLUMN_COUNTY, 0),
		.id = NUMBER(COLUMN_ID, 0),
		.household = NUMBER(COLUMN_HOUSEHOLD, 0),
		.lane = (enum finding_kind)NUMBER(COLUMN_LANE, 0),
		.state = (enum alert_state)NUMBER(COLUMN_STATE, 0),
		.level = (enum level)NUMBER(COLUMN_LEVEL, 0),
		.score = (int32_t)NUMBER(COLUMN_SCORE, 0),
		.residence = {NUMBER(COLUMN_RESIDENCE, 0)},
		.routed_by = (enum reason)NUMBER(COLUMN_ROUTED_BY, 0),
		.owner = {(int32_t)NUMBER(COLUMN_OWNER_OFFICE, 0),
			(enum role)NUMBER(COLUMN_OWNER_ROLE, 0)},
		.first_owner = {(int32_t)NUMBER(COLUMN_FIRST_OFFICE, 0),
			(enum role)NUMBER(COLUMN_FIRST_ROLE, 0)},
		.opened = db_instant(result, row, COLUMN_OPENED),
		.signed_at = db_instant(result, row, COLUMN_SIGNED),
		.signed_by = NUMBER(COLUMN_SIGNED_BY, 0),
		.closed = db_instant(result, row, COLUMN_CLOSED),
		.disposition = (enum disposition)NUMBER(COLUMN_DISPOSITION, 0),
		.cause = cell_text(result, row, COLUMN_CAUSE, arena),
		.haves = (uint32_t)NUMBER(COLUMN_HAVES, 0),
		.attempts = (int32_t)NUMBER(COLUMN_ATTEMPTS, 0),
		.attempt_days = (int32_t)NUMBER(COLUMN_ATTEMPT_DAYS, 0),
		.attempt_last = db_day(result, row, COLUMN_ATTEMPT_LAST),
		.basis_changed = db_bool(result, row, COLUMN_BASIS_CHANGED),
		.history = db_bool(result, row, COLUMN_HISTORY),
		.as_of = db_day(result, row, COLUMN_AS_OF),
		.findings = cell_text(result, row, COLUMN_FINDINGS, arena),
		.findings_detail = cell_text(result, row, COLUMN_FINDINGS_DETAIL, arena),
		.version = (int32_t)NUMBER(COLUMN_VERSION, 0),
	};
	return alert;
}

void
alert_read_clock(const struct db_result *result, int row, struct alert *alert)
{
	alert->clocks[NUMBER(2, 0)] = (struct alert_clock){
		.running = db_bool(result, row, 3),
		.from = db_instant(result, row, 4),
		.due = db_instant(result, row, 5),
		.reminder = db_instant(result, row, 6),
		.reminded = db_bool(result, row, 7),
		.misses = (int32_t)NUMBER(8, 0),
	};
}

void
alert_read_told(const struct db_result *result, int row, struct alert *alert, struct arena *arena)
{
	struct alert_told *told = arena_array(arena, alert->told_count + 1, sizeof *told);
	if (alert->told_count > 0) {
		memcpy(told, alert->told, alert->told_count * sizeof *told);
	}
	told[alert->told_count++] = (struct alert_told){
		.post = {(int32_t)NUMBER(2, 0), (enum role)NUMBER(3, 0)},
		.lead = db_bool(result, row, 4),
		.at = db_instant(result, row, 5),
	};
	alert->told = told;
}

struct alert_hit
alert_read_hit(const struct db_result *result, int row, int first, struct arena *arena)
{
	return (struct alert_hit){
		.rule = cell_text(result, row, first, arena),
		.event_key = cell_text(result, row, first + 1, arena),
		.on = {(int32_t)NUMBER(first + 2, DAY_NONE)},
		.since = {(int32_t)NUMBER(first + 3, DAY_NONE)},
		.absence = db_bool(result, row, first + 4),
		.points = (int32_t)NUMBER(first + 5, 0),
		.live = db_bool(result, row, first + 6),
		.event = db_bool(result, row, first + 7),
		.spent = db_bool(result, row, first + 8),
		.seen = {(int32_t)NUMBER(first + 9, DAY_NONE)},
		.cool_until = {(int32_t)NUMBER(first + 10, DAY_NONE)},
	};
}

void
json_member(struct buffer *out, const char *key, int64_t number)
{
	json_key(out, key);
	json_int(out, number);
}

void
json_member_text(struct buffer *out, const char *key, const char *text)
{
	json_key(out, key);
	json_text(out, text);
}

void
json_member_moment(struct buffer *out, const char *key, struct instant instant)
{
	char text[INSTANT_TEXT_SIZE];
	bool none = instant.us == INSTANT_NONE;
	if (!none) {
		instant_format(instant, text);
	}
	json_member_text(out, key, none ? NULL : text);
}

static void
member_day(struct buffer *out, const char *key, struct day day)
{
	char text[DAY_TEXT_SIZE];
	if (day.n != DAY_NONE) {
		day_format(day, text);
	}
	json_member_text(out, key, day.n == DAY_NONE ? NULL : text);
}

static void
member_flag(struct buffer *out, const char *key, bool flag)
{
	json_key(out, key);
	json_bool(out, flag);
}

static void
write_owner(const struct alert *alert, struct buffer *out)
{
	json_member(out, "owner_office", alert->owner.office);
	json_member(out, "owner_role", alert->owner.role);
	json_member(out, "first_office", alert->first_owner.office);
	json_member(out, "first_role", alert->first_owner.role);
	json_member(out, "routed_by", alert->routed_by);
}

static void
write_handling(const struct alert *alert, struct buffer *out)
{
	json_member_moment(out, "signed", alert->signed_at);
	json_member(out, "signed_by", alert->signed_by);
	json_member(out, "disposition", alert->disposition);
	json_member_text(out, "cause", alert->cause);
	json_member(out, "haves", alert->haves);
	json_member(out, "attempts", alert->attempts);
	json_member(out, "attempt_days", alert->attempt_days);
	member_day(out, "attempt_last", alert->attempt_last);
}

void
alert_write(const struct alert *alert, struct buffer *out)
{
	bool open = alert_state_open(alert->state);
	struct instant none = {INSTANT_NONE};
	json_item(out);
	json_open(out, '{');
	json_member(out, "county", alert->county);
	json_member(out, "id", alert->id);
	json_member(out, "household", alert->household);
	json_member(out, "lane", alert->lane);
	json_member(out, "state", alert->state);
	json_member(out, "level", alert->level);
	json_member(out, "score", alert->score);
	json_member(out, "residence", alert->residence.code);
	write_owner(alert, out);
	json_member_moment(out, "opened", alert->opened);
	json_member_moment(out, "closed", open ? none : alert->closed);
	write_handling(alert, out);
	member_flag(out, "basis_changed", alert->basis_changed);
	member_flag(out, "history", alert->history);
	member_day(out, "as_of", alert->as_of);
	json_key(out, "findings");
	buffer_text(out, alert->findings);
	json_key(out, "findings_detail");
	buffer_text(out, alert->findings_detail);
	json_member(out, "version", alert->version);
	json_member_moment(out, "wake", open ? alert_wake(alert, NULL) : none);
	json_close(out, '}');
}

void
alert_write_clocks(const struct alert *alert, struct buffer *out)
{
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		const struct alert_clock *clock = &alert->clocks[stage];
		if (clock->due.us == 0) {
			continue; /* never started */
		}
		json_item(out);
		json_open(out, '{');
		json_member(out, "county", alert->county);
		json_member(out, "alert", alert->id);
		json_member(out, "stage", stage);
		member_flag(out, "running", clock->running);
		json_member_moment(out, "started", clock->from);
		json_member_moment(out, "due", clock->due);
		json_member_moment(out, "reminder", clock->reminder);
		member_flag(out, "reminded", clock->reminded);
		json_member(out, "misses", clock->misses);
		json_close(out, '}');
	}
}

void
alert_write_told(const struct alert *alert, size_t first, struct buffer *out)
{
	for (size_t i = first; i < alert->told_count; i++) {
		json_item(out);
		json_open(out, '{');
		json_member(out, "county", alert->county);
		json_member(out, "alert", alert->id);
		json_member(out, "office", alert->told[i].post.office);
		json_member(out, "role", alert->told[i].post.role);
		member_flag(out, "lead", alert->told[i].lead);
		json_member_moment(out, "at", alert->told[i].at);
		json_close(out, '}');
	}
}

void
alert_write_hit(const struct alert_file *file, const struct alert_hit *hit, struct buffer *out)
{
	json_item(out);
	json_open(out, '{');
	json_member(out, "county", file->county);
	json_member(out, "household", file->household);
	json_member(out, "lane", file->lane);
	json_member_text(out, "rule", hit->rule);
	json_member_text(out, "event_key", hit->event_key);
	json_member(out, "on", hit->on.n);
	json_member(out, "since", hit->since.n);
	member_flag(out, "absence", hit->absence);
	json_member(out, "points", hit->points);
	member_flag(out, "live", hit->live);
	member_flag(out, "event", hit->event);
	member_flag(out, "spent", hit->spent);
	json_member(out, "seen", hit->seen.n);
	json_key(out, "cool_until");
	if (hit->cool_until.n == DAY_NONE) {
		json_text(out, NULL);
	} else {
		json_int(out, hit->cool_until.n);
	}
	json_close(out, '}');
}
