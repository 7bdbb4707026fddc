/* Why the household of an alert has its level: asked of needwatchd, once the store has shown that the alert is ours to see.
 * Judges nothing itself. */
#include <stdlib.h>

#include <jansson.h>

#include "arena.h"
#include "call.h"
#include "endpoint.h"
#include "log.h"
#include "question_client.h"
#include "reading.h"
#include "service.h"
#include "statement.h"

#define PATIENCE_US (15 * US_PER_SECOND)

struct asked {
	bool there;
	bool open;
};

static void
take_alert(struct call *call, const struct db_result *result)
{
	struct asked *asked = call->own;
	asked->there = db_result_rows(result) == 1;
	asked->open = asked->there && db_bool(result, 0, 0);
}

static void
on_answered(void *owner, const json_t *answer, const char *fault)
{
	struct call *call = owner;
	if (answer == NULL || !json_is_true(json_object_get(answer, "ok"))) {
		const char *reason = json_string_value(json_object_get(answer, "error"));
		log_line(LOG_WARNING, "why: %s", reason != NULL ? reason : fault);
		call_refuse(call, REFUSAL_NO_WHY);
		return;
	}
	json_t *why = json_copy((json_t *)answer);
	json_object_del(why, "ok");
	char *text = json_dumps(why, JSON_COMPACT);
	call_open(call);
	json_key(&call->out, "why");
	buffer_text(&call->out, text);
	json_close(&call->out, '}');
	free(text);
	json_decref(why);
	call_answer(call);
}

static void
ask(struct call *call)
{
	const struct asked *asked = call->own;
	if (!asked->open) {
		call_refuse(call, asked->there ? REFUSAL_WHY_ENDED : REFUSAL_NO_SUCH_ALERT);
		return;
	}
	json_t *question = json_pack("{s:s, s:I, s:I, s:b}", "ask", "why", "county", (json_int_t)call->ids.county,
		"alert", (json_int_t)call->ids.alert, "plain", (int)!call->account.detail);
	asking_new(call->service->base, call->service->questions, question, PATIENCE_US, on_answered, call);
}

void
api_why(struct call *call)
{
	struct reading *reading = reading_new(call);
	struct db_params params = {0};
	call->own = arena_alloc(call->arena, sizeof(struct asked));
	db_add_int(&params, call->ids.county);
	db_add_int(&params, call->ids.alert);
	reading_ask(reading, statement(STATEMENT_INBOX_OPEN), &params, take_alert);
	reading_run(reading, ask);
}
