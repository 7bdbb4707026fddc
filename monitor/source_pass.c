/* Passes over a source: pages asked for, written, and asked for again; never more than one
 * under way. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "source_pace.h"
#include "source_parts.h"

#define VALUES_MOST (KEY_LIMIT + 2)

void
position_clear(struct position *position)
{
	free(position->cursor);
	for (int i = 0; i < KEY_LIMIT; i++)
		free(position->keys[i]);
	memset(position, 0, sizeof(*position));
}

static char *
copy_text(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

void
position_copy(struct position *to, const struct position *from)
{
	struct position copy = {.keyed = from->keyed, .cursor = copy_text(from->cursor)};

	for (int i = 0; i < KEY_LIMIT; i++)
		copy.keys[i] = copy_text(from->keys[i]);
	position_clear(to);
	*to = copy;
}

static void
set_text(char **text, const char *value)
{
	char *copy = copy_text(value);

	free(*text);
	*text = copy;
}

static bool
cell_null(const PGresult *rows, int row, int column)
{
	return PQgetisnull(rows, row, column);
}

/* Remembers the last row of the page. A page of keys holds them in their own order. */
static void
position_take(struct source *source, const PGresult *rows)
{
	const struct source_config *config = source->config;
	bool keys_only = source->pass == PASS_KEYS;
	int row = PQntuples(rows) - 1;

	if (row < 0)
		return;
	position_clear(&source->at);
	source->at.keyed = true;
	if (config->way == WAY_CURSOR && !keys_only)
		source->at.cursor = xstrdup(PQgetvalue(rows, row, config->cursor));
	for (int i = 0; i < config->key_count; i++) {
		int column = keys_only ? i : config->keys[i];

		if (!cell_null(rows, row, column))
			source->at.keys[i] = xstrdup(PQgetvalue(rows, row, column));
	}
}

/* The smaller of the two clocks, less the margin; owned by the caller. */
static char *
forward_cap(const struct source *source)
{
	struct instant now = source_real();

	if (source->counts.clock_ahead_us < 0)
		now.us += source->counts.clock_ahead_us;
	now.us -= source->config->settings[SETTING_SOURCE_MARGIN];
	return cursor_text(source->config, source->cursor_type, now);
}

static int
add_position(const struct source *source, const char **values, int count)
{
	values[count++] = source->at.cursor;
	for (int i = 0; source->at.keyed && i < source->config->key_count; i++)
		values[count++] = source->at.keys[i];
	return count;
}

static void
ask(struct source *source, enum source_query query, int count, const char *const *values)
{
	source->page_started = source_mono();
	link_ask_prepared(source->link, source_query_name(query),
		source_query_text(source->queries, query), count, values);
}

static void
ask_forward(struct source *source)
{
	const char *values[VALUES_MOST];
	char *cap = forward_cap(source);

	values[0] = cap;
	if (!source->at.cursor)
		ask(source, QUERY_FORWARD_FIRST, 1, values);
	else
		ask(source, source->at.keyed ? QUERY_FORWARD_AFTER : QUERY_FORWARD_AGAIN,
			add_position(source, values, 1), values);
	free(cap);
}

static void
ask_overlap(struct source *source)
{
	const char *values[VALUES_MOST];

	values[0] = source->overlap_last;
	ask(source, source->at.keyed ? QUERY_OVERLAP_AFTER : QUERY_OVERLAP_FIRST,
		add_position(source, values, 1), values);
}

static void
ask_by_key(struct source *source, enum source_query first, enum source_query after)
{
	const char *values[VALUES_MOST];
	int count = 0;

	if (source->config->batch >= 0)
		values[count++] = source->next_batch;
	for (int i = 0; source->at.keyed && i < source->config->key_count; i++)
		values[count++] = source->at.keys[i];
	ask(source, source->at.keyed ? after : first, count, values);
}

static void
ask_complete(struct source *source)
{
	const char *sql = source->config->complete_query;
	const char *values[1] = {source->next_batch};

	link_ask(source->link, sql, strstr(sql, "$1") ? 1 : 0, values);
}

static void
ask_clock(struct source *source)
{
	source->page_started = source_mono();
	link_ask(source->link, "select (extract(epoch from clock_timestamp()) * 1000000)::int8",
		0, NULL);
}

void
pass_ask(struct source *source)
{
	source->paused = false;
	switch (source->pass) {
	case PASS_NONE:
		break;
	case PASS_CLOCK:
		ask_clock(source);
		break;
	case PASS_FORWARD:
		ask_forward(source);
		break;
	case PASS_OVERLAP:
		ask_overlap(source);
		break;
	case PASS_BATCH:
		link_ask(
			source->link, source_query_text(source->queries, QUERY_BATCH), 0, NULL);
		break;
	case PASS_COMPLETE:
		ask_complete(source);
		break;
	case PASS_KEYS:
		ask_by_key(source, QUERY_KEYS_FIRST, QUERY_KEYS_AFTER);
		break;
	case PASS_RETRACT:
		intake_retract(source->intake, source->world.now(source->world.owner));
		break;
	case PASS_RELEASE_KEYS:
		intake_open_release(source->intake);
		break;
	case PASS_ROWS:
	case PASS_RELEASE:
		ask_by_key(source, QUERY_ROWS_FIRST, QUERY_ROWS_AFTER);
		break;
	}
}

