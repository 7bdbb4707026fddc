/* Writes parameters and COPY rows in PostgreSQL's binary formats; sends nothing. */
#include "db_params.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define EPOCH_DAYS 10957 /* 2000-01-01, from which PostgreSQL counts */
#define EPOCH_US (EPOCH_DAYS * US_PER_DAY)

struct array_type {
	uint32_t oid;
	int width; /* of an integer; 0: bytes */
};

static const struct array_type array_types[] = {
	[DB_ARRAY_BOOL] = {16, 1},
	[DB_ARRAY_INT2] = {21, 2},
	[DB_ARRAY_INT4] = {23, 4},
	[DB_ARRAY_INT8] = {20, 8},
	[DB_ARRAY_BYTES] = {17, 0},
	[DB_ARRAY_TEXT] = {25, 0},
	[DB_ARRAY_DATE] = {1082, 4},
	[DB_ARRAY_INSTANT] = {1184, 8},
};

/* Places in an array's header: dimensions, has NULLs, element type, count, lower bound. */
enum {
	ARRAY_TYPE_AT = 8,
	ARRAY_COUNT_AT = 12,
	ARRAY_HEADER = 20,
};

static void
put(uint8_t *bytes, int width, int64_t number)
{
	for (int i = width; i > 0; i--) {
		bytes[i - 1] = (uint8_t)number;
		number = (int64_t)((uint64_t)number >> 8);
	}
}

static void
add_number(struct buffer *buffer, int width, int64_t number)
{
	uint8_t bytes[8];

	put(bytes, width, number);
	buffer_add(buffer, bytes, (size_t)width);
}

