/* Makes cookies and tokens, and asks the store whose they are. Keeps no session in memory. */
#include "session.h"

#include <sodium.h>
#include <string.h>

#include "arena.h"
#include "call.h"
#include "clock.h"
#include "endpoint.h"
#include "map.h"
#include "reading.h"
#include "service.h"
#include "sign_in.h"
#include "statement.h"

struct looking {
	struct call *call;
	void (*found)(struct call *call);
};

void
session_token(const char *cookie, char ret_token[COOKIE_LENGTH + 1])
{
	sign_in_hash_text("token", cookie, ret_token);
}

bool
session_token_right(const char *cookie, const char *token)
{
	char right[COOKIE_LENGTH + 1];
	if (cookie == NULL || token == NULL || strlen(token) != COOKIE_LENGTH) {
		return false;
	}
	session_token(cookie, right);
	return sodium_memcmp(right, token, COOKIE_LENGTH) == 0;
}

/* Sensitive fields are never shown at a village or a grid, whatever stands in the account. */
static void
take_account(struct call *call, const struct db_result *result)
{
	const struct organisation *organisation = call->map->policy.organisation;
	struct account *account = &call->account;
	account->office = organisation_office(organisation, (int32_t)db_int(result, 0, 3));
	account->id = db_int(result, 0, 0);
	account->name = arena_strdup(call->arena, db_text(result, 0, 1));
	account->label = arena_strdup(call->arena, db_text(result, 0, 2));
	account->role = (enum role)db_int(result, 0, 4);
	account->detail = db_bool(result, 0, 5) && account->office != NULL &&
		account->office->tier >= TIER_TOWN;
	account->opens = db_bool(result, 0, 6);
}

static void
on_looked(void *owner, const struct db_result *result)
{
	struct looking *looking = owner;
	struct call *call = looking->call;
	if (result->status != DB_OK) {
		reading_refuse(call, result);
	} else if (db_result_rows(result) != 1 || db_null(result, 0, 0)) {
		call_refuse(call, REFUSAL_SIGNED_OUT);
	} else {
		take_account(call, result);
		if (call->account.office == NULL || (unsigned)call->account.role >= ROLE_COUNT) {
			call_refuse(call, REFUSAL_OFFICE_GONE);
		} else {
			looking->found(call);
		}
	}
}

/* Whoever changes something is there; of the rest the page says what it asked by itself. */
static bool
by_person(const struct call *call)
{
	return call->endpoint->asker == ASKED_BY_PERSON ||
		call_header(call, "X-Needwatch-Poll") == NULL;
}

void
session_find(struct call *call, void (*found)(struct call *call))
{
	struct db *db = service_db(call->service);
	uint8_t hash[SIGN_IN_HASH];
	if (call->cookie == NULL) {
		call_refuse(call, REFUSAL_SIGNED_OUT);
		return;
	}
	if (db == NULL || call->map == NULL) {
		call_refuse(call, REFUSAL_STORE_AWAY);
		return;
	}
	struct looking *looking = arena_alloc(call->arena, sizeof *looking);
	*looking = (struct looking){call, found};
	sign_in_hash("session", call->cookie, hash);
	struct db_params params = {0};
	db_add_bytes(&params, hash, sizeof hash);
	db_add_instant(&params, clock_real());
	db_add_bool(&params, by_person(call));
	db_ask(db, statement(STATEMENT_SESSION_LOOK), &params, on_looked, looking);
}
