/* Computes expressions over one record; pure, and never turns what it cannot read into a
 * default. */
#include "formula.h"

#include <string.h>

#include "fold.h"

#define WORD_ROOM 256 /* codes and numbers; longer texts are compared unfolded */

static struct value
value_empty(void)
{
	return (struct value){.type = VALUE_EMPTY};
}

static struct value
value_fault(enum mapping_fault fault, int column)
{
	return (struct value){.type = VALUE_FAULT, .fault = fault, .column = column};
}

static struct value
value_truth(enum truth truth)
{
	return (struct value){.type = VALUE_TRUTH, .number = truth};
}

/* The column a fault is about: the first one below the formula. */
static int
formula_column(const struct formula *formula)
{
	int column;

	if (!formula)
		return -1;
	if (formula->op == FORMULA_COLUMN)
		return formula->column;
	column = formula_column(formula->left);
	return column >= 0 ? column : formula_column(formula->right);
}

/* "***": the source hides the value, so it is unknown (A20). */
static bool
is_redacted(const struct value *value)
{
	for (size_t i = 0; i < value->length; i++) {
		if (value->text[i] != '*')
			return false;
	}
	return true;
}

/* "-" and the like in a column of numbers or days: nothing stands there, which is not 0 (A13).
 */
static bool
is_dash(const char *folded)
{
	static const char *const dashes[] = {
		"-", "\xe2\x80\x94", "\xe2\x80\x93", "\xe2\x88\x92"};

	while (*folded) {
		size_t width = 0;

		for (size_t i = 0; i < sizeof(dashes) / sizeof(*dashes); i++)
			if (strncmp(folded, dashes[i], strlen(dashes[i])) == 0)
				width = strlen(dashes[i]);
		if (!width)
			return false;
		folded += width;
	}
	return true;
}

static struct value
column_value(const struct formula *formula, const struct record *record)
{
	struct value value = {.type = VALUE_TEXT};
	const char *cell = record->cells[formula->column];

	if (!cell)
		return value_empty();
	value.text = text_trim(cell, record->lengths[formula->column], &value.length);
	return is_redacted(&value) ? value_empty() : value;
}

static struct value
value_as_int(struct value value, int column)
{
	char folded[WORD_ROOM];
	size_t length;
	int64_t number = 0;
	bool negative;
	size_t at;

	if (value.type != VALUE_TEXT)
		return value;
	if (!text_fold(value.text, value.length, folded, sizeof(folded), &length))
		return value_fault(FAULT_NUMBER, column);
	if (is_dash(folded))
		return value_empty();
	negative = folded[0] == '-';
	at = folded[0] == '-' || folded[0] == '+';
	if (at == length || length - at > 15)
		return value_fault(FAULT_NUMBER, column);
	for (; at < length && folded[at] >= '0' && folded[at] <= '9'; at++)
		number = number * 10 + (folded[at] - '0');
	/* "12.00": how a decimal column prints a whole number */
	if (at < length && folded[at] == '.')
		for (at++; at < length && folded[at] == '0'; at++)
			;
	if (at < length)
		return value_fault(FAULT_NUMBER, column);
	return (struct value){.type = VALUE_NUMBER, .number = negative ? -number : number};
}

static struct value
value_as_money(struct value value, enum money_unit unit, int column)
{
	char folded[WORD_ROOM];
	size_t length;
	struct money money;

	if (value.type != VALUE_TEXT)
		return value;
	if (!text_fold(value.text, value.length, folded, sizeof(folded), &length))
		return value_fault(FAULT_MONEY, column);
	if (is_dash(folded))
		return value_empty();
	switch (money_parse(folded, unit, &money)) {
	case MONEY_OK:
		return (struct value){.type = VALUE_MONEY, .number = money.fen};
	case MONEY_EMPTY:
		return value_empty();
	case MONEY_NOT_A_SUM:
		return value_fault(FAULT_MONEY, column);
	case MONEY_TOO_FINE:
		return value_fault(FAULT_MONEY_FINE, column);
	case MONEY_TOO_LARGE:
		return value_fault(FAULT_MONEY_LARGE, column);
	}
	return value_fault(FAULT_MONEY, column);
}

