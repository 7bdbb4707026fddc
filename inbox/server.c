/* Takes requests from evhttp, refuses what no browser of ours sends, and hands the rest on. Answers nothing itself. */
#include "server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <event2/listener.h>
#include <event2/util.h>

#include "arena.h"
#include "bounds.h"
#include "call.h"
#include "gate.h"
#include "memory.h"
#include "pages.h"
#include "endpoint.h"
#include "service.h"
#include "session.h"

#define API "/api/v1/"
/* Browsers open six connections each; beyond it the kernel queues. LimitNOFILE of the unit is above. */
#define CONNECTIONS_MOST 4000
/* For the whole of a request, and between two of a connection: mobile networks are slow, our forms are small. */
#define REQUEST_SECONDS 20
#define WRITE_SECONDS 30

struct server {
	struct service *service;
	struct evhttp *http;
	struct evhttp_bound_socket *socket;
	struct gate *gate;
};

/* ---- checks ---- */

/* Two of these in one request are read differently by different programs on the way. */
static bool
has_twins(struct call *call)
{
	static const char *const single[] = {"Host", "Content-Length", "Content-Type", "Cookie", "Origin",
		"X-Needwatch-Token", "Idempotency-Key"};
	const struct evkeyvalq *headers = evhttp_request_get_input_headers(call->request);
	for (size_t i = 0; i < sizeof single / sizeof single[0]; i++) {
		if (evhttp_find_header(headers, single[i]) != NULL && call_header(call, single[i]) == NULL) {
			return true;
		}
	}
	return false;
}

/* Where the browser says so, a change comes from a page of ours. Forms of other sites cannot send JSON unasked. */
static bool
from_our_page(struct call *call)
{
	const char *site = call_header(call, "Sec-Fetch-Site");
	const char *origin = call_header(call, "Origin");
	const char *type = call_header(call, "Content-Type");
	if (site != NULL && strcmp(site, "same-origin") != 0) {
		return false;
	}
	if (origin != NULL && !origin_is_host(origin, call_header(call, "Host"))) {
		return false;
	}
	size_t length = type == NULL ? 0 : strcspn(type, "; ");
	return evhttp_request_get_command(call->request) == EVHTTP_REQ_DELETE ||
		(length == 16 && strncasecmp(type, "application/json", 16) == 0);
}

/* False: refused. */
static bool
take_body(struct call *call)
{
	struct evbuffer *input = evhttp_request_get_input_buffer(call->request);
	size_t length = evbuffer_get_length(input);
	if (length > HTTP_BODY_LIMIT) {
		call_refuse(call, REFUSAL_TOO_LARGE);
		return false;
	}
	if (evhttp_request_get_command(call->request) != EVHTTP_REQ_POST) {
		return true;
	}
	call->body = body_parse((const char *)evbuffer_pullup(input, -1), length);
	if (call->body == NULL) {
		call_refuse(call, REFUSAL_MALFORMED);
		return false;
	}
	return true;
}

/* ---- the way ---- */

static void
run_endpoint(struct call *call)
{
	call->endpoint->run(call);
}

/* A session, the token, the key: each is asked for by its row. */
static void
enter(struct call *call)
{
	enum endpoint_needs needs = call->endpoint->needs;
	char *cookie = arena_alloc(call->arena, COOKIE_LENGTH + 1);
	const char *header = call_header(call, "Cookie");
	call->cookie = header != NULL && cookie_parse(header, cookie) ? cookie : NULL;
	call->key = call_header(call, "Idempotency-Key");
	if (needs == NEEDS_NOTHING) {
		run_endpoint(call);
	} else if (needs >= NEEDS_TOKEN && call->cookie != NULL &&
		!session_token_right(call->cookie, call_header(call, "X-Needwatch-Token"))) {
		call_refuse(call, REFUSAL_FOREIGN_PAGE);
	} else if (needs == NEEDS_KEY && !key_valid(call->key)) {
		call_refuse(call, REFUSAL_NO_KEY);
	} else {
		session_find(call, run_endpoint);
	}
}

