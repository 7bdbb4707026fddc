/* How fast pages come into the journal: `ingest [--rows N] [--page N] [--persons N] [--rounds
 * N]` against a store of its own, told in NEEDWATCH_TEST_STORE. Prints a line of JSON for each
 * measurement; keeps nothing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/event.h>
#include <libpq-fe.h>

#include "buffer.h"
#include "db_sync.h"
#include "journal.h"
#include "kind_table.h"
#include "memory.h"
#include "migration.h"
#include "store.h"

#define VILLAGE INT64_C(990102001201)
#define ROUNDS_MOST 15

static struct field fields[] = {
	{.name = "stay", .type = FIELD_TEXT},
	{.name = "inpatient", .type = FIELD_FLAG},
	{.name = "icd", .type = FIELD_TEXT, .sensitive = true},
	{.name = "self_paid", .type = FIELD_MONEY},
	{.name = "medaid", .type = FIELD_MONEY},
	{.name = "total", .type = FIELD_MONEY},
};
static const struct kind settlement = {.name = "settlement", .subject = SUBJECT_PERSON, .fields = fields, .field_count = 6};
static const struct kind *const kinds[] = {&settlement};

/* A mapped record, as the intake holds it. */
struct row {
	char key[24];
	char content[96];
	char stay[24];
	int person;
	struct citizen citizen;
	int64_t fen;
};

/* Seconds by the clock, and of a processor: ours and the server's process for us. */
struct spent {
	double clock;
	double ours;
	double servers;
};

struct bench {
	int rows;
	int page;
	int persons;
	int rounds;
	struct event_base *base;
	const char *conninfo;
	struct db_sync *sync;
	struct identity_keys keys;
	struct store *store;
	struct row *all;
	char (*numbers)[19];
	struct instant now;
	bool done;
	int64_t facts;
	int64_t same;
	struct spent forward[ROUNDS_MOST];
	struct spent bare[ROUNDS_MOST];
	struct spent overlap[ROUNDS_MOST];
	struct spent again[ROUNDS_MOST];
};

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "ingest: %s: %s\n", what, why);
	exit(3);
}

static double
seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* 0 where the server's process cannot be looked at. */
static double
seconds_of(int pid)
{
	char path[64];
	double nanoseconds = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%lf", &nanoseconds) != 1)
		nanoseconds = 0;
	fclose(file);
	return nanoseconds / 1e9;
}

static struct spent
spent_until_now(int pid)
{
	return (struct spent){
		seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID), seconds_of(pid)};
}

static struct spent
spent_since(struct spent before, int pid)
{
	struct spent now = spent_until_now(pid);

	return (struct spent){
		now.clock - before.clock, now.ours - before.ours, now.servers - before.servers};
}

static void
run(struct bench *bench, const char *sql)
{
	if (!db_sync_run(bench->sync, sql))
		fail(sql, db_sync_error(bench->sync));
}

/* ---- what the departments deliver ---- */

/* Numbers of a region that does not exist, with a right check digit. */
static void
make_numbers(struct bench *bench)
{
	static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};

	bench->numbers = xcalloc((size_t)bench->persons, sizeof(*bench->numbers));
	for (int i = 0; i < bench->persons; i++) {
		char number[40];
		int sum = 0;

		snprintf(number, sizeof(number), "9901%02d%04d%02d%02d%03d",
			1 + i / 27000000 % 90, 1930 + i / 336000 % 80, 1 + i / 28000 % 12,
			1 + i / 1000 % 28, i % 1000);
		for (int j = 0; j < 17; j++)
			sum += (number[j] - '0') * weights[j];
		memcpy(bench->numbers[i], number, 17);
		bench->numbers[i][17] = "10X98765432"[sum % 11];
	}
}

static void
make_rows(struct bench *bench)
{
	uint64_t state = 88172645463325252u;
	int person = 0;

	bench->all = xcalloc((size_t)bench->rows, sizeof(*bench->all));
	for (int i = 0; i < bench->rows; i++) {
		struct row *row = &bench->all[i];

		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		/* Three rows make a stay, and come together. */
		if (i % 3 == 0)
			person = (int)(state % (uint64_t)bench->persons);
		row->person = person;
		row->citizen = citizen_parse(bench->numbers[person], 18);
		row->fen = (int64_t)(state >> 40) % 2000000;
		snprintf(row->key, sizeof(row->key), "S%012d", i);
		snprintf(row->stay, sizeof(row->stay), "ZY%010d", i / 3);
		snprintf(row->content, sizeof(row->content),
			"0 %s 2026-05-20 %s 1 C34.100 %lld 0 %lld", bench->numbers[row->person],
			row->stay, (long long)row->fen, (long long)row->fen * 3);
	}
}

/* ---- through the journal ---- */

