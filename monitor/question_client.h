/* Asks needwatchd on its question socket: waiting for the answer (command line), or on a loop (needwatch-web). */
#ifndef NEEDWATCH_QUESTION_CLIENT_H
#define NEEDWATCH_QUESTION_CLIENT_H

#include <stdint.h>

#include <jansson.h>

struct event_base;
struct asking;

/* Steals `asked`, an object with the member "ask". The answer belongs to the caller: {"ok": true, ...} or {"ok":
 * false, "error": ...}. NULL with a reason, owned by the caller, if needwatchd is away or too slow. */
json_t *
question_ask(const char *path, json_t *asked, int64_t timeout_us, char **ret_fault);

/* Called once: with the answer (borrowed), or with NULL and a reason. */
typedef void
asking_answered(void *owner, const json_t *answer, const char *fault);

/* The same on a loop. Never answers from inside. Steals `asked`. */
struct asking *
asking_new(struct event_base *base, const char *path, json_t *asked, int64_t timeout_us,
	asking_answered *answered, void *owner);

/* Before the answer: it never comes. After it the asking is gone by itself. */
void
asking_cancel(struct asking *asking);

#endif
