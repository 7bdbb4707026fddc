/* The kinds that the cases of this folder map to; the real ones stand in rules/standard/. */
#include "kinds.h"

static const char *const roll_words[] = {"tekun", "dibao", "edge", "orphan"};
static const char *const grade_words[] = {"collapsed", "serious", "minor"};
static const char *const role_words[] = {"father", "mother"};

static struct field settlement_fields[] = {
	{.name = "stay", .type = FIELD_TEXT},
	{.name = "inpatient", .type = FIELD_FLAG},
	{.name = "icd", .type = FIELD_TEXT, .sensitive = true},
	{.name = "self_paid", .type = FIELD_MONEY},
};
static struct field disability_fields[] = {
	{.name = "class", .type = FIELD_INT},
	{.name = "grade", .type = FIELD_INT},
};
static struct field roll_fields[] = {
	{.name = "class", .type = FIELD_CODE, .words = roll_words, .word_count = 4},
	{.name = "next_review", .type = FIELD_DATE},
};
static struct field damage_fields[] = {
	{.name = "event", .type = FIELD_TEXT},
	{.name = "grade", .type = FIELD_CODE, .words = grade_words, .word_count = 3},
};
static struct field parent_fields[] = {
	{.name = "role", .type = FIELD_CODE, .words = role_words, .word_count = 2},
	{.name = "parent", .type = FIELD_PERSON},
};
static struct field month_fields[] = {
	{.name = "visits", .type = FIELD_INT},
	{.name = "zero", .type = FIELD_FLAG},
};

#define FIELDS(array) .fields = array, .field_count = sizeof(array) / sizeof(*array)

static const struct kind settlement = {
	.name = "settlement", .subject = SUBJECT_PERSON, FIELDS(settlement_fields)};
static const struct kind disability = {.name = "disability",
	.subject = SUBJECT_PERSON,
	.state = true,
	FIELDS(disability_fields)};
static const struct kind roll = {
	.name = "roll", .subject = SUBJECT_PERSON, .state = true, FIELDS(roll_fields)};
static const struct kind house_damage = {
	.name = "house_damage", .subject = SUBJECT_HOUSEHOLD, FIELDS(damage_fields)};
static const struct kind parent = {
	.name = "parent", .subject = SUBJECT_PERSON, .state = true, FIELDS(parent_fields)};
static const struct kind village_month = {
	.name = "village_month", .subject = SUBJECT_AREA, FIELDS(month_fields)};

const struct kind *const test_kinds[TEST_KINDS] = {
	&settlement, &disability, &roll, &house_damage, &parent, &village_month};
