/* Ledger lines and outbox rows of the plans of one transaction; sends nothing, decides nothing. */
#include "plan_write.h"

#include <stdlib.h>
#include <string.h>

#include "alert_row.h"
#include "arena.h"
#include "buffer.h"
#include "outbox.h"

struct written {
	struct ledger_line line;
	uint8_t salt[LEDGER_SALT_SIZE];
	uint8_t header[LEDGER_HEADER_SIZE];
	uint8_t hash[LEDGER_HASH_SIZE];
	const char *payload;
};

struct county_head {
	int32_t county;
	struct ledger_head head;
};

struct plan_ledger {
	struct arena *arena;
	const struct policy *policy;
	struct instant now;
	struct written *lines;
	size_t line_count;
	size_t line_room;
	struct plan_entry *entries;
	size_t entry_count;
	size_t entry_room;
	struct county_head *heads;
	size_t head_count;
};

struct plan_ledger *
plan_ledger_new(struct arena *arena, const struct policy *policy, struct instant now)
{
	struct plan_ledger *ledger = arena_alloc(arena, sizeof *ledger);
	ledger->arena = arena;
	ledger->policy = policy;
	ledger->now = now;
	return ledger;
}

static const char *
finished(const struct plan_ledger *ledger, struct buffer *out)
{
	json_close(out, ']');
	const char *text =
		out->length > 2 ? arena_strndup(ledger->arena, out->bytes, out->length) : NULL;
	buffer_free(out);
	return text;
}

static void
member_post(struct buffer *out, const char *key, struct post_ref post)
{
	if (post.office != OFFICE_NONE) {
		json_key(out, key);
		buffer_printf(out, "[%d,\"%s\"]", (int)post.office, role_name(post.role));
	}
}

/* Who was told by this plan, in its first line. */
static void
member_told(struct buffer *out, const struct plan *plan)
{
	json_key(out, "told");
	json_open(out, '[');
	for (size_t i = 0; i < plan->message_count; i++) {
		const struct plan_message *message = &plan->messages[i];
		json_item(out);
		json_open(out, '{');
		member_post(out, "to", message->to);
		json_key(out, "lead");
		json_bool(out, message->lead);
		json_member_text(out, "reason", reason_name(message->reason));
		json_close(out, '}');
	}
	json_close(out, ']');
}

static const char *
payload_of(const struct plan_ledger *ledger, const struct plan_entry *entry, size_t i)
{
	const struct plan_line *line = &entry->plan->lines[i];
	struct buffer out = {0};
	json_open(&out, '{');
	json_member_text(&out, "reason", reason_name(line->reason));
	json_member_text(&out, "event", entry->event->id);
	json_member(&out, "household", entry->household);
	json_member_text(&out, "level", level_name(line->level));
	if (line->stage != STAGE_COUNT) {
		json_member_text(&out, "stage", stage_name(line->stage));
	}
	member_post(&out, "from", line->from);
	member_post(&out, "to", line->to);
	if (line->text != NULL) {
		json_member_text(&out, "text", line->text);
	}
	if (i == 0 && entry->plan->message_count > 0) {
		member_told(&out, entry->plan);
	}
	json_close(&out, '}');
	const char *text = arena_strndup(ledger->arena, out.bytes, out.length);
	buffer_free(&out);
	return text;
}

static void
add_line(struct plan_ledger *ledger, const struct plan_entry *entry, size_t i)
{
	ledger->lines = arena_grow(ledger->arena, ledger->lines, ledger->line_count, &ledger->line_room,
		sizeof *ledger->lines);
	struct written *written = &ledger->lines[ledger->line_count++];
	*written = (struct written){
		.line = {.kind = (uint16_t)entry->plan->lines[i].reason,
			.county = entry->county,
			.at = ledger->now,
			.alert = entry->alert,
			.actor = entry->actor,
			.ordinal = (uint16_t)i},
		.payload = payload_of(ledger, entry, i),
	};
	memcpy(written->line.event, entry->hash, LEDGER_HASH_SIZE);
	ledger_salt(written->salt);
	ledger_payload_hash(written->salt, written->payload, strlen(written->payload),
		written->line.payload);
}

