/* Asks for everything about a set of households in one snapshot, in a few rounds of pipelined
 * statements. Makes no row of a population itself: population_rows.c does. */
#include "population_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "db.h"
#include "kind_table.h"
#include "memory.h"
#include "population_rows.h"
#include "statement.h"
#include "store.h"

enum round {
	ROUND_WHO,   /* members, what their households are called, positions, sources */
	ROUND_FACTS, /* all that was told of members and of their households */
	ROUND_NAMED, /* of their areas, and of those whom these facts name */
	ROUND_DONE
};

typedef void
rows_taker(struct population_rows *rows, const struct db_result *result);

/* A statement under way: answers come in order. */
struct ask {
	rows_taker *take; /* NULL: facts of `table` */
	size_t table;
};

struct reading {
	LIST_ENTRY(reading) link;
	struct db *db;
	struct db_session *session;
	const struct kind_tables *tables;
	struct population_rows *rows;
	struct household_ref *households;
	size_t household_count;
	struct journal_bound *bounds;
	size_t bound_count;
	enum round round;
	struct ask *asks;
	size_t asked;
	size_t answered;
	population_on_read on_read;
	void *owner;
	char error[300];
};

/* All of the process, so that they can be forgotten by their owner. */
static LIST_HEAD(, reading) readings = LIST_HEAD_INITIALIZER(readings);

static void
reading_free(struct reading *reading)
{
	population_rows_free(reading->rows);
	free(reading->households);
	free(reading->bounds);
	free(reading->asks);
	free(reading);
}

static void
fail(struct reading *reading, const char *error)
{
	if (!*reading->error)
		snprintf(reading->error, sizeof(reading->error), "%s",
			*error ? error : "the store gave no answer");
}

static void
finish(struct reading *reading)
{
	struct household_read *reads = xcalloc(reading->household_count + 1, sizeof(*reads));
	struct population_builder *builder = NULL;

	LIST_REMOVE(reading, link); /* the owner may forget us in its callback */
	if (!*reading->error) {
		builder = population_rows_finish(
			reading->rows, reading->bounds, reading->bound_count, reads);
		reading->rows = NULL;
	}
	reading->on_read(reading->owner, builder, reads, reading->household_count,
		builder ? NULL : reading->error);
	free(reads);
	reading_free(reading);
}

/* ---- asking ---- */

static void
on_answer(void *owner, const struct db_result *result);

static void
ask(struct reading *reading, const struct db_statement *which, struct db_params *params,
	struct ask what)
{
	reading->asks[reading->asked++] = what;
	db_session_ask(reading->session, which, params, on_answer, reading);
}

static void
add_households(const struct reading *reading, struct db_params *params)
{
	db_add_array(params, DB_ARRAY_INT4);
	for (size_t i = 0; i < reading->household_count; i++)
		db_item_int(params, reading->households[i].county);
	db_add_array(params, DB_ARRAY_INT8);
	for (size_t i = 0; i < reading->household_count; i++)
		db_item_int(params, reading->households[i].household);
}

static void
add_bounds(const struct reading *reading, struct db_params *params)
{
	db_add_array(params, DB_ARRAY_INT4);
	for (size_t i = 0; i < reading->bound_count; i++)
		db_item_int(params, reading->bounds[i].county);
	db_add_array(params, DB_ARRAY_INT8);
	for (size_t i = 0; i < reading->bound_count; i++)
		db_item_int(params, reading->bounds[i].position);
}

static void
ask_who(struct reading *reading)
{
	struct db_params params = {0};

	add_households(reading, &params);
	add_bounds(reading, &params);
	ask(reading, statement(STATEMENT_POPULATION_MEMBERS), &params,
		(struct ask){.take = population_rows_take_members});
	add_households(reading, &params);
	ask(reading, statement(STATEMENT_POPULATION_LINKS), &params,
		(struct ask){.take = population_rows_take_links});
	db_add_array(&params, DB_ARRAY_INT4);
	for (size_t i = 0; i < reading->household_count; i++)
		db_item_int(&params, reading->households[i].county);
	ask(reading, statement(STATEMENT_POPULATION_HEADS), &params,
		(struct ask){.take = population_rows_take_heads});
	ask(reading, statement(STATEMENT_POPULATION_SOURCES), NULL,
		(struct ask){.take = population_rows_take_sources});
}

typedef void
persons_adder(const struct population_rows *rows, struct db_params *params);

static void
ask_facts_of(struct reading *reading, size_t table, const struct db_statement *which,
	persons_adder *add)
{
	struct db_params params = {0};

	add(reading->rows, &params);
	add_bounds(reading, &params);
	ask(reading, which, &params, (struct ask){.table = table});
}

