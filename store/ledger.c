/* Headers, hashes and the walk along a chain; never mends what it finds broken. */
#include "ledger.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum {
	AT_KIND = 2,
	AT_COUNTY = 4,
	AT_SEQUENCE = 8,
	AT_INSTANT = 16,
	AT_ALERT = 24,
	AT_ACTOR = 32,
	AT_ORDINAL = 40,
	AT_EVENT = 44, /* two bytes before it are zero */
	AT_PAYLOAD = 76
};

bool
ledger_ready(void)
{
	return sodium_init() >= 0;
}

static void
put(uint8_t *bytes, size_t size, uint64_t number)
{
	for (size_t i = size; i > 0; i--) {
		bytes[i - 1] = (uint8_t)number;
		number >>= 8;
	}
}

static uint64_t
get(const uint8_t *bytes, size_t size)
{
	uint64_t number = 0;
	for (size_t i = 0; i < size; i++) {
		number = number << 8 | bytes[i];
	}
	return number;
}

void
ledger_event_hash(const char *event_id, uint8_t ret_hash[LEDGER_HASH_SIZE])
{
	crypto_generichash(ret_hash, LEDGER_HASH_SIZE, (const uint8_t *)event_id, strlen(event_id),
		NULL, 0);
}

void
ledger_salt(uint8_t ret_salt[LEDGER_SALT_SIZE])
{
	randombytes_buf(ret_salt, LEDGER_SALT_SIZE);
}

void
ledger_payload_hash(const uint8_t salt[LEDGER_SALT_SIZE], const char *payload, size_t length,
	uint8_t ret_hash[LEDGER_HASH_SIZE])
{
	crypto_generichash(ret_hash, LEDGER_HASH_SIZE, (const uint8_t *)payload, length, salt,
		LEDGER_SALT_SIZE);
}

void
ledger_header(const struct ledger_line *line, uint8_t ret_header[LEDGER_HEADER_SIZE])
{
	memset(ret_header, 0, LEDGER_HEADER_SIZE);
	ret_header[0] = LEDGER_FORMAT;
	ret_header[1] = LEDGER_BLAKE2B;
	put(ret_header + AT_KIND, 2, line->kind);
	put(ret_header + AT_COUNTY, 4, (uint32_t)line->county);
	put(ret_header + AT_SEQUENCE, 8, (uint64_t)line->sequence);
	put(ret_header + AT_INSTANT, 8, (uint64_t)line->at.us);
	put(ret_header + AT_ALERT, 8, (uint64_t)line->alert);
	put(ret_header + AT_ACTOR, 8, (uint64_t)line->actor);
	put(ret_header + AT_ORDINAL, 2, line->ordinal);
	memcpy(ret_header + AT_EVENT, line->event, LEDGER_HASH_SIZE);
	memcpy(ret_header + AT_PAYLOAD, line->payload, LEDGER_HASH_SIZE);
}

bool
ledger_header_parse(const uint8_t header[LEDGER_HEADER_SIZE], struct ledger_line *ret_line)
{
	if (header[0] != LEDGER_FORMAT || header[1] != LEDGER_BLAKE2B) {
		return false;
	}
	ret_line->kind = (uint16_t)get(header + AT_KIND, 2);
	ret_line->county = (int32_t)get(header + AT_COUNTY, 4);
	ret_line->sequence = (int64_t)get(header + AT_SEQUENCE, 8);
	ret_line->at.us = (int64_t)get(header + AT_INSTANT, 8);
	ret_line->alert = (int64_t)get(header + AT_ALERT, 8);
	ret_line->actor = (int64_t)get(header + AT_ACTOR, 8);
	ret_line->ordinal = (uint16_t)get(header + AT_ORDINAL, 2);
	memcpy(ret_line->event, header + AT_EVENT, LEDGER_HASH_SIZE);
	memcpy(ret_line->payload, header + AT_PAYLOAD, LEDGER_HASH_SIZE);
	return true;
}

