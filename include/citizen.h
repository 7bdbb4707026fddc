/* Citizen numbers after GB 11643-1999 (and 15 digits after GB 11643-1989), and names folded
 * for comparison. Keeps nothing. */
#ifndef NEEDWATCH_CITIZEN_H
#define NEEDWATCH_CITIZEN_H

#include <stdbool.h>
#include <stddef.h>

#include "day.h"

/* Only the first two ever match a person by themselves (domain.md 5.1, A10). */
enum citizen_class {
	CITIZEN_VALID,     /* 18 characters, check digit right */
	CITIZEN_UPGRADED,  /* 15 digits, lengthened */
	CITIZEN_BAD_CHECK, /* 18 characters, check digit wrong */
	CITIZEN_BAD_DATE,  /* no such birthday */
	CITIZEN_BAD_LENGTH,/* 17 digits and the like */
	CITIZEN_FLOAT,     /* 5.11502E+17: a spreadsheet was here */
	CITIZEN_MASKED,    /* 511502********001X */
	CITIZEN_FOREIGN,   /* passport, permit of HK, Macao, Taiwan */
	CITIZEN_MISSING,   /* empty, blanks, "无" */
};

struct citizen {
	enum citizen_class class;
	char number[19]; /* normalised 18 characters; empty unless VALID or UPGRADED */
	struct day birth;/* DAY_NONE without a number, and before 1900 */
	char sex;        /* 'M', 'F', or 0 */
};

/* Folds full-width digits and letters, lower-case x, blanks, U+3000 and a leading quote. Never fails:
 * the class says what was found. */
struct citizen
citizen_parse(const char *text, size_t length);

/* Stable word for logs and quarantine: "valid", "upgraded", "bad_check" ... */
const char *
citizen_class_name(enum citizen_class class);

/* "990101********001X" and NUL. */
#define CITIZEN_MASK_SIZE 19
void
citizen_mask(const char number[19], char ret_mask[CITIZEN_MASK_SIZE]);

/* True if `text` holds a run that looks like a citizen number (valid 18 characters, or a valid
 * 15-digit one): free text may not (design: identity). */
bool
citizen_in_text(const char *text, size_t length);

/* Folds dots (U+00B7, U+2022, U+30FB, '.'), blanks, U+3000 and full width away, for comparison
 * only. Writes at most `room` bytes with NUL; returns the length needed. */
size_t
name_fold(const char *name, size_t length, char *ret_folded, size_t room);

/* "张*", "欧阳*": all but the first character becomes '*' (one for each, three at most). */
void
name_mask(const char *name, size_t length, char *ret_mask, size_t room);

#endif
