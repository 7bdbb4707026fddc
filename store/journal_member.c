/* Who lives with whom: household keys of sources lead to households, and a person belongs to
 * the household of the strongest key that he stands under. Knows no fact but `resident`. */
#include <stdlib.h>
#include <string.h>

#include "journal_parts.h"

/* Columns of a fact, as kind_table.c fixes them. */
enum {
	FACT_SOURCE = 1,
	FACT_KEY = 2,
	FACT_POSITION = 6,
	FACT_PERSON_COUNTY = 7,
	FACT_PERSON = 8,
	FACT_HOUSEHOLD = 9,
	RESIDENT_RANK = 13,
};

/* What this batch says is later than what is stored; among itself the last word is the latest.
 */
#define ORDER_TOLD (INT64_MAX / 2)

/* ---- keys of households ---- */

static uint32_t
hash_of(const struct identity_hash *hash)
{
	uint32_t head;

	memcpy(&head, hash->bytes, sizeof(head));
	return head;
}

int32_t
link_find(const struct run *run, const struct identity_hash *hash)
{
	size_t place = hash_of(hash);
	int64_t found;

	while ((found = lookup_next(&run->link_of, hash_of(hash), &place)) >= 0) {
		if (memcmp(run->links[found].hash.bytes, hash->bytes, IDENTITY_HASH) == 0)
			return (int32_t)found;
	}
	return -1;
}

static int32_t
link_of(struct run *run, const struct identity_hash *hash, struct area area)
{
	int32_t found = link_find(run, hash);

	if (found >= 0)
		return found;
	run->links = run_grow(
		run, run->links, run->link_count, &run->link_room, sizeof(*run->links));
	run->links[run->link_count] = (struct link){.hash = *hash, .area = area};
	lookup_put(&run->link_of, hash_of(hash), (uint32_t)run->link_count);
	return (int32_t)run->link_count++;
}

/* ---- what registers say ---- */

static void
add_candidate(struct run *run, const struct candidate *candidate)
{
	run->candidates = run_grow(run, run->candidates, run->candidate_count,
		&run->candidate_room, sizeof(*run->candidates));
	run->candidates[run->candidate_count++] = *candidate;
}

/* True if this batch says something new of the record, so that what it said before counts no
 * more. */
static bool
is_replaced(const struct run *run, const struct db_result *result, int row)
{
	struct identity_hash key;
	size_t length;
	int64_t record;

	if (db_int(result, row, FACT_SOURCE) != run->source)
		return false;
	memcpy(key.bytes, db_bytes(result, row, FACT_KEY, &length), IDENTITY_HASH);
	record = batch_find(run->batch, &key);
	return record >= 0 && (run->batch->records[record].fate == FATE_CHANGED ||
				      run->batch->records[record].fate == FATE_GONE);
}

static void
take_residents(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	for (int i = 0; i < db_result_rows(result); i++) {
		struct identity_hash hash;
		size_t length;

		if (db_null(result, i, FACT_HOUSEHOLD) || is_replaced(run, result, i))
			continue;
		memcpy(hash.bytes, db_bytes(result, i, FACT_HOUSEHOLD, &length), IDENTITY_HASH);
		add_candidate(run, &(struct candidate){.home = home_of(run,
							       (int32_t)db_int(result, i,
								       FACT_PERSON_COUNTY),
							       db_int(result, i, FACT_PERSON)),
					   .link = link_of(run, &hash, run->batch->area),
					   .rank = (int16_t)db_int(result, i, RESIDENT_RANK),
					   .order = db_int(result, i, FACT_POSITION)});
	}
}

static void
note_told(struct run *run)
{
	struct journal_batch *batch = run->batch;

	for (size_t i = 0; i < batch->fact_count; i++) {
		const struct batch_fact *fact = &batch->facts[i];

		if (!fact_is_live(run, fact))
			continue;
		if (fact->kind && fact->person < 0 && fact->has_household)
			link_of(run, &fact->household, fact->area);
		if (fact->kind || fact->person < 0)
			continue;
		home_of_person(run, fact->person)->member = true;
		if (fact->has_household)
			add_candidate(run,
				&(struct candidate){.home = batch->persons[fact->person].home,
					.link = link_of(run, &fact->household, fact->area),
					.rank = fact->rank,
					.order = ORDER_TOLD + (int64_t)i,
					.told = true});
	}
}

static void
note_replaced(struct run *run)
{
	for (size_t i = 0; i < run->old_count; i++) {
		const struct old_fact *old = &run->olds[i];
		bool resident = !kind_tables_at(run->tables, (size_t)old->table)->kind;

		if (old->home >= 0 && resident)
			run->homes[old->home].member = true;
		if (old->home < 0 && old->has_household)
			link_of(run, &old->household, old->area);
	}
}

