/* Keeps what a page says, in memory: copies it, hashes it and lets the last word on a key win.
 * Writes nothing. */
#include "journal_batch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "journal_parts.h"
#include "memory.h"

/* The memory of the last batch, for the next one of the same thread: pages of a source are
 * alike, and fresh memory is dear. */
static _Thread_local struct journal_batch *spare;

static struct journal_batch *
take_spare(void)
{
	struct journal_batch *batch = spare;

	spare = NULL;
	if (batch)
		return batch;
	batch = xcalloc(1, sizeof(*batch));
	batch->arena = arena_new();
	return batch;
}

struct journal_batch *
journal_batch_new(const struct identity_keys *keys, const char *source, struct area area,
	enum journal_way way)
{
	struct journal_batch *batch = take_spare();

	batch->keys = keys;
	batch->source = xstrdup(source);
	batch->area = area;
	batch->way = way;
	return batch;
}

static void
batch_destroy(struct journal_batch *batch)
{
	lookup_free(&batch->record_of);
	lookup_free(&batch->person_of);
	buffer_free(&batch->fields);
	buffer_free(&batch->key);
	free(batch->records);
	free(batch->persons);
	free(batch->facts);
	free(batch->mentions);
	arena_free(batch->arena);
	free(batch);
}

/* What was said is gone; the room for it stays. */
static void
batch_empty(struct journal_batch *batch)
{
	free(batch->source);
	arena_reset(batch->arena);
	buffer_clear(&batch->fields);
	buffer_clear(&batch->key);
	lookup_clear(&batch->record_of);
	lookup_clear(&batch->person_of);
	*batch = (struct journal_batch){.arena = batch->arena,
		.records = batch->records,
		.record_room = batch->record_room,
		.persons = batch->persons,
		.person_room = batch->person_room,
		.facts = batch->facts,
		.fact_room = batch->fact_room,
		.mentions = batch->mentions,
		.mention_room = batch->mention_room,
		.fields = batch->fields,
		.key = batch->key,
		.record_of = batch->record_of,
		.person_of = batch->person_of};
}

void
journal_batch_free(struct journal_batch *batch)
{
	if (!batch)
		return;
	batch_empty(batch);
	if (spare)
		batch_destroy(batch);
	else
		spare = batch;
}

/* Room for one more; what is added is written whole. */
static void *
grown(void *old, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return old;
	*room = *room ? 2 * *room : 64;
	return xrealloc(old, *room, size);
}

static const char *
kept(struct journal_batch *batch, const char *text, size_t length)
{
	return text ? arena_strndup(batch->arena, text, length) : NULL;
}

static uint32_t
hash_of(const struct identity_hash *hash)
{
	uint32_t head;

	memcpy(&head, hash->bytes, sizeof(head));
	return head;
}

static bool
hash_equal(const struct identity_hash *a, const struct identity_hash *b)
{
	return memcmp(a->bytes, b->bytes, IDENTITY_HASH) == 0;
}

/* ---- records ---- */

int64_t
batch_find(const struct journal_batch *batch, const struct identity_hash *key)
{
	size_t place = hash_of(key);
	int64_t found;

	while ((found = lookup_next(&batch->record_of, hash_of(key), &place)) >= 0) {
		const struct batch_record *record = &batch->records[found];

		if (record->says != SAYS_REPLACED && hash_equal(&record->key, key))
			return found;
	}
	return -1;
}

static struct batch_record *
add_record(struct journal_batch *batch, const struct identity_hash *key, enum record_says says)
{
	struct batch_record *record;

	batch->records = grown(batch->records, batch->record_count, &batch->record_room,
		sizeof(*batch->records));
	record = &batch->records[batch->record_count];
	*record = (struct batch_record){
		.key = *key, .says = says, .first_fact = (uint32_t)batch->fact_count};
	lookup_put(&batch->record_of, hash_of(key), (uint32_t)batch->record_count++);
	batch->live++;
	return record;
}

/* The last word on a key wins. */
static struct batch_record *
replace_record(
	struct journal_batch *batch, const struct identity_hash *key, enum record_says says)
{
	int64_t before = batch_find(batch, key);

