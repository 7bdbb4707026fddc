/* Persons: a number leads to somebody and his home county, given at first sight and never
 * changed; what is known of him goes into one sealed box. Decides about no household. */
#include <stdlib.h>
#include <string.h>

#include "journal_parts.h"
#include "store.h"

#define CARD_TEXT_SIZE 64 /* of a masked name */

/* ---- those who are known by an id ---- */

static int64_t
find_home(const struct run *run, int32_t county, int64_t person)
{
	uint32_t hash = lookup_hash((uint64_t)person, (uint64_t)county);
	size_t place = hash;
	int64_t found;

	while ((found = lookup_next(&run->home_of, hash, &place)) >= 0) {
		if (run->homes[found].person == person && run->homes[found].county == county)
			return found;
	}
	return -1;
}

int32_t
home_of(struct run *run, int32_t county, int64_t person)
{
	int64_t found = find_home(run, county, person);

	if (found >= 0)
		return (int32_t)found;
	run->homes = run_grow(
		run, run->homes, run->home_count, &run->home_room, sizeof(*run->homes));
	run->homes[run->home_count] = (struct home){.county = county,
		.person = person,
		.now.rank = -1,
		.next.rank = -1,
		.linked = -1,
		.stronger = -1};
	lookup_put(&run->home_of, lookup_hash((uint64_t)person, (uint64_t)county),
		(uint32_t)run->home_count);
	return (int32_t)run->home_count++;
}

/* Columns from `first` on: household's county, household, resolved, rank. */
static void
take_seat(struct home *home, const struct db_result *result, int row, int first)
{
	home->looked = true;
	if (db_null(result, row, first + 1))
		return;
	home->now = (struct seat){.county = (int32_t)db_int(result, row, first),
		.household = db_int(result, row, first + 1),
		.resolved = db_bool(result, row, first + 2),
		.rank = db_null(result, row, first + 3)
				? -1
				: (int16_t)db_int(result, row, first + 3)};
	home->next = home->now;
}

/* ---- those who are known by a number ---- */

static bool
is_wanted(const struct batch_person *person)
{
	return person->needed && person->home < 0 && !person->known;
}

/* A box is sealed anew if more is known and nothing that it holds is lost: it cannot be opened
 * here. */
static bool
knows_more(const struct batch_person *person, int held)
{
	return (person->holds & ~held) && !(held & ~person->holds);
}

/* Columns: place in the batch, county, person, held, referred, then the seat. */
static void
take_persons(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	for (int i = 0; i < db_result_rows(result); i++) {
		struct batch_person *person = &run->batch->persons[db_int(result, i, 0)];
		struct home *home;

		person->home =
			home_of(run, (int32_t)db_int(result, i, 1), db_int(result, i, 2));
		home = &run->homes[person->home];
		home->referred = db_bool(result, i, 4);
		person->renewed = knows_more(person, (int)db_int(result, i, 3));
		take_seat(home, result, i, 5);
	}
}

void
home_look(struct run *run)
{
	struct journal_batch *batch = run->batch;
	struct db_params params = {0};
	size_t wanted = 0;

	for (size_t i = 0; i < batch->person_count; i++) {
		struct batch_person *person = &batch->persons[i];

		if (person->needed && person->known)
			person->home = home_of(run, person->known_county, person->known);
	}
	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < batch->person_count; i++) {
		if (is_wanted(&batch->persons[i])) {
			db_item_int(&params, (int64_t)i);
			wanted++;
		}
	}
	db_add_array(&params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < batch->person_count; i++) {
		if (is_wanted(&batch->persons[i]))
			db_item_bytes(&params, batch->persons[i].hash.bytes, IDENTITY_HASH);
	}
	if (wanted)
		run_ask(run, statement(STATEMENT_JOURNAL_PERSONS), &params, take_persons, 0);
	else
		db_params_clear(&params);
}

/* ---- first sight ---- */

static int32_t
home_county(const struct batch_person *person)
{
	struct area area = person->residence.code       ? person->residence
			   : person->register_area.code ? person->register_area
							: person->source_area;

	return area_county(area);
}

static int
by_hash(const void *a, const void *b, void *of)
{
	const struct batch_person *persons = of;

	return memcmp(persons[*(const uint32_t *)a].hash.bytes,
		persons[*(const uint32_t *)b].hash.bytes, IDENTITY_HASH);
}

static struct batch_person *
find_hash(struct run *run, const uint32_t *order, size_t count, const uint8_t *hash)
{
	size_t low = 0;

	while (count > 0) {
		size_t half = count / 2;
		struct batch_person *person = &run->batch->persons[order[low + half]];
		int side = memcmp(person->hash.bytes, hash, IDENTITY_HASH);

		if (side == 0)
			return person;
		if (side < 0) {
			low += half + 1;
			count -= half + 1;
		} else {
			count = half;
		}
	}
	return NULL;
}

