/* A request's life from its coming to its one answer, and the headers of every answer. Decides nothing. */
#include "call.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>

#include "alert_row.h"
#include "arena.h"
#include "clock.h"
#include "log.h"
#include "map.h"
#include "memory.h"
#include "pages.h"
#include "endpoint.h"
#include "service.h"

struct call *
call_new(struct service *service, struct evhttp_request *request)
{
	struct arena *arena = arena_new();
	struct call *call = arena_alloc(arena, sizeof *call);
	*call = (struct call){.service = service,
		.request = request,
		.arena = arena,
		.map = map_now(service->keeper),
		.now = clock_now(service->clock),
		.came = clock_real()};
	service->calls++;
	return call;
}

static void
call_free(struct call *call)
{
	call->service->calls--;
	map_unref(call->map);
	if (call->body != NULL) {
		json_decref(call->body);
	}
	if (call->out.bytes != NULL) { /* may hold an opened address */
		explicit_bzero(call->out.bytes, call->out.length);
	}
	buffer_free(&call->out);
	arena_free(call->arena);
}

/* ---- headers ---- */

const char *
call_header(const struct call *call, const char *name)
{
	const struct evkeyvalq *headers = evhttp_request_get_input_headers(call->request);
	const struct evkeyval *header;
	const char *found = NULL;
	for (header = headers->tqh_first; header != NULL; header = header->next.tqe_next) {
		if (strcasecmp(header->key, name) == 0) {
			if (found != NULL) {
				return NULL;
			}
			found = header->value;
		}
	}
	return found;
}

static const char *
peer(const struct call *call)
{
	struct evhttp_connection *connection = evhttp_request_get_connection(call->request);
	char *address = NULL;
	ev_uint16_t port;
	if (connection != NULL) {
		evhttp_connection_get_peer(connection, &address, &port);
	}
	return address == NULL ? "" : address;
}

static bool
by_proxy(const struct call *call)
{
	const char *address = peer(call);
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

bool
call_is_secure(const struct call *call)
{
	const char *scheme = by_proxy(call) ? call_header(call, "X-Forwarded-Proto") : NULL;
	return scheme != NULL && strcasecmp(scheme, "https") == 0;
}

/* The last hop alone is the proxy's own word; what stands before it came from the browser. */
const char *
call_address(const struct call *call)
{
	const char *forwarded = by_proxy(call) ? call_header(call, "X-Forwarded-For") : NULL;
	const char *last = forwarded == NULL ? NULL : strrchr(forwarded, ',');
	last = last == NULL ? forwarded : last + 1 + strspn(last + 1, " ");
	struct in6_addr address;
	bool right = last != NULL &&
		(inet_pton(AF_INET, last, &address) == 1 || inet_pton(AF_INET6, last, &address) == 1);
	return right ? last : peer(call);
}

static void
add_header(struct call *call, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(call->request), name, value);
}

void
call_set_cookie(struct call *call, const char *value, int seconds)
{
	add_header(call, "Set-Cookie",
		arena_printf(call->arena, COOKIE_NAME "=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%d%s", value,
			seconds, call_is_secure(call) ? "; Secure" : ""));
}

/* Nothing is loaded from elsewhere, nothing frames us, nothing is guessed. The pages' icon font is inlined. */
static const char content_policy[] =
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:;"
	" connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

static void
add_guards(struct call *call)
{
	add_header(call, "Content-Security-Policy", content_policy);
	add_header(call, "X-Content-Type-Options", "nosniff");
	add_header(call, "X-Frame-Options", "DENY");
	add_header(call, "Referrer-Policy", "no-referrer");
	add_header(call, "Cross-Origin-Opener-Policy", "same-origin");
	add_header(call, "Cross-Origin-Resource-Policy", "same-origin");
	add_header(call, "Permissions-Policy", "camera=(), geolocation=(), microphone=()");
	if (call_is_secure(call)) {
		add_header(call, "Strict-Transport-Security", "max-age=31536000");
	}
}

/* ---- answers ---- */

/* Changes and refusals leave a line: who, what, how it ended. Neither names nor texts. */
static void
log_call(const struct call *call, int status)
{
	enum evhttp_cmd_type command = evhttp_request_get_command(call->request);
	const char *path = call->endpoint != NULL ? call->endpoint->path : "-";
	if (command == EVHTTP_REQ_GET && status < 400) {
		return;
	}
	log_line(status >= 500 ? LOG_WARNING : LOG_INFO, "%s %s %d account %lld alert %d-%lld %lld ms from %s",
		command == EVHTTP_REQ_GET ? "GET" : command == EVHTTP_REQ_POST ? "POST" : "DELETE", path, status,
		(long long)call->account.id, (int)call->ids.county, (long long)call->ids.alert,
		(long long)((clock_real().us - call->came.us) / 1000), call_address(call));
}

/* A client that has left makes no difference: evhttp then frees the request itself. */
static void
send_answer(struct call *call, int status, const char *type, struct evbuffer *body)
{
	log_call(call, status);
	add_guards(call);
	if (type != NULL) {
		add_header(call, "Content-Type", type);
	}
	evhttp_send_reply(call->request, status, NULL, body);
	if (body != NULL) {
		evbuffer_free(body);
	}
	call_free(call);
}

static void
send_json(struct call *call, int status)
{
	struct evbuffer *body = evbuffer_new();
	evbuffer_add(body, call->out.bytes, call->out.length);
	add_header(call, "Cache-Control", "no-store");
	send_answer(call, status, "application/json; charset=utf-8", body);
}

void
call_answer(struct call *call)
{
	send_json(call, 200);
}

static void
refuse(struct call *call, const struct refusal_row *row)
{
	buffer_clear(&call->out);
	json_open(&call->out, '{');
	json_member_text(&call->out, "error", row->word);
	json_member_text(&call->out, "message", row->message);
	json_member_text(&call->out, "remedy", row->remedy);
	json_close(&call->out, '}');
	send_json(call, row->status);
}

void
call_refuse(struct call *call, enum refusal refusal)
{
	refuse(call, refusal_row(refusal));
}

void
call_refuse_rule(struct call *call, enum reason rule)
{
	struct refusal_row row;
	refusal_of_reason(rule, &row);
	refuse(call, &row);
}

void
call_page(struct call *call, const struct page *page)
{
	const char *known = call_header(call, "If-None-Match");
	struct evbuffer *body = evbuffer_new();
	add_header(call, "ETag", page->tag);
	add_header(call, "Cache-Control",
		page->lasting ? "public, max-age=31536000, immutable" : "no-cache");
	if (known != NULL && strcmp(known, page->tag) == 0) {
		send_answer(call, 304, NULL, body);
		return;
	}
	evbuffer_add(body, page->bytes, page->length);
	send_answer(call, 200, page->type, body);
}

/* ---- writing ---- */

void
call_open(struct call *call)
{
	json_open(&call->out, '{');
	json_member_moment(&call->out, "now", clock_now(call->service->clock));
	json_key(&call->out, "rate");
	buffer_printf(&call->out, "%.6g", (double)US_PER_DAY / (double)call->service->day_us);
}

void
json_member_id(struct buffer *out, const char *key, int64_t number)
{
	json_key(out, key);
	buffer_printf(out, "\"%lld\"", (long long)number);
}

void
json_member_flag(struct buffer *out, const char *key, bool flag)
{
	json_key(out, key);
	json_bool(out, flag);
}

void
json_member_alert(struct buffer *out, int32_t county, int64_t alert)
{
	json_key(out, "id");
	buffer_printf(out, "\"%d-%lld\"", (int)county, (long long)alert);
}