/* The moment from which the overlap reads, or NULL where there is none to reach back from. */
static char *
overlap_first(struct source *source)
{
	struct instant last;

	if (!source->forward.cursor || source->cursor_type == CURSOR_NUMBER ||
		!cursor_instant(source->config, source->forward.cursor, &last))
		return NULL;
	last.us -= source->config->overlap_us;
	return cursor_text(source->config, source->cursor_type, last);
}

void
pass_begin(struct source *source, enum source_pass pass)
{
	assert(source->pass == PASS_NONE);
	source->pass = pass;
	source->pass_started = source_mono();
	source->counts.pass_rows = 0;
	source->counts.pass_expected = source->expected;
	position_clear(&source->at);
	if (pass == PASS_FORWARD)
		position_copy(&source->at, &source->forward);
	if (pass == PASS_KEYS)
		intake_keys_open(source->intake);
	if (pass == PASS_OVERLAP) {
		source->at.cursor = overlap_first(source);
		set_text(&source->overlap_last, source->forward.cursor);
		if (!source->at.cursor) {
			source_pass_done(source);
			return;
		}
	}
	pass_ask(source);
}

/* A long pass gives way to a forward poll that is due; source_pass_done() takes it up again. */
static bool
pass_gives_way(struct source *source)
{
	if (source->pass == PASS_FORWARD || !source->loaded ||
		source->config->way != WAY_CURSOR || source->poll_at.us > source_mono().us)
		return false;
	source->held.pass = source->pass;
	source->held.started = source->pass_started;
	source->held.rows = source->counts.pass_rows;
	position_copy(&source->held.at, &source->at);
	source->pass = PASS_NONE;
	pass_poll(source);
	return true;
}

void
pass_poll(struct source *source)
{
	int64_t now = source_mono().us;

	source->poll_at.us = now + source->config->settings[SETTING_SOURCE_EVERY];
	if (source->hint_at.us > now && source->hint_at.us < source->poll_at.us)
		source->poll_at = source->hint_at;
	source->counts.polls++;
	pass_begin(source, PASS_FORWARD);
}

bool
pass_resume(struct source *source)
{
	if (source->held.pass == PASS_NONE)
		return false;
	source->pass = source->held.pass;
	source->pass_started = source->held.started;
	source->counts.pass_rows = source->held.rows;
	source->held.pass = PASS_NONE;
	position_copy(&source->at, &source->held.at);
	pass_ask(source);
	return true;
}

/* The next page of the pass, not before the source may be asked again. */
static void
pass_go_on(struct source *source, int64_t rows)
{
	int64_t took = source_mono().us - source->page_started.us;
	int64_t pause = pace_pause(source->config, rows, took);

	if (pause == 0) {
		if (!pass_gives_way(source))
			pass_ask(source);
		return;
	}
	source->paused = true;
	source_wait(source, pause);
}

static bool
page_full(const struct source *source, const PGresult *rows)
{
	return PQntuples(rows) >= source_queries_page(source->queries);
}

static enum intake_way
pass_way(const struct source *source)
{
	if (!source->loaded)
		return INTAKE_LOAD;
	if (source->pass == PASS_FORWARD)
		return INTAKE_FORWARD;
	if (source->pass == PASS_OVERLAP)
		return INTAKE_OVERLAP;
	return source->pass == PASS_RELEASE ? INTAKE_RELEASE : INTAKE_COMPARE;
}

/* The cursor moves with its facts; the first load and a batch are done with their last page. */
static void
write_page(struct source *source, const PGresult *rows)
{
	bool last = !page_full(source, rows);
	struct intake_page page = {
		.rows = rows,
		.way = pass_way(source),
		.now = source->world.now(source->world.owner),
		.bytes = source->has_bytes ? source->bytes : NULL,
	};

	source->page_full = !last;
	page.today = instant_day(page.now);
	if (source->pass == PASS_FORWARD)
		page.cursor = source->at.cursor;
	page.loaded = last && !source->loaded;
	if (source->pass == PASS_ROWS && last)
		page.batch = source->next_batch;
	if (PQntuples(rows) == 0 && !page.loaded && !page.batch) {
		source_pass_done(source);
		return;
	}
	intake_write(source->intake, &page);
}

static void
rows_answered(struct source *source, const PGresult *rows)
{
	position_take(source, rows);
	source->counts.pass_rows += PQntuples(rows);
	if (source->pass != PASS_KEYS) {
		write_page(source, rows);
		return;
	}
	intake_keys_add(source->intake, rows);
	if (page_full(source, rows))
		pass_go_on(source, PQntuples(rows));
	else
		intake_compare(source->intake);
}

