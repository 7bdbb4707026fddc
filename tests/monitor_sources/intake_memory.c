/* The intake's memory double: the same promises as the journal's, kept in a tree. For tests
 * only. */
#include "intake_memory.h"

#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "arena.h"
#include "buffer.h"
#include "charset.h"
#include "intake.h"
#include "intake_row.h"
#include "memory.h"

struct known {
	char *key;
	char *content; /* NULL: never mapped */
	bool gone;
	bool seen;
	char *quarantine; /* reason, or NULL */
	int version;
};

struct table {
	char *name;
	void *tree;
	struct known **rows;
	size_t count;
	bool loaded;
	char *cursor;
	char *batch;
	char *fingerprint;
	int failures;
};

struct store {
	struct event_base *base;
	struct table **tables;
	size_t count;
};

enum answer {
	ANSWER_NONE,
	ANSWER_STARTED,
	ANSWER_WRITTEN,
	ANSWER_COMPARED,
	ANSWER_RETRACTED,
};

struct intake {
	struct store *store;
	struct table *table;
	const struct source_config *source;
	const struct intake_face *face;
	void *owner;
	struct charset *charset;
	struct event *turn;
	enum answer answer;
	bool failed;
	struct intake_count count;
	int64_t known;
	int64_t vanished;
};

static int
by_key(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->key, ((const struct known *)b)->key);
}

struct store *
memory_store_new(struct event_base *base)
{
	struct store *store = xcalloc(1, sizeof(*store));

	store->base = base;
	return store;
}

static struct table *
store_table(struct store *store, const char *name)
{
	struct table *table;

	for (size_t i = 0; i < store->count; i++) {
		if (strcmp(store->tables[i]->name, name) == 0)
			return store->tables[i];
	}
	table = xcalloc(1, sizeof(*table));
	table->name = xstrdup(name);
	store->tables = xrealloc(store->tables, store->count + 1, sizeof(*store->tables));
	store->tables[store->count++] = table;
	return table;
}

static void
table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		tdelete(table->rows[i], &table->tree, by_key);
		free(table->rows[i]->key);
		free(table->rows[i]->content);
		free(table->rows[i]->quarantine);
		free(table->rows[i]);
	}
	free(table->rows);
	free(table->name);
	free(table->cursor);
	free(table->batch);
	free(table->fingerprint);
	free(table);
}

void
memory_store_free(struct store *store)
{
	for (size_t i = 0; i < store->count; i++)
		table_free(store->tables[i]);
	free(store->tables);
	free(store);
}

void
memory_store_fail(struct store *store, const char *source, int count)
{
	store_table(store, source)->failures = count;
}

void
memory_store_dump(struct store *store, const char *source, struct buffer *out)
{
	struct table *table = store_table(store, source);

	for (size_t i = 0; i < table->count; i++) {
		struct known *row = table->rows[i];

		if (row->quarantine)
			buffer_printf(out, "quarantine\t%s\t%s\n", row->key, row->quarantine);
		if (row->version)
			buffer_printf(out, "row\t%s\t%d\t%s\n", row->key, row->version,
				row->gone ? "gone" : row->content);
	}
}

static struct known *
table_row(struct table *table, const char *key)
{
	struct known probe = {.key = (char *)(uintptr_t)key};
	struct known **found = tfind(&probe, &table->tree, by_key);
	struct known *row;

	if (found)
		return *found;
	row = xcalloc(1, sizeof(*row));
	row->key = xstrdup(key);
	tsearch(row, &table->tree, by_key);
	if ((table->count & (table->count - 1)) == 0)
		table->rows = xrealloc(
			table->rows, table->count ? 2 * table->count : 1, sizeof(*table->rows));
	table->rows[table->count++] = row;
	return row;
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct intake *intake = arg;
	struct table *table = intake->table;
	enum answer answer = intake->answer;
	struct intake_start start = {table->loaded, table->cursor, table->batch,
		table->fingerprint, {INSTANT_NONE}, (int64_t)table->count, 0};

	(void)fd;
	(void)what;
	intake->answer = ANSWER_NONE;
	if (intake->failed)
		intake->face->failed(intake->owner, "told to fail");
	else if (answer == ANSWER_STARTED)
		intake->face->started(intake->owner, &start);
	else if (answer == ANSWER_WRITTEN)
		intake->face->written(intake->owner, &intake->count);
	else if (answer == ANSWER_COMPARED)
		intake->face->compared(intake->owner, intake->known, intake->vanished);
	else
		intake->face->retracted(intake->owner, intake->vanished);
}

struct intake *
intake_new(struct store *store, const struct source_config *source,
	const struct intake_face *face, void *owner)
{
	struct intake *intake = xcalloc(1, sizeof(*intake));

	intake->store = store;
	intake->table = store_table(store, source->name);
	intake->source = source;
	intake->face = face;
	intake->owner = owner;
	intake->charset = source->charset ? charset_new(source->charset) : NULL;
	intake->turn = evtimer_new(store->base, on_turn, intake);
	return intake;
}

void
intake_free(struct intake *intake)
{
	if (!intake)
		return;
	event_free(intake->turn);
	charset_free(intake->charset);
	free(intake);
}

bool
intake_busy(const struct intake *intake)
{
	return intake->answer != ANSWER_NONE;
}

