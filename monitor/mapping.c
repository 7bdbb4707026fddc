/* Maps records to facts by the configuration; pure, and takes no default for what it cannot
 * read. */
#include "mapping.h"

#include <string.h>

#include "arena.h"
#include "bounds.h"
#include "buffer.h"
#include "fold.h"

/* One record on its way; the first fault ends it. */
struct mapping {
	const struct source_config *source;
	const struct record *record;
	struct day today;
	struct arena *arena;
	struct mapped_record *mapped;
};

static bool
mapping_fault(struct mapping *mapping, enum mapping_fault fault, int column)
{
	struct mapped_record *mapped = mapping->mapped;
	const char *cell = column >= 0 ? mapping->record->cells[column] : NULL;

	mapped->fault = fault;
	mapped->fault_column = column;
	mapped->fault_mask[0] = '\0';
	if (cell)
		text_mask(cell, mapping->record->lengths[column],
			fault >= FAULT_CITIZEN_BAD_CHECK, mapped->fault_mask);
	return false;
}

static int
first_column(const struct formula *formula)
{
	while (formula && formula->op != FORMULA_COLUMN)
		formula = formula->left;
	return formula ? formula->column : COLUMN_NONE;
}

static const char *
cell_trimmed(const struct mapping *mapping, int column, size_t *ret_length)
{
	const char *cell;

	*ret_length = 0;
	if (column < 0 || !mapping->record->cells[column])
		return NULL;
	cell = text_trim(
		mapping->record->cells[column], mapping->record->lengths[column], ret_length);
	return *ret_length ? cell : NULL;
}

bool
mapping_key(const struct source_config *source, const struct record *record,
	struct arena *arena, const char **ret_key, size_t *ret_length)
{
	size_t length = 0;
	char *key;

	for (int i = 0; i < source->key_count; i++) {
		if (!record->cells[source->keys[i]])
			return false;
		length += record->lengths[source->keys[i]] + 1;
	}
	key = arena_alloc(arena, length + 1);
	*ret_key = key;
	*ret_length = length - 1;
	for (int i = 0; i < source->key_count; i++) {
		size_t part = record->lengths[source->keys[i]];

		memcpy(key, record->cells[source->keys[i]], part);
		key += part;
		*key++ = '\x1f';
	}
	key[-1] = '\0';
	return true;
}

static enum mapping_fault citizen_fault(enum citizen_class class)
{
	switch (class) {
	case CITIZEN_VALID:
	case CITIZEN_UPGRADED:
		return FAULT_NONE;
	case CITIZEN_BAD_CHECK:
		return FAULT_CITIZEN_BAD_CHECK;
	case CITIZEN_BAD_DATE:
		return FAULT_CITIZEN_BAD_DATE;
	case CITIZEN_BAD_LENGTH:
		return FAULT_CITIZEN_BAD_LENGTH;
	case CITIZEN_FLOAT:
		return FAULT_CITIZEN_FLOAT;
	case CITIZEN_MASKED:
		return FAULT_CITIZEN_MASKED;
	case CITIZEN_FOREIGN:
		return FAULT_CITIZEN_FOREIGN;
	case CITIZEN_MISSING:
		return FAULT_CITIZEN_MISSING;
	}
	return FAULT_CITIZEN_MISSING;
}

/* A birthday that lies ahead is a fault that the check digit does not show. */
static struct citizen
citizen_of(const struct mapping *mapping, const char *text, size_t length)
{
	struct citizen citizen = citizen_parse(text, length);

	if (citizen.birth.n != DAY_NONE && citizen.birth.n > mapping->today.n)
		citizen = (struct citizen){.class = CITIZEN_BAD_DATE, .birth = {DAY_NONE}};
	return citizen;
}

static bool
map_person(struct mapping *mapping, const struct person_columns *columns,
	struct mapped_person *ret_person)
{
	size_t length;
	const char *number = cell_trimmed(mapping, columns->number, &length);
	enum mapping_fault fault;

	ret_person->citizen = citizen_of(mapping, number ? number : "", length);
	fault = citizen_fault(ret_person->citizen.class);
	if (fault != FAULT_NONE && !columns->lead)
		return mapping_fault(mapping, fault, columns->number);
	ret_person->name = cell_trimmed(mapping, columns->name, &ret_person->name_length);
	ret_person->address =
		cell_trimmed(mapping, columns->address, &ret_person->address_length);
	ret_person->phone = cell_trimmed(mapping, columns->phone, &ret_person->phone_length);
	return true;
}

/* Computes the formula; an empty value leaves the cell unknown. False: a fault was set. */
static bool
map_value(struct mapping *mapping, const struct formula *formula, struct value *ret_value)
{
	*ret_value = formula_value(formula, mapping->record);
	if (ret_value->type == VALUE_FAULT)
		return mapping_fault(mapping, ret_value->fault, ret_value->column);
	return true;
}