static void
on_written(void *owner, const struct journal_count *count, const char *error)
{
	struct bench *bench = owner;

	if (error)
		fail("journal", error);
	bench->facts += count->facts;
	bench->same += count->same;
	bench->done = true;
}

static void
write_page(struct bench *bench, struct journal *journal, struct journal_batch *batch)
{
	bench->done = false;
	journal_write(journal, batch, bench->now, on_written, bench);
	loop_until(bench->base, &bench->done);
	journal_batch_free(batch);
}

static void
add_row(struct journal_batch *batch, const struct row *row)
{
	struct journal_person person = {.citizen = row->citizen, .source_area = {VILLAGE}};
	struct journal_cell cells[] = {
		{.known = true, .text = row->stay, .length = strlen(row->stay)},
		{.known = true, .number = 1},
		{.known = true, .text = "C34.100", .length = 7},
		{.known = true, .number = row->fen},
		{.known = true, .number = 0},
		{.known = true, .number = row->fen * 3},
	};
	struct journal_fact fact = {
		.kind = &settlement, .on = {20593}, .until = {DAY_NONE}, .cells = cells};

	journal_batch_record(
		batch, row->key, strlen(row->key), row->content, strlen(row->content));
	fact.person = journal_batch_person(batch, &person);
	journal_batch_fact(batch, &fact);
}

/* All rows in pages, from mapped records in memory to the commit with the cursor. */
static struct spent
deliver(struct bench *bench, enum journal_way way)
{
	struct journal *journal = journal_new(bench->store, "hospital", (struct area){VILLAGE});
	const struct db_result *row = db_sync_ask(bench->sync,
		"select pid from pg_stat_activity where application_name = 'bench'", NULL);
	int pid = db_result_rows(row) == 1 ? (int)db_int(row, 0, 0) : 0;
	struct spent before = spent_until_now(pid);

	bench->facts = bench->same = 0;
	for (int first = 0; first < bench->rows; first += bench->page) {
		struct journal_batch *batch = journal_batch_new(
			&bench->keys, "hospital", (struct area){VILLAGE}, way);
		int end = first + bench->page < bench->rows ? first + bench->page : bench->rows;

		for (int i = first; i < end; i++)
			add_row(batch, &bench->all[i]);
		journal_batch_cursor(batch, bench->all[end - 1].key, NULL, false);
		write_page(bench, journal, batch);
	}
	journal_free(journal);
	return spent_since(before, pid);
}

/* Families of three, as a register has them. */
static void
load_register(struct bench *bench)
{
	struct journal *journal = journal_new(bench->store, "police", (struct area){VILLAGE});
	struct journal_batch *batch = NULL;

	for (int i = 0; i < bench->persons; i++) {
		struct journal_person person = {.citizen = citizen_parse(bench->numbers[i], 18),
			.source_area = {VILLAGE}};
		struct journal_resident resident = {
			.rank = 2, .birth = {DAY_NONE}, .area = {VILLAGE}};
		struct journal_fact fact = {
			.on = {DAY_NONE}, .until = {DAY_NONE}, .resident = &resident};
		struct identity_hash household;
		char book[24];

		if (!batch)
			batch = journal_batch_new(
				&bench->keys, "police", (struct area){VILLAGE}, JOURNAL_LOAD);
		snprintf(book, sizeof(book), "B%d", i / 3);
		household = identity_of_household(&bench->keys, "police", book, strlen(book));
		resident.household = &household;
		journal_batch_record(batch, bench->numbers[i], 18, bench->numbers[i], 18);
		fact.person = journal_batch_person(batch, &person);
		journal_batch_fact(batch, &fact);
		if (journal_batch_records(batch) == (size_t)bench->page ||
			i + 1 == bench->persons) {
			write_page(bench, journal, batch);
			batch = NULL;
		}
	}
	journal_free(journal);
}

/* ---- bare: the same rows into the same table ---- */

/* A row of the table, and whose it is. */
struct taken {
	size_t start;
	size_t length;
};

static int
by_hash(const void *a, const void *b)
{
	return memcmp(a, b, IDENTITY_HASH);
}

/* Keyed hashes and the places of their rows, sorted: from a row back to the record it came
 * from. */
struct place {
	struct identity_hash key;
	int row;
};

static struct place *
make_places(const struct bench *bench)
{
	struct place *places = xcalloc((size_t)bench->rows, sizeof(*places));

	for (int i = 0; i < bench->rows; i++) {
		const char *key = bench->all[i].key;

		places[i] = (struct place){
			identity_of_key(&bench->keys, "hospital", key, strlen(key)), i};
	}
	qsort(places, (size_t)bench->rows, sizeof(*places), by_hash);
	return places;
}

#define KEY_AT 20 /* in a row of COPY: behind the number of columns, county and source */