/* Columns: hash, person, an id for a household of his own. Who is missing was made by somebody
 * else at this moment, and that is committed: looking again finds him. */
static void
take_made(struct run *run, const struct db_result *result, int wanted)
{
	for (int i = 0; i < db_result_rows(result); i++) {
		size_t length;
		const uint8_t *hash = db_bytes(result, i, 0, &length);
		struct batch_person *person = find_hash(run, run->wanted, (size_t)wanted, hash);
		struct home *home;

		person->home = home_of(run, home_county(person), db_int(result, i, 1));
		person->made = true;
		home = &run->homes[person->home];
		home->spare = db_int(result, i, 2);
		home->made = true;
		home->looked = true;
	}
	run->count.persons += db_result_rows(result);
	if (db_result_rows(result) < wanted)
		run_back_to(run, home_look);
}

void
home_make(struct run *run)
{
	struct journal_batch *batch = run->batch;
	struct db_params params = {0};
	size_t count = 0;

	for (size_t i = 0; i < batch->person_count; i++)
		count += is_wanted(&batch->persons[i]);
	if (!count)
		return;
	run->wanted = arena_array(run->arena, count, sizeof(*run->wanted));
	count = 0;
	for (size_t i = 0; i < batch->person_count; i++) {
		if (is_wanted(&batch->persons[i]))
			run->wanted[count++] = (uint32_t)i;
	}
	qsort_r(run->wanted, count, sizeof(*run->wanted), by_hash, batch->persons);
	db_add_array(&params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < count; i++)
		db_item_bytes(
			&params, batch->persons[run->wanted[i]].hash.bytes, IDENTITY_HASH);
	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, home_county(&batch->persons[run->wanted[i]]));
	db_add_array(&params, DB_ARRAY_INT2);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, batch->persons[run->wanted[i]].holds);
	run_ask(run, statement(STATEMENT_JOURNAL_MAKE_PERSONS), &params, take_made, (int)count);
}

/* ---- persons of replaced facts ---- */

/* Columns: place, then the seat. */
static void
take_old_seats(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	for (int i = 0; i < db_result_rows(result); i++) {
		struct home *home = &run->homes[db_int(result, i, 0)];

		if (db_null(result, i, 2))
			run_fail(run, RUN_FAILED, "a person told by id is not in the store");
		home->referred = true; /* perhaps: nobody has asked the directory */
		take_seat(home, result, i, 1);
	}
}

void
home_look_old(struct run *run)
{
	struct db_params params = {0};
	bool any = false;

	for (int column = 0; column < 3; column++) {
		db_add_array(&params, column == 2 ? DB_ARRAY_INT8 : DB_ARRAY_INT4);
		for (size_t i = 0; i < run->home_count; i++) {
			const struct home *home = &run->homes[i];

			if (home->looked)
				continue;
			any = true;
			db_item_int(&params, column == 0   ? (int64_t)i
					     : column == 1 ? home->county
							   : home->person);
		}
	}
	if (any)
		run_ask(run, statement(STATEMENT_JOURNAL_SEATS), &params, take_old_seats, 0);
	else
		db_params_clear(&params);
}

/* ---- boxes ---- */

static void
item_name(struct db_params *params, const struct run *run, const struct batch_person *person,
	bool masked)
{
	const struct identity_card *card = &person->card;
	struct identity_hash hash;
	char mask[CARD_TEXT_SIZE];

	if (!card->name) {
		db_item_null(params);
	} else if (masked) {
		name_mask(card->name, card->name_length, mask, sizeof(mask));
		db_item_text(params, mask);
	} else {
		hash = identity_of_name(run->batch->keys, card->name, card->name_length);
		db_item_bytes(params, hash.bytes, IDENTITY_HASH);
	}
}

static void
item_box(struct db_params *params, const struct run *run, const struct batch_person *person)
{
	struct identity_card card = person->card;
	struct buffer sealed = {0};

	card.number = person->unidentified ? NULL : person->citizen.number;
	identity_seal(
		run->batch->keys, home_of_person_row(run, person)->person, &card, &sealed);
	db_item_bytes(params, sealed.bytes, sealed.length);
	buffer_free(&sealed);
}

static void
item_number_mask(struct db_params *params, const struct batch_person *person)
{
	char mask[CITIZEN_MASK_SIZE] = "";

	if (!person->unidentified)
		citizen_mask(person->citizen.number, mask);
	db_item_text(params, mask);
}

/* The columns of a person in the order of JOURNAL_ADD_PERSONS; those of a renewal come first.
 */
enum person_column {
	PERSON_COUNTY,
	PERSON_ID,
	PERSON_NAME_HASH,
	PERSON_NAME_MASK,
	PERSON_SEALED,
	PERSON_RENEWED, /* number of the columns up to here */
	PERSON_NUMBER_MASK = PERSON_RENEWED,
	PERSON_UNIDENTIFIED,
	PERSON_BIRTH,
	PERSON_SEX,
	PERSON_COLUMNS,
};

