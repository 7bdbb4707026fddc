/* Whom the news concerns, and the positions that stamp it: households, those that refer to
 * their persons, areas. Assesses nothing. */
#include <stdlib.h>
#include <string.h>

#include "journal_parts.h"
#include "store.h"

/* ---- marks ---- */

static void
add_mark(struct run *run, struct marks *marks, int32_t county, int64_t id)
{
	uint32_t hash = lookup_hash((uint64_t)id, (uint64_t)county);
	size_t place = hash;
	int64_t found;

	if (!id)
		return;
	while ((found = lookup_next(&marks->of, hash, &place)) >= 0) {
		if (marks->at[found].id == id && marks->at[found].county == county)
			return;
	}
	marks->at = run_grow(run, marks->at, marks->count, &marks->room, sizeof(*marks->at));
	marks->at[marks->count] = (struct mark){county, id};
	lookup_put(&marks->of, hash, (uint32_t)marks->count++);
}

static void
mark_link(struct run *run, const struct identity_hash *hash)
{
	int32_t link = link_find(run, hash);

	if (link < 0)
		return;
	add_mark(run, &run->households, run->links[link].county, run->links[link].household);
	if (run->links[link].moved)
		add_mark(run, &run->households, run->links[link].before.county,
			run->links[link].before.id);
}

/* The subject of a fact: a person first, then an area, then a household by its key. */
static void
mark_subject(struct run *run, const struct kind *kind, int32_t home, struct area area,
	const struct identity_hash *household)
{
	if (home >= 0)
		run->homes[home].touched = true;
	else if (kind && kind->subject == SUBJECT_AREA)
		add_mark(run, &run->areas, area_county(area), area.code);
	else if (household)
		mark_link(run, household);
}

static void
mark_subjects(struct run *run)
{
	struct journal_batch *batch = run->batch;

	for (size_t i = 0; i < batch->fact_count; i++) {
		const struct batch_fact *fact = &batch->facts[i];

		if (fact_is_live(run, fact))
			mark_subject(run, fact->kind,
				fact->person >= 0 ? batch->persons[fact->person].home : -1,
				fact->area, fact->has_household ? &fact->household : NULL);
	}
	for (size_t i = 0; i < run->old_count; i++) {
		const struct old_fact *old = &run->olds[i];

		mark_subject(run, kind_tables_at(run->tables, (size_t)old->table)->kind,
			old->home, old->area, old->has_household ? &old->household : NULL);
	}
}

static void
mark_households(struct run *run)
{
	for (size_t i = 0; i < run->home_count; i++) {
		struct home *home = &run->homes[i];

		/* Somebody who is new and only named by a fact has no news. */
		if (home_is_seated(home) && !home->made)
			home->touched = true;
		if (!home->touched)
			continue;
		add_mark(run, &run->households, home->next.county, home->next.household);
		if (home_has_moved(home))
			add_mark(run, &run->households, home->now.county, home->now.household);
	}
	for (size_t i = 0; i < run->link_count; i++) {
		if (run->links[i].moved)
			mark_link(run, &run->links[i].hash);
	}
}

/* ---- households that refer to the persons ---- */

static void
take_referring(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	for (int i = 0; i < db_result_rows(result); i++)
		add_mark(run, &run->households, (int32_t)db_int(result, i, 0),
			db_int(result, i, 1));
}

static bool
may_be_referred(const struct home *home)
{
	return home->touched && home->referred && !home->made;
}

static void
ask_referring(struct run *run, const struct db_statement *referring)
{
	struct db_params params = {0};

	for (int column = 0; column < 2; column++) {
		db_add_array(&params, column == 0 ? DB_ARRAY_INT4 : DB_ARRAY_INT8);
		for (size_t i = 0; i < run->home_count; i++) {
			const struct home *home = &run->homes[i];

			if (may_be_referred(home))
				db_item_int(&params, column == 0 ? home->county : home->person);
		}
	}
	run_ask(run, referring, &params, take_referring, 0);
}