/* Whole rows without header and trailer, in the order in which the source gives them. */
static void
take_rows(const struct bench *bench, PGconn *connection, struct buffer *rows, size_t *ends)
{
	PGresult *result =
		PQexec(connection, "copy needwatch.fact_settlement to stdout (format binary)");
	struct place *places = make_places(bench);
	struct taken *taken = xcalloc((size_t)bench->rows, sizeof(*taken));
	struct buffer all = {0};
	size_t header = 19;
	char *bytes;
	int length;

	if (PQresultStatus(result) != PGRES_COPY_OUT)
		fail("copy to", PQerrorMessage(connection));
	PQclear(result);
	while ((length = PQgetCopyData(connection, &bytes, 0)) > 0) {
		if ((size_t)length - header > 2) { /* the trailer is a piece of its own */
			const struct place *place = bsearch(bytes + header + KEY_AT, places,
				(size_t)bench->rows, sizeof(*places), by_hash);

			taken[place->row] = (struct taken){all.length, (size_t)length - header};
			buffer_add(&all, bytes + header, (size_t)length - header);
		}
		header = 0;
		PQfreemem(bytes);
	}
	PQclear(PQgetResult(connection));
	for (int i = 0; i < bench->rows; i++) {
		buffer_add(rows, all.bytes + taken[i].start, taken[i].length);
		ends[i / bench->page] = rows->length;
	}
	buffer_free(&all);
	free(places);
	free(taken);
}

