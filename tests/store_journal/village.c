/* Tells pages to the journal and looks at what came of them; checks nothing itself but that the
 * set-up worked. */
#include "village.h"

#include "../cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "buffer.h"
#include "db_sync.h"
#include "kind_table.h"
#include "migration.h"

static const char *const sources[] = {"certificate", "register"};
static const char *const roles[] = {"father", "mother"};
static const char *const grades[] = {"collapsed", "minor"};

static struct field settlement_fields[] = {
	{.name = "stay", .type = FIELD_TEXT},
	{.name = "self_paid", .type = FIELD_MONEY},
	{.name = "inpatient", .type = FIELD_FLAG},
};
static struct field death_fields[] = {
	{.name = "source", .type = FIELD_CODE, .words = sources, .word_count = 2},
};
static struct field parent_fields[] = {
	{.name = "role", .type = FIELD_CODE, .words = roles, .word_count = 2},
	{.name = "parent", .type = FIELD_PERSON},
};
static struct field damage_fields[] = {
	{.name = "grade", .type = FIELD_CODE, .words = grades, .word_count = 2},
};
static struct field visits_fields[] = {{.name = "visits", .type = FIELD_INT}};

static const struct kind kinds[VILLAGE_KINDS] = {
	[SETTLEMENT] = {.name = "settlement",
		.subject = SUBJECT_PERSON,
		.fields = settlement_fields,
		.field_count = 3},
	[DEATH] = {.name = "death",
		.subject = SUBJECT_PERSON,
		.fields = death_fields,
		.field_count = 1},
	[PARENT] = {.name = "parent",
		.subject = SUBJECT_PERSON,
		.state = true,
		.fields = parent_fields,
		.field_count = 2},
	[DAMAGE] = {.name = "house_damage",
		.subject = SUBJECT_HOUSEHOLD,
		.fields = damage_fields,
		.field_count = 1},
	[VISITS] = {.name = "village_month",
		.subject = SUBJECT_AREA,
		.fields = visits_fields,
		.field_count = 1},
};

const struct kind *
village_kind(enum village_kind kind)
{
	return &kinds[kind];
}

const char *
number_of(int n)
{
	static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
	static char number[24];
	int sum = 0;

	snprintf(number, sizeof(number), "99010219700101%03d", n);
	for (int i = 0; i < 17; i++)
		sum += (number[i] - '0') * weights[i];
	number[17] = "10X98765432"[sum % 11];
	number[18] = '\0';
	return number;
}

/* ---- telling a page ---- */

struct journal_batch *
page_new(struct village *village, const char *source, enum journal_way way)
{
	return journal_batch_new(&village->keys, source, (struct area){VILLAGE}, way);
}

void
record(struct journal_batch *page, const char *key, const char *says)
{
	journal_batch_record(page, key, strlen(key), says, strlen(says));
}

int32_t
somebody(struct journal_batch *page, int n, int64_t residence)
{
	const char *number = number_of(n);
	struct journal_person person = {
		.citizen = citizen_parse(number, strlen(number)),
		.residence = {residence},
		.source_area = {VILLAGE},
	};

	return journal_batch_person(page, &person);
}

static struct journal_cell
known_number(int64_t number)
{
	return (struct journal_cell){.known = true, .number = number, .person = JOURNAL_NOBODY};
}

static struct day
day_of(const char *text)
{
	struct day day;

	assert_true(day_parse(text, &day));
	return day;
}

static void
tell(struct journal_batch *page, enum village_kind kind, struct journal_fact fact,
	const struct journal_cell *cells)
{
	fact.kind = &kinds[kind];
	fact.cells = cells;
	fact.until.n = DAY_NONE;
	journal_batch_fact(page, &fact);
}

void
paid(struct journal_batch *page, int ordinal, int32_t person, const char *day, int64_t fen)
{
	struct journal_cell cells[] = {
		{.known = true, .text = "住院 1", .length = strlen("住院 1")},
		known_number(fen),
		{.known = false},
	};

	tell(page, SETTLEMENT,
		(struct journal_fact){.ordinal = ordinal, .person = person, .on = day_of(day)},
		cells);
}

void
died(struct journal_batch *page, int ordinal, int32_t person, const char *day)
{
	struct journal_cell cells[] = {known_number(0)};

	tell(page, DEATH,
		(struct journal_fact){.ordinal = ordinal, .person = person, .on = day_of(day)},
		cells);
}

void
child_of(struct journal_batch *page, int ordinal, int32_t child, int32_t parent)
{
	struct journal_cell cells[] = {known_number(1), {.known = true, .person = parent}};

	tell(page, PARENT,
		(struct journal_fact){
			.ordinal = ordinal, .person = child, .on = day_of("2015-01-01")},
		cells);
}

