/* The ledger: one hash chain per home county (and one for 0) over fixed binary headers, with salted, erasable
 * payloads beside them. Makes and checks lines; opens no connection. */
#ifndef NEEDWATCH_LEDGER_H
#define NEEDWATCH_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "day.h"
#include "instant.h"

struct arena;

#define LEDGER_HASH_SIZE 32
#define LEDGER_SALT_SIZE 16
#define LEDGER_HEADER_SIZE 108
#define LEDGER_FORMAT 1
#define LEDGER_BLAKE2B 1 /* hash function: BLAKE2b-256 */

/* What a header says. All numbers are big-endian in it, in this order; the last 64 bytes are the two hashes. */
struct ledger_line {
	uint16_t kind;    /* enum reason */
	int32_t county;
	int64_t sequence; /* 1, 2, 3 ... without gaps in its county */
	struct instant at;
	int64_t alert;    /* 0: about none */
	int64_t actor;    /* account; 0: the service */
	uint16_t ordinal; /* of this line in its event */
	uint8_t event[LEDGER_HASH_SIZE];   /* ledger_event_hash() of the event's id */
	uint8_t payload[LEDGER_HASH_SIZE]; /* keyed with the salt */
};

/* The end of a county's chain. Zero-initialised: before its first line. */
struct ledger_head {
	int64_t sequence;
	uint8_t hash[LEDGER_HASH_SIZE];
};

/* Must succeed once before anything below is used; false: no secure randomness. */
bool
ledger_ready(void) __attribute__((warn_unused_result));

void
ledger_event_hash(const char *event_id, uint8_t ret_hash[LEDGER_HASH_SIZE]);

void
ledger_salt(uint8_t ret_salt[LEDGER_SALT_SIZE]);

void
ledger_payload_hash(const uint8_t salt[LEDGER_SALT_SIZE], const char *payload, size_t length,
	uint8_t ret_hash[LEDGER_HASH_SIZE]);

void
ledger_header(const struct ledger_line *line, uint8_t ret_header[LEDGER_HEADER_SIZE]);

/* False if the format or hash function is not known here. */
bool
ledger_header_parse(const uint8_t header[LEDGER_HEADER_SIZE], struct ledger_line *ret_line);

/* Gives the line the next sequence and moves the head over it. */
void
ledger_append(struct ledger_head *head, struct ledger_line *line,
	uint8_t ret_header[LEDGER_HEADER_SIZE]);

/* ---- checking ---- */

/* A line as it stands in the store. */
struct ledger_row {
	int64_t sequence;
	const uint8_t *header; /* NULL: length was wrong */
	const uint8_t *hash;
	const uint8_t *event;
	int64_t alert;
	int64_t actor;
	int32_t kind;
	const uint8_t *salt;   /* NULL with payload NULL: erased, or torn away */
	const char *payload;
	size_t payload_length;
	const char *erased_by; /* NULL: not erased */
	struct day erased_on;
};

struct ledger_check {
	int32_t county;
	struct ledger_head head;
	int64_t lines;
	int64_t erased;
	char fault[200]; /* names the first broken line; empty: none */
	char last_erasure[120]; /* "line 7: erased by rule R on day D", of the newest; empty: none */
};

void
ledger_check_begin(struct ledger_check *check, int32_t county);

/* Rows in order of their sequence; false at the first broken one, and from then on. */
bool
ledger_check_row(struct ledger_check *check, const struct ledger_row *row);

/* The chain must end where the stored head says. */
bool
ledger_check_end(struct ledger_check *check, const struct ledger_head *stored);

#endif
