/* The table of the API: method, path, function. Read by the server, the documentation's test and nobody else. */
#ifndef NEEDWATCH_ENDPOINT_H
#define NEEDWATCH_ENDPOINT_H

#include <event2/http.h>

#include "request.h"

struct call;

/* What is checked before the function runs. */
enum endpoint_needs {
	NEEDS_NOTHING,
	NEEDS_SESSION,
	NEEDS_TOKEN, /* a session, and X-Needwatch-Token: it changes something */
	NEEDS_KEY,   /* all that, and an Idempotency-Key */
};

/* Whose doing a call is: a session stays open while a person does something, not while a page looks for news. */
enum endpoint_asker {
	ASKED_BY_PERSON,
	ASKED_BY_EITHER, /* the page marks what it asks by itself: X-Needwatch-Poll */
};

struct endpoint {
	enum evhttp_cmd_type method;
	const char *path; /* behind /api/v1/ */
	enum endpoint_needs needs;
	enum endpoint_asker asker;
	void (*run)(struct call *call);
	const char *does; /* one line for the documentation */
};

/* The endpoint, or NULL: then *ret_known says whether the path exists with another method. */
const struct endpoint *
endpoint_find(enum evhttp_cmd_type method, const char *path, struct request_ids *ret_ids,
	bool *ret_known);

size_t
endpoints(const struct endpoint **ret_first);

/* Of api_*.c, one for each row. */
void
api_sign_in(struct call *call);

void
api_use_link(struct call *call);

void
api_sign_out(struct call *call);

void
api_me(struct call *call);

void
api_list(struct call *call);

void
api_alert(struct call *call);

void
api_story(struct call *call);

void
api_why(struct call *call);

void
api_act(struct call *call);

void
api_open_box(struct call *call);

void
api_status(struct call *call);

#endif