static struct identity_hash
household_hash(struct village *village, const char *key)
{
	return identity_of_household(&village->keys, "any", key, strlen(key));
}

void
damaged(struct village *village, struct journal_batch *page, int32_t person,
	const char *household, const char *grade)
{
	struct journal_cell cells[] = {known_number(strcmp(grade, "minor") == 0)};
	struct identity_hash hash = household_hash(village, household ? household : "");

	tell(page, DAMAGE,
		(struct journal_fact){.person = person,
			.household = household ? &hash : NULL,
			.area = {VILLAGE},
			.on = day_of("2026-06-01")},
		cells);
}

void
visited(struct journal_batch *page, int64_t area, int64_t visits)
{
	struct journal_cell cells[] = {known_number(visits)};

	tell(page, VISITS,
		(struct journal_fact){
			.person = JOURNAL_NOBODY, .area = {area}, .on = day_of("2026-05-31")},
		cells);
}

void
resident(struct village *village, struct journal_batch *page, int32_t person,
	const char *household, int rank)
{
	struct identity_hash hash = household_hash(village, household ? household : "");
	struct journal_resident says = {.household = household ? &hash : NULL,
		.rank = rank,
		.birth = day_of("1970-01-01"),
		.sex = 'F',
		.area = {VILLAGE},
		.residence = RESIDENCE_RURAL};
	struct journal_fact fact = {.person = person,
		.household = says.household,
		.on = {DAY_NONE},
		.until = {DAY_NONE},
		.resident = &says};

	journal_batch_fact(page, &fact);
}

void
settlement(struct journal_batch *page, const char *key, int n, int64_t fen)
{
	char says[80];

	snprintf(says, sizeof(says), "%d %lld", n, (long long)fen);
	record(page, key, says);
	paid(page, 0, somebody(page, n, VILLAGE), "2026-05-20", fen);
}

void
member(struct village *village, struct journal_batch *page, const char *key, int n,
	const char *household, int rank)
{
	char says[80];

	snprintf(says, sizeof(says), "%d %s %d", n, household ? household : "-", rank);
	record(page, key, says);
	resident(village, page, somebody(page, n, VILLAGE), household, rank);
}

/* ---- writing ---- */

void
on_written(void *owner, const struct journal_count *count, const char *error)
{
	struct village *village = owner;

	village->count = *count;
	on_done(village, error);
}

void
on_done(void *owner, const char *error)
{
	struct village *village = owner;

	snprintf(village->error, sizeof(village->error), "%s", error ? error : "");
	village->done = true;
}

void
on_compared(void *owner, int64_t known, int64_t vanished, const char *error)
{
	struct village *village = owner;

	village->known = known;
	village->vanished = vanished;
	on_done(village, error);
}

void
wait_for(struct village *village)
{
	assert_true(loop_until(village->base, &village->done));
	village->done = false;
}

static void
on_time(evutil_socket_t fd, short what, void *owner)
{
	(void)fd;
	(void)what;
	*(bool *)owner = true;
}

void
wait_ms(struct village *village, int ms)
{
	struct timeval time = {ms / 1000, ms % 1000 * 1000};
	bool over = false;

	event_base_once(village->base, -1, EV_TIMEOUT, on_time, &over, &time);
	loop_until(village->base, &over);
}

void
write_page(struct village *village, struct journal *journal, struct journal_batch *page)
{
	village->done = false;
	journal_write(journal, page, village->now, on_written, village);
	wait_for(village);
	journal_batch_free(page);
}

void
written(struct village *village, struct journal *journal, struct journal_batch *page)
{
	write_page(village, journal, page);
	assert_string_equal(village->error, "");
}

void
pay(struct village *village, const char *key, int n, int64_t fen)
{
	struct journal *journal =
		journal_new(village->store, "hospital", (struct area){VILLAGE});
	struct journal_batch *page = page_new(village, "hospital", JOURNAL_FORWARD);

	settlement(page, key, n, fen);
	written(village, journal, page);
	journal_free(journal);
}

/* ---- looking ---- */

void
run_sql(struct village *village, const char *sql)
{
	if (!db_sync_run(village->sync, sql))
		fail_msg("%s: %s", sql, db_sync_error(village->sync));
}

static const struct db_result *
ask(struct village *village, const char *sql, struct db_params *params)
{
	const struct db_result *result = db_sync_ask(village->sync, sql, params);

	if (result->status != DB_OK || db_result_rows(result) != 1)
		fail_msg("%s: %d rows %s", sql, db_result_rows(result), result->error);
	return result;
}

int64_t
count_of(struct village *village, const char *sql)
{
	return db_int(ask(village, sql, NULL), 0, 0);
}