static void
ask_residents(struct run *run)
{
	int table = kind_tables_find(run->tables, NULL);
	struct db_params params = {0};
	bool any = false;

	for (int column = 0; column < 2; column++) {
		db_add_array(&params, column == 0 ? DB_ARRAY_INT4 : DB_ARRAY_INT8);
		for (size_t i = 0; i < run->home_count; i++) {
			const struct home *home = &run->homes[i];

			if (!home->member || home->made)
				continue;
			any = true;
			db_item_int(&params, column == 0 ? home->county : home->person);
		}
	}
	db_add_array(&params, DB_ARRAY_INT4); /* as known now */
	db_add_array(&params, DB_ARRAY_INT8);
	if (any)
		run_ask(run, kind_tables_at(run->tables, (size_t)table)->persons, &params,
			take_residents, 0);
	else
		db_params_clear(&params);
}

void
member_read(struct run *run)
{
	note_told(run);
	note_replaced(run);
	ask_residents(run);
}

/* ---- where the keys lead ---- */

/* Columns: place, county, household, peopled, an id if it leads nowhere. */
static void
take_links(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	for (int i = 0; i < db_result_rows(result); i++) {
		struct link *link = &run->links[db_int(result, i, 0)];

		link->found = !db_null(result, i, 2);
		link->spare = db_int(result, i, 4);
		if (!link->found)
			continue;
		link->county = (int32_t)db_int(result, i, 1);
		link->household = db_int(result, i, 2);
		link->peopled = db_bool(result, i, 3);
		link->settled = link->peopled;
	}
}

static void
take_alone(struct run *run, const struct db_result *result, int number)
{
	int row = 0;

	(void)number;
	for (size_t i = 0; i < run->home_count && row < db_result_rows(result); i++) {
		if (run->homes[i].alone)
			run->homes[i].spare = db_int(result, row++, 0);
	}
}

/* Whoever stands under no key any more lives in a household of his own. */
static void
ask_alone(struct run *run)
{
	struct db_params params = {0};
	int count = 0;

	for (size_t i = 0; i < run->home_count; i++) {
		struct home *home = &run->homes[i];

		home->alone = home->member && !home->made &&
			      (home->now.resolved || !home->now.household);
	}
	for (size_t i = 0; i < run->candidate_count; i++)
		run->homes[run->candidates[i].home].alone = false;
	for (size_t i = 0; i < run->home_count; i++)
		count += run->homes[i].alone && !run->homes[i].spare;
	if (!count)
		return;
	db_add_int(&params, count);
	run_ask(run, statement(STATEMENT_JOURNAL_HOUSEHOLD_IDS), &params, take_alone, 0);
}

void
member_look(struct run *run)
{
	struct db_params params = {0};
	bool any = false;

	ask_alone(run);
	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < run->link_count; i++) {
		if (!run->links[i].found) {
			any = true;
			db_item_int(&params, (int64_t)i);
		}
	}
	db_add_array(&params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < run->link_count; i++) {
		if (!run->links[i].found)
			db_item_bytes(&params, run->links[i].hash.bytes, IDENTITY_HASH);
	}
	if (any)
		run_ask(run, statement(STATEMENT_JOURNAL_LINKS), &params, take_links, 0);
	else
		db_params_clear(&params);
}

/* ---- deciding ---- */

static bool
is_stronger(const struct candidate *a, const struct candidate *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->order > b->order;
}

static void
take_stronger(const struct run *run, int32_t *winner, size_t index)
{
	if (*winner < 0 || is_stronger(&run->candidates[index], &run->candidates[*winner]))
		*winner = (int32_t)index;
}

/* A key under which nobody has stood yet follows its first person to the household that another
 * key gives him already; else it gets a new one. */
static void
settle(struct run *run, struct link *link, const struct home *first)
{
	link->settled = true;
	if (first->linked >= 0) {
		const struct link *other = &run->links[run->candidates[first->linked].link];

		link->moved = link->found;
		link->before = (struct mark){link->county, link->household};
		link->county = other->county;
		link->household = other->household;
	} else if (!link->found) {
		link->fresh = true;
		link->county = first->county;
		link->household = link->spare;
	}
}