static void
add_county(struct plan_ledger *ledger, int32_t county)
{
	for (size_t i = 0; i < ledger->head_count; i++) {
		if (ledger->heads[i].county == county) {
			return;
		}
	}
	struct county_head *heads =
		arena_array(ledger->arena, ledger->head_count + 1, sizeof *heads);
	size_t place = 0;
	while (place < ledger->head_count && ledger->heads[place].county < county) {
		heads[place] = ledger->heads[place];
		place++;
	}
	heads[place].county = county;
	for (size_t i = place; i < ledger->head_count; i++) {
		heads[i + 1] = ledger->heads[i];
	}
	ledger->heads = heads;
	ledger->head_count++;
}

void
plan_ledger_add(struct plan_ledger *ledger, const struct plan_entry *entry)
{
	if (entry->plan->refused || entry->plan->line_count == 0) {
		return;
	}
	ledger->entries = arena_grow(ledger->arena, ledger->entries, ledger->entry_count,
		&ledger->entry_room, sizeof *ledger->entries);
	ledger->entries[ledger->entry_count++] = *entry;
	add_county(ledger, entry->county);
	for (size_t i = 0; i < entry->plan->line_count; i++) {
		add_line(ledger, entry, i);
	}
}

bool
plan_ledger_has(const struct plan_ledger *ledger, int32_t county,
	const uint8_t hash[LEDGER_HASH_SIZE])
{
	for (size_t i = 0; i < ledger->entry_count; i++) {
		const struct plan_entry *entry = &ledger->entries[i];
		if (entry->county == county && memcmp(entry->hash, hash, LEDGER_HASH_SIZE) == 0) {
			return true;
		}
	}
	return false;
}

const char *
plan_ledger_counties(const struct plan_ledger *ledger)
{
	if (ledger->head_count == 0) {
		return NULL;
	}
	struct buffer out = {0};
	for (size_t i = 0; i < ledger->head_count; i++) {
		buffer_printf(&out, "%s%d", i == 0 ? "{" : ",", (int)ledger->heads[i].county);
	}
	buffer_text(&out, "}");
	const char *text = arena_strndup(ledger->arena, out.bytes, out.length);
	buffer_free(&out);
	return text;
}

/* The same message has one key in every run; before the slash it is the same on every channel. That of the canary
 * names its beat. */
static const char *
message_key(const struct plan_ledger *ledger, const struct plan_entry *entry,
	const struct plan_message *message, const char *channel)
{
	if (message->template == MESSAGE_CANARY) {
		return arena_printf(ledger->arena, "%s/%s", entry->plan->lines[0].text, channel);
	}
	return arena_printf(ledger->arena, "%lld:%d:%d:%s/%s", (long long)entry->alert,
		(int)entry->version, (int)message->to.office, role_name(message->to.role), channel);
}

static void
write_message(const struct plan_ledger *ledger, const struct plan_entry *entry,
	const struct plan_message *message, const char *channel, struct buffer *out)
{
	struct buffer body = {0};
	plan_message_text(message, entry->alert, &body);
	json_item(out);
	json_open(out, '{');
	json_member(out, "county", entry->county);
	json_member_text(out, "key", message_key(ledger, entry, message, channel));
	json_member(out, "alert", entry->alert);
	json_member(out, "office", message->to.office);
	json_member(out, "role", message->to.role);
	json_member_text(out, "channel", channel);
	json_key(out, "lead");
	json_bool(out, message->lead);
	json_member(out, "level", message->level);
	json_member(out, "template", message->template);
	json_member(out, "reason", message->reason);
	json_member_moment(out, "due", message->due);
	json_member_text(out, "body", body.bytes);
	json_member_moment(out, "next_attempt", message->not_before);
	json_member_moment(out, "created", ledger->now);
	json_close(out, '}');
	buffer_free(&body);
}

static void
write_everywhere(const struct plan_ledger *ledger, const struct plan_entry *entry,
	const struct plan_message *message, struct buffer *out)
{
	if (message->template == MESSAGE_CANARY) {
		write_message(ledger, entry, message, OUTBOX_CANARY, out);
		return;
	}
	for (size_t i = 0; i < ledger->policy->channel_count; i++) {
		write_message(ledger, entry, message, ledger->policy->channels[i], out);
	}
}