const char *
text_of(struct village *village, const char *sql)
{
	const char *text = db_text(ask(village, sql, NULL), 0, 0);

	return text ? text : "";
}

const char *
versions(struct village *village, const char *source, const char *key)
{
	struct identity_hash hash = identity_of_key(&village->keys, source, key, strlen(key));
	struct db_params params = {0};
	const char *text;

	db_add_bytes(&params, hash.bytes, sizeof(hash.bytes));
	text = db_text(
		ask(village,
			"select string_agg(version || ':' || case when gone then 'gone' else"
			" f_self_paid::text end, ' ' order by version, county)"
			" from needwatch.fact_settlement where ordinal = 0 and key_hash = "
			"$1::bytea",
			&params),
		0, 0);
	return text ? text : "";
}

void
assess(struct village *village)
{
	run_sql(village, "delete from needwatch.touched; delete from needwatch.touched_area");
}

static int64_t
of_number(struct village *village, int n, const char *sql)
{
	struct identity_hash hash = identity_of_number(&village->keys, number_of(n));
	struct db_params params = {0};

	db_add_bytes(&params, hash.bytes, sizeof(hash.bytes));
	return db_int(ask(village, sql, &params), 0, 0);
}

int64_t
household_of(struct village *village, int n)
{
	return of_number(village, n,
		"select m.household from needwatch.directory_number d join "
		"needwatch.membership m"
		" on m.county = d.county and m.person = d.person"
		" where d.number_hash = $1::bytea order by m.position desc limit 1");
}

int64_t
person_of(struct village *village, int n)
{
	return of_number(village, n,
		"select person from needwatch.directory_number where number_hash = $1::bytea");
}

bool
is_touched(struct village *village, int n)
{
	return of_number(village, n,
		       "select count(*) from needwatch.touched t where (t.county, t.household) "
		       "= (select"
		       " m.household_county, m.household from needwatch.directory_number d"
		       " join needwatch.membership m on m.county = d.county and m.person = "
		       "d.person"
		       " where d.number_hash = $1::bytea order by m.position desc limit 1)") ==
	       1;
}

/* ---- opening ---- */

/* With the rights of needwatchd. */
static struct store *
open_store(struct village *village, const char *conninfo, const char *application)
{
	static const struct kind *all[VILLAGE_KINDS];
	struct buffer monitor = {0};
	struct store_config config = {
		.db = {.application = application}, .keys = village->keys};
	struct store *store;

	for (int i = 0; i < VILLAGE_KINDS; i++)
		all[i] = &kinds[i];
	buffer_printf(&monitor, "%s user=needwatch_monitor", conninfo);
	config.db.conninfo = monitor.bytes;
	store = store_new(village->base, &config, all, VILLAGE_KINDS, NULL, NULL, NULL);
	buffer_free(&monitor);
	return store;
}

static void
make_schema(struct village *village)
{
	const struct kind *all[VILLAGE_KINDS];
	char *error = NULL;

	for (int i = 0; i < VILLAGE_KINDS; i++)
		all[i] = &kinds[i];
	run_sql(village, "drop schema if exists needwatch cascade");
	if (!migration_roles(village->sync, &error) ||
		!migration_apply(village->sync, NULL, &error) ||
		!kind_tables_make(village->sync, all, VILLAGE_KINDS, NULL, &error))
		fail_msg("migration: %s", error);
}

/* As needwatchd writes: every source has a connection of its own under the one lease. */
static void
hold_lease(struct village *village)
{
	run_sql(village, "insert into needwatch.lease (name, holder, fence, expires)"
			 " values ('village', 'us', 1, 'infinity')");
	store_set_fence(village->store, "village", 1);
	store_set_fence(village->second, "village", 1);
}

int
village_open(void **state)
{
	struct village *village = calloc(1, sizeof(*village));
	const char *conninfo = getenv("NEEDWATCH_TEST_STORE");
	char *error = NULL;

	assert_non_null(conninfo);
	assert_true(identity_ready());
	village->keys.id = 1;
	identity_keys_make(village->keys.hash, village->keys.box, village->secret);
	village->base = event_base_new();
	village->sync = db_sync_open(conninfo, NULL, "looker", &error);
	if (!village->sync)
		fail_msg("%s", error);
	make_schema(village);
	village->store = open_store(village, conninfo, "first");
	village->second = open_store(village, conninfo, "second");
	if (getenv("NEEDWATCH_TEST_LEASE"))
		hold_lease(village);
	instant_parse("2026-06-10T09:00:00+08:00", &village->now);
	*state = village;
	return 0;
}

int
village_close(void **state)
{
	struct village *village = *state;

	store_free(village->store);
	store_free(village->second);
	db_sync_close(village->sync);
	event_base_free(village->base);
	free(village);
	return 0;
}
