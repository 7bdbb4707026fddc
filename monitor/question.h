/* The question socket of needwatchd: others of this machine ask, one table of questions answers. Each message is four
 * bytes of length (big-endian) and a JSON object. Holds no answer of its own. */
#ifndef NEEDWATCH_QUESTION_H
#define NEEDWATCH_QUESTION_H

#include <stdbool.h>

#include <jansson.h>

struct event_base;
struct question_call; /* somebody waits for its answer */
struct question_server;

/* Gives its answer at once or later, once, by question_answer() or question_refuse(). `asked` is borrowed until
 * then. */
struct question_row {
	const char *name; /* the member "ask" */
	void (*answer)(void *owner, struct question_call *call, const json_t *asked);
};

/* `path` is replaced if no living daemon listens there. `group` (may be NULL) may ask besides our own user and
 * root. NULL with a reason, owned by the caller. `rows` ends with a NULL name; borrowed. */
struct question_server *
question_server_new(struct event_base *base, const char *path, const char *group,
	const struct question_row *rows, void *owner, char **ret_fault);

/* Does somebody answer at the path? */
bool
question_socket_lives(const char *path);

/* Calls that still wait are forgotten: no answer may be given afterwards. NULL is fine. */
void
question_server_free(struct question_server *server);

/* Steals `answer`, an object; "ok" is added. An asker that has left makes no difference. */
void
question_answer(struct question_call *call, json_t *answer);

void
question_refuse(struct question_call *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
