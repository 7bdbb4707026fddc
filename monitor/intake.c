/* Turns pages of a source into batches of the journal. Asks no department, keeps no beat, and
 * writes nothing but through store/journal.h. */
#include "intake.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buffer.h"
#include "charset.h"
#include "intake_row.h"
#include "journal.h"
#include "memory.h"
#include "store.h"

struct intake {
	struct store *store;
	const struct source_config *source;
	const struct intake_face *face;
	void *owner;
	struct journal *journal;
	struct charset *charset;
	struct arena *arena;         /* of one page */
	struct journal_batch *batch; /* under way; NULL: none */
	int64_t rows;
	int64_t losses;
	bool opening;        /* the comparison's beginning is under way */
	bool compare_wanted; /* behind it */
	bool comparing;      /* keys written count as seen */
};

struct intake *
intake_new(struct store *store, const struct source_config *source,
	const struct intake_face *face, void *owner)
{
	struct intake *intake = xcalloc(1, sizeof(*intake));

	intake->store = store;
	intake->source = source;
	intake->face = face;
	intake->owner = owner;
	intake->journal = journal_new(store, source->name, source->area);
	intake->charset = source->charset ? charset_new(source->charset) : NULL;
	intake->arena = arena_new();
	return intake;
}

void
intake_free(struct intake *intake)
{
	if (!intake)
		return;
	journal_free(intake->journal);
	journal_batch_free(intake->batch);
	charset_free(intake->charset);
	arena_free(intake->arena);
	free(intake);
}

bool
intake_busy(const struct intake *intake)
{
	return intake->batch || intake->opening || journal_busy(intake->journal);
}

/* ---- answers of the journal ---- */

static void
on_start(void *owner, const struct journal_start *start, const char *error)
{
	struct intake *intake = owner;
	struct intake_start told = {.loaded = false};

	if (error) {
		intake->face->failed(intake->owner, error);
		return;
	}
	told.loaded = start->loaded;
	told.cursor = start->cursor;
	told.batch = start->batch;
	told.fingerprint = start->fingerprint;
	told.blind_since = start->blind_since;
	told.rows = start->rows;
	told.quarantined = start->quarantined;
	intake->face->started(intake->owner, &told);
}

/* The batch is let go first: the owner may write the next page at once. */
static void
on_written(void *owner, const struct journal_count *count, const char *error)
{
	struct intake *intake = owner;
	struct intake_count told = {.rows = intake->rows, .losses = intake->losses};

	journal_batch_free(intake->batch);
	intake->batch = NULL;
	if (error) {
		intake->face->failed(intake->owner, error);
		return;
	}
	told.changed = count->added + count->changed + count->gone;
	told.unchanged = count->same;
	told.quarantined = count->quarantined;
	intake->face->written(intake->owner, &told);
}

static void
on_kept(void *owner, const char *error)
{
	struct intake *intake = owner;
	struct intake_count none = {0};

	if (error)
		intake->face->failed(intake->owner, error);
	else
		intake->face->written(intake->owner, &none);
}

static void
on_compared(void *owner, int64_t known, int64_t vanished, const char *error)
{
	struct intake *intake = owner;

	intake->comparing = false;
	if (error)
		intake->face->failed(intake->owner, error);
	else
		intake->face->compared(intake->owner, known, vanished);
}

static void
on_retracted(void *owner, const struct journal_count *count, const char *error)
{
	struct intake *intake = owner;

	if (error)
		intake->face->failed(intake->owner, error);
	else
		intake->face->retracted(intake->owner, count->gone);
}

static void
on_opened(void *owner, const char *error)
{
	struct intake *intake = owner;

	intake->opening = false;
	if (!intake->compare_wanted)
		return; /* an error shows in journal_compare() */
	intake->compare_wanted = false;
	if (error)
		intake->face->failed(intake->owner, error);
	else
		journal_compare(intake->journal, on_compared, intake);
}

/* ---- calls ---- */

void
intake_start(struct intake *intake)
{
	journal_start(intake->journal, on_start, intake);
}

void
intake_keep_fingerprint(struct intake *intake, const char *fingerprint)
{
	journal_keep_fingerprint(intake->journal, fingerprint, on_kept, intake);
}

