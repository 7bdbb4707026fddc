/* Why a row cannot be read: the one list of reasons that quarantine stores and people are shown. */
#ifndef NEEDWATCH_FAULT_H
#define NEEDWATCH_FAULT_H

/* Those from FAULT_CITIZEN_BAD_CHECK on are about a person: their values are masked harder.
 * X(enum, word stored in quarantine, what it means for the person who mends it) */
#define MAPPING_FAULTS(X) \
	X(FAULT_NONE, "", "") \
	X(FAULT_DATE_FORM, "date_form", "the date is not written as the source's format says") \
	X(FAULT_DATE_DAY, "date_day", "there is no such day or time") \
	X(FAULT_DATE_FUTURE, "date_future", "the day has not come yet") \
	X(FAULT_DATE_ORDER, "date_order", "the last day lies before the first") \
	X(FAULT_NO_DAY, "no_day", "the day of the fact is empty") \
	X(FAULT_MONEY, "money", "the amount cannot be read") \
	X(FAULT_MONEY_FINE, "money_too_fine", "the amount has digits below a fen: is the unit right?") \
	X(FAULT_MONEY_LARGE, "money_too_large", "the amount is beyond all reason: is the unit right?") \
	X(FAULT_NUMBER, "number", "a whole number was expected") \
	X(FAULT_FLAG, "flag", "yes or no was expected: 1, 0, or a condition") \
	X(FAULT_MAP, "not_in_map", "the value table does not hold this value") \
	X(FAULT_CODE, "not_a_code", "the kind does not have this word") \
	X(FAULT_AREA, "area", "the area code cannot be read") \
	X(FAULT_TEXT_LONG, "text_too_long", "the text is longer than a text field may be") \
	X(FAULT_TEXT_NUMBER, "number_in_text", "a citizen number stands in a text field") \
	X(FAULT_CHARSET, "charset", "the bytes are not text in the source's charset") \
	X(FAULT_KEY, "no_key", "a column of the key is empty") \
	X(FAULT_HOUSEHOLD, "no_household", "the household's key is empty") \
	X(FAULT_CITIZEN_BAD_CHECK, "citizen_bad_check", "the check digit of the citizen number is wrong") \
	X(FAULT_CITIZEN_BAD_DATE, "citizen_bad_date", "the birthday in the citizen number does not exist") \
	X(FAULT_CITIZEN_BAD_LENGTH, "citizen_bad_length", "the citizen number has the wrong length") \
	X(FAULT_CITIZEN_FLOAT, "citizen_float", "a spreadsheet has turned the citizen number into 5.1E+17") \
	X(FAULT_CITIZEN_MASKED, "citizen_masked", "the citizen number is masked") \
	X(FAULT_CITIZEN_FOREIGN, "citizen_foreign", "a passport or permit: needs a human to match it") \
	X(FAULT_CITIZEN_MISSING, "citizen_missing", "there is no citizen number")

enum mapping_fault {
#define X(name, word, meaning) name,
	MAPPING_FAULTS(X)
#undef X
	FAULT_COUNT,
};

/* "date_form" ... */
const char *
fault_word(enum mapping_fault fault);

const char *
fault_meaning(enum mapping_fault fault);

#endif