/* Behind the batch comes the question whether it is complete, behind that the comparison. */
static void
compare_begin(struct source *source)
{
	source->pass = PASS_NONE;
	pass_begin(source, source->loaded ? PASS_KEYS : PASS_ROWS);
}

static void
batch_answered(struct source *source, const PGresult *result)
{
	const char *batch =
		PQntuples(result) && !cell_null(result, 0, 0) ? PQgetvalue(result, 0, 0) : NULL;

	if (!batch || (source->batch && source->loaded && strcmp(batch, source->batch) == 0)) {
		source_pass_done(source);
		return;
	}
	set_text(&source->next_batch, batch);
	source->pass = PASS_NONE;
	if (source->config->complete_query)
		pass_begin(source, PASS_COMPLETE);
	else
		compare_begin(source);
}

static void
complete_answered(struct source *source, const PGresult *result)
{
	bool complete = PQntuples(result) == 1 && *PQgetvalue(result, 0, 0) == 't';

	if (complete) {
		compare_begin(source);
		return;
	}
	snprintf(source->reason, sizeof(source->reason),
		"the control table calls %s%s incomplete", source->next_batch ? "batch " : "it",
		source->next_batch ? source->next_batch : "");
	source_pass_done(source);
}

static void
clock_answered(struct source *source, const PGresult *result)
{
	int64_t half = (source_mono().us - source->page_started.us) / 2;

	source->counts.clock_ahead_us =
		atoll(PQgetvalue(result, 0, 0)) + half - source_real().us;
	source->clock_at.us = source_mono().us + 60 * US_PER_SECOND;
	source_pass_done(source);
}

void
pass_answered(struct source *source, const PGresult *result)
{
	if (source_result_fault(source, result))
		return;
	source_seen(source);
	switch (source->pass) {
	case PASS_NONE:
	case PASS_RETRACT:
	case PASS_RELEASE_KEYS:
		break;
	case PASS_CLOCK:
		clock_answered(source, result);
		break;
	case PASS_BATCH:
		batch_answered(source, result);
		break;
	case PASS_COMPLETE:
		complete_answered(source, result);
		break;
	case PASS_FORWARD:
	case PASS_OVERLAP:
	case PASS_KEYS:
	case PASS_ROWS:
	case PASS_RELEASE:
		rows_answered(source, result);
		break;
	}
}

static void
count_page(struct source *source, const struct intake_count *count)
{
	struct source_status *counts = &source->counts;
	bool late = source->loaded &&
		    (source->pass == PASS_OVERLAP ||
			    (source->pass == PASS_ROWS && source->config->way == WAY_CURSOR));

	counts->rows += count->rows;
	counts->changed += count->changed;
	counts->quarantined += count->quarantined;
	counts->losses += count->losses;
	if (late)
		counts->late += count->changed;
	if (count->changed > 0 && source->world.committed)
		source->world.committed(source->world.owner, source, count->changed);
}

void
pass_written(struct source *source, const struct intake_count *count)
{
	count_page(source, count);
	if (source->pass == PASS_FORWARD)
		position_copy(&source->forward, &source->at);
	if (source->page_full) {
		pass_go_on(source, count->rows);
		return;
	}
	if (source->pass == PASS_ROWS)
		set_text(&source->batch, source->next_batch);
	if (source->pass == PASS_FORWARD || source->pass == PASS_ROWS)
		source->loaded = true;
	source_pass_done(source);
}

/* The brake: more than a settable share would vanish. */
static bool
brake_holds(const struct source *source, int64_t known, int64_t vanished)
{
	if (vanished <= source->allowance)
		return false;
	return vanished * 100 > known * source->config->settings[SETTING_SOURCE_BRAKE];
}

void
pass_compared(struct source *source, int64_t known, int64_t vanished)
{
	if (source->pass == PASS_RELEASE_KEYS) {
		source->pass = PASS_NONE;
		if (known > 0)
			pass_begin(source, PASS_RELEASE);
		else
			source_pass_done(source);
		return;
	}
	source->counts.known = known;
	source->counts.vanished = vanished;
	source->pass = PASS_NONE;
	if (brake_holds(source, known, vanished)) {
		snprintf(source->reason, sizeof(source->reason),
			"%lld of %lld rows would vanish (brake %lld %%); if that is right: "
			"needwatch source accept %s",
			(long long)vanished, (long long)known,
			(long long)source->config->settings[SETTING_SOURCE_BRAKE],
			source->config->name);
		source_set_state(source, SOURCE_WAITING);
		return;
	}
	source->allowance = -1;
	pass_begin(source, vanished > 0 ? PASS_RETRACT : PASS_ROWS);
}

void
pass_retracted(struct source *source, int64_t rows)
{
	source->counts.changed += rows;
	if (rows > 0 && source->world.committed)
		source->world.committed(source->world.owner, source, rows);
	source->pass = PASS_NONE;
	pass_begin(source, PASS_ROWS);
}