void
intake_keep_blind(struct intake *intake, struct instant since, const char *reason)
{
	journal_keep_blind(intake->journal, since, reason, on_kept, intake);
}

void
intake_keys_open(struct intake *intake)
{
	intake->opening = true;
	intake->comparing = true;
	intake->compare_wanted = false;
	journal_compare_open(intake->journal, on_opened, intake);
}

void
intake_keys_add(struct intake *intake, const PGresult *keys)
{
	arena_reset(intake->arena);
	for (int i = 0; i < PQntuples(keys); i++) {
		const char *key;
		size_t length;

		if (intake_row_key(intake->source, keys, i, intake->arena, &key, &length))
			journal_compare_add(intake->journal, key, length);
	}
}

void
intake_compare(struct intake *intake)
{
	if (intake->opening)
		intake->compare_wanted = true;
	else
		journal_compare(intake->journal, on_compared, intake);
}

void
intake_retract(struct intake *intake, struct instant now)
{
	journal_retract(intake->journal, now, on_retracted, intake);
}

void
intake_open_release(struct intake *intake)
{
	journal_quarantine_load(intake->journal, on_compared, intake);
}

/* ---- a page becomes a batch ---- */

static enum journal_way
journal_way_of(enum intake_way way)
{
	switch (way) {
	case INTAKE_LOAD:
		return JOURNAL_LOAD;
	case INTAKE_FORWARD:
		return JOURNAL_FORWARD;
	case INTAKE_OVERLAP:
		return JOURNAL_OVERLAP;
	case INTAKE_COMPARE:
	case INTAKE_RELEASE:
		return JOURNAL_COMPARE;
	}
	return JOURNAL_COMPARE;
}

static struct area
cell_area(const struct mapped_cell *cell)
{
	return (struct area){cell->known ? cell->number : 0};
}

/* An area's news is nobody's: neither a person nor a household is made of what else stands in
 * the row. */
static bool
is_of_area(const struct mapped_fact *fact)
{
	return fact->config->kind && fact->config->kind->subject == SUBJECT_AREA;
}

/* Two persons of one record that have no number are told apart by their column. */
static int32_t
add_person(struct intake *intake, const struct mapped_fact *fact)
{
	const struct mapped_person *mapped = &fact->person;
	struct journal_person person = {
		.citizen = mapped->citizen,
		.slot = fact->config->person.number,
		.card = {.name = mapped->name,
			.name_length = mapped->name_length,
			.address = mapped->address,
			.address_length = mapped->address_length,
			.phone = mapped->phone,
			.phone_length = mapped->phone_length},
		.source_area = intake->source->area,
	};

	if (fact->config->person.number < 0 || is_of_area(fact))
		return JOURNAL_NOBODY;
	if (fact->config->resident) {
		person.residence = cell_area(&fact->cells[RESIDENT_AREA]);
		person.register_area = cell_area(&fact->cells[RESIDENT_REGISTER_AREA]);
	}
	return journal_batch_person(intake->batch, &person);
}

static int32_t
add_mentioned(struct intake *intake, const struct mapped_cell *cell)
{
	struct journal_person person = {
		.citizen = cell->citizen, .source_area = intake->source->area};

	return journal_batch_person(intake->batch, &person);
}

static struct journal_cell *
add_cells(struct intake *intake, const struct mapped_fact *fact)
{
	const struct kind *kind = fact->config->kind;
	struct journal_cell *cells =
		arena_array(intake->arena, kind->field_count + 1, sizeof(*cells));

	for (size_t i = 0; i < kind->field_count; i++) {
		const struct mapped_cell *cell = &fact->cells[i];

		cells[i] = (struct journal_cell){.known = cell->known,
			.number = cell->number,
			.text = cell->text,
			.length = cell->length,
			.person = JOURNAL_NOBODY};
		if (kind->fields[i].type == FIELD_PERSON && cell->known)
			cells[i].person = add_mentioned(intake, cell);
	}
	return cells;
}

