/* Asks needwatchd whether it is there, for all pages at once. Needs it for nothing else. */
#include "liveness.h"

#include <stdlib.h>

#include "alert_row.h"
#include "call.h"
#include "clock.h"
#include "memory.h"
#include "question_client.h"
#include "endpoint.h"
#include "service.h"

#define FRESH_US (2 * US_PER_SECOND)
#define PATIENCE_US (2 * US_PER_SECOND)

#define AWAY "监测服务没有应答：已有预警可照常办理，新情况暂时不会出现"
#define STANDING_BY "监测服务尚未就绪：已有预警可照常办理，新情况可能稍迟出现"

struct waiting {
	struct waiting *next;
	liveness_heard *heard;
	void *owner;
};

struct liveness {
	struct event_base *base;
	char *path;
	struct asking *asking; /* NULL: nothing is under way */
	struct waiting *waiting;
	struct mono at;        /* of the last answer; 0: none yet */
	int live;
	const char *message;
};

struct liveness *
liveness_new(struct event_base *base, const char *path)
{
	struct liveness *status = xcalloc(1, sizeof *status);
	status->base = base;
	status->path = xstrdup(path);
	status->message = AWAY;
	return status;
}

void
liveness_free(struct liveness *status)
{
	if (status == NULL) {
		return;
	}
	if (status->asking != NULL) {
		asking_cancel(status->asking);
	}
	while (status->waiting != NULL) {
		struct waiting *waiting = status->waiting;
		status->waiting = waiting->next;
		free(waiting);
	}
	free(status->path);
	free(status);
}

/* Whoever is answered may ask again: the list is taken whole first. */
static void
on_answered(void *owner, const json_t *answer, const char *fault)
{
	struct liveness *status = owner;
	struct waiting *waiting = status->waiting;
	(void)fault;
	status->asking = NULL;
	status->waiting = NULL;
	status->at = clock_mono();
	status->live = answer != NULL && json_is_true(json_object_get(answer, "ok"));
	status->message = status->live ? "" : answer != NULL ? STANDING_BY : AWAY;
	while (waiting != NULL) {
		struct waiting *next = waiting->next;
		waiting->heard(waiting->owner, status->live, status->message);
		free(waiting);
		waiting = next;
	}
}

void
liveness_ask(struct liveness *status, liveness_heard *heard, void *owner)
{
	if (status->at.us != 0 && clock_mono().us - status->at.us < FRESH_US) {
		heard(owner, status->live, status->message);
		return;
	}
	struct waiting *waiting = xcalloc(1, sizeof *waiting);
	*waiting = (struct waiting){status->waiting, heard, owner};
	status->waiting = waiting;
	if (status->asking == NULL) {
		status->asking = asking_new(status->base, status->path, json_pack("{s:s}", "ask", "status"),
			PATIENCE_US, on_answered, status);
	}
}

/* ---- the endpoint ---- */

static void
on_heard(void *owner, int live, const char *message)
{
	struct call *call = owner;
	call_open(call);
	json_member_flag(&call->out, "live", live);
	json_member_text(&call->out, "message", message);
	json_close(&call->out, '}');
	call_answer(call);
}

void
api_status(struct call *call)
{
	liveness_ask(call->service->liveness, on_heard, call);
}
