/* The table of statements_decide.def; sends nothing. */
#include "statement_decide.h"

#include "db.h"

static const struct db_statement table[DECIDE_STATEMENT_COUNT] = {
#define STATEMENT(name, sql) [SQL_##name] = {#name, sql},
#include "statements_decide.def"
#undef STATEMENT
};

const struct db_statement *
decide_statement(enum decide_statement statement)
{
	return &table[statement];
}
