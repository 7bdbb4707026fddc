/* The parameters of one request, collected one by one, in the order $1, $2, ... Also rows for COPY binary. */
#ifndef NEEDWATCH_DB_PARAMS_H
#define NEEDWATCH_DB_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buffer.h"
#include "day.h"
#include "instant.h"

#define DB_PARAMS_MOST 48

/* Zero-initialise. Emptied by the request that takes it; otherwise db_params_clear() frees it. */
struct db_params {
	struct buffer bytes;
	int count;
	struct {
		size_t start;
		int length; /* -1: NULL */
		bool binary;
	} at[DB_PARAMS_MOST];
};

void
db_params_clear(struct db_params *params);

/* ---- scalars; those written as text fit every integer type ---- */

void
db_add_null(struct db_params *params);

void
db_add_int(struct db_params *params, int64_t number);

void
db_add_bool(struct db_params *params, bool truth);

void
db_add_text(struct db_params *params, const char *text); /* NULL: NULL */

void
db_add_chars(struct db_params *params, const char *text, size_t length); /* NULL: NULL */

/* bytea. */
void
db_add_bytes(struct db_params *params, const void *bytes, size_t length); /* NULL: NULL */

/* timestamptz; INSTANT_NONE: NULL. */
void
db_add_instant(struct db_params *params, struct instant instant);

/* date; DAY_NONE: NULL. */
void
db_add_day(struct db_params *params, struct day day);

/* ---- arrays, binary: the SQL must name the type, $1::int8[] ---- */

enum db_array {
	DB_ARRAY_BOOL,
	DB_ARRAY_INT2,
	DB_ARRAY_INT4,
	DB_ARRAY_INT8,
	DB_ARRAY_BYTES,
	DB_ARRAY_TEXT,
	DB_ARRAY_DATE,
	DB_ARRAY_INSTANT,
};

/* Opens an array; elements are added until the next parameter is opened or the request is made. */
void
db_add_array(struct db_params *params, enum db_array type);

void
db_item_null(struct db_params *params);

/* For BOOL, INT2, INT4, INT8. */
void
db_item_int(struct db_params *params, int64_t number);

/* For BYTES and TEXT; NULL: NULL. */
void
db_item_bytes(struct db_params *params, const void *bytes, size_t length);

void
db_item_text(struct db_params *params, const char *text);

void
db_item_day(struct db_params *params, struct day day); /* DAY_NONE: NULL */

void
db_item_instant(struct db_params *params, struct instant instant); /* INSTANT_NONE: NULL */

/* ---- rows of COPY binary, into a buffer ---- */

void
copy_row(struct buffer *rows, int columns);

void
copy_null(struct buffer *rows);

void
copy_int2(struct buffer *rows, int64_t number);

void
copy_int4(struct buffer *rows, int64_t number);

void
copy_int8(struct buffer *rows, int64_t number);

void
copy_bool(struct buffer *rows, bool truth);

void
copy_bytes(struct buffer *rows, const void *bytes, size_t length); /* bytea, text; NULL: NULL */

void
copy_day(struct buffer *rows, struct day day); /* DAY_NONE: NULL */

void
copy_instant(struct buffer *rows, struct instant instant); /* INSTANT_NONE: NULL */

#endif
