/* Signing in, by password or by a one-time link, signing out, and who is signed in. Sees no alert. */
#include <stdlib.h>
#include <string.h>

#include "alert_row.h"
#include "arena.h"
#include "call.h"
#include "clock.h"
#include "log.h"
#include "password.h"
#include "reading.h"
#include "endpoint.h"
#include "service.h"
#include "session.h"
#include "sign_in.h"
#include "statement.h"

#define NAME_MOST 64
#define PASSWORD_MOST 200
#define LINK_MOST 100

struct sign_in {
	const char *name;
	const char *password;
	uint8_t by_name[SIGN_IN_HASH];
	uint8_t by_address[SIGN_IN_HASH];
	int64_t account; /* 0: nobody of that name */
	char cookie[COOKIE_LENGTH + 1];
};

/* ---- who am I ---- */

static void
write_account(struct call *call)
{
	const struct account *account = &call->account;
	struct buffer *out = &call->out;
	json_key(out, "account");
	json_open(out, '{');
	json_member_id(out, "id", account->id);
	json_member_text(out, "name", account->name);
	json_member_text(out, "label", account->label);
	json_key(out, "office");
	json_open(out, '{');
	json_member_id(out, "id", account->office->id);
	json_member_text(out, "name", account->office->name);
	json_member_text(out, "tier", tier_name(account->office->tier));
	json_member_text(out, "tier_word", tier_chinese(account->office->tier));
	json_close(out, '}');
	json_member_text(out, "role", role_name(account->role));
	json_member_text(out, "role_word", role_chinese(account->role));
	json_member_flag(out, "detail", account->detail);
	json_member_flag(out, "opens", account->opens);
	json_close(out, '}');
}

void
api_me(struct call *call)
{
	char token[COOKIE_LENGTH + 1];
	session_token(call->cookie, token);
	call_open(call);
	write_account(call);
	json_member_text(&call->out, "token", token);
	json_close(&call->out, '}');
	call_answer(call);
}

/* ---- a new session ---- */

static void
greet(struct call *call)
{
	log_line(LOG_INFO, "account %lld has signed in", (long long)call->account.id);
	call_set_cookie(call, call->cookie, SESSION_SECONDS);
	api_me(call);
}

/* The function of the store says whether there is a session now. */
static void
on_opened(struct call *call, const struct db_result *result, enum refusal otherwise)
{
	const struct sign_in *sign_in = call->own;
	if (result->status != DB_OK) {
		reading_refuse(call, result);
	} else if (db_result_rows(result) != 1 || !db_bool(result, 0, 0)) {
		call_refuse(call, otherwise);
	} else {
		call->cookie = sign_in->cookie;
		session_find(call, greet);
	}
}

static void
add_session(struct db_params *params, struct call *call)
{
	struct sign_in *sign_in = call->own;
	uint8_t hash[SIGN_IN_HASH];
	sign_in_token_new(sign_in->cookie);
	sign_in_hash("session", sign_in->cookie, hash);
	db_add_bytes(params, hash, sizeof hash);
	db_add_instant(params, clock_real());
	db_add_instant(params, (struct instant){clock_real().us + SESSION_SECONDS * US_PER_SECOND});
}

/* ---- by password ---- */

static void
on_session(void *owner, const struct db_result *result)
{
	on_opened(owner, result, REFUSAL_WRONG_PASSWORD);
}

static void
on_checked(void *owner, bool right)
{
	struct call *call = owner;
	const struct sign_in *sign_in = call->own;
	struct db *db = service_db(call->service);
	if (!right) {
		call_refuse(call, REFUSAL_WRONG_PASSWORD);
		return;
	}
	if (db == NULL) {
		call_refuse(call, REFUSAL_STORE_AWAY);
		return;
	}
	struct db_params params = {0};
	db_add_int(&params, sign_in->account);
	db_add_bytes(&params, sign_in->by_name, SIGN_IN_HASH);
	add_session(&params, call);
	db_ask(db, statement(STATEMENT_SESSION_OPEN), &params, on_session, call);
}

static void
on_attempt(void *owner, const struct db_result *result)
{
	struct call *call = owner;
	struct sign_in *sign_in = call->own;
	if (result->status != DB_OK) {
		reading_refuse(call, result);
	} else if (db_result_rows(result) != 1 || db_bool(result, 0, 0)) {
		call_refuse(call, REFUSAL_LOCKED);
	} else {
		sign_in->account = db_int(result, 0, 1);
		if (!password_check(call->service->passwords, sign_in->password, db_text(result, 0, 2),
			    on_checked, call)) {
			call_refuse(call, REFUSAL_CROWDED);
		}
	}
}

void
api_sign_in(struct call *call)
{
	struct sign_in *sign_in = arena_alloc(call->arena, sizeof *sign_in);
	struct db *db = service_db(call->service);
	call->own = sign_in;
	if (!body_text(call->body, "name", NAME_MOST, true, &sign_in->name) ||
		!body_text(call->body, "password", PASSWORD_MOST, true, &sign_in->password)) {
		call_refuse(call, REFUSAL_MALFORMED);
		return;
	}
	if (db == NULL) {
		call_refuse(call, REFUSAL_STORE_AWAY);
		return;
	}
	sign_in_hash("name", sign_in->name, sign_in->by_name);
	sign_in_hash("address", call_address(call), sign_in->by_address);
	struct db_params params = {0};
	db_add_text(&params, sign_in->name);
	db_add_bytes(&params, sign_in->by_name, SIGN_IN_HASH);
	db_add_bytes(&params, sign_in->by_address, SIGN_IN_HASH);
	db_add_instant(&params, clock_real());
	db_ask(db, statement(STATEMENT_SIGN_IN_BEGIN), &params, on_attempt, call);
}

/* ---- by link ---- */

static void
on_link(void *owner, const struct db_result *result)
{
	on_opened(owner, result, REFUSAL_WRONG_LINK);
}

void
api_use_link(struct call *call)
{
	struct sign_in *sign_in = arena_alloc(call->arena, sizeof *sign_in);
	struct db *db = service_db(call->service);
	const char *link;
	uint8_t hash[SIGN_IN_HASH];
	call->own = sign_in;
	if (!body_text(call->body, "token", LINK_MOST, true, &link)) {
		call_refuse(call, REFUSAL_MALFORMED);
		return;
	}
	if (db == NULL) {
		call_refuse(call, REFUSAL_STORE_AWAY);
		return;
	}
	sign_in_hash("link", link, hash);
	struct db_params params = {0};
	db_add_bytes(&params, hash, sizeof hash);
	add_session(&params, call);
	db_ask(db, statement(STATEMENT_LINK_USE), &params, on_link, call);
}

/* ---- leaving ---- */

static void
on_left(void *owner, const struct db_result *result)
{
	struct call *call = owner;
	if (result->status != DB_OK) {
		reading_refuse(call, result);
		return;
	}
	call_set_cookie(call, "", 0);
	call_open(call);
	json_close(&call->out, '}');
	call_answer(call);
}

void
api_sign_out(struct call *call)
{
	struct db *db = service_db(call->service);
	uint8_t hash[SIGN_IN_HASH];
	if (db == NULL) {
		call_refuse(call, REFUSAL_STORE_AWAY);
		return;
	}
	sign_in_hash("session", call->cookie, hash);
	struct db_params params = {0};
	db_add_bytes(&params, hash, sizeof hash);
	db_ask(db, statement(STATEMENT_SESSION_END), &params, on_left, call);
}
