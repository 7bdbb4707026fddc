/* The SQL of alerts, organisation, ledger and outbox, by name. Sends nothing. */
#ifndef NEEDWATCH_STATEMENT_DECIDE_H
#define NEEDWATCH_STATEMENT_DECIDE_H

struct db_statement;

enum decide_statement {
#define STATEMENT(name, sql) SQL_##name,
#include "statements_decide.def"
#undef STATEMENT
	DECIDE_STATEMENT_COUNT
};

const struct db_statement *
decide_statement(enum decide_statement statement);

#endif
