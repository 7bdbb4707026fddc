/* The measure of an empty poll: asks a prepared `select 1` COUNT times with a pause between, and nothing else. Prints
 * the backend's pid, waits for a line, asks, prints "done", waits for the end of its input. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <libpq-fe.h>

static void
ask(PGconn *connection, const char *statement)
{
	PGresult *result = PQexecPrepared(connection, statement, 0, NULL, NULL, NULL, 1);

	if (PQresultStatus(result) != PGRES_TUPLES_OK) {
		fprintf(stderr, "%s", PQerrorMessage(connection));
		exit(3);
	}
	PQclear(result);
}

int
main(int count, char **arguments)
{
	PGconn *connection;
	int asked, pause_us;

	if (count != 4)
		return 2;
	connection = PQconnectdb(arguments[1]);
	if (PQstatus(connection) != CONNECTION_OK) {
		fprintf(stderr, "%s", PQerrorMessage(connection));
		return 3;
	}
	PQclear(PQprepare(connection, "one", "select 1", 0, NULL));
	ask(connection, "one");
	printf("%d\n", PQbackendPID(connection));
	fflush(stdout);
	getchar();
	asked = atoi(arguments[2]);
	pause_us = atoi(arguments[3]);
	for (int i = 0; i < asked; i++) {
		ask(connection, "one");
		usleep((useconds_t)pause_us);
	}
	printf("done\n");
	fflush(stdout);
	while (getchar() != EOF)
		;
	PQfinish(connection);
	return 0;
}
