/* Chooses among what all requests share; opens and closes nothing. */
#include "service.h"

struct db *
service_db(struct service *service)
{
	struct db *best = NULL;
	for (int i = 0; i < CONNECTIONS; i++) {
		struct db *db = service->connections[i];
		if (db_state(db) == DB_READY && (best == NULL || db_pending(db) < db_pending(best))) {
			best = db;
		}
	}
	return best;
}
