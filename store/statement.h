/* The SQL of store and inbox, named, in one table. Statements on the tables of kinds come from kind_table.h,
 * those of alerts, ledger and outbox from statement_decide.h. */
#ifndef NEEDWATCH_STATEMENT_H
#define NEEDWATCH_STATEMENT_H

#include "db.h"

/* Each line is STATEMENT(NAME, "sql"). */
enum statement {
#define STATEMENT(name, sql) STATEMENT_##name,
#include "statements_journal.def"
#include "statements_population.def"
#include "statements_store.def"
#include "statements_inbox.def"
#undef STATEMENT
	STATEMENT_COUNT
};

const struct db_statement *
statement(enum statement which);

#endif