static bool
map_day(struct mapping *mapping, const struct formula *formula, struct day *ret_day)
{
	struct value value;

	*ret_day = (struct day){DAY_NONE};
	if (!formula)
		return true;
	if (!map_value(mapping, formula, &value))
		return false;
	if (value.type == VALUE_EMPTY)
		return true;
	if (value.type != VALUE_DAY)
		return mapping_fault(mapping, FAULT_DATE_FORM, first_column(formula));
	ret_day->n = (int32_t)value.number;
	return true;
}

/* The longest prefix that is a code: a grid lies below its village, and a code that has lost a
 * digit still names the town. Nothing but zeros names no place. */
static bool
read_area(char *digits, struct area *ret_area)
{
	size_t length = strspn(digits, "0123456789");

	if (digits[length])
		return false;
	if (length && strspn(digits, "0") == length) {
		*ret_area = (struct area){0};
		return true;
	}
	for (; length >= 2; length--) {
		digits[length] = '\0';
		if (area_parse(digits, ret_area))
			return true;
	}
	return false;
}

static void
drop_blanks(char *text)
{
	char *out = text;

	for (; *text; text++)
		if (*text != ' ')
			*out++ = *text;
	*out = '\0';
}

static bool
map_area(struct mapping *mapping, const struct formula *formula, struct area *ret_area)
{
	struct value value;
	char folded[32];
	size_t length;

	if (!map_value(mapping, formula, &value))
		return false;
	if (value.type == VALUE_EMPTY)
		return true;
	if (value.type != VALUE_TEXT ||
		!text_fold(value.text, value.length, folded, sizeof(folded), &length))
		return mapping_fault(mapping, FAULT_AREA, first_column(formula));
	drop_blanks(folded);
	if (!read_area(folded, ret_area))
		return mapping_fault(mapping, FAULT_AREA, first_column(formula));
	*ret_area = area_change_follow(mapping->source->area_changes,
		mapping->source->area_change_count, *ret_area, mapping->today);
	return true;
}

static bool
map_text(struct mapping *mapping, const struct value *value, int column,
	struct mapped_cell *ret_cell)
{
	if (value->length > TEXT_FIELD_LIMIT)
		return mapping_fault(mapping, FAULT_TEXT_LONG, column);
	if (citizen_in_text(value->text, value->length))
		return mapping_fault(mapping, FAULT_TEXT_NUMBER, column);
	ret_cell->text = arena_strndup(mapping->arena, value->text, value->length);
	ret_cell->length = value->length;
	return true;
}

static bool
map_code(struct mapping *mapping, const struct field *field, const struct value *value,
	int column, struct mapped_cell *ret_cell)
{
	char folded[128];
	size_t length;
	int word;

	if (!text_fold(value->text, value->length, folded, sizeof(folded), &length))
		return mapping_fault(mapping, FAULT_CODE, column);
	word = field_word(field, folded);
	if (word < 0)
		return mapping_fault(mapping, FAULT_CODE, column);
	ret_cell->number = word;
	return true;
}

static bool
map_flag(struct mapping *mapping, const struct formula *formula, struct mapped_cell *ret_cell)
{
	struct value fault = {.type = VALUE_EMPTY};
	enum truth truth = formula_truth(formula, mapping->record, &fault);

	if (fault.type == VALUE_FAULT)
		return mapping_fault(mapping, fault.fault, fault.column);
	ret_cell->known = truth != TRUTH_UNKNOWN;
	ret_cell->number = truth == TRUTH_YES;
	return true;
}

static bool
map_citizen(struct mapping *mapping, const struct value *value, int column,
	struct mapped_cell *ret_cell)
{
	enum mapping_fault fault;

	ret_cell->citizen = citizen_of(mapping, value->text, value->length);
	fault = citizen_fault(ret_cell->citizen.class);
	if (fault == FAULT_CITIZEN_MISSING) {
		ret_cell->known = false;
		return true;
	}
	return fault == FAULT_NONE || mapping_fault(mapping, fault, column);
}

/* The value has the type that the field asks for: config_bind() saw to it, but for texts. */
static bool
map_typed(struct mapping *mapping, const struct field *field, const struct value *value,
	int column, struct mapped_cell *ret_cell)
{
	ret_cell->known = true;
	switch (field->type) {
	case FIELD_MONEY:
	case FIELD_INT:
	case FIELD_DATE:
		if (value->type == VALUE_TEXT)
			return mapping_fault(mapping, FAULT_NUMBER, column);
		ret_cell->number = value->number;
		return true;
	case FIELD_FLAG:
		return true; /* map_flag() */
	case FIELD_CODE:
		return map_code(mapping, field, value, column, ret_cell);
	case FIELD_TEXT:
		return map_text(mapping, value, column, ret_cell);
	case FIELD_PERSON:
		return map_citizen(mapping, value, column, ret_cell);
	}
	return true;
}

