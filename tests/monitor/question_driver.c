/* A question server with two questions, and its own asker on the loop. A test drives it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "memory.h"
#include "question.h"
#include "question_client.h"

static struct question_call *waiting;

static void
echo(void *owner, struct question_call *call, const json_t *asked)
{
	(void)owner;
	question_answer(call, json_pack("{s:O}", "text", json_object_get(asked, "text")));
}

/* Answered when somebody asks "go". */
static void
later(void *owner, struct question_call *call, const json_t *asked)
{
	(void)owner;
	(void)asked;
	waiting = call;
}

static void
go(void *owner, struct question_call *call, const json_t *asked)
{
	(void)owner;
	(void)asked;
	if (waiting)
		question_answer(waiting, json_pack("{s:s}", "text", "late"));
	question_answer(call, json_pack("{s:b}", "waited", waiting != NULL));
	waiting = NULL;
}

static void
stop(void *owner, struct question_call *call, const json_t *asked)
{
	(void)asked;
	question_answer(call, json_object());
	event_base_loopexit(owner, &(struct timeval){.tv_usec = 50000});
}

static const struct question_row rows[] = {
	{"echo", echo}, {"later", later}, {"go", go}, {"stop", stop}, {NULL, NULL}};

static int
ask(const char *path, const char *question)
{
	char *fault = NULL;
	json_t *answer = question_ask(path, json_loads(question, 0, NULL), 2000000, &fault);
	char *text = answer ? json_dumps(answer, JSON_SORT_KEYS) : NULL;

	puts(text ? text : fault);
	free(text);
	free(fault);
	json_decref(answer);
	return 0;
}

int
main(int argc, char **argv)
{
	struct event_base *base;
	struct question_server *server;
	char *fault = NULL;

	if (argc == 3)
		return ask(argv[1], argv[2]);
	signal(SIGPIPE, SIG_IGN); /* as needwatchd does: askers may leave */
	base = event_base_new();
	server = question_server_new(base, argv[1], NULL, rows, base, &fault);
	puts(server ? "listening" : fault);
	fflush(stdout);
	if (server)
		event_base_dispatch(base);
	question_server_free(server);
	event_base_free(base);
	free(fault);
	return 0;
}