static uint32_t
get4(const char *bytes)
{
	const uint8_t *b = (const uint8_t *)bytes;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

void
db_params_clear(struct db_params *params)
{
	buffer_free(&params->bytes);
	params->count = 0;
}

static void
open_param(struct db_params *params, bool binary, bool null)
{
	assert(params->count < DB_PARAMS_MOST);
	params->at[params->count].start = params->bytes.length;
	params->at[params->count].length = null ? -1 : 0;
	params->at[params->count].binary = binary;
	params->count++;
}

/* The parameter just opened ends here. Texts are read up to their NUL. */
static void
close_param(struct db_params *params)
{
	size_t start = params->at[params->count - 1].start;

	params->at[params->count - 1].length = (int)(params->bytes.length - start);
	buffer_add(&params->bytes, "", 1);
}

void
db_add_null(struct db_params *params)
{
	open_param(params, false, true);
}

void
db_add_int(struct db_params *params, int64_t number)
{
	open_param(params, false, false);
	buffer_printf(&params->bytes, "%lld", (long long)number);
	close_param(params);
}

void
db_add_bool(struct db_params *params, bool truth)
{
	db_add_text(params, truth ? "t" : "f");
}

void
db_add_text(struct db_params *params, const char *text)
{
	db_add_chars(params, text, text ? strlen(text) : 0);
}

void
db_add_chars(struct db_params *params, const char *text, size_t length)
{
	open_param(params, false, !text);
	if (!text)
		return;
	buffer_add(&params->bytes, text, length);
	close_param(params);
}

void
db_add_bytes(struct db_params *params, const void *bytes, size_t length)
{
	open_param(params, true, !bytes);
	if (!bytes)
		return;
	buffer_add(&params->bytes, bytes, length);
	close_param(params);
}

void
db_add_instant(struct db_params *params, struct instant instant)
{
	open_param(params, true, instant.us == INSTANT_NONE);
	if (instant.us == INSTANT_NONE)
		return;
	add_number(&params->bytes, 8, instant.us - EPOCH_US);
	close_param(params);
}

void
db_add_day(struct db_params *params, struct day day)
{
	open_param(params, true, day.n == DAY_NONE);
	if (day.n == DAY_NONE)
		return;
	add_number(&params->bytes, 4, day.n - EPOCH_DAYS);
	close_param(params);
}

/* ---- arrays ---- */

void
db_add_array(struct db_params *params, enum db_array type)
{
	open_param(params, true, false);
	add_number(&params->bytes, 4, 1);
	add_number(&params->bytes, 4, 0);
	add_number(&params->bytes, 4, array_types[type].oid);
	add_number(&params->bytes, 4, 0);
	add_number(&params->bytes, 4, 1);
	params->at[params->count - 1].length = ARRAY_HEADER;
}

static int
array_width(const struct db_params *params)
{
	const char *array = params->bytes.bytes + params->at[params->count - 1].start;
	uint32_t oid = get4(array + ARRAY_TYPE_AT);

	for (size_t i = 0; i < sizeof(array_types) / sizeof(*array_types); i++) {
		if (array_types[i].oid == oid)
			return array_types[i].width;
	}
	return 0;
}

static void
add_item(struct db_params *params, const void *bytes, size_t length)
{
	size_t start = params->at[params->count - 1].start;
	uint8_t *count;

	add_number(&params->bytes, 4, bytes ? (int64_t)length : -1);
	if (bytes)
		buffer_add(&params->bytes, bytes, length);
	count = (uint8_t *)params->bytes.bytes + start + ARRAY_COUNT_AT;
	put(count, 4, (int64_t)get4((const char *)count) + 1);
	if (!bytes)
		put((uint8_t *)params->bytes.bytes + start + 4, 4, 1);
	params->at[params->count - 1].length = (int)(params->bytes.length - start);
}

void
db_item_null(struct db_params *params)
{
	add_item(params, NULL, 0);
}

void
db_item_int(struct db_params *params, int64_t number)
{
	uint8_t bytes[8];
	int width = array_width(params);

	put(bytes, width, number);
	add_item(params, bytes, (size_t)width);
}

void
db_item_bytes(struct db_params *params, const void *bytes, size_t length)
{
	add_item(params, bytes, length);
}

void
db_item_text(struct db_params *params, const char *text)
{
	add_item(params, text, text ? strlen(text) : 0);
}

void
db_item_day(struct db_params *params, struct day day)
{
	if (day.n == DAY_NONE)
		db_item_null(params);
	else
		db_item_int(params, day.n - EPOCH_DAYS);
}

void
db_item_instant(struct db_params *params, struct instant instant)
{
	if (instant.us == INSTANT_NONE)
		db_item_null(params);
	else
		db_item_int(params, instant.us - EPOCH_US);
}

/* ---- rows of COPY ---- */

/* Length and number in one piece: this is the inner loop of ingest. */
static void
copy_number(struct buffer *rows, int width, int64_t number)
{
	uint8_t bytes[12];

	put(bytes, 4, width);
	put(bytes + 4, width, number);
	buffer_add(rows, bytes, (size_t)width + 4);
}

void
copy_row(struct buffer *rows, int columns)
{
	add_number(rows, 2, columns);
}

void
copy_null(struct buffer *rows)
{
	add_number(rows, 4, -1);
}

void
copy_int2(struct buffer *rows, int64_t number)
{
	copy_number(rows, 2, number);
}

void
copy_int4(struct buffer *rows, int64_t number)
{
	copy_number(rows, 4, number);
}

void
copy_int8(struct buffer *rows, int64_t number)
{
	copy_number(rows, 8, number);
}

void
copy_bool(struct buffer *rows, bool truth)
{
	copy_number(rows, 1, truth);
}

void
copy_bytes(struct buffer *rows, const void *bytes, size_t length)
{
	add_number(rows, 4, bytes ? (int64_t)length : -1);
	if (bytes)
		buffer_add(rows, bytes, length);
}

void
copy_day(struct buffer *rows, struct day day)
{
	if (day.n == DAY_NONE)
		copy_null(rows);
	else
		copy_number(rows, 4, day.n - EPOCH_DAYS);
}

void
copy_instant(struct buffer *rows, struct instant instant)
{
	if (instant.us == INSTANT_NONE)
		copy_null(rows);
	else
		copy_number(rows, 8, instant.us - EPOCH_US);
}
