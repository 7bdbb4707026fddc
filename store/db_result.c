/* Reads binary cells of a PGresult; copies nothing. */
#include "db_result.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#define EPOCH_DAYS 10957 /* 2000-01-01, from which PostgreSQL counts */
#define EPOCH_US (EPOCH_DAYS * US_PER_DAY)

bool
db_result_is(const struct db_result *result, const char *sqlstate)
{
	return strcmp(result->sqlstate, sqlstate) == 0;
}

int
db_result_rows(const struct db_result *result)
{
	return result->rows ? PQntuples(result->rows) : 0;
}

int64_t
db_result_count(const struct db_result *result)
{
	return result->rows ? strtoll(PQcmdTuples(result->rows), NULL, 10) : 0;
}

bool
db_null(const struct db_result *result, int row, int column)
{
	return PQgetisnull(result->rows, row, column);
}

static int64_t
number_of(const uint8_t *bytes, int length)
{
	uint64_t number = length > 0 && bytes[0] & 0x80 ? UINT64_MAX : 0;

	assert(length <= 8);
	for (int i = 0; i < length; i++)
		number = number << 8 | bytes[i];
	return (int64_t)number;
}

int64_t
db_int(const struct db_result *result, int row, int column)
{
	return number_of((const uint8_t *)PQgetvalue(result->rows, row, column),
		PQgetlength(result->rows, row, column));
}

bool
db_bool(const struct db_result *result, int row, int column)
{
	return db_int(result, row, column) != 0;
}

const char *
db_text(const struct db_result *result, int row, int column)
{
	return db_null(result, row, column) ? NULL : PQgetvalue(result->rows, row, column);
}

const uint8_t *
db_bytes(const struct db_result *result, int row, int column, size_t *ret_length)
{
	*ret_length = (size_t)PQgetlength(result->rows, row, column);
	return (const uint8_t *)db_text(result, row, column);
}

struct instant
db_instant(const struct db_result *result, int row, int column)
{
	if (db_null(result, row, column))
		return (struct instant){INSTANT_NONE};
	return (struct instant){db_int(result, row, column) + EPOCH_US};
}

/* '-infinity' is read as not set: "always" where a first day may be left out. */
struct day
db_day(const struct db_result *result, int row, int column)
{
	int64_t days = db_int(result, row, column);

	if (db_null(result, row, column) || days == INT32_MIN || days == INT32_MAX)
		return (struct day){DAY_NONE};
	return (struct day){(int32_t)(days + EPOCH_DAYS)};
}

struct db_items
db_array(const struct db_result *result, int row, int column)
{
	const uint8_t *bytes = (const uint8_t *)PQgetvalue(result->rows, row, column);

	if (db_null(result, row, column) || number_of(bytes, 4) == 0)
		return (struct db_items){0, NULL};
	return (struct db_items){(int)number_of(bytes + 12, 4), bytes + 20};
}

const uint8_t *
db_next_item(struct db_items *items, int *ret_length)
{
	const uint8_t *item = items->next + 4;

	*ret_length = (int)number_of(items->next, 4);
	items->next = item + (*ret_length > 0 ? *ret_length : 0);
	return item;
}

int64_t
db_next_int(struct db_items *items)
{
	int length;
	const uint8_t *item = db_next_item(items, &length);

	return length > 0 ? number_of(item, length) : 0;
}