static bool
is_of_area(const struct kind_table *table)
{
	return table->kind && table->kind->subject == SUBJECT_AREA;
}

static void
ask_facts(struct reading *reading)
{
	for (size_t i = 0; i < kind_tables_count(reading->tables); i++) {
		const struct kind_table *table = kind_tables_at(reading->tables, i);

		if (!population_rows_told(reading->rows, i) || is_of_area(table))
			continue;
		ask_facts_of(reading, i, table->persons, population_rows_add_members);
		if (table->households && population_rows_links(reading->rows))
			ask_facts_of(reading, i, table->households, population_rows_add_links);
	}
}

static void
ask_referred(struct reading *reading)
{
	struct db_params params = {0};

	population_rows_add_referred(reading->rows, &params);
	add_bounds(reading, &params);
	ask(reading, statement(STATEMENT_POPULATION_PERSONS), &params,
		(struct ask){.take = population_rows_take_persons});
	for (size_t i = 0; i < kind_tables_count(reading->tables); i++) {
		const struct kind_table *table = kind_tables_at(reading->tables, i);

		if (population_rows_told(reading->rows, i) &&
			(!table->kind || table->kind->subject == SUBJECT_PERSON))
			ask_facts_of(reading, i, table->persons, population_rows_add_referred);
	}
}

static void
ask_named(struct reading *reading)
{
	for (size_t i = 0; i < kind_tables_count(reading->tables); i++) {
		const struct kind_table *table = kind_tables_at(reading->tables, i);

		if (population_rows_told(reading->rows, i) && is_of_area(table))
			ask_facts_of(reading, i, table->areas, population_rows_add_areas);
	}
	if (population_rows_referred(reading->rows) > 0)
		ask_referred(reading);
}

static void
ask_round(struct reading *reading)
{
	if (reading->round != ROUND_WHO && population_rows_members(reading->rows) == 0)
		return;
	switch (reading->round) {
	case ROUND_WHO:
		ask_who(reading);
		break;
	case ROUND_FACTS:
		ask_facts(reading);
		break;
	case ROUND_NAMED:
		ask_named(reading);
		break;
	case ROUND_DONE:
		break;
	}
}

/* The next round that has something to ask. */
static void
go_on(struct reading *reading)
{
	reading->asked = reading->answered = 0;
	while (reading->asked == 0 && reading->round < ROUND_DONE && !*reading->error) {
		ask_round(reading);
		reading->round++;
	}
	if (reading->asked)
		return;
	/* A snapshot that only read: nothing hangs on how it ends. */
	db_session_rollback(reading->session, NULL, NULL);
	finish(reading);
}

static void
on_answer(void *owner, const struct db_result *result)
{
	struct reading *reading = owner;
	const struct ask *what = &reading->asks[reading->answered++];

	if (result->status != DB_OK)
		fail(reading, result->error);
	else if (what->take)
		what->take(reading->rows, result);
	else
		population_rows_take_facts(reading->rows, what->table, result);
	if (reading->answered == reading->asked)
		go_on(reading);
}

static void
on_begun(void *owner, struct db_session *session, const struct db_result *result)
{
	struct reading *reading = owner;

	if (!session) {
		fail(reading, result->error);
		finish(reading);
		return;
	}
	reading->session = session;
	go_on(reading);
}

void
population_read(struct store *store, const struct household_ref *households, size_t count,
	const struct journal_bound *bounds, size_t bound_count, population_on_read on_read,
	void *owner)
{
	struct reading *reading = xcalloc(1, sizeof(*reading));

	*reading = (struct reading){
		.db = store_db(store),
		.tables = store_kinds(store),
		.households = xcalloc(count + 1, sizeof(*households)),
		.household_count = count,
		.bounds = xcalloc(bound_count + 1, sizeof(*bounds)),
		.bound_count = bound_count,
		.asks = xcalloc(
			2 * kind_tables_count(store_kinds(store)) + 8, sizeof(*reading->asks)),
		.on_read = on_read,
		.owner = owner,
	};
	if (count)
		memcpy(reading->households, households, count * sizeof(*households));
	if (bound_count)
		memcpy(reading->bounds, bounds, bound_count * sizeof(*bounds));
	reading->rows = population_rows_new(reading->tables, reading->households, count);
	LIST_INSERT_HEAD(&readings, reading, link);
	db_begin(reading->db, DB_SNAPSHOT, on_begun, reading);
}

void
population_read_forget(struct store *store, void *owner)
{
	struct reading *reading = LIST_FIRST(&readings), *next;

	for (; reading; reading = next) {
		next = LIST_NEXT(reading, link);
		if (reading->owner != owner || reading->db != store_db(store))
			continue;
		LIST_REMOVE(reading, link);
		db_forget(reading->db, reading);
		reading_free(reading);
	}
}