static bool
map_field(struct mapping *mapping, const struct field *field, const struct formula *formula,
	struct mapped_cell *ret_cell)
{
	struct value value;

	if (field->type == FIELD_FLAG)
		return map_flag(mapping, formula, ret_cell);
	if (!map_value(mapping, formula, &value))
		return false;
	if (value.type == VALUE_EMPTY)
		return true;
	return map_typed(mapping, field, &value, first_column(formula), ret_cell);
}

static bool
map_word(struct mapping *mapping, const struct formula *formula, const char *const *words,
	struct mapped_cell *ret_cell)
{
	struct value value;
	char folded[32];
	size_t length;

	if (!map_value(mapping, formula, &value))
		return false;
	if (value.type == VALUE_EMPTY)
		return true;
	if (value.type != VALUE_TEXT ||
		!text_fold(value.text, value.length, folded, sizeof(folded), &length))
		return mapping_fault(mapping, FAULT_CODE, first_column(formula));
	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], folded) == 0) {
			ret_cell->known = true;
			ret_cell->number = i;
			return true;
		}
	}
	return mapping_fault(mapping, FAULT_CODE, first_column(formula));
}

static bool
map_resident_area(
	struct mapping *mapping, const struct formula *formula, struct mapped_cell *ret_cell)
{
	struct area area = {0};

	if (!map_area(mapping, formula, &area))
		return false;
	ret_cell->known = area.code != 0;
	ret_cell->number = area.code;
	return true;
}

static bool
map_resident_field(
	struct mapping *mapping, const struct field_config *field, struct mapped_cell *ret_cell)
{
	static const char *const sexes[] = {"M", "F", NULL};
	static const char *const residences[] = {"urban", "rural", NULL};
	struct day day;

	switch ((enum resident_field)field->field) {
	case RESIDENT_BIRTH:
		if (!map_day(mapping, field->formula, &day))
			return false;
		if (day.n != DAY_NONE && day.n > mapping->today.n)
			return mapping_fault(
				mapping, FAULT_DATE_FUTURE, first_column(field->formula));
		ret_cell->known = day.n != DAY_NONE;
		ret_cell->number = day.n;
		return true;
	case RESIDENT_SEX:
		return map_word(mapping, field->formula, sexes, ret_cell);
	case RESIDENT_AREA:
	case RESIDENT_REGISTER_AREA:
		return map_resident_area(mapping, field->formula, ret_cell);
	case RESIDENT_RESIDENCE:
		return map_word(mapping, field->formula, residences, ret_cell);
	case RESIDENT_HEAD:
		return map_flag(mapping, field->formula, ret_cell);
	case RESIDENT_FIELDS:
		break;
	}
	return true;
}

/* What the source does not say of a person, the number itself does. */
static void
resident_from_number(struct mapped_fact *fact)
{
	struct mapped_cell *birth = &fact->cells[RESIDENT_BIRTH];
	struct mapped_cell *sex = &fact->cells[RESIDENT_SEX];

	if (!fact->person.citizen.number[0])
		return;
	if (!birth->known && fact->person.citizen.birth.n != DAY_NONE) {
		birth->known = true;
		birth->number = fact->person.citizen.birth.n;
	}
	if (!sex->known && fact->person.citizen.sex) {
		sex->known = true;
		sex->number = fact->person.citizen.sex == 'F';
	}
}

static bool
map_cells(struct mapping *mapping, struct mapped_fact *fact)
{
	const struct fact_config *config = fact->config;
	size_t room = config->resident ? RESIDENT_FIELDS : config->kind->field_count;

	fact->cells = arena_array(mapping->arena, room ? room : 1, sizeof(*fact->cells));
	for (size_t i = 0; i < config->field_count; i++) {
		const struct field_config *field = &config->fields[i];
		struct mapped_cell *cell = &fact->cells[field->field];
		bool well = config->resident
				    ? map_resident_field(mapping, field, cell)
				    : map_field(mapping, &config->kind->fields[field->field],
					      field->formula, cell);

		if (!well)
			return false;
	}
	if (config->resident)
		resident_from_number(fact);
	return true;
}

static bool
map_days(struct mapping *mapping, struct mapped_fact *fact)
{
	const struct fact_config *config = fact->config;

	if (!map_day(mapping, config->on, &fact->on))
		return false;
	if (!map_day(mapping, config->until, &fact->until))
		return false;
	if (fact->on.n == DAY_NONE && !config->resident)
		return mapping_fault(mapping, FAULT_NO_DAY, first_column(config->on));
	if (fact->on.n != DAY_NONE && fact->on.n > mapping->today.n)
		return mapping_fault(mapping, FAULT_DATE_FUTURE, first_column(config->on));
	if (fact->on.n != DAY_NONE && fact->until.n != DAY_NONE && fact->until.n < fact->on.n)
		return mapping_fault(mapping, FAULT_DATE_ORDER, first_column(config->until));
	return true;
}

