/* The answer to a request, and reading its binary cells. Owns nothing: it lives until the callback returns. */
#ifndef NEEDWATCH_DB_RESULT_H
#define NEEDWATCH_DB_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "day.h"
#include "instant.h"

enum db_status {
	DB_OK,
	DB_REFUSED,  /* the server says no; sqlstate says why */
	DB_CONFLICT, /* 40001, 40P01, 55P03: the same again may succeed */
	DB_LOST,     /* the connection went away, or could not be opened */
};

struct pg_result;

struct db_result {
	enum db_status status;
	char sqlstate[6];     /* "" unless the server said it */
	const char *error;    /* one line; "" if all is well */
	const char *constraint; /* the one that was violated, or "" */
	struct pg_result *rows; /* PGresult in binary format, borrowed; NULL without */
};

/* One of the SQLSTATEs that callers act on. */
#define SQLSTATE_UNIQUE "23505"

bool
db_result_is(const struct db_result *result, const char *sqlstate);

int
db_result_rows(const struct db_result *result);

/* Rows affected, as the command's tag says. */
int64_t
db_result_count(const struct db_result *result);

bool
db_null(const struct db_result *result, int row, int column);

/* int2, int4, int8, bool; 0 if NULL. */
int64_t
db_int(const struct db_result *result, int row, int column);

bool
db_bool(const struct db_result *result, int row, int column);

/* NUL-terminated; NULL if NULL. */
const char *
db_text(const struct db_result *result, int row, int column);

/* bytea or text; NULL if NULL. */
const uint8_t *
db_bytes(const struct db_result *result, int row, int column, size_t *ret_length);

/* timestamptz; INSTANT_NONE if NULL. */
struct instant
db_instant(const struct db_result *result, int row, int column);

/* date; DAY_NONE if NULL. */
struct day
db_day(const struct db_result *result, int row, int column);

/* An array of one dimension. Elements of NULL have the length -1. */
struct db_items {
	int count;
	const uint8_t *next; /* private */
};

struct db_items
db_array(const struct db_result *result, int row, int column);

/* The next element, in the order of the array: big-endian integer, or bytes. Call it at most `count` times. */
const uint8_t *
db_next_item(struct db_items *items, int *ret_length);

int64_t
db_next_int(struct db_items *items); /* 0 if NULL */

#endif
