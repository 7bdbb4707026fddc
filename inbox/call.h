/* One request under way: what was asked, by whom, and its one answer. Knows nothing of alerts. */
#ifndef NEEDWATCH_CALL_H
#define NEEDWATCH_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "area.h"
#include "buffer.h"
#include "instant.h"
#include "organisation.h"
#include "refusal.h"
#include "request.h"

struct arena;
struct evhttp_request;
struct map;
struct endpoint;
struct service;

/* Who asks, as the session says. Texts lie in the call's arena, the office in its map. */
struct account {
	int64_t id; /* 0: nobody has signed in */
	const char *name;
	const char *label;
	const struct office *office;
	enum role role;
	bool detail; /* sees sensitive fields: never at a village or a grid */
	bool opens;  /* may open sealed boxes */
};

struct call {
	struct service *service;
	struct evhttp_request *request;
	const struct endpoint *endpoint;
	struct arena *arena; /* dies with the call */
	struct map *map;     /* the organisation that this call goes by; NULL: none was read yet */
	struct account account;
	struct request_ids ids;
	json_t *body;        /* NULL without */
	const char *key;     /* Idempotency-Key, or NULL */
	const char *cookie;  /* of the session, or NULL */
	struct instant now;  /* business time, the same for the whole call */
	struct instant came; /* real time */
	struct buffer out;   /* the answer's JSON while it is written */
	void *own;           /* what its function keeps between its steps; in the arena */
};

struct call *
call_new(struct service *service, struct evhttp_request *request);

/* Each of these answers and frees the call. */

/* 200 with call->out. */
void
call_answer(struct call *call);

void
call_refuse(struct call *call, enum refusal refusal);

/* What decide() forbids. */
void
call_refuse_rule(struct call *call, enum reason rule);

/* A page, or 304 when the browser has it. */
struct page;

void
call_page(struct call *call, const struct page *page);

/* ---- small things ---- */

/* A header of the request, or NULL; if it stands twice, NULL. */
const char *
call_header(const struct call *call, const char *name);

/* True if the browser reached us through TLS, as a proxy on this machine says. */
bool
call_is_secure(const struct call *call);

/* The asker's address; behind a proxy on this machine, what it says. */
const char *
call_address(const struct call *call);

void
call_set_cookie(struct call *call, const char *value, int seconds);

/* Opens the answer's object with "now" and "rate". */
void
call_open(struct call *call);

/* Numbers of rows are strings: they may exceed 2^53. */
void
json_member_id(struct buffer *out, const char *key, int64_t number);

void
json_member_flag(struct buffer *out, const char *key, bool flag);

/* "990102-17" */
void
json_member_alert(struct buffer *out, int32_t county, int64_t alert);

#endif
