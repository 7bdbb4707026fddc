/* What the ledger says of an alert, oldest first, in the words of the reasons. Shows who acted, and no rule's name. */
#include <jansson.h>

#include "alert_line.h"
#include "alert_row.h"
#include "arena.h"
#include "call.h"
#include "endpoint.h"
#include "profile.h"
#include "reading.h"
#include "statement.h"

/* [office, "role"] */
static const char *
post_name(const struct call *call, const json_t *payload, const char *member)
{
	const json_t *post = json_object_get(payload, member);
	const char *name = office_name(call, (int32_t)json_integer_value(json_array_get(post, 0)));
	return name[0] == '\0' ? NULL : name;
}

static const char *
stage_word(const json_t *payload)
{
	const char *name = json_string_value(json_object_get(payload, "stage"));
	enum stage stage = name == NULL ? STAGE_COUNT : stage_find(name);
	return stage == STAGE_COUNT ? NULL : stage_chinese(stage);
}

/* The service's own lines carry the rule and event key as text: that is for the ledger, since a name may tell a
 * diagnosis. What people wrote is shown to those who share the alert. */
static void
write_step(struct call *call, const struct db_result *result, int row)
{
	struct buffer *out = &call->out;
	int64_t kind = db_int(result, row, 0);
	int64_t actor = db_int(result, row, 2);
	const char *label = db_text(result, row, 3);
	const char *text = db_text(result, row, 4);
	enum reason reason = kind >= 0 && kind < REASON_COUNT ? (enum reason)kind : REASON_NONE;
	json_t *payload = text == NULL ? NULL : json_loads(text, 0, NULL);
	json_open(out, '{');
	json_member_moment(out, "at", db_instant(result, row, 1));
	json_member_text(out, "reason", reason_name(reason));
	json_member_text(out, "word", reason_chinese(reason));
	json_member_text(out, "remedy",
		call->account.role == ROLE_ADMINISTRATOR ? reason_remedy(reason) : NULL);
	json_member_text(out, "who", actor == 0 ? "系统" : label != NULL ? label : "已注销的账号");
	json_member_text(out, "from", post_name(call, payload, "from"));
	json_member_text(out, "to", post_name(call, payload, "to"));
	json_member_text(out, "stage_word", stage_word(payload));
	json_member_text(out, "text",
		actor == 0 ? NULL : json_string_value(json_object_get(payload, "text")));
	json_member_flag(out, "erased", db_bool(result, row, 5));
	json_close(out, '}');
	json_decref(payload);
}

static void
take_steps(struct call *call, const struct db_result *result)
{
	call_open(call);
	json_key(&call->out, "steps");
	json_open(&call->out, '[');
	for (int row = db_result_rows(result) - 1; row >= 0; row--) {
		json_item(&call->out);
		write_step(call, result, row);
	}
	json_close(&call->out, ']');
	json_close(&call->out, '}');
}

/* An alert that is not ours to see has no lines either: whether it is there is asked first. */
static void
take_alert(struct call *call, const struct db_result *result)
{
	bool *there = call->own;
	*there = db_result_rows(result) == 1;
}

static void
answer(struct call *call)
{
	const bool *there = call->own;
	if (*there) {
		call_answer(call);
	} else {
		call_refuse(call, REFUSAL_NO_SUCH_ALERT);
	}
}

void
api_story(struct call *call)
{
	static const struct {
		enum statement statement;
		reading_take *take;
	} asked[] = {{STATEMENT_INBOX_HOUSEHOLD, take_alert}, {STATEMENT_INBOX_STORY, take_steps}};
	struct reading *reading = reading_new(call);
	call->own = arena_alloc(call->arena, sizeof(bool));
	for (size_t i = 0; i < 2; i++) {
		struct db_params params = {0};
		db_add_int(&params, call->ids.county);
		db_add_int(&params, call->ids.alert);
		reading_ask(reading, statement(asked[i].statement), &params, asked[i].take);
	}
	reading_run(reading, answer);
}
