/* Tells pages of records, one JSON object a line on standard input, to the journal; and says
 * who became whom. */
#include <event2/event.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "buffer.h"
#include "db_sync.h"
#include "diag.h"
#include "journal.h"
#include "money.h"
#include "store.h"
#include "verdict.h"

#define SOURCE "files"

struct teller {
	struct event_base *base;
	struct store *store;
	struct journal *journal;
	struct ruleset *ruleset;
	struct identity_keys keys;
	bool done;
};

static void
end(const char *what, const char *error)
{
	fprintf(stderr, "journal_teller: %s: %s\n", what, error ? error : "?");
	exit(1);
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text && *text ? text : NULL;
}

static struct day
day_of(const json_t *object, const char *name)
{
	const char *text = text_of(object, name);
	struct day day = {DAY_NONE};

	if (text && !day_parse(text, &day))
		end("day", text);
	return day;
}

static struct area
area_of(const json_t *object, const char *name)
{
	const char *text = text_of(object, name);
	struct area area = {0};

	if (text && !area_parse(text, &area))
		end("area", text);
	return area;
}

static int32_t
person_of(struct journal_batch *page, const char *number, struct area area)
{
	struct journal_person person = {.residence = area, .source_area = {990102000000}};

	person.citizen = citizen_parse(number, strlen(number));
	if (person.citizen.class != CITIZEN_VALID)
		end("number", number);
	return journal_batch_person(page, &person);
}

static struct journal_cell
cell_of(struct journal_batch *page, const struct field *field, const char *text)
{
	struct journal_cell cell = {.known = text != NULL, .person = JOURNAL_NOBODY};
	struct money money;
	struct day day;

	if (!text)
		return cell;
	switch (field->type) {
	case FIELD_MONEY:
		if (!money_parse_plain(text, &money))
			end(field->name, text);
		cell.number = money.fen;
		break;
	case FIELD_INT:
	case FIELD_FLAG:
		cell.number = atoll(text);
		break;
	case FIELD_DATE:
		if (!day_parse(text, &day))
			end(field->name, text);
		cell.number = day.n;
		break;
	case FIELD_CODE:
		cell.number = field_word(field, text);
		break;
	case FIELD_TEXT:
		cell.text = text;
		cell.length = strlen(text);
		break;
	case FIELD_PERSON:
		cell.person = person_of(page, text, (struct area){0});
		break;
	}
	return cell;
}

static void
tell_resident(struct journal_batch *page, const json_t *record, struct journal_fact *fact)
{
	const char *sex = text_of(record, "sex"), *residence = text_of(record, "residence");
	struct journal_resident says = {
		.household = fact->household,
		.rank = (int)json_integer_value(json_object_get(record, "rank")),
		.birth = day_of(record, "birth"),
		.sex = sex ? *sex : 0,
		.area = area_of(record, "area"),
		.register_area = area_of(record, "register_area"),
		.residence = !residence                        ? RESIDENCE_UNKNOWN
			     : strcmp(residence, "urban") == 0 ? RESIDENCE_URBAN
							       : RESIDENCE_RURAL,
		.head = json_is_true(json_object_get(record, "head")),
	};

	fact->resident = &says;
	journal_batch_fact(page, fact);
}

static void
tell_fact(struct teller *teller, struct journal_batch *page, const json_t *record,
	struct journal_fact *fact)
{
	struct journal_cell cells[FIELD_COUNT_LIMIT];
	const json_t *told = json_object_get(record, "cells");
	int kind = ruleset_kind(teller->ruleset, text_of(record, "kind"));
	size_t count;

	if (kind < 0)
		end("kind", text_of(record, "kind"));
	fact->kind = ruleset_kinds(teller->ruleset, &count)[kind];
	for (size_t i = 0; i < fact->kind->field_count; i++)
		cells[i] = cell_of(page, &fact->kind->fields[i],
			text_of(told, fact->kind->fields[i].name));
	fact->cells = cells;
	if (fact->kind->subject == SUBJECT_AREA)
		fact->area = area_of(record, "area");
	journal_batch_fact(page, fact);
}