static void
take_resident(const struct intake *intake, const struct mapped_fact *fact,
	const struct identity_hash *household, struct journal_resident *ret_resident)
{
	const struct mapped_cell *cells = fact->cells;
	const struct mapped_cell *birth = &cells[RESIDENT_BIRTH];
	const struct mapped_cell *sex = &cells[RESIDENT_SEX];
	const struct mapped_cell *residence = &cells[RESIDENT_RESIDENCE];
	const struct mapped_cell *head = &cells[RESIDENT_HEAD];

	*ret_resident = (struct journal_resident){
		.household = household,
		.rank = (int)intake->source->household_rank,
		.birth = {birth->known ? (int32_t)birth->number : DAY_NONE},
		.sex = sex->known ? "MF"[sex->number] : '\0',
		.area = cell_area(&cells[RESIDENT_AREA]),
		.register_area = cell_area(&cells[RESIDENT_REGISTER_AREA]),
		.residence = !residence->known        ? RESIDENCE_UNKNOWN
			     : residence->number == 0 ? RESIDENCE_URBAN
						      : RESIDENCE_RURAL,
		.head = head->known && head->number,
	};
}

static void
add_fact(struct intake *intake, const struct mapped_fact *mapped,
	const struct identity_hash *household)
{
	struct journal_resident resident;
	struct journal_fact fact = {
		.kind = mapped->config->kind,
		.ordinal = (int)mapped->ordinal,
		.person = add_person(intake, mapped),
		.household = is_of_area(mapped) ? NULL : household,
		.area = mapped->area,
		.on = mapped->on,
		.until = mapped->until,
	};

	if (mapped->config->resident) {
		take_resident(intake, mapped, household, &resident);
		fact.resident = &resident;
	} else {
		fact.cells = add_cells(intake, mapped);
	}
	journal_batch_fact(intake->batch, &fact);
}

static void
add_record(struct intake *intake, const struct mapped_record *mapped)
{
	struct identity_hash hash;
	struct buffer content = {0};

	mapping_content(mapped, &content);
	journal_batch_record(
		intake->batch, mapped->key, mapped->key_length, content.bytes, content.length);
	buffer_free(&content);
	if (mapped->household_key)
		hash = identity_of_household(store_keys(intake->store), intake->source->name,
			mapped->household_key, mapped->household_key_length);
	for (size_t i = 0; i < mapped->fact_count; i++)
		add_fact(intake, &mapped->facts[i], mapped->household_key ? &hash : NULL);
}

static void
add_fault(struct intake *intake, const struct mapped_record *mapped, const char *key)
{
	char mask[TEXT_MASK_SIZE];
	struct journal_fault fault = {
		.column = mapped->fault_column >= 0
				  ? intake->source->columns[mapped->fault_column]
				  : "",
		.reason = fault_word(mapped->fault),
		.masked = mapped->fault_mask,
		.key_mask = mask,
	};

	intake_row_key_mask(intake->source, mapped, mask);
	journal_batch_quarantine(intake->batch, key, mapped->key_length, &fault);
}

/* A row without a key is kept in quarantine under the empty key: there is nothing else to call
 * it by. */
static void
add_row(struct intake *intake, const struct intake_page *page, int row)
{
	struct mapped_record mapped;
	const char *key;
	size_t losses;

	intake_row_map(
		intake->source, page, row, intake->charset, intake->arena, &mapped, &losses);
	intake->losses += (int64_t)losses;
	key = mapped.key ? mapped.key : "";
	if (page->way == INTAKE_RELEASE &&
		!journal_quarantined(intake->journal, key, mapped.key_length))
		return;
	if (intake->comparing)
		journal_compare_add(intake->journal, key, mapped.key_length);
	if (mapped.fault != FAULT_NONE)
		add_fault(intake, &mapped, key);
	else if (mapped.gone)
		journal_batch_gone(intake->batch, key, mapped.key_length);
	else
		add_record(intake, &mapped);
}

void
intake_write(struct intake *intake, const struct intake_page *page)
{
	assert(!intake->batch);
	intake->batch = journal_batch_new(store_keys(intake->store), intake->source->name,
		intake->source->area, journal_way_of(page->way));
	intake->rows = page->rows ? PQntuples(page->rows) : 0;
	intake->losses = 0;
	arena_reset(intake->arena);
	for (int i = 0; i < intake->rows; i++)
		add_row(intake, page, i);
	journal_batch_cursor(intake->batch, page->cursor, page->batch, page->loaded);
	journal_write(intake->journal, intake->batch, page->now, on_written, intake);
}