static struct value
value_as_day(struct value value, const struct formula *formula, int column)
{
	enum mapping_fault fault = FAULT_DATE_FORM;
	char folded[WORD_ROOM];
	size_t length;

	if (value.type != VALUE_TEXT)
		return value;
	if (text_fold(value.text, value.length, folded, sizeof(folded), &length) &&
		is_dash(folded))
		return value_empty();
	for (size_t i = 0; i < formula->format_count; i++) {
		struct date_reading reading;

		switch (date_format_read(
			formula->formats[i], value.text, value.length, &reading)) {
		case DATE_OK:
			return (struct value){.type = VALUE_DAY, .number = reading.day.n};
		case DATE_EMPTY:
			return value_empty();
		case DATE_NO_SUCH_DAY:
			fault = FAULT_DATE_DAY;
			break;
		case DATE_NOT_THIS_FORM:
			break;
		}
	}
	return value_fault(fault, column);
}

/* The entry whose key equals the value after folding, or NULL. */
static const struct map_entry *
entry_find(const struct formula *formula, const struct value *value)
{
	char folded[WORD_ROOM];
	const char *word = folded;
	size_t length;

	if (!text_fold(value->text, value->length, folded, sizeof(folded), &length)) {
		word = value->text;
		length = value->length;
	}
	for (size_t i = 0; i < formula->entry_count; i++) {
		const struct map_entry *entry = &formula->entries[i];

		if (entry->key_length == length && memcmp(entry->key, word, length) == 0)
			return entry;
	}
	return NULL;
}

/* The line for `empty` has a key of no length; without it an empty value stays empty. */
static struct value
map_value(const struct formula *formula, const struct record *record)
{
	struct value value = formula_value(formula->left, record);
	const struct map_entry *entry;

	if (value.type == VALUE_EMPTY)
		value = (struct value){.type = VALUE_EMPTY, .text = ""};
	else if (value.type != VALUE_TEXT)
		return value;
	entry = entry_find(formula, &value);
	if (entry)
		return entry->result;
	if (value.type == VALUE_EMPTY)
		return value_empty();
	return value_fault(FAULT_MAP, formula_column(formula->left));
}

static struct value
in_value(const struct formula *formula, const struct record *record)
{
	struct value value = formula_value(formula->left, record);

	if (value.type == VALUE_FAULT)
		return value;
	if (value.type != VALUE_TEXT)
		return value_truth(TRUTH_UNKNOWN);
	return value_truth(entry_find(formula, &value) ? TRUTH_YES : TRUTH_NO);
}

static int
text_compare(const struct value *left, const struct value *right)
{
	char a[WORD_ROOM], b[WORD_ROOM];
	size_t a_length, b_length, shorter;
	int order;

	if (!text_fold(left->text, left->length, a, sizeof(a), &a_length))
		return 1;
	if (!text_fold(right->text, right->length, b, sizeof(b), &b_length))
		return -1;
	shorter = a_length < b_length ? a_length : b_length;
	order = memcmp(a, b, shorter);
	if (order != 0)
		return order;
	return a_length < b_length ? -1 : a_length > b_length;
}

/* A text beside a number or a day is read as one. */
static struct value
value_beside(struct value value, enum value_type other, int column)
{
	if (value.type != VALUE_TEXT)
		return value;
	if (other == VALUE_NUMBER)
		return value_as_int(value, column);
	if (other == VALUE_MONEY)
		return value_as_money(value, MONEY_YUAN, column);
	return value;
}

static bool
order_holds(enum formula_op op, int order)
{
	if (op == FORMULA_EQUAL)
		return order == 0;
	if (op == FORMULA_UNEQUAL)
		return order != 0;
	if (op == FORMULA_LESS)
		return order < 0;
	if (op == FORMULA_LESS_EQUAL)
		return order <= 0;
	if (op == FORMULA_MORE)
		return order > 0;
	return order >= 0;
}

static struct value
compare_value(const struct formula *formula, const struct record *record)
{
	struct value left = formula_value(formula->left, record);
	struct value right = formula_value(formula->right, record);
	enum value_type first = left.type;
	int order;

	left = value_beside(left, right.type, formula_column(formula->left));
	right = value_beside(right, first, formula_column(formula->right));
	if (left.type == VALUE_FAULT)
		return left;
	if (right.type == VALUE_FAULT)
		return right;
	if (left.type == VALUE_EMPTY || right.type == VALUE_EMPTY)
		return value_truth(TRUTH_UNKNOWN);
	if (left.type == VALUE_TEXT && right.type == VALUE_TEXT)
		order = text_compare(&left, &right);
	else
		order = left.number < right.number ? -1 : left.number > right.number;
	return value_truth(order_holds(formula->op, order) ? TRUTH_YES : TRUTH_NO);
}

