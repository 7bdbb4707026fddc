/* Opens the sealed name, phone and address of one member: for an entitled account, within its area, for a reason, and only
 * after the ledger's line about it has been committed. Shows no citizen number. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "alert_row.h"
#include "arena.h"
#include "call.h"
#include "citizen.h"
#include "endpoint.h"
#include "identity.h"
#include "log.h"
#include "map.h"
#include "plan_write.h"
#include "reading.h"
#include "service.h"
#include "statement.h"
#include "statement_decide.h"

#define REASON_MOST 200

struct opening {
	const char *reason;
	struct db_session *session;
	struct alert_event event;
	uint8_t hash[LEDGER_HASH_SIZE];
	bool seen; /* the ledger has this very request: no second line */
	struct plan_ledger *ledger;
	void *sealed;
	size_t length;
	enum refusal refusal; /* REFUSAL_COUNT: none */
};

/* ---- after the commit ---- */

static void
write_opened(struct call *call, const json_t *card)
{
	static const char *const members[] = {"name", "phone", "address"};
	json_open(&call->out, '{');
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
		const char *text = json_string_value(json_object_get(card, members[i]));
		json_member_text(&call->out, members[i], text == NULL ? "" : text);
	}
	json_close(&call->out, '}');
}

/* The person inside must be the one of the row: a box that was put into another row tells nothing. */
static bool
belongs(const struct call *call, const json_t *card)
{
	const char *person = json_string_value(json_object_get(card, "person"));
	char expected[24];
	snprintf(expected, sizeof expected, "%lld", (long long)call->ids.person);
	return person != NULL && strcmp(person, expected) == 0;
}

static void
show(struct call *call)
{
	const struct opening *opening = call->own;
	const struct box_keys *keys = &call->service->keys;
	struct buffer plain = {0};
	json_t *card = NULL;
	if (keys->there &&
		identity_open(keys->public, keys->secret, opening->sealed, opening->length, &plain)) {
		card = json_loadb(plain.bytes, plain.length, 0, NULL);
	}
	if (plain.bytes != NULL) {
		explicit_bzero(plain.bytes, plain.length);
	}
	buffer_free(&plain);
	if (card == NULL || !belongs(call, card)) {
		log_line(LOG_ERR, "the box of a member of alert %d-%lld cannot be opened: %s", (int)call->ids.county,
			(long long)call->ids.alert,
			keys->there ? "it was sealed for another key, or moved" : "there is no key");
		call_refuse(call, REFUSAL_BOX_SHUT);
	} else {
		write_opened(call, card);
		call_answer(call);
	}
	json_decref(card);
}

static void
on_committed(void *owner, const struct db_result *result)
{
	struct call *call = owner;
	if (result->status != DB_OK) {
		reading_refuse(call, result);
	} else {
		show(call);
	}
}

/* ---- the transaction ---- */

static void
on_rolled_back(void *owner, const struct db_result *result)
{
	struct call *call = owner;
	const struct opening *opening = call->own;
	(void)result;
	call_refuse(call, opening->refusal);
}

static void
refuse(struct call *call, enum refusal refusal)
{
	struct opening *opening = call->own;
	if (opening->refusal == REFUSAL_COUNT) {
		opening->refusal = refusal;
		db_session_rollback(opening->session, on_rolled_back, call);
	}
}

/* True if the answer can be used; otherwise the call is refused once. */
static bool
usable(struct call *call, const struct db_result *result)
{
	const struct opening *opening = call->own;
	if (opening->refusal != REFUSAL_COUNT) {
		return false;
	}
	if (result->status == DB_OK) {
		return true;
	}
	/* The same request at the same moment: the other one has written the line. */
	bool twin = db_result_is(result, SQLSTATE_UNIQUE);
	if (result->status == DB_REFUSED && !twin) {
		log_line(LOG_ERR, "a box was not opened: %s", result->error);
	}
	refuse(call, result->status == DB_LOST ? REFUSAL_STORE_AWAY
			: result->status == DB_CONFLICT || twin ? REFUSAL_BUSY : REFUSAL_BROKEN);
	return false;
}