static void
ask_who_refers(struct run *run)
{
	bool any = false;

	for (size_t i = 0; i < run->home_count && !any; i++)
		any = may_be_referred(&run->homes[i]);
	for (size_t i = 0; any && i < kind_tables_count(run->tables); i++) {
		const struct kind_table *table = kind_tables_at(run->tables, i);

		for (size_t j = 0; j < table->referring_count; j++)
			ask_referring(run, table->referring[j]);
	}
}

void
touch_collect(struct run *run)
{
	mark_subjects(run);
	mark_households(run);
	ask_who_refers(run);
}

/* ---- positions ---- */

static int
by_county(const void *a, const void *b)
{
	const struct head *left = a;
	const struct head *right = b;

	return (left->county > right->county) - (left->county < right->county);
}

static void
add_head(struct run *run, int32_t county, size_t *room)
{
	/* Nearly always the same as before. */
	if (run->head_count && run->heads[run->head_count - 1].county == county)
		return;
	run->heads = run_grow(run, run->heads, run->head_count, room, sizeof(*run->heads));
	run->heads[run->head_count++].county = county;
}

/* Of whoever is named by a fact of another county: his news that is under way does not know yet that it
 * concerns somebody there. Either it ends before us, and whoever assesses our mark sees it; or we do,
 * and it finds us when it has his county's position. */
static void
add_mentioned(struct run *run, const struct batch_fact *fact, size_t *room)
{
	const struct journal_batch *batch = run->batch;

	for (uint32_t i = 0; i < fact->mention_count; i++) {
		const struct batch_person *person =
			&batch->persons[batch->mentions[fact->first_mention + i].person];
		const struct home *home = home_of_person_row(run, person);

		if (home->now.household)
			add_head(run, home->now.county, room);
	}
}

static void
collect_heads(struct run *run)
{
	size_t room = 0;

	for (size_t i = 0; i < run->batch->fact_count; i++) {
		const struct batch_fact *fact = &run->batch->facts[i];

		if (!fact_is_live(run, fact))
			continue;
		add_head(run, run->batch->records[fact->record].county, &room);
		add_mentioned(run, fact, &room);
	}
	for (size_t i = 0; i < run->old_count; i++)
		add_head(run, run->olds[i].county, &room);
	for (size_t i = 0; i < run->home_count; i++) {
		if (home_is_seated(&run->homes[i]))
			add_head(run, run->homes[i].county, &room);
	}
	for (size_t i = 0; i < run->households.count; i++)
		add_head(run, run->households.at[i].county, &room);
	for (size_t i = 0; i < run->areas.count; i++)
		add_head(run, run->areas.at[i].county, &room);
}

/* Each once, in order. */
static void
sort_heads(struct run *run)
{
	size_t kept = 0;

	if (!run->head_count)
		return;
	qsort(run->heads, run->head_count, sizeof(*run->heads), by_county);
	for (size_t i = 1; i < run->head_count; i++) {
		if (run->heads[i].county != run->heads[kept].county)
			run->heads[++kept] = run->heads[i];
	}
	run->head_count = kept + 1;
}

static struct head *
find_head(const struct run *run, int32_t county)
{
	struct head sought = {.county = county};

	return bsearch(&sought, run->heads, run->head_count, sizeof(*run->heads), by_county);
}

static void
take_heads(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	for (int i = 0; i < db_result_rows(result); i++)
		find_head(run, (int32_t)db_int(result, i, 0))->position = db_int(result, i, 1);
}

void
touch_lock(struct run *run)
{
	struct db_params params = {0};

	collect_heads(run);
	sort_heads(run);
	if (!run->head_count)
		return;
	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < run->head_count; i++)
		db_item_int(&params, run->heads[i].county);
	db_add_instant(&params, run->now);
	db_add_int(&params, run->source);
	run_ask(run, statement(STATEMENT_JOURNAL_HEADS), &params, take_heads, 0);
}

int64_t
touch_position(const struct run *run, int32_t county)
{
	return find_head(run, county)->position;
}

/* ---- what has changed until the positions were ours ---- */

/* The household where he lives now; if it lies in a county whose position is not ours, all
 * begins again. */
static void
add_late_mark(struct run *run, int32_t county, int64_t household)
{
	if (find_head(run, county))
		add_mark(run, &run->households, county, household);
	else
		run_fail(run, RUN_AGAIN, "somebody was moved to another county at this moment");
}