	if (before >= 0) {
		batch->records[before].says = SAYS_REPLACED;
		batch->live--;
	}
	return add_record(batch, key, says);
}

void
journal_batch_record(struct journal_batch *batch, const void *key, size_t key_length,
	const void *content, size_t content_length)
{
	struct identity_hash hash =
		identity_of_key(batch->keys, batch->source, key, key_length);
	struct batch_record *record = replace_record(batch, &hash, SAYS_FACTS);

	record->content = identity_of_content(batch->keys, content, content_length);
	buffer_clear(&batch->key);
	buffer_add(&batch->key, key, key_length);
}

void
journal_batch_gone_hash(struct journal_batch *batch, const struct identity_hash *key)
{
	replace_record(batch, key, SAYS_GONE);
}

void
journal_batch_gone(struct journal_batch *batch, const void *key, size_t key_length)
{
	struct identity_hash hash =
		identity_of_key(batch->keys, batch->source, key, key_length);

	journal_batch_gone_hash(batch, &hash);
}

/* What the same batch has said of the key before still holds. */
void
journal_batch_quarantine(struct journal_batch *batch, const void *key, size_t key_length,
	const struct journal_fault *fault)
{
	struct identity_hash hash =
		identity_of_key(batch->keys, batch->source, key, key_length);
	int64_t before = batch_find(batch, &hash);
	struct batch_record *record =
		before >= 0 ? &batch->records[before] : add_record(batch, &hash, SAYS_NOTHING);

	record->faulty = true;
	record->fault = (struct journal_fault){arena_strdup(batch->arena, fault->column),
		arena_strdup(batch->arena, fault->reason),
		arena_strdup(batch->arena, fault->masked),
		arena_strdup(batch->arena, fault->key_mask)};
}

/* ---- persons ---- */

static bool
has_number(const struct journal_person *person)
{
	return person->citizen.class == CITIZEN_VALID ||
	       person->citizen.class == CITIZEN_UPGRADED;
}

/* How somebody is told apart from all others of the batch. Numbers are compared as they are, so
 * that each is hashed once. */
struct sought {
	const struct journal_person *person;
	uint32_t hash;
	const struct identity_hash *identity; /* of somebody without a number; else NULL */
};

static bool
is_sought(const struct batch_person *person, const struct sought *sought)
{
	const struct journal_person *said = sought->person;

	if (said->known || person->known)
		return person->known == said->known &&
		       person->known_county == said->known_county;
	if (sought->identity || person->unidentified)
		return sought->identity && person->unidentified &&
		       hash_equal(&person->hash, sought->identity);
	return strcmp(person->citizen.number, said->citizen.number) == 0;
}

static int64_t
find_person(const struct journal_batch *batch, const struct sought *sought)
{
	size_t place = sought->hash;
	int64_t found;

	while ((found = lookup_next(&batch->person_of, sought->hash, &place)) >= 0) {
		if (is_sought(&batch->persons[found], sought))
			return found;
	}
	return -1;
}

static uint32_t
hash_of_number(const char *number)
{
	uint64_t parts[2];

	memcpy(parts, number, sizeof(parts));
	return lookup_hash(parts[0] ^ (uint64_t)(unsigned char)number[16] << 56,
		parts[1] ^ (uint64_t)(unsigned char)number[17] << 48);
}

static int32_t
add_person(struct journal_batch *batch, const struct sought *sought)
{
	const struct journal_person *said = sought->person;
	struct batch_person *added;

	batch->persons = grown(batch->persons, batch->person_count, &batch->person_room,
		sizeof(*batch->persons));
	added = &batch->persons[batch->person_count];
	*added = (struct batch_person){.known = said->known,
		.known_county = said->known_county,
		.citizen = said->citizen,
		.unidentified = sought->identity != NULL};
	if (sought->identity)
		added->hash = *sought->identity;
	else if (!said->known)
		added->hash = identity_of_number(batch->keys, said->citizen.number);
	lookup_put(&batch->person_of, sought->hash, (uint32_t)batch->person_count);
	return (int32_t)batch->person_count++;
}

static void
keep_area(struct area *kept_area, struct area said)
{
	if (kept_area->code == 0)
		*kept_area = said;
}

