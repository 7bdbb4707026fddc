/* Expressions over the columns of a record, as configuration writes them: built by the parser, computed for
 * each row. Pure: no clock, no database; what cannot be read is a fault, never a default. */
#ifndef NEEDWATCH_FORMULA_H
#define NEEDWATCH_FORMULA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "date_format.h"
#include "diag.h"
#include "fault.h"
#include "money.h"
#include "truth.h"

/* One row as the source gave it, its columns in the order of source_config.columns. NULL: SQL NULL.
 * Borrowed from the result it came with. */
struct record {
	const char *const *cells;
	const size_t *lengths;
};

enum value_type {
	VALUE_EMPTY, /* unknown: NULL, blanks, a sentinel date */
	VALUE_TEXT,
	VALUE_NUMBER,
	VALUE_MONEY,
	VALUE_DAY,
	VALUE_TRUTH,
	VALUE_FAULT,
};

struct value {
	enum value_type type;
	/* VALUE_TEXT: trimmed, not NUL-terminated; borrowed from the record or config */
	const char *text;
	size_t length;
	int64_t number; /* number, fen, day.n, or enum truth */
	enum mapping_fault fault; /* VALUE_FAULT, at `column` */
	int column;               /* VALUE_FAULT */
};

enum formula_op {
	FORMULA_COLUMN,
	FORMULA_TEXT,   /* literal */
	FORMULA_NUMBER, /* literal */
	FORMULA_AS_TEXT,
	FORMULA_AS_INT,
	FORMULA_AS_MONEY,
	FORMULA_AS_DATE,
	FORMULA_MAP,
	FORMULA_IN,
	FORMULA_EQUAL,
	FORMULA_UNEQUAL,
	FORMULA_LESS,
	FORMULA_LESS_EQUAL,
	FORMULA_MORE,
	FORMULA_MORE_EQUAL,
	FORMULA_IS_EMPTY,
	FORMULA_NOT,
	FORMULA_AND,
	FORMULA_OR,
};

/* One line of a value table, or one word of `in (...)`. */
struct map_entry {
	const char *key; /* folded */
	size_t key_length;
	struct value result; /* FORMULA_MAP */
	struct span span;
};

struct formula {
	enum formula_op op;
	struct span span;
	int column;              /* FORMULA_COLUMN */
	struct value literal;    /* FORMULA_TEXT, FORMULA_NUMBER */
	enum money_unit unit;    /* FORMULA_AS_MONEY */
	const struct date_format **formats; /* FORMULA_AS_DATE: tried in order */
	size_t format_count;
	struct map_entry *entries; /* FORMULA_MAP, FORMULA_IN */
	size_t entry_count;
	struct formula *left;    /* operand of all others */
	struct formula *right;
};

struct value
formula_value(const struct formula *formula, const struct record *record);

/* TRUTH_UNKNOWN where a compared column is empty. A fault goes to *ret_fault (a VALUE_FAULT) and the
 * answer is unknown. */
enum truth
formula_truth(const struct formula *formula, const struct record *record,
	struct value *ret_fault);

/* What the formula would give, as far as it is known without a row: VALUE_EMPTY if any. */
enum value_type
formula_type(const struct formula *formula);

#endif
