/* One row of a source's page made a mapped record: bytes decoded, columns taken. Writes nothing. */
#ifndef NEEDWATCH_INTAKE_ROW_H
#define NEEDWATCH_INTAKE_ROW_H

#include <libpq-fe.h>

#include "fold.h"
#include "intake.h"
#include "mapping.h"

struct arena;
struct charset;

/* The record borrows from the page and the arena. *ret_losses counts characters that could not be decoded; a
 * column that is no text in the charset is a FAULT_CHARSET. */
void
intake_row_map(const struct source_config *source, const struct intake_page *page, int row,
	struct charset *charset, struct arena *arena, struct mapped_record *ret_mapped,
	size_t *ret_losses);

/* What may be shown of a record's key: each of its columns masked, those that name a person
 * harder. */
void
intake_row_key_mask(const struct source_config *source, const struct mapped_record *mapped,
	char ret_mask[TEXT_MASK_SIZE]);

/* The key of a row that holds the key columns only, in their order; false if one is NULL. */
bool
intake_row_key(const struct source_config *source, const PGresult *keys, int row,
	struct arena *arena, const char **ret_key, size_t *ret_length);

#endif
