/* One alert, whole: findings at the depth that the asker may see, clocks, members, who was told, and what may be done. */
#include <string.h>

#include <jansson.h>

#include "alert_line.h"
#include "alert_row.h"
#include "alert_store.h"
#include "arena.h"
#include "call.h"
#include "clock.h"
#include "endpoint.h"
#include "offers.h"
#include "reading.h"
#include "service.h"
#include "statement.h"
#include "statement_decide.h"
#include "whole.h"

/* What the questions bring, until all is there. JSON pieces are written into buffers of their own. */
struct whole {
	struct alert *alert; /* NULL: no such alert, or not ours to see */
	const char *line;    /* JSON of the AlertLine */
	const char *people;
	const char *signed_by;
	struct kind_label *kinds;
	size_t kind_count;
};

/* What a kind of fact is called: "医保结算". */
struct kind_label {
	const char *kind;
	const char *label;
};

static void
take_alert(struct call *call, const struct db_result *result)
{
	struct whole *whole = call->own;
	if (db_result_rows(result) == 1) {
		whole->alert = alert_store_read(result, 0, call->arena);
	}
}

/* The pieces share the call's buffer: what was written is taken out of it again. */
static const char *
take_out(struct call *call)
{
	const char *text = arena_strndup(call->arena, call->out.bytes, call->out.length);
	buffer_clear(&call->out);
	return text;
}

static void
take_line(struct call *call, const struct db_result *result)
{
	struct whole *whole = call->own;
	if (db_result_rows(result) == 1) {
		alert_line_write(call, result, 0);
		whole->line = take_out(call);
	}
}

static void
take_clocks(struct call *call, const struct db_result *result)
{
	struct whole *whole = call->own;
	for (int row = 0; whole->alert != NULL && row < db_result_rows(result); row++) {
		alert_clock_take(result, row, whole->alert);
	}
}

static void
take_told(struct call *call, const struct db_result *result)
{
	struct whole *whole = call->own;
	for (int row = 0; whole->alert != NULL && row < db_result_rows(result); row++) {
		alert_read_told(result, row, whole->alert, call->arena);
	}
}

static void
take_signed_by(struct call *call, const struct db_result *result)
{
	struct whole *whole = call->own;
	whole->signed_by = db_result_rows(result) == 1 ? arena_strdup(call->arena, db_text(result, 0, 0)) : "";
}

static void
take_kinds(struct call *call, const struct db_result *result)
{
	struct whole *whole = call->own;
	whole->kind_count = (size_t)db_result_rows(result);
	whole->kinds = arena_array(call->arena, whole->kind_count + 1, sizeof *whole->kinds);
	for (int row = 0; row < db_result_rows(result); row++) {
		whole->kinds[row] = (struct kind_label){arena_strdup(call->arena, db_text(result, row, 0)),
			arena_strdup(call->arena, db_text(result, row, 1))};
	}
}

static const char *
kind_label(const struct whole *whole, const char *kind)
{
	for (size_t i = 0; kind != NULL && i < whole->kind_count; i++) {
		if (strcmp(whole->kinds[i].kind, kind) == 0) {
			return whole->kinds[i].label;
		}
	}
	return NULL;
}

static void
write_person(struct call *call, const struct db_result *result, int row)
{
	struct buffer *out = &call->out;
	const char *name = db_text(result, row, 1);
	const char *sex = db_text(result, row, 3);
	struct day birth = db_day(result, row, 4);
	int age = birth.n == DAY_NONE ? -1 : day_age(birth, instant_day(call->now));
	json_open(out, '{');
	json_member_id(out, "id", db_int(result, row, 0));
	json_member_text(out, "name", name == NULL ? "姓名不详" : name);
	json_member_text(out, "number", db_text(result, row, 2));
	json_member_text(out, "sex", sex != NULL && (sex[0] == 'M' || sex[0] == 'F') ? sex : NULL);
	json_key(out, "age");
	if (age < 0) {
		json_text(out, NULL);
	} else {
		json_int(out, age);
	}
	json_close(out, '}');
}

static void
take_people(struct call *call, const struct db_result *result)
{
	struct whole *whole = call->own;
	json_open(&call->out, '[');
	for (int row = 0; row < db_result_rows(result); row++) {
		json_item(&call->out);
		write_person(call, result, row);
	}
	json_close(&call->out, ']');
	whole->people = take_out(call);
}

/* ---- findings ---- */

static void
write_member(struct buffer *out, const json_t *object, const char *member)
{
	json_member_text(out, member, json_string_value(json_object_get(object, member)));
}