/* Each hash covers the one before it, so that no line can be changed, dropped or moved alone. */
static void
chain(struct ledger_head *head, const uint8_t header[LEDGER_HEADER_SIZE])
{
	crypto_generichash_state state;
	crypto_generichash_init(&state, NULL, 0, LEDGER_HASH_SIZE);
	crypto_generichash_update(&state, head->hash, LEDGER_HASH_SIZE);
	crypto_generichash_update(&state, header, LEDGER_HEADER_SIZE);
	crypto_generichash_final(&state, head->hash, LEDGER_HASH_SIZE);
}

void
ledger_append(struct ledger_head *head, struct ledger_line *line,
	uint8_t ret_header[LEDGER_HEADER_SIZE])
{
	line->sequence = ++head->sequence;
	ledger_header(line, ret_header);
	chain(head, ret_header);
}

void
ledger_check_begin(struct ledger_check *check, int32_t county)
{
	memset(check, 0, sizeof *check);
	check->county = county;
}

static bool
broken(struct ledger_check *check, int64_t sequence, const char *what)
{
	snprintf(check->fault, sizeof check->fault, "county %06d, line %lld: %s", (int)check->county,
		(long long)sequence, what);
	return false;
}

/* The columns beside the header serve queries alone; they may not say anything else. */
static const char *
column_fault(const struct ledger_row *row, const struct ledger_line *line)
{
	if (row->kind != line->kind) {
		return "its kind differs from its header";
	}
	if (row->alert != line->alert || row->actor != line->actor) {
		return "its alert or actor differs from its header";
	}
	if (row->event == NULL || memcmp(row->event, line->event, LEDGER_HASH_SIZE) != 0) {
		return "its event differs from its header";
	}
	return NULL;
}

static const char *
payload_fault(struct ledger_check *check, const struct ledger_row *row,
	const struct ledger_line *line)
{
	uint8_t hash[LEDGER_HASH_SIZE];
	if (row->payload == NULL && row->erased_by != NULL) {
		char day[DAY_TEXT_SIZE] = "unknown";
		if (row->erased_on.n != DAY_NONE) {
			day_format(row->erased_on, day);
		}
		snprintf(check->last_erasure, sizeof check->last_erasure,
			"line %lld: erased by rule %s on day %s", (long long)row->sequence,
			row->erased_by, day);
		check->erased++;
		return NULL;
	}
	if (row->payload == NULL || row->salt == NULL) {
		return "its payload is gone and no rule erased it";
	}
	ledger_payload_hash(row->salt, row->payload, row->payload_length, hash);
	return memcmp(hash, line->payload, sizeof hash) == 0 ? NULL : "its payload was changed";
}

bool
ledger_check_row(struct ledger_check *check, const struct ledger_row *row)
{
	struct ledger_line line;
	if (check->fault[0] != '\0') {
		return false;
	}
	int64_t expected = check->head.sequence + 1;
	if (row->sequence != expected) {
		return broken(check, expected, "it is missing");
	}
	if (row->header == NULL || row->hash == NULL || !ledger_header_parse(row->header, &line)) {
		return broken(check, expected, "its header cannot be read");
	}
	if (line.sequence != expected || line.county != check->county) {
		return broken(check, expected, "its header belongs to another place of the ledger");
	}
	chain(&check->head, row->header);
	check->head.sequence = expected;
	if (memcmp(check->head.hash, row->hash, LEDGER_HASH_SIZE) != 0) {
		return broken(check, expected, "its hash does not follow from the line before");
	}
	const char *fault = column_fault(row, &line);
	fault = fault != NULL ? fault : payload_fault(check, row, &line);
	if (fault != NULL) {
		return broken(check, expected, fault);
	}
	check->lines++;
	return true;
}

bool
ledger_check_end(struct ledger_check *check, const struct ledger_head *stored)
{
	if (check->fault[0] != '\0') {
		return false;
	}
	if (stored->sequence != check->head.sequence) {
		int64_t first = stored->sequence < check->head.sequence ? stored->sequence + 1
									: check->head.sequence + 1;
		return broken(check, first,
			stored->sequence > check->head.sequence ? "it is missing"
								: "the head ends before it");
	}
	if (memcmp(stored->hash, check->head.hash, LEDGER_HASH_SIZE) != 0) {
		return broken(check, stored->sequence, "the head's hash is not that of the last line");
	}
	return true;
}