static bool
map_subject(struct mapping *mapping, struct mapped_fact *fact)
{
	const struct fact_config *config = fact->config;
	bool of_area = config->kind && config->kind->subject == SUBJECT_AREA;

	fact->person.citizen.class = CITIZEN_MISSING;
	if (config->area && !map_area(mapping, config->area, &fact->area))
		return false;
	if (!of_area && config->person.number >= 0)
		return map_person(mapping, &config->person, &fact->person);
	if (!of_area)
		return mapping->mapped->household_key ||
		       mapping_fault(mapping, FAULT_HOUSEHOLD, mapping->source->household);
	if (fact->area.code == 0)
		return mapping_fault(mapping, FAULT_AREA, first_column(config->area));
	return true;
}

/* TRUTH_YES: the record tells this fact. False: a fault. */
static bool
map_when(struct mapping *mapping, const struct formula *when, bool *ret_holds)
{
	struct value fault = {.type = VALUE_EMPTY};

	*ret_holds = true;
	if (!when)
		return true;
	*ret_holds = formula_truth(when, mapping->record, &fault) == TRUTH_YES;
	if (fault.type == VALUE_FAULT)
		return mapping_fault(mapping, fault.fault, fault.column);
	return true;
}

static bool
map_facts(struct mapping *mapping)
{
	const struct source_config *source = mapping->source;
	struct mapped_record *mapped = mapping->mapped;

	mapped->facts = arena_array(mapping->arena, source->fact_count ? source->fact_count : 1,
		sizeof(*mapped->facts));
	for (size_t i = 0; i < source->fact_count; i++) {
		struct mapped_fact *fact = &mapped->facts[mapped->fact_count];
		bool holds;

		if (!map_when(mapping, source->facts[i].when, &holds))
			return false;
		if (!holds)
			continue;
		*fact = (struct mapped_fact){.ordinal = i, .config = &source->facts[i]};
		if (!map_subject(mapping, fact) || !map_days(mapping, fact) ||
			!map_cells(mapping, fact))
			return false;
		mapped->fact_count++;
	}
	return true;
}

void
mapping_record(const struct source_config *source, const struct record *record,
	struct day today, struct arena *arena, struct mapped_record *ret_mapped)
{
	struct mapping mapping = {source, record, today, arena, ret_mapped};

	memset(ret_mapped, 0, sizeof(*ret_mapped));
	ret_mapped->fault_column = COLUMN_NONE;
	if (!mapping_key(source, record, arena, &ret_mapped->key, &ret_mapped->key_length)) {
		mapping_fault(&mapping, FAULT_KEY, source->keys[0]);
		return;
	}
	ret_mapped->shown_key = ret_mapped->key;
	ret_mapped->shown_key_length = ret_mapped->key_length;
	ret_mapped->household_key =
		cell_trimmed(&mapping, source->household, &ret_mapped->household_key_length);
	if (!map_when(&mapping, source->gone, &ret_mapped->gone))
		return;
	ret_mapped->gone = ret_mapped->gone && source->gone;
	if (ret_mapped->gone)
		return;
	if (!map_facts(&mapping))
		ret_mapped->fact_count = 0;
}

static void
content_text(struct buffer *out, const char *text, size_t length)
{
	buffer_printf(out, "%zu:", length);
	buffer_add(out, text ? text : "", length);
}

static void
content_cell(struct buffer *out, const struct mapped_cell *cell)
{
	if (!cell->known) {
		buffer_text(out, "-");
		return;
	}
	buffer_printf(out, "=%lld ", (long long)cell->number);
	content_text(out, cell->text, cell->length);
	buffer_text(out, cell->citizen.number);
}

void
mapping_content(const struct mapped_record *mapped, struct buffer *out)
{
	content_text(out, mapped->household_key, mapped->household_key_length);
	for (size_t i = 0; i < mapped->fact_count; i++) {
		const struct mapped_fact *fact = &mapped->facts[i];
		const struct fact_config *config = fact->config;
		size_t count = config->resident ? RESIDENT_FIELDS : config->kind->field_count;

		buffer_printf(out, "\x1e%s %zu %s %d %d %lld", config->kind_name, fact->ordinal,
			fact->person.citizen.number, fact->on.n, fact->until.n,
			(long long)fact->area.code);
		for (size_t field = 0; field < count; field++)
			content_cell(out, &fact->cells[field]);
	}
}