static void
keep_text(struct journal_batch *batch, struct batch_person *person, int bit, const char *text,
	size_t length)
{
	const char **place = bit == CARD_NAME      ? &person->card.name
			     : bit == CARD_ADDRESS ? &person->card.address
						   : &person->card.phone;
	size_t *size = bit == CARD_NAME      ? &person->card.name_length
		       : bit == CARD_ADDRESS ? &person->card.address_length
					     : &person->card.phone_length;

	if ((person->holds & bit) || !text || length == 0)
		return;
	*place = kept(batch, text, length);
	*size = length;
	person->holds |= bit;
}

static void
keep_card(struct journal_batch *batch, struct batch_person *kept_person,
	const struct journal_person *said)
{
	const struct identity_card *card = &said->card;

	keep_text(batch, kept_person, CARD_NAME, card->name, card->name_length);
	keep_text(batch, kept_person, CARD_ADDRESS, card->address, card->address_length);
	keep_text(batch, kept_person, CARD_PHONE, card->phone, card->phone_length);
	keep_area(&kept_person->residence, said->residence);
	keep_area(&kept_person->register_area, said->register_area);
	keep_area(&kept_person->source_area, said->source_area);
}

int32_t
journal_batch_person(struct journal_batch *batch, const struct journal_person *person)
{
	struct sought sought = {.person = person};
	struct identity_hash identity;
	int64_t index;

	if (person->known) {
		sought.hash =
			lookup_hash((uint64_t)person->known, (uint64_t)person->known_county);
	} else if (has_number(person)) {
		sought.hash = hash_of_number(person->citizen.number);
	} else {
		identity = identity_of_record(batch->keys, batch->source, batch->key.bytes,
			batch->key.length, person->slot);
		sought.identity = &identity;
		sought.hash = hash_of(&identity);
	}
	index = find_person(batch, &sought);
	if (index < 0)
		index = add_person(batch, &sought);
	if (!person->known)
		keep_card(batch, &batch->persons[index], person);
	return (int32_t)index;
}

/* ---- facts ---- */

static void
take_resident(
	struct journal_batch *batch, struct batch_fact *added, const struct journal_fact *fact)
{
	const struct journal_resident *resident = fact->resident;

	assert(resident);
	added->rank = (int16_t)resident->rank;
	added->has_household = resident->household != NULL;
	if (resident->household)
		added->household = *resident->household;
	if (resident->area.code != 0)
		added->area = resident->area;
	row_add_resident(&batch->fields, resident);
}

void
journal_batch_fact(struct journal_batch *batch, const struct journal_fact *fact)
{
	struct batch_record *record = &batch->records[batch->record_count - 1];
	struct batch_fact *added;

	assert(batch->record_count > 0 && record->says == SAYS_FACTS);
	batch->facts = grown(
		batch->facts, batch->fact_count, &batch->fact_room, sizeof(*batch->facts));
	added = &batch->facts[batch->fact_count++];
	record->fact_count++;
	*added = (struct batch_fact){.kind = fact->kind,
		.record = (uint32_t)batch->record_count - 1,
		.person = fact->person,
		.ordinal = (int16_t)fact->ordinal,
		.rank = -1,
		.has_household = fact->household != NULL,
		.area = fact->area,
		.on = fact->on,
		.until = fact->until,
		.fields = batch->fields.length,
		.first_mention = (uint32_t)batch->mention_count};
	if (fact->household)
		added->household = *fact->household;
	if (!fact->kind)
		take_resident(batch, added, fact);
	else
		row_add_cells(batch, fact->kind, fact->cells);
	added->fields_length = batch->fields.length - added->fields;
	added->mention_count = (uint32_t)batch->mention_count - added->first_mention;
}

void
journal_batch_cursor(
	struct journal_batch *batch, const char *cursor, const char *batch_number, bool loaded)
{
	batch->cursor = cursor ? arena_strdup(batch->arena, cursor) : NULL;
	batch->batch_number = batch_number ? arena_strdup(batch->arena, batch_number) : NULL;
	batch->loaded = loaded;
}

size_t
journal_batch_records(const struct journal_batch *batch)
{
	return batch->live;
}