static void
settle_links(struct run *run)
{
	for (size_t i = 0; i < run->home_count; i++)
		run->homes[i].linked = -1;
	for (size_t i = 0; i < run->candidate_count; i++) {
		const struct candidate *candidate = &run->candidates[i];

		if (!candidate->told && run->links[candidate->link].settled)
			take_stronger(run, &run->homes[candidate->home].linked, i);
	}
	for (size_t i = 0; i < run->candidate_count; i++) {
		const struct candidate *candidate = &run->candidates[i];
		struct home *home = &run->homes[candidate->home];
		struct link *link = &run->links[candidate->link];

		if (!candidate->told)
			continue;
		if (!link->settled)
			settle(run, link, home);
		if (home->linked < 0)
			home->linked = (int32_t)i;
	}
	for (size_t i = 0; i < run->link_count; i++) {
		struct link *link = &run->links[i];

		if (link->settled || link->found)
			continue;
		link->settled = link->fresh = true;
		link->county = area_county(link->area.code ? link->area : run->batch->area);
		link->household = link->spare;
	}
}

static void
seat_home(const struct run *run, struct home *home)
{
	const struct candidate *candidate;
	const struct link *link;

	if (home->stronger >= 0) {
		candidate = &run->candidates[home->stronger];
		link = &run->links[candidate->link];
		home->next =
			(struct seat){link->county, link->household, true, candidate->rank};
	} else if (home->made || home->alone) {
		home->next = (struct seat){home->county, home->spare, false, -1};
	} else {
		home->next = home->now;
	}
}

static void
seat_homes(struct run *run)
{
	for (size_t i = 0; i < run->home_count; i++)
		run->homes[i].stronger = -1;
	for (size_t i = 0; i < run->candidate_count; i++)
		take_stronger(run, &run->homes[run->candidates[i].home].stronger, i);
	for (size_t i = 0; i < run->home_count; i++) {
		if (run->homes[i].made || run->homes[i].member)
			seat_home(run, &run->homes[i]);
	}
}

/* ---- making keys ---- */

static int
by_hash(const void *a, const void *b, void *of)
{
	const struct link *links = of;

	return memcmp(links[*(const uint32_t *)a].hash.bytes,
		links[*(const uint32_t *)b].hash.bytes, IDENTITY_HASH);
}

/* Whatever is missing was made by somebody else at this moment, and that is committed: it is
 * looked up, and all is decided again. */
static void
take_link_made(struct run *run, const struct db_result *result, int wanted)
{
	for (int i = 0; i < db_result_rows(result); i++) {
		struct identity_hash hash;
		size_t length;

		memcpy(hash.bytes, db_bytes(result, i, 0, &length), IDENTITY_HASH);
		run->links[link_find(run, &hash)].found = true;
	}
	if (db_result_rows(result) == wanted)
		return;
	for (size_t i = 0; i < run->link_count; i++) {
		struct link *link = &run->links[i];

		if (!link->found)
			link->settled = link->fresh = false;
	}
	run_back_to(run, member_look);
}

static void
ask_make(struct run *run, const uint32_t *order, size_t count)
{
	struct db_params params = {0};

	db_add_array(&params, DB_ARRAY_BYTES);
	for (size_t i = 0; i < count; i++)
		db_item_bytes(&params, run->links[order[i]].hash.bytes, IDENTITY_HASH);
	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, run->links[order[i]].county);
	db_add_array(&params, DB_ARRAY_INT8);
	for (size_t i = 0; i < count; i++)
		db_item_int(&params, run->links[order[i]].household);
	run_ask(run, statement(STATEMENT_JOURNAL_MAKE_LINKS), &params, take_link_made,
		(int)count);
}

void
member_make(struct run *run)
{
	uint32_t *order = arena_array(run->arena, run->link_count + 1, sizeof(*order));
	size_t count = 0;

	settle_links(run);
	seat_homes(run);
	for (size_t i = 0; i < run->link_count; i++) {
		if (!run->links[i].found)
			order[count++] = (uint32_t)i;
	}
	qsort_r(order, count, sizeof(*order), by_hash, run->links);
	if (count)
		ask_make(run, order, count);
}

/* ---- writing ---- */

static bool
is_own(const struct home *home)
{
	return home->spare && home->next.household == home->spare && !home->next.resolved;
}

/* Those of keys, then those of persons who are alone. */
static void
add_made(struct run *run, struct db_params *params, enum db_array type)
{
	db_add_array(params, type);
	for (size_t i = 0; i < run->link_count; i++) {
		const struct link *link = &run->links[i];

		if (link->fresh)
			db_item_int(
				params, type == DB_ARRAY_INT4 ? link->county : link->household);
	}
	for (size_t i = 0; i < run->home_count; i++) {
		const struct home *home = &run->homes[i];

		if (is_own(home))
			db_item_int(params, type == DB_ARRAY_INT4 ? home->county : home->spare);
	}
}

