/* The schema of a fact, as declared in the rule files: a new department needs no C. */
#ifndef NEEDWATCH_KIND_H
#define NEEDWATCH_KIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum subject {
	SUBJECT_PERSON,
	SUBJECT_HOUSEHOLD,
	SUBJECT_AREA,
};

enum field_type {
	FIELD_MONEY,  /* fen */
	FIELD_INT,
	FIELD_FLAG,   /* 0 or 1 */
	FIELD_DATE,   /* day.n */
	FIELD_CODE,   /* index into field.words */
	FIELD_TEXT,   /* index into the population's texts of this field */
	FIELD_PERSON, /* row of a person in the population, or PERSON_UNLISTED */
};

struct field {
	const char *name;
	const char *label; /* Chinese, or NULL */
	enum field_type type;
	bool sensitive; /* a village must not infer it */
	const char *const *words; /* FIELD_CODE: the words it may take */
	size_t word_count;
	/* FIELD_MONEY, FIELD_INT: "yuan per month", "months"; NULL: not said */
	const char *unit;
	const char *const *word_labels; /* Chinese, or NULL for a word; NULL: for none */
};

struct kind {
	const char *name;
	const char *label;
	enum subject subject;
	bool state; /* from `on` until `until`; otherwise an event on `on` */
	struct field *fields;
	size_t field_count;
};

/* Index of the field, or -1. */
int
kind_field(const struct kind *kind, const char *name);

/* What people read for a word of a code field. */
const char *
field_label(const struct field *field, size_t word);

/* Index of the word of a code field, or -1. */
int
field_word(const struct field *field, const char *word);

#endif