/* Columns: place, household's county, household. */
static void
take_late_seats(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	for (int i = 0; i < db_result_rows(result); i++) {
		const struct home *home = &run->homes[db_int(result, i, 0)];
		int32_t county = (int32_t)db_int(result, i, 1);
		int64_t household = db_int(result, i, 2);

		if (county == home->now.county && household == home->now.household)
			continue;
		if (home_is_seated(home))
			run_fail(run, RUN_AGAIN,
				"somebody was moved by somebody else at this moment");
		else
			add_late_mark(run, county, household);
	}
}

static void
take_late_referring(struct run *run, const struct db_result *result, int number)
{
	(void)number;
	for (int i = 0; i < db_result_rows(result); i++)
		add_late_mark(run, (int32_t)db_int(result, i, 0), db_int(result, i, 1));
}

static bool
may_have_changed(const struct home *home)
{
	return home->touched && !home->made && home->now.household;
}

static void
add_changed(const struct run *run, struct db_params *params, enum db_array type)
{
	db_add_array(params, type);
	for (size_t i = 0; i < run->home_count; i++) {
		const struct home *home = &run->homes[i];

		if (may_have_changed(home))
			db_item_int(
				params, type == DB_ARRAY_INT4 ? home->county : home->person);
	}
}

static void
ask_late_seats(struct run *run)
{
	struct db_params params = {0};

	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < run->home_count; i++) {
		if (may_have_changed(&run->homes[i]))
			db_item_int(&params, (int64_t)i);
	}
	add_changed(run, &params, DB_ARRAY_INT4);
	add_changed(run, &params, DB_ARRAY_INT8);
	run_ask(run, statement(STATEMENT_JOURNAL_SEATS), &params, take_late_seats, 0);
}

static void
ask_late_referring(struct run *run, const struct kind_table *table)
{
	for (size_t i = 0; i < table->referring_count; i++) {
		struct db_params params = {0};

		add_changed(run, &params, DB_ARRAY_INT4);
		add_changed(run, &params, DB_ARRAY_INT8);
		run_ask(run, table->referring[i], &params, take_late_referring, 0);
	}
}

/* Every source writes through a connection of its own, so that another may have moved somebody
 * meanwhile. Looked at once more, now that nobody can move anybody of these counties before our
 * end: otherwise the mark could lie on a household that was left. */
void
touch_check(struct run *run)
{
	bool any = false;

	for (size_t i = 0; i < run->home_count && !any; i++)
		any = may_have_changed(&run->homes[i]);
	if (!any)
		return;
	ask_late_seats(run);
	for (size_t i = 0; i < kind_tables_count(run->tables); i++)
		ask_late_referring(run, kind_tables_at(run->tables, i));
}

/* ---- writing ---- */

static int
by_mark(const void *a, const void *b)
{
	const struct mark *left = a;
	const struct mark *right = b;

	if (left->county != right->county)
		return left->county < right->county ? -1 : 1;
	return (left->id > right->id) - (left->id < right->id);
}

/* In order, so that two transactions do not wait for each other crosswise. */
static void
write_marks(struct run *run, struct marks *marks, const struct db_statement *touch)
{
	struct db_params params = {0};

	if (!marks->count)
		return;
	qsort(marks->at, marks->count, sizeof(*marks->at), by_mark);
	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < marks->count; i++)
		db_item_int(&params, marks->at[i].county);
	db_add_array(&params, DB_ARRAY_INT8);
	for (size_t i = 0; i < marks->count; i++)
		db_item_int(&params, marks->at[i].id);
	db_add_array(&params, DB_ARRAY_INT8);
	for (size_t i = 0; i < marks->count; i++)
		db_item_int(&params, touch_position(run, marks->at[i].county));
	db_add_bool(&params, run->batch->way == JOURNAL_LOAD);
	db_add_instant(&params, run->now);
	run_ask(run, touch, &params, NULL, 0);
}

void
touch_write(struct run *run)
{
	run->count.touched = (int64_t)run->households.count;
	write_marks(run, &run->households, statement(STATEMENT_JOURNAL_TOUCH));
	write_marks(run, &run->areas, statement(STATEMENT_JOURNAL_TOUCH_AREAS));
}