static void
serve_api(struct call *call, const char *path)
{
	enum evhttp_cmd_type method = evhttp_request_get_command(call->request);
	bool known;
	call->endpoint = endpoint_find(method, path, &call->ids, &known);
	if (call->endpoint == NULL) {
		call_refuse(call, known ? REFUSAL_NO_SUCH_METHOD : REFUSAL_NO_SUCH_PLACE);
	} else if (method != EVHTTP_REQ_GET && !from_our_page(call)) {
		call_refuse(call, REFUSAL_FOREIGN_PAGE);
	} else if (take_body(call)) {
		enter(call);
	}
}

static void
serve_page(struct call *call, const char *path)
{
	const struct pages *pages = call->service->pages;
	const struct page *page = pages == NULL ? NULL : pages_find(pages, path);
	if (evhttp_request_get_command(call->request) != EVHTTP_REQ_GET) {
		call_refuse(call, REFUSAL_NO_SUCH_METHOD);
	} else if (page == NULL) {
		call_refuse(call, REFUSAL_NO_SUCH_PLACE);
	} else {
		call_page(call, page);
	}
}

static void
on_request(struct evhttp_request *request, void *owner)
{
	struct server *server = owner;
	struct service *service = server->service;
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
	const char *path = uri == NULL ? NULL : evhttp_uri_get_path(uri);
	gate_request_came(server->gate, request);
	struct call *call = call_new(service, request);
	if (path == NULL || evhttp_uri_get_host(uri) != NULL || has_twins(call)) {
		call_refuse(call, REFUSAL_MALFORMED);
	} else if (!host_known(call_header(call, "Host"), service->hosts, service->host_count)) {
		call_refuse(call, REFUSAL_FOREIGN_HOST);
	} else if (strncmp(path, API, strlen(API)) == 0) {
		serve_api(call, path + strlen(API));
	} else {
		serve_page(call, path);
	}
}

/* ---- listening ---- */

static void
set_limits(struct server *server)
{
	struct evhttp *http = server->http;
	evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_POST | EVHTTP_REQ_DELETE);
	evhttp_set_max_headers_size(http, HTTP_HEADER_LIMIT);
	/* Between the two limits we answer ourselves, in words; beyond the second evhttp cuts it off. */
	evhttp_set_max_body_size(http, 4 * HTTP_BODY_LIMIT);
	evhttp_set_timeout(http, WRITE_SECONDS);
	evhttp_set_default_content_type(http, NULL);
	evhttp_set_gencb(http, on_request, server);
}

struct server *
server_new(struct service *service, const char *address, uint16_t port, char **ret_error)
{
	struct server *server = xcalloc(1, sizeof *server);
	server->service = service;
	server->http = evhttp_new(service->base);
	server->gate = gate_new(service->base, server->http, CONNECTIONS_MOST, REQUEST_SECONDS);
	set_limits(server);
	server->socket = evhttp_bind_socket_with_handle(server->http, address, port);
	if (server->socket == NULL) {
		if (asprintf(ret_error, "cannot listen on %s port %d: %s; web_address and web_port say where",
			    address, (int)port, strerror(errno)) < 0) {
			abort();
		}
		server_free(server);
		return NULL;
	}
	gate_guard(server->gate, evhttp_bound_socket_get_listener(server->socket));
	return server;
}

uint16_t
server_port(const struct server *server)
{
	struct sockaddr_storage address = {0};
	socklen_t size = sizeof address;
	if (getsockname(evhttp_bound_socket_get_fd(server->socket), (struct sockaddr *)&address, &size) != 0) {
		return 0;
	}
	return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
						    : ((struct sockaddr_in *)&address)->sin_port);
}

void
server_stop(struct server *server)
{
	if (server->socket != NULL) {
		gate_guard(server->gate, NULL);
		evhttp_del_accept_socket(server->http, server->socket);
		server->socket = NULL;
	}
}

bool
server_idle(const struct server *server)
{
	return server->service->calls == 0 && gate_busy(server->gate) == 0;
}

void
server_free(struct server *server)
{
	if (server == NULL) {
		return;
	}
	evhttp_free(server->http);
	gate_free(server->gate);
	free(server);
}
