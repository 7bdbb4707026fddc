/* Prints the table of the API and that of its refusals, as docs/inbox.md holds them. Serves nothing. */
#include <stdio.h>

#include "endpoint.h"
#include "refusal.h"

int
main(void)
{
	static const char *const needs[] = {"nothing", "session", "session, token", "session, token, key"};
	const struct endpoint *table;
	size_t count = endpoints(&table);
	printf("| method | path | needs | what it does |\n|---|---|---|---|\n");
	for (size_t i = 0; i < count; i++) {
		printf("| %s | `%s` | %s | %s |\n",
			table[i].method == EVHTTP_REQ_GET ? "GET"
			: table[i].method == EVHTTP_REQ_POST ? "POST" : "DELETE",
			table[i].path, needs[table[i].needs], table[i].does);
	}
	printf("\n| status | error | message |\n|---|---|---|\n");
	for (int i = 0; i < REFUSAL_COUNT; i++) {
		const struct refusal_row *row = refusal_row((enum refusal)i);
		printf("| %d | `%s` | %s |\n", row->status, row->word, row->message);
	}
	return 0;
}