static void
execute(PGconn *connection, const char *sql)
{
	PGresult *result = PQexec(connection, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail(sql, PQerrorMessage(connection));
	PQclear(result);
}

static void
copy_page(PGconn *connection, const char *copy, const char *rows, size_t length)
{
	static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
	PGresult *result = PQexec(connection, copy);

	if (PQresultStatus(result) != PGRES_COPY_IN)
		fail(copy, PQerrorMessage(connection));
	PQclear(result);
	PQputCopyData(connection, header, 19);
	PQputCopyData(connection, rows, (int)length);
	PQputCopyData(connection, "\377\377", 2);
	PQputCopyEnd(connection, NULL);
	while ((result = PQgetResult(connection)) != NULL) {
		if (PQresultStatus(result) != PGRES_COMMAND_OK)
			fail("copy", PQerrorMessage(connection));
		PQclear(result);
	}
}

/* In pages of the same size, in one transaction: only what COPY itself costs. */
static struct spent
bare_copy(struct bench *bench)
{
	PGconn *connection = PQconnectdb(bench->conninfo);
	const char *copy = kind_tables_at(store_kinds(bench->store), 0)->copy;
	int pages = (bench->rows + bench->page - 1) / bench->page;
	size_t *ends = xcalloc((size_t)pages + 1, sizeof(*ends));
	struct buffer rows = {0};
	struct spent before, spent;

	take_rows(bench, connection, &rows, ends);
	execute(connection, "truncate needwatch.fact_settlement");
	execute(connection, "checkpoint");
	before = spent_until_now(PQbackendPID(connection));
	execute(connection, "begin");
	for (int i = 0; i < pages; i++) {
		size_t start = i ? ends[i - 1] : 0;

		copy_page(connection, copy, rows.bytes + start, ends[i] - start);
	}
	execute(connection, "commit");
	spent = spent_since(before, PQbackendPID(connection));
	buffer_free(&rows);
	free(ends);
	PQfinish(connection);
	return spent;
}

/* ---- rounds ---- */

static void
expect(const char *what, int64_t seen, int64_t wanted)
{
	if (seen != wanted) {
		fprintf(stderr, "ingest: %s: %lld instead of %lld\n", what, (long long)seen,
			(long long)wanted);
		exit(1);
	}
}

static void
one_round(struct bench *bench, int round)
{
	run(bench, "truncate needwatch.fact_settlement, needwatch.touched");
	run(bench, "delete from needwatch.directory_key where source ="
		   " (select id from needwatch.source where name = 'hospital')");
	run(bench, "vacuum needwatch.directory_key");
	run(bench, "checkpoint");
	bench->forward[round] = deliver(bench, JOURNAL_FORWARD);
	expect("facts written", bench->facts, bench->rows);
	bench->bare[round] = bare_copy(bench);
	bench->overlap[round] = deliver(bench, JOURNAL_OVERLAP);
	expect("the same again", bench->same, bench->rows);
	bench->again[round] = deliver(bench, JOURNAL_FORWARD);
	expect("the same again", bench->same, bench->rows);
}

static int
by_size(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

static double
median(const struct bench *bench, const double *values)
{
	double sorted[ROUNDS_MOST];

	memcpy(sorted, values, (size_t)bench->rounds * sizeof(*sorted));
	qsort(sorted, (size_t)bench->rounds, sizeof(*sorted), by_size);
	return sorted[bench->rounds / 2];
}

static void
report(const struct bench *bench, const char *name, const struct spent *base,
	const struct spent *times, double goal)
{
	double ratios[ROUNDS_MOST];
	double measured;

	for (int i = 0; i < bench->rounds; i++)
		ratios[i] = base[i].clock / times[i].clock;
	measured = median(bench, ratios);
	printf("{\"name\":\"%s\",\"goal\":\">= %.2f\",\"measured\":%.3f,\"met\":%s}\n", name,
		goal, measured, measured >= goal ? "true" : "false");
}

static void
say(const struct bench *bench, const char *what, const struct spent *times)
{
	double clocks[ROUNDS_MOST], ours[ROUNDS_MOST], servers[ROUNDS_MOST];

	for (int i = 0; i < bench->rounds; i++) {
		clocks[i] = times[i].clock;
		ours[i] = times[i].ours;
		servers[i] = times[i].servers;
	}
	fprintf(stderr,
		"%-26s %7.0f rows/s; processor a row: ours %5.2f us, the server's %5.2f us\n",
		what, bench->rows / median(bench, clocks),
		median(bench, ours) * 1e6 / bench->rows,
		median(bench, servers) * 1e6 / bench->rows);
}

static void
open_store(struct bench *bench)
{
	struct store_config config = {0};
	char *error = NULL;

	if (!bench->conninfo)
		fail("NEEDWATCH_TEST_STORE",
			"not set: run it with tests/store_decide/with_postgres.py");
	if (!identity_ready())
		fail("libsodium", "no secure randomness");
	identity_keys_make(
		bench->keys.hash, bench->keys.box, (uint8_t[IDENTITY_SECRET_KEY]){0});
	bench->base = event_base_new();
	bench->sync = db_sync_open(bench->conninfo, NULL, "looker", &error);
	if (!bench->sync)
		fail("store", error);
	run(bench, "drop schema if exists needwatch cascade");
	if (!migration_roles(bench->sync, &error) ||
		!migration_apply(bench->sync, NULL, &error) ||
		!kind_tables_make(bench->sync, kinds, 1, NULL, &error))
		fail("migration", error);
	run(bench, "insert into needwatch.lease (name, holder, fence, expires)"
		   " values ('writer', 'bench', 1, 'infinity')");
	config = (struct store_config){
		.db = {.conninfo = bench->conninfo,
			.application = "bench",
			.setup = "set plan_cache_mode = force_generic_plan; set jit = off"},
		.keys = bench->keys};
	bench->store = store_new(bench->base, &config, kinds, 1, NULL, NULL, NULL);
	store_set_fence(bench->store, "writer", 1);
	instant_parse("2026-06-10T09:00:00+08:00", &bench->now);
}

static void
take_options(struct bench *bench, int argc, char **argv)
{
	struct {
		const char *name;
		int *number;
	} options[] = {{"--rows", &bench->rows}, {"--page", &bench->page},
		{"--persons", &bench->persons}, {"--rounds", &bench->rounds}};

	for (int i = 1; i + 1 < argc; i += 2) {
		for (size_t j = 0; j < sizeof(options) / sizeof(*options); j++) {
			if (strcmp(argv[i], options[j].name) == 0)
				*options[j].number = atoi(argv[i + 1]);
		}
	}
	if (bench->persons <= 0)
		bench->persons = bench->rows / 4 + 1;
	if (bench->rows < 1 || bench->page < 1 || bench->rounds < 1 ||
		bench->rounds > ROUNDS_MOST) {
		fprintf(stderr,
			"usage: ingest [--rows N] [--page N] [--persons N] [--rounds 1..%d]\n",
			ROUNDS_MOST);
		exit(2);
	}
}

int
main(int argc, char **argv)
{
	struct bench bench = {.rows = 200000,
		.page = 10000,
		.rounds = 3,
		.conninfo = getenv("NEEDWATCH_TEST_STORE")};

	take_options(&bench, argc, argv);
	make_numbers(&bench);
	make_rows(&bench);
	open_store(&bench);
	load_register(&bench);
	for (int i = 0; i < bench.rounds; i++)
		one_round(&bench, i);
	say(&bench, "bare COPY binary", bench.bare);
	say(&bench, "forward poll", bench.forward);
	say(&bench, "the same again, overlap", bench.overlap);
	say(&bench, "the same again, forward", bench.again);
	report(&bench, "ingest exactly once, forward poll / bare COPY binary", bench.bare,
		bench.forward, 0.75);
	report(&bench, "replay of duplicates, overlap / ingest", bench.forward, bench.overlap,
		1.0);
	report(&bench, "replay of duplicates, forward poll / ingest", bench.forward,
		bench.again, 1.0);
	store_free(bench.store);
	db_sync_close(bench.sync);
	event_base_free(bench.base);
	free(bench.all);
	free(bench.numbers);
	return 0;
}
