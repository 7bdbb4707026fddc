/* The table behind statement.h; sends nothing. */
#include "statement.h"

static const struct db_statement statements[STATEMENT_COUNT + 1] = {
#define STATEMENT(name, sql) [STATEMENT_##name] = {#name, sql, false},
#include "statements_journal.def"
#include "statements_population.def"
#include "statements_store.def"
#include "statements_inbox.def"
#undef STATEMENT
};

const struct db_statement *
statement(enum statement which)
{
	return &statements[which];
}
