/* Messages on their way out: claimed with a lease, and finished by whoever holds the newest lease. Sends none. */
#ifndef NEEDWATCH_OUTBOX_H
#define NEEDWATCH_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "db.h"
#include "plan.h"

/* One message of an answer to outbox_claim(); texts are borrowed from the result. */
struct outbox_message {
	int32_t county;
	int64_t id;
	int64_t fence;       /* of this lease */
	int32_t attempts;    /* this one included */
	const char *key;     /* idempotency key: the same in every attempt */
	int64_t alert;
	struct post_ref to;
	const char *channel;
	bool lead;
	enum level level;
	enum message_template template;
	enum reason reason;
	struct instant due;  /* INSTANT_NONE: none */
	const char *body;    /* what people read; without personal data */
};

/* The channel of the canary's answers, on which no message to people goes: no configuration can name it. The outbox's
 * rows of this channel are the canary's inbox. */
#define OUTBOX_CANARY "(canary)"

/* Up to `limit` messages of the channel whose time has come, earliest first. Rows: outbox_read(). */
struct outbox_claim {
	const char *channel;
	struct instant now;
	struct instant lease_until;
	int limit;
};

void
outbox_claim(struct db *db, const struct outbox_claim *claim, db_on_result on_result, void *owner);

/* Whatever is claimed is free again: only for the one daemon that delivers, before its first claim. An attempt that is
 * under way elsewhere may then be made twice, with the same key. */
void
outbox_free(struct db *db, db_on_result on_result, void *owner);

struct outbox_message
outbox_read(const struct db_result *result, int row);

/* Each answers with a row if the lease was still ours, and with none if another has it: then nothing was changed. */
void
outbox_sent(struct db *db, const struct outbox_message *message, struct instant now,
	db_on_result on_result, void *owner);

void
outbox_again(struct db *db, const struct outbox_message *message, struct instant next_attempt,
	const char *error, db_on_result on_result, void *owner);

/* The row of the answer: outbox_read_dead(). */
void
outbox_dead(struct db *db, const struct outbox_message *message, struct instant now,
	const char *error, db_on_result on_result, void *owner);

struct outbox_death {
	int64_t alert;
	struct post_ref to;
	const char *key;
	bool lost; /* no other channel carries this message: an event "undeliverable" is due */
};

struct outbox_death
outbox_read_dead(const struct db_result *result, int row);

/* Would its death leave the post without word? One row, one truth. No row: the message is gone. */
void
outbox_ask_lost(struct db *db, const struct outbox_message *message, db_on_result on_result,
	void *owner);

struct arena;

/* The parameter of SQL_OUTBOX_BURY, which is outbox_dead() inside the transaction of a plan. */
const char *
outbox_burial(const struct outbox_message *message, struct instant now, const char *error,
	struct arena *arena);

/* A pause before attempt `attempts` + 1: doubling from 5 s to an hour, with up to a quarter of jitter out of `dice`
 * (any number). */
int64_t
outbox_pause_us(int32_t attempts, uint32_t dice);

/* Attempts after which a message is dead: with the pauses above about two days. */
#define OUTBOX_ATTEMPTS 60

#endif