static void
move_links(struct run *run)
{
	struct db_params params = {0};
	bool any = false;

	for (int column = 0; column < 3; column++) {
		db_add_array(&params, column == 0   ? DB_ARRAY_BYTES
				      : column == 1 ? DB_ARRAY_INT4
						    : DB_ARRAY_INT8);
		for (size_t i = 0; i < run->link_count; i++) {
			const struct link *link = &run->links[i];

			if (!link->moved)
				continue;
			any = true;
			if (column == 0)
				db_item_bytes(&params, link->hash.bytes, IDENTITY_HASH);
			else
				db_item_int(
					&params, column == 1 ? link->county : link->household);
		}
	}
	if (any)
		run_ask(run, statement(STATEMENT_JOURNAL_MOVE_LINKS), &params, NULL, 0);
	else
		db_params_clear(&params);
}

void
member_write(struct run *run)
{
	struct db_params params = {0};

	for (size_t i = 0; i < run->link_count; i++)
		run->count.households += run->links[i].fresh;
	for (size_t i = 0; i < run->home_count; i++)
		run->count.households += is_own(&run->homes[i]);
	move_links(run);
	if (!run->count.households)
		return;
	db_add_instant(&params, run->now);
	add_made(run, &params, DB_ARRAY_INT4);
	add_made(run, &params, DB_ARRAY_INT8);
	run_ask(run, statement(STATEMENT_JOURNAL_ADD_HOUSEHOLDS), &params, NULL, 0);
}

bool
home_is_seated(const struct home *home)
{
	const struct seat *now = &home->now;
	const struct seat *next = &home->next;

	return next->household &&
	       (now->household != next->household || now->county != next->county ||
		       now->resolved != next->resolved || now->rank != next->rank);
}

bool
home_has_moved(const struct home *home)
{
	return home->now.household && (home->now.household != home->next.household ||
					      home->now.county != home->next.county);
}

enum seat_column {
	SEAT_COUNTY,
	SEAT_PERSON,
	SEAT_POSITION,
	SEAT_HOUSEHOLD_COUNTY,
	SEAT_HOUSEHOLD,
	SEAT_RESOLVED,
	SEAT_RANK,
	SEAT_COLUMNS,
};

static void
item_seat(struct db_params *params, const struct run *run, const struct home *home,
	enum seat_column column)
{
	switch (column) {
	case SEAT_COUNTY:
		db_item_int(params, home->county);
		return;
	case SEAT_PERSON:
		db_item_int(params, home->person);
		return;
	case SEAT_POSITION:
		db_item_int(params, touch_position(run, home->county));
		return;
	case SEAT_HOUSEHOLD_COUNTY:
		db_item_int(params, home->next.county);
		return;
	case SEAT_HOUSEHOLD:
		db_item_int(params, home->next.household);
		return;
	case SEAT_RESOLVED:
		db_item_int(params, home->next.resolved);
		return;
	case SEAT_RANK:
		if (home->next.rank < 0)
			db_item_null(params);
		else
			db_item_int(params, home->next.rank);
		return;
	case SEAT_COLUMNS:
		return;
	}
}

void
member_write_seats(struct run *run)
{
	static const enum db_array types[SEAT_COLUMNS] = {[SEAT_COUNTY] = DB_ARRAY_INT4,
		[SEAT_PERSON] = DB_ARRAY_INT8,
		[SEAT_POSITION] = DB_ARRAY_INT8,
		[SEAT_HOUSEHOLD_COUNTY] = DB_ARRAY_INT4,
		[SEAT_HOUSEHOLD] = DB_ARRAY_INT8,
		[SEAT_RESOLVED] = DB_ARRAY_BOOL,
		[SEAT_RANK] = DB_ARRAY_INT2};
	struct db_params params = {0};
	bool any = false;

	db_add_instant(&params, run->now);
	for (int column = 0; column < SEAT_COLUMNS; column++) {
		db_add_array(&params, types[column]);
		for (size_t i = 0; i < run->home_count; i++) {
			if (!home_is_seated(&run->homes[i]))
				continue;
			item_seat(&params, run, &run->homes[i], (enum seat_column)column);
			any = true;
		}
	}
	for (size_t i = 0; i < run->home_count; i++)
		run->count.moved += home_has_moved(&run->homes[i]);
	if (any)
		run_ask(run, statement(STATEMENT_JOURNAL_ADD_SEATS), &params, NULL, 0);
	else
		db_params_clear(&params);
}