static enum db_array
column_type(enum person_column column)
{
	static const enum db_array types[PERSON_COLUMNS] = {[PERSON_COUNTY] = DB_ARRAY_INT4,
		[PERSON_ID] = DB_ARRAY_INT8,
		[PERSON_NAME_HASH] = DB_ARRAY_BYTES,
		[PERSON_NAME_MASK] = DB_ARRAY_TEXT,
		[PERSON_SEALED] = DB_ARRAY_BYTES,
		[PERSON_NUMBER_MASK] = DB_ARRAY_TEXT,
		[PERSON_UNIDENTIFIED] = DB_ARRAY_BOOL,
		[PERSON_BIRTH] = DB_ARRAY_DATE,
		[PERSON_SEX] = DB_ARRAY_TEXT};

	return types[column];
}

static void
item_person(struct db_params *params, const struct run *run, const struct batch_person *person,
	enum person_column column)
{
	const struct home *home = home_of_person_row(run, person);

	switch (column) {
	case PERSON_COUNTY:
		db_item_int(params, home->county);
		return;
	case PERSON_ID:
		db_item_int(params, home->person);
		return;
	case PERSON_NAME_HASH:
	case PERSON_NAME_MASK:
		item_name(params, run, person, column == PERSON_NAME_MASK);
		return;
	case PERSON_SEALED:
		item_box(params, run, person);
		return;
	case PERSON_NUMBER_MASK:
		item_number_mask(params, person);
		return;
	case PERSON_UNIDENTIFIED:
		db_item_int(params, person->unidentified);
		return;
	case PERSON_BIRTH:
		db_item_day(params, person->citizen.birth);
		return;
	case PERSON_SEX:
		db_item_bytes(params, person->citizen.sex ? &person->citizen.sex : NULL, 1);
		return;
	case PERSON_COLUMNS:
		return;
	}
}

static bool
add_person_columns(struct run *run, struct db_params *params, bool made)
{
	const struct journal_batch *batch = run->batch;
	int columns = made ? PERSON_COLUMNS : PERSON_RENEWED;
	bool any = false;

	for (int column = 0; column < columns; column++) {
		db_add_array(params, column_type((enum person_column)column));
		for (size_t i = 0; i < batch->person_count; i++) {
			const struct batch_person *person = &batch->persons[i];

			if (!(made ? person->made : person->renewed))
				continue;
			item_person(params, run, person, (enum person_column)column);
			any = true;
		}
	}
	return any;
}

static void
write_made(struct run *run)
{
	struct db_params params = {0};

	db_add_int(&params, run->batch->keys->id);
	db_add_instant(&params, run->now);
	if (add_person_columns(run, &params, true))
		run_ask(run, statement(STATEMENT_JOURNAL_ADD_PERSONS), &params, NULL, 0);
	else
		db_params_clear(&params);
}

static void
write_renewed(struct run *run)
{
	const struct journal_batch *batch = run->batch;
	struct db_params params = {0};

	db_add_int(&params, run->batch->keys->id);
	if (!add_person_columns(run, &params, false)) {
		db_params_clear(&params);
		return;
	}
	db_add_array(&params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < batch->person_count; i++) {
		if (batch->persons[i].renewed)
			db_item_bytes(&params, batch->persons[i].hash.bytes, IDENTITY_HASH);
	}
	db_add_array(&params, DB_ARRAY_INT2);
	for (size_t i = 0; i < batch->person_count; i++) {
		if (batch->persons[i].renewed)
			db_item_int(&params, batch->persons[i].holds);
	}
	run_ask(run, statement(STATEMENT_JOURNAL_RENEW_PERSONS), &params, NULL, 0);
}

/* Those whom a fact names: from now on their news is news of his household, too. */
static void
write_referred(struct run *run)
{
	struct journal_batch *batch = run->batch;
	struct db_params params = {0};
	bool any = false;

	db_add_array(&params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < batch->fact_count; i++) {
		const struct batch_fact *fact = &batch->facts[i];

		for (uint32_t m = 0; m < fact->mention_count && fact_is_live(run, fact); m++) {
			const struct batch_person *person =
				&batch->persons[batch->mentions[fact->first_mention + m]
							.person];
			struct home *home = home_of_person_row(run, person);

			if (home->referred || person->known)
				continue;
			home->referred = true;
			db_item_bytes(&params, person->hash.bytes, IDENTITY_HASH);
			any = true;
		}
	}
	if (any)
		run_ask(run, statement(STATEMENT_JOURNAL_REFER), &params, NULL, 0);
	else
		db_params_clear(&params);
}

void
home_write(struct run *run)
{
	write_made(run);
	write_renewed(run);
	write_referred(run);
}
