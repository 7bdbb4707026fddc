/* The list of open alerts, a page at a time, and how many there are of each level. Orders, and hides nothing. */
#include <event2/http.h>

#include "alert_line.h"
#include "alert_row.h"
#include "arena.h"
#include "call.h"
#include "endpoint.h"
#include "reading.h"
#include "ruleset.h"
#include "statement.h"

#define PAGE_LINES 30

/* Counts by level: of what the own office leads, and of all. */
struct counts {
	int64_t mine[LEVEL_RED + 1];
	int64_t all[LEVEL_RED + 1];
};

static void
take_counts(struct call *call, const struct db_result *result)
{
	struct counts *counts = call->own;
	for (int row = 0; row < db_result_rows(result); row++) {
		int64_t level = db_int(result, row, 0);
		int64_t count = db_int(result, row, 2);
		if (level >= LEVEL_NONE && level <= LEVEL_RED) {
			counts->all[level] += count;
			counts->mine[level] += db_bool(result, row, 1) ? count : 0;
		}
	}
}

static void
write_counts(struct buffer *out, const char *scope, const int64_t *counts)
{
	json_key(out, scope);
	json_open(out, '{');
	for (int level = LEVEL_RED; level >= LEVEL_NONE; level--) {
		json_member(out, level_name((enum level)level), counts[level]);
	}
	json_close(out, '}');
}

/* One line more than a page was asked for: it tells whether there is a next one. */
static void
take_lines(struct call *call, const struct db_result *result)
{
	const struct counts *counts = call->own;
	struct buffer *out = &call->out;
	int rows = db_result_rows(result);
	char next[KEYSET_TEXT];
	call_open(call);
	json_key(out, "counts");
	json_open(out, '{');
	write_counts(out, "mine", counts->mine);
	write_counts(out, "all", counts->all);
	json_close(out, '}');
	json_key(out, "alerts");
	json_open(out, '[');
	for (int row = 0; row < rows && row < PAGE_LINES; row++) {
		json_item(out);
		alert_line_write(call, result, row);
	}
	json_close(out, ']');
	if (rows > PAGE_LINES) {
		struct keyset last = alert_line_key(result, PAGE_LINES - 1);
		keyset_format(&last, next);
	}
	json_member_text(out, "next", rows > PAGE_LINES ? next : NULL);
	json_close(out, '}');
}

static void
add_number(struct db_params *params, bool given, int64_t number)
{
	if (given) {
		db_add_int(params, number);
	} else {
		db_add_null(params);
	}
}

void
api_list(struct call *call)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(call->request);
	struct list_query query;
	if (!list_query_parse(evhttp_uri_get_query(uri), &query)) {
		call_refuse(call, REFUSAL_MALFORMED);
		return;
	}
	struct reading *reading = reading_new(call);
	struct db_params params = {0};
	call->own = arena_alloc(call->arena, sizeof(struct counts));
	db_add_int(&params, call->account.office->id);
	reading_ask(reading, statement(STATEMENT_INBOX_COUNTS), &params, take_counts);
	db_add_bool(&params, call->account.detail);
	add_number(&params, !query.all, call->account.office->id);
	add_number(&params, query.level >= 0, query.level);
	add_number(&params, query.after.set, query.after.level);
	db_add_instant(&params, query.after.wake);
	add_number(&params, query.after.set, query.after.county);
	add_number(&params, query.after.set, query.after.alert);
	db_add_int(&params, PAGE_LINES + 1);
	reading_ask(reading, statement(STATEMENT_INBOX_LIST), &params, take_lines);
	reading_run(reading, call_answer);
}