const char *
plan_ledger_outbox(const struct plan_ledger *ledger)
{
	struct buffer out = {0};
	json_open(&out, '[');
	for (size_t i = 0; i < ledger->entry_count; i++) {
		const struct plan_entry *entry = &ledger->entries[i];
		for (size_t j = 0; j < entry->plan->message_count; j++) {
			write_everywhere(ledger, entry, &entry->plan->messages[j], &out);
		}
	}
	return finished(ledger, &out);
}

/* One row per post: an update takes a joined row once alone. */
const char *
plan_ledger_history(const struct plan_ledger *ledger)
{
	struct buffer out = {0};
	json_open(&out, '[');
	for (size_t i = 0; i < ledger->entry_count; i++) {
		struct post_ref post = ledger->entries[i].plan->history_slot;
		int opened = 0;
		bool counted = post.office == OFFICE_NONE;
		for (size_t j = 0; j < ledger->entry_count && !counted; j++) {
			struct post_ref other = ledger->entries[j].plan->history_slot;
			bool same = other.office == post.office && other.role == post.role;
			counted = same && j < i;
			opened += same;
		}
		if (!counted) {
			json_item(&out);
			json_open(&out, '{');
			json_member(&out, "office", post.office);
			json_member(&out, "role", post.role);
			json_member(&out, "opened", opened);
			json_close(&out, '}');
		}
	}
	return finished(ledger, &out);
}

void
plan_ledger_chain(struct plan_ledger *ledger, int32_t county, struct ledger_head head)
{
	for (size_t i = 0; i < ledger->line_count; i++) {
		struct written *written = &ledger->lines[i];
		if (written->line.county == county) {
			ledger_append(&head, &written->line, written->header);
			memcpy(written->hash, head.hash, LEDGER_HASH_SIZE);
		}
	}
	for (size_t i = 0; i < ledger->head_count; i++) {
		if (ledger->heads[i].county == county) {
			ledger->heads[i].head = head;
		}
	}
}

static void
member_hex(struct buffer *out, const char *key, const uint8_t *bytes, size_t size)
{
	json_key(out, key);
	buffer_text(out, "\"");
	plan_write_hex(bytes, size, out);
	buffer_text(out, "\"");
}

const char *
plan_ledger_rows(const struct plan_ledger *ledger)
{
	struct buffer out = {0};
	json_open(&out, '[');
	for (size_t i = 0; i < ledger->line_count; i++) {
		const struct written *written = &ledger->lines[i];
		const struct ledger_line *line = &written->line;
		json_item(&out);
		json_open(&out, '{');
		json_member(&out, "county", line->county);
		json_member(&out, "sequence", line->sequence);
		member_hex(&out, "header", written->header, sizeof written->header);
		member_hex(&out, "hash", written->hash, sizeof written->hash);
		member_hex(&out, "event", line->event, sizeof line->event);
		json_member(&out, "ordinal", line->ordinal);
		json_member_moment(&out, "at", line->at);
		json_member(&out, "kind", line->kind);
		json_member(&out, "alert", line->alert);
		json_member(&out, "actor", line->actor);
		json_close(&out, '}');
	}
	return finished(ledger, &out);
}

const char *
plan_ledger_payloads(const struct plan_ledger *ledger)
{
	struct buffer out = {0};
	json_open(&out, '[');
	for (size_t i = 0; i < ledger->line_count; i++) {
		const struct written *written = &ledger->lines[i];
		json_item(&out);
		json_open(&out, '{');
		json_member(&out, "county", written->line.county);
		json_member(&out, "sequence", written->line.sequence);
		member_hex(&out, "salt", written->salt, sizeof written->salt);
		json_member_text(&out, "payload", written->payload);
		json_close(&out, '}');
	}
	return finished(ledger, &out);
}

const char *
plan_ledger_heads(const struct plan_ledger *ledger)
{
	struct buffer out = {0};
	json_open(&out, '[');
	for (size_t i = 0; i < ledger->head_count; i++) {
		const struct county_head *head = &ledger->heads[i];
		json_item(&out);
		json_open(&out, '{');
		json_member(&out, "county", head->county);
		json_member(&out, "sequence", head->head.sequence);
		member_hex(&out, "hash", head->head.hash, sizeof head->head.hash);
		json_close(&out, '}');
	}
	return finished(ledger, &out);
}

void
plan_write_hex(const uint8_t *bytes, size_t size, struct buffer *out)
{
	for (size_t i = 0; i < size; i++) {
		buffer_printf(out, "%02x", bytes[i]);
	}
}
