/* What all requests share: connections, clock, keys, pages. Owned by main.c; everything runs on its one loop. */
#ifndef NEEDWATCH_SERVICE_H
#define NEEDWATCH_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "db.h"
#include "keys.h"

struct clock;
struct event_base;
struct map_keeper;
struct pages;
struct password_checker;
struct liveness;

/* An action that waits for a locked alert holds one of them; the others go on. */
#define CONNECTIONS 4

struct service {
	struct event_base *base;
	struct clock *clock;
	int64_t day_us; /* length of a civil day */
	struct db *connections[CONNECTIONS];
	struct map_keeper *keeper;
	struct password_checker *passwords;
	struct liveness *liveness;
	char *questions; /* path of needwatchd's question socket */
	struct pages *pages; /* NULL: not built */
	struct box_keys keys;
	const char *const *hosts; /* by which browsers may call us */
	size_t host_count;
	size_t calls;             /* requests under way */
};

/* The least busy connection; NULL if none stands. */
struct db *
service_db(struct service *service);

#endif