static struct value
logic_value(const struct formula *formula, const struct record *record)
{
	struct value fault = value_empty();
	enum truth left = formula_truth(formula->left, record, &fault);
	enum truth right;

	if (fault.type == VALUE_FAULT)
		return fault;
	if (formula->op == FORMULA_NOT)
		return value_truth(truth_not(left));
	right = formula_truth(formula->right, record, &fault);
	if (fault.type == VALUE_FAULT)
		return fault;
	if (formula->op == FORMULA_AND)
		return value_truth(truth_and(left, right));
	return value_truth(truth_or(left, right));
}

struct value
formula_value(const struct formula *formula, const struct record *record)
{
	int column;

	switch (formula->op) {
	case FORMULA_COLUMN:
		return column_value(formula, record);
	case FORMULA_TEXT:
	case FORMULA_NUMBER:
		return formula->literal;
	case FORMULA_AS_TEXT:
		return formula_value(formula->left, record);
	case FORMULA_AS_INT:
		column = formula_column(formula);
		return value_as_int(formula_value(formula->left, record), column);
	case FORMULA_AS_MONEY:
		column = formula_column(formula);
		return value_as_money(
			formula_value(formula->left, record), formula->unit, column);
	case FORMULA_AS_DATE:
		column = formula_column(formula);
		return value_as_day(formula_value(formula->left, record), formula, column);
	case FORMULA_MAP:
		return map_value(formula, record);
	case FORMULA_IN:
		return in_value(formula, record);
	case FORMULA_EQUAL:
	case FORMULA_UNEQUAL:
	case FORMULA_LESS:
	case FORMULA_LESS_EQUAL:
	case FORMULA_MORE:
	case FORMULA_MORE_EQUAL:
		return compare_value(formula, record);
	case FORMULA_IS_EMPTY:
		return value_truth(formula_value(formula->left, record).type == VALUE_EMPTY
					   ? TRUTH_YES
					   : TRUTH_NO);
	case FORMULA_NOT:
	case FORMULA_AND:
	case FORMULA_OR:
		return logic_value(formula, record);
	}
	return value_empty();
}

enum truth
formula_truth(
	const struct formula *formula, const struct record *record, struct value *ret_fault)
{
	struct value value = formula_value(formula, record);

	if (value.type == VALUE_TRUTH)
		return (enum truth)value.number;
	if (value.type == VALUE_EMPTY)
		return TRUTH_UNKNOWN;
	if (value.type == VALUE_TEXT)
		value = value_as_int(value, formula_column(formula));
	if (value.type == VALUE_NUMBER && (value.number == 0 || value.number == 1))
		return value.number ? TRUTH_YES : TRUTH_NO;
	*ret_fault = value.type == VALUE_FAULT
			     ? value
			     : value_fault(FAULT_FLAG, formula_column(formula));
	if (ret_fault->fault == FAULT_NUMBER)
		ret_fault->fault = FAULT_FLAG;
	return TRUTH_UNKNOWN;
}

enum value_type
formula_type(const struct formula *formula)
{
	switch (formula->op) {
	case FORMULA_COLUMN:
	case FORMULA_TEXT:
	case FORMULA_AS_TEXT:
		return VALUE_TEXT;
	case FORMULA_NUMBER:
	case FORMULA_AS_INT:
		return VALUE_NUMBER;
	case FORMULA_AS_MONEY:
		return VALUE_MONEY;
	case FORMULA_AS_DATE:
		return VALUE_DAY;
	case FORMULA_MAP:
		return formula->entry_count ? formula->entries[0].result.type : VALUE_EMPTY;
	case FORMULA_IN:
	case FORMULA_EQUAL:
	case FORMULA_UNEQUAL:
	case FORMULA_LESS:
	case FORMULA_LESS_EQUAL:
	case FORMULA_MORE:
	case FORMULA_MORE_EQUAL:
	case FORMULA_IS_EMPTY:
	case FORMULA_NOT:
	case FORMULA_AND:
	case FORMULA_OR:
		return VALUE_TRUTH;
	}
	return VALUE_EMPTY;
}