/* False if the call is to fail. */
static bool
answer_later(struct intake *intake, enum answer answer)
{
	struct timeval now = {0, 0};

	intake->answer = answer;
	intake->failed = intake->table->failures > 0;
	if (intake->failed)
		intake->table->failures--;
	evtimer_add(intake->turn, &now);
	return !intake->failed;
}

void
intake_start(struct intake *intake)
{
	answer_later(intake, ANSWER_STARTED);
}

void
intake_keep_fingerprint(struct intake *intake, const char *fingerprint)
{
	memset(&intake->count, 0, sizeof(intake->count));
	if (!answer_later(intake, ANSWER_WRITTEN))
		return;
	free(intake->table->fingerprint);
	intake->table->fingerprint = xstrdup(fingerprint);
}

void
intake_keep_blind(struct intake *intake, struct instant since, const char *reason)
{
	(void)since;
	(void)reason;
	memset(&intake->count, 0, sizeof(intake->count));
	answer_later(intake, ANSWER_WRITTEN);
	intake->failed = false;
}

static void
row_quarantine(struct intake *intake, struct known *row, const struct mapped_record *mapped)
{
	struct buffer text = {0};

	buffer_printf(&text, "%s %s %s", fault_word(mapped->fault),
		mapped->fault_column >= 0 ? intake->source->columns[mapped->fault_column] : "-",
		mapped->fault_mask);
	free(row->quarantine);
	row->quarantine = text.bytes;
	intake->count.quarantined++;
}

static void
row_version(struct intake *intake, struct known *row, const struct mapped_record *mapped)
{
	struct buffer content = {0};

	mapping_content(mapped, &content);
	for (size_t i = 0; i < content.length; i++) {
		if (content.bytes[i] == '\x1e')
			content.bytes[i] = '|';
	}
	free(row->quarantine);
	row->quarantine = NULL;
	if (mapped->gone ? row->gone || !row->content
			 : row->content && !row->gone &&
				   strcmp(row->content, content.bytes) == 0) {
		intake->count.unchanged++;
		buffer_free(&content);
		return;
	}
	free(row->content);
	row->content = content.bytes ? content.bytes : xstrdup("");
	row->gone = mapped->gone;
	row->version++;
	intake->count.changed++;
}

static void
write_row(
	struct intake *intake, const struct intake_page *page, int number, struct arena *arena)
{
	struct mapped_record mapped;
	struct known *row;
	size_t losses;

	intake_row_map(intake->source, page, number, intake->charset, arena, &mapped, &losses);
	intake->count.losses += (int64_t)losses;
	row = table_row(intake->table, mapped.key ? mapped.key : "");
	row->seen = true;
	if (page->way == INTAKE_RELEASE && !row->quarantine)
		return;
	if (mapped.fault != FAULT_NONE)
		row_quarantine(intake, row, &mapped);
	else
		row_version(intake, row, &mapped);
}

static void
keep_text(char **text, const char *value)
{
	if (!value)
		return;
	free(*text);
	*text = xstrdup(value);
}

void
intake_write(struct intake *intake, const struct intake_page *page)
{
	struct arena *arena;

	memset(&intake->count, 0, sizeof(intake->count));
	if (!answer_later(intake, ANSWER_WRITTEN))
		return;
	arena = arena_new();
	intake->count.rows = PQntuples(page->rows);
	for (int i = 0; i < PQntuples(page->rows); i++)
		write_row(intake, page, i, arena);
	keep_text(&intake->table->cursor, page->cursor);
	keep_text(&intake->table->batch, page->batch);
	intake->table->loaded = intake->table->loaded || page->loaded;
	arena_free(arena);
}

void
intake_keys_open(struct intake *intake)
{
	for (size_t i = 0; i < intake->table->count; i++)
		intake->table->rows[i]->seen = false;
}

void
intake_keys_add(struct intake *intake, const PGresult *keys)
{
	struct arena *arena = arena_new();

	for (int i = 0; i < PQntuples(keys); i++) {
		const char *key;
		size_t length;

		if (intake_row_key(intake->source, keys, i, arena, &key, &length))
			table_row(intake->table, key)->seen = true;
	}
	arena_free(arena);
}

static bool
row_vanished(const struct known *row)
{
	return row->version > 0 && !row->gone && !row->seen;
}

void
intake_compare(struct intake *intake)
{
	intake->known = intake->vanished = 0;
	for (size_t i = 0; i < intake->table->count; i++) {
		const struct known *row = intake->table->rows[i];

		intake->known += row->version > 0 && !row->gone;
		intake->vanished += row_vanished(row);
	}
	answer_later(intake, ANSWER_COMPARED);
}

void
intake_retract(struct intake *intake, struct instant now)
{
	(void)now;
	if (!answer_later(intake, ANSWER_RETRACTED))
		return;
	for (size_t i = 0; i < intake->table->count; i++) {
		struct known *row = intake->table->rows[i];

		if (!row_vanished(row))
			continue;
		row->gone = true;
		row->version++;
	}
}

void
intake_open_release(struct intake *intake)
{
	intake->known = 0;
	for (size_t i = 0; i < intake->table->count; i++)
		intake->known += intake->table->rows[i]->quarantine != NULL;
	answer_later(intake, ANSWER_COMPARED);
}