/* Evidence stands only where the finding's own JSON holds it: not for a sensitive rule without entitlement. */
static void
write_evidence(struct call *call, const json_t *evidence)
{
	struct buffer *out = &call->out;
	size_t i;
	json_t *one;
	if (!json_is_array(evidence)) {
		return;
	}
	json_key(out, "evidence");
	json_open(out, '[');
	json_array_foreach(evidence, i, one) {
		json_item(out);
		json_open(out, '{');
		write_member(out, one, "kind");
		json_member_text(out, "kind_word",
			kind_label(call->own, json_string_value(json_object_get(one, "kind"))));
		write_member(out, one, "source");
		write_member(out, one, "on");
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
write_findings(struct call *call, const struct alert *alert)
{
	struct buffer *out = &call->out;
	json_t *findings = json_loads(call->account.detail ? alert->findings_detail : alert->findings, 0, NULL);
	size_t i;
	json_t *finding;
	json_key(out, "findings");
	json_open(out, '[');
	json_array_foreach(findings, i, finding) {
		const char *because = json_string_value(json_object_get(finding, "because"));
		json_item(out);
		json_open(out, '{');
		write_member(out, finding, "name");
		write_member(out, finding, "category");
		json_member(out, "points", json_integer_value(json_object_get(finding, "points")));
		write_member(out, finding, "on");
		json_member_text(out, "because", because == NULL ? "" : because);
		write_evidence(call, json_object_get(finding, "evidence"));
		json_close(out, '}');
	}
	json_close(out, ']');
	json_decref(findings);
}

/* ---- clocks, told, signed ---- */

static void
write_clocks(struct buffer *out, const struct alert *alert)
{
	json_key(out, "clocks");
	json_open(out, '[');
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		const struct alert_clock *clock = &alert->clocks[stage];
		if (clock->due.us == 0) {
			continue; /* never started */
		}
		json_item(out);
		json_open(out, '{');
		json_member_text(out, "stage", stage_name((enum stage)stage));
		json_member_text(out, "stage_word", stage_chinese((enum stage)stage));
		json_member_flag(out, "running", clock->running);
		json_member_moment(out, "started", clock->from);
		json_member_moment(out, "due", clock->due);
		json_member(out, "misses", clock->misses);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
write_told(struct call *call, const struct alert *alert)
{
	struct buffer *out = &call->out;
	json_key(out, "told");
	json_open(out, '[');
	for (size_t i = 0; i < alert->told_count; i++) {
		const struct alert_told *told = &alert->told[i];
		json_item(out);
		json_open(out, '{');
		json_member_text(out, "office", office_name(call, told->post.office));
		json_member_text(out, "role_word", role_chinese(told->post.role));
		json_member_flag(out, "lead", told->lead);
		json_member_moment(out, "at", told->at);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
write_signed(struct buffer *out, const struct whole *whole)
{
	json_key(out, "signed");
	if (whole->alert->signed_at.us == INSTANT_NONE) {
		json_text(out, NULL);
		return;
	}
	json_open(out, '{');
	json_member_moment(out, "at", whole->alert->signed_at);
	json_member_text(out, "by", whole->signed_by);
	json_close(out, '}');
}

static void
answer(struct call *call)
{
	const struct whole *whole = call->own;
	struct buffer *out = &call->out;
	if (whole->alert == NULL || whole->line == NULL) {
		call_refuse(call, REFUSAL_NO_SUCH_ALERT);
		return;
	}
	call_open(call);
	json_key(out, "alert");
	buffer_text(out, whole->line);
	json_member_flag(out, "detail", call->account.detail);
	write_findings(call, whole->alert);
	write_clocks(out, whole->alert);
	json_key(out, "people");
	buffer_text(out, whole->people);
	write_told(call, whole->alert);
	offers_write(call, whole->alert);
	write_signed(out, whole);
	json_close(out, '}');
	call_answer(call);
}

static void
add_key(struct db_params *params, const struct call *call)
{
	db_add_int(params, call->ids.county);
	db_add_int(params, call->ids.alert);
}

void
whole_answer(struct call *call)
{
	struct reading *reading = reading_new(call);
	struct db_params params = {0};
	call->own = arena_alloc(call->arena, sizeof(struct whole));
	add_key(&params, call);
	reading_ask(reading, decide_statement(SQL_ALERT_ONE), &params, take_alert);
	db_add_bool(&params, call->account.detail);
	add_key(&params, call);
	reading_ask(reading, statement(STATEMENT_INBOX_LINE), &params, take_line);
	static const struct {
		enum statement statement;
		reading_take *take;
	} rest[] = {
		{STATEMENT_INBOX_CLOCKS, take_clocks},
		{STATEMENT_INBOX_TOLD, take_told},
		{STATEMENT_INBOX_PEOPLE, take_people},
		{STATEMENT_INBOX_SIGNED_BY, take_signed_by},
	};
	for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
		add_key(&params, call);
		reading_ask(reading, statement(rest[i].statement), &params, rest[i].take);
	}
	reading_ask(reading, statement(STATEMENT_INBOX_KINDS), NULL, take_kinds);
	reading_run(reading, answer);
}

void
api_alert(struct call *call)
{
	whole_answer(call);
}