static void
on_well(void *owner, const struct db_result *result)
{
	usable(owner, result);
}

static void
on_sealed(void *owner, const struct db_result *result)
{
	struct call *call = owner;
	struct opening *opening = call->own;
	if (!usable(call, result)) {
		return;
	}
	const uint8_t *sealed =
		db_result_rows(result) == 1 ? db_bytes(result, 0, 0, &opening->length) : NULL;
	if (sealed == NULL) {
		refuse(call, REFUSAL_NO_BOX);
		return;
	}
	opening->sealed = arena_alloc(call->arena, opening->length + 1);
	memcpy(opening->sealed, sealed, opening->length);
	db_session_commit(opening->session, on_committed, call);
}

static void
ask_text(struct call *call, const struct db_statement *sql, const char *text, db_on_result on_result)
{
	const struct opening *opening = call->own;
	struct db_params params = {0};
	db_add_text(&params, text);
	db_session_ask(opening->session, sql, &params, on_result, call);
}

static void
ask_sealed(struct call *call)
{
	const char *person = arena_printf(call->arena, "%lld", (long long)call->ids.person);
	ask_text(call, statement(STATEMENT_INBOX_SEALED), person, on_sealed);
}

static void
on_head(void *owner, const struct db_result *result)
{
	struct call *call = owner;
	const struct opening *opening = call->own;
	struct ledger_head head = {0};
	size_t length = 0;
	if (!usable(call, result)) {
		return;
	}
	const uint8_t *hash = db_result_rows(result) == 1 ? db_bytes(result, 0, 2, &length) : NULL;
	if (hash == NULL || length != sizeof head.hash) {
		refuse(call, REFUSAL_BROKEN);
		return;
	}
	head.sequence = db_int(result, 0, 1);
	memcpy(head.hash, hash, length);
	plan_ledger_chain(opening->ledger, call->ids.county, head);
	ask_text(call, decide_statement(SQL_PLAN_WRITE_LEDGER), plan_ledger_rows(opening->ledger), on_well);
	ask_text(call, decide_statement(SQL_PLAN_WRITE_PAYLOAD), plan_ledger_payloads(opening->ledger), on_well);
	ask_text(call, decide_statement(SQL_PLAN_WRITE_HEADS), plan_ledger_heads(opening->ledger), on_well);
	ask_sealed(call);
}

/* One line: who, for which alert, which person (in the event's id), and why. */
static void
make_line(struct call *call, int64_t household, enum level level)
{
	struct opening *opening = call->own;
	struct plan_line line = {.reason = REASON_PERSON_OPENED,
		.stage = STAGE_COUNT,
		.from = {call->account.office->id, call->account.role},
		.level = level,
		.text = opening->reason};
	const struct plan plan = {.outcome = REASON_PERSON_OPENED, .lines = &line, .line_count = 1};
	opening->ledger = plan_ledger_new(call->arena, &call->map->policy, call->now);
	plan_ledger_add(opening->ledger, &(struct plan_entry){.county = call->ids.county,
		.household = household,
		.alert = call->ids.alert,
		.actor = call->account.id,
		.event = &opening->event,
		.hash = opening->hash,
		.plan = &plan});
}

static void
begin_writing(struct call *call, const struct db_result *member)
{
	struct opening *opening = call->own;
	struct arena *arena = call->arena;
	struct plan_step step = {.statement = statement(STATEMENT_INBOX_ACT),
		.params = {arena_printf(arena, "%d", (int)call->ids.county),
			arena_printf(arena, "%lld", (long long)call->ids.alert),
			arena_printf(arena, "%lld", (long long)call->account.id),
			arena_printf(arena, "%lld", (long long)call->ids.person)}};
	reading_ask_step(opening->session, &step, on_well, call);
	if (opening->seen) {
		ask_sealed(call);
		return;
	}
	make_line(call, db_int(member, 0, 0), (enum level)db_int(member, 0, 1));
	ask_text(call, decide_statement(SQL_PLAN_LOCK_HEADS), plan_ledger_counties(opening->ledger), on_head);
}

