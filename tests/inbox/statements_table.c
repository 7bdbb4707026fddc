/* Prints every statement that needwatch-web sends, a line each: its name, a tab, its SQL. Sends none. */
#include <stdio.h>
#include <string.h>

#include "statement.h"
#include "statement_decide.h"

static void
print(const struct db_statement *statement)
{
	printf("%s\t%s\n", statement->name, statement->sql);
}

int
main(void)
{
	for (int i = 0; i < STATEMENT_COUNT; i++) {
		const struct db_statement *one = statement((enum statement)i);
		if (strncasecmp(one->name, "inbox_", 6) == 0) {
			print(one);
		}
	}
	for (int i = 0; i < DECIDE_STATEMENT_COUNT; i++) {
		const struct db_statement *one = decide_statement((enum decide_statement)i);
		if (strncasecmp(one->name, "plan_", 5) == 0 || strcasecmp(one->name, "alert_one") == 0 ||
			strncasecmp(one->name, "organisation_", 13) == 0 ||
			strncasecmp(one->name, "calendar_", 9) == 0) {
			print(one);
		}
	}
	return 0;
}