static void
tell_record(struct teller *teller, struct journal_batch *page, const json_t *record)
{
	const char *key = text_of(record, "key"), *number = text_of(record, "number");
	const char *household = text_of(record, "household");
	char *content = json_dumps(record, JSON_COMPACT | JSON_SORT_KEYS);
	struct identity_hash hash;
	struct journal_fact fact = {.person = JOURNAL_NOBODY,
		.on = day_of(record, "on"),
		.until = day_of(record, "until")};

	if (json_is_true(json_object_get(record, "gone"))) {
		journal_batch_gone(page, key, strlen(key));
		free(content);
		return;
	}
	journal_batch_record(page, key, strlen(key), content, strlen(content));
	if (number)
		fact.person = person_of(page, number, area_of(record, "area"));
	if (household) {
		hash = identity_of_household(
			&teller->keys, SOURCE, household, strlen(household));
		fact.household = &hash;
	}
	if (strcmp(text_of(record, "kind"), "resident") == 0)
		tell_resident(page, record, &fact);
	else
		tell_fact(teller, page, record, &fact);
	free(content);
}

static void
on_written(void *owner, const struct journal_count *count, const char *error)
{
	struct teller *teller = owner;

	(void)count;
	if (error)
		end("page", error);
	teller->done = true;
}

static void
tell_page(struct teller *teller, const json_t *records, bool overlap, const char *now_text)
{
	struct journal_batch *page = journal_batch_new(&teller->keys, SOURCE,
		(struct area){990102000000}, overlap ? JOURNAL_OVERLAP : JOURNAL_FORWARD);
	struct instant now;
	const json_t *record;
	size_t i;

	if (!now_text || !instant_parse(now_text, &now))
		end("now", now_text);
	json_array_foreach(records, i, record) tell_record(teller, page, record);
	teller->done = false;
	journal_write(teller->journal, page, now, on_written, teller);
	loop_until(teller->base, &teller->done);
	journal_batch_free(page);
}

/* Numbers lead to persons by their hash alone. */
static void
say_who(struct teller *teller, struct db_sync *sync, const json_t *numbers)
{
	json_t *answer = json_object();
	const json_t *item;
	size_t i;

	json_array_foreach(numbers, i, item)
	{
		const char *number = json_string_value(item);
		struct identity_hash hash = identity_of_number(&teller->keys, number);
		struct db_params params = {0};
		const struct db_result *result;

		db_add_bytes(&params, hash.bytes, sizeof(hash.bytes));
		result = db_sync_ask(sync,
			"select d.person, m.household from needwatch.directory_number d"
			" join needwatch.membership m on m.county = d.county and m.person = "
			"d.person"
			" where d.number_hash = $1 order by m.position desc limit 1",
			&params);
		if (db_result_rows(result) == 1)
			json_object_set_new(answer, number,
				json_pack("[I, I]", (json_int_t)db_int(result, 0, 0),
					(json_int_t)db_int(result, 0, 1)));
	}
	json_dumpf(answer, stdout, JSON_COMPACT);
	printf("\n");
	json_decref(answer);
}

static void
listen_to(struct teller *teller, struct db_sync *sync)
{
	json_t *line;

	while ((line = json_loadf(stdin, JSON_DISABLE_EOF_CHECK, NULL))) {
		if (json_object_get(line, "who"))
			say_who(teller, sync, json_object_get(line, "who"));
		else
			tell_page(teller, json_object_get(line, "records"),
				json_is_true(json_object_get(line, "overlap")),
				text_of(line, "now"));
		json_decref(line);
	}
}

int
main(void)
{
	struct teller teller = {.base = event_base_new(), .keys = {.id = 1}};
	const char *const path = getenv("RULES");
	const char *conninfo = getenv("NEEDWATCH_TEST_STORE");
	struct store_config config = {.db = {.conninfo = conninfo, .application = "teller"}};
	uint8_t secret[IDENTITY_SECRET_KEY];
	struct text_files files = {0};
	struct diags *diags = diags_new();
	char *error = NULL;
	struct db_sync *sync = db_sync_open(conninfo, NULL, "teller", &error);
	size_t count;
	const struct kind *const *kinds;

	if (!sync || !identity_ready())
		end("store", error);
	identity_keys_make(teller.keys.hash, teller.keys.box, secret);
	config.keys = teller.keys;
	teller.ruleset = verdict_rules(&path, 1, &files, diags);
	kinds = ruleset_kinds(teller.ruleset, &count);
	teller.store = store_new(teller.base, &config, kinds, count, NULL, NULL, NULL);
	teller.journal = journal_new(teller.store, SOURCE, (struct area){990102000000});
	listen_to(&teller, sync);
	journal_free(teller.journal);
	store_free(teller.store);
	db_sync_close(sync);
	ruleset_unref(teller.ruleset);
	diags_free(diags);
	text_files_free(&files);
	event_base_free(teller.base);
	return 0;
}