static void
on_member(void *owner, const struct db_result *result)
{
	struct call *call = owner;
	if (!usable(call, result)) {
		return;
	}
	if (db_result_rows(result) != 1) {
		refuse(call, REFUSAL_NO_SUCH_ALERT);
	} else if (!db_bool(result, 0, 2)) {
		refuse(call, REFUSAL_ALERT_ENDED);
	} else if (db_null(result, 0, 3)) {
		refuse(call, REFUSAL_NO_SUCH_PERSON);
	} else {
		begin_writing(call, result);
	}
}

static void
on_seen(void *owner, const struct db_result *result)
{
	struct call *call = owner;
	struct opening *opening = call->own;
	if (usable(call, result)) {
		opening->seen = db_result_rows(result) > 0;
	}
}

static void
ask_seen(struct call *call)
{
	struct opening *opening = call->own;
	struct buffer hex = {0};
	struct db_params params = {0};
	plan_write_hex(opening->hash, sizeof opening->hash, &hex);
	db_add_text(&params, arena_printf(call->arena, "{%d}", (int)call->ids.county));
	db_add_text(&params, arena_printf(call->arena, "{\"\\\\x%s\"}", hex.bytes));
	db_session_ask(opening->session, decide_statement(SQL_PLAN_SEEN), &params, on_seen, call);
	buffer_free(&hex);
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct call *call = owner;
	struct opening *opening = call->own;
	struct plan_step step;
	struct db_params params = {0};
	if (session == NULL) {
		reading_refuse(call, result);
		return;
	}
	opening->session = session;
	reading_step(call, &step);
	reading_ask_step(session, &step, on_well, call);
	ask_seen(call);
	db_add_int(&params, call->ids.county);
	db_add_int(&params, call->ids.alert);
	db_add_int(&params, call->ids.person);
	db_session_ask(session, statement(STATEMENT_INBOX_MEMBER), &params, on_member, call);
}

/* ---- the endpoint ---- */

/* Nobody's reason is made of blanks. */
static bool
reason_given(const char *reason)
{
	while (isspace((unsigned char)*reason)) {
		reason++;
	}
	return *reason != '\0';
}

static enum refusal
read_form(struct call *call, struct opening *opening)
{
	if (!body_text(call->body, "reason", REASON_MOST, false, &opening->reason)) {
		return REFUSAL_MALFORMED;
	}
	if (!call->account.opens) {
		return REFUSAL_NOT_ENTITLED;
	}
	if (!reason_given(opening->reason)) {
		return REFUSAL_NEEDS_REASON;
	}
	return citizen_in_text(opening->reason, strlen(opening->reason)) ? REFUSAL_NUMBER_IN_TEXT
									 : REFUSAL_COUNT;
}

void
api_open_box(struct call *call)
{
	struct opening *opening = arena_alloc(call->arena, sizeof *opening);
	struct db *db = service_db(call->service);
	enum refusal refusal = read_form(call, opening);
	if (refusal == REFUSAL_COUNT && db == NULL) {
		refusal = REFUSAL_STORE_AWAY;
	}
	if (refusal != REFUSAL_COUNT) {
		call_refuse(call, refusal);
		return;
	}
	call->own = opening;
	opening->refusal = REFUSAL_COUNT;
	opening->event.id = arena_printf(call->arena, "opened/%lld/%lld/%d-%lld/%s",
		(long long)call->account.id, (long long)call->ids.person, (int)call->ids.county,
		(long long)call->ids.alert, call->key);
	ledger_event_hash(opening->event.id, opening->hash);
	db_begin(db, DB_READ_COMMITTED, on_begun, call);
}
