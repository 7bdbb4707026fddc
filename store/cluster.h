/* A private PostgreSQL in a state directory, reachable through a Unix socket alone. Touches no other cluster. */
#ifndef NEEDWATCH_CLUSTER_H
#define NEEDWATCH_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>

/* An operating system's user who may sign in as a database role (peer authentication). */
struct cluster_map {
	const char *user;
	const char *role;
};

struct cluster_config {
	/* folder of initdb and postgres; NULL: the newest of /usr/lib/postgresql */
	const char *binaries;
	const char *directory;  /* of the state; the cluster lies in <directory>/postgresql */
	const char *user;       /* who runs it when we are root; NULL: "postgres" */
	const struct cluster_map *maps; /* besides: our own user may be every role */
	size_t map_count;
	const char *settings;   /* further lines of postgresql.conf, or NULL */
};

struct cluster;

/* False answers leave *ret_error, one line, owned by the caller. */
struct cluster *
cluster_open(const struct cluster_config *config, char **ret_error);

void
cluster_free(struct cluster *cluster); /* does not stop it; NULL is fine */

/* Is there one in the directory? */
bool
cluster_exists(const struct cluster *cluster);

/* initdb, pg_hba.conf, pg_ident.conf and postgresql.conf; superuser needwatch_admin. Refuses to touch one that is there. */
bool
cluster_make(struct cluster *cluster, char **ret_error);

/* Waits until it answers; true if it runs already. */
bool
cluster_start(struct cluster *cluster, char **ret_error);

/* By its own pid, fast; waits until it is gone. True if it does not run. */
bool
cluster_stop(struct cluster *cluster, char **ret_error);

bool
cluster_running(const struct cluster *cluster);

/* Makes the database `needwatch`, owned by needwatch_owner, if it is not there. */
bool
cluster_database(struct cluster *cluster, char **ret_error);

/* "host=<socket folder> port=… dbname=needwatch user=<role>"; owned by the cluster until the next call. */
const char *
cluster_conninfo(struct cluster *cluster, const char *role);

/* Where it lies, for messages. */
const char *
cluster_folder(const struct cluster *cluster);

/* The program that a unit file would run, for messages; owned by the cluster until the next call. */
const char *
cluster_program(struct cluster *cluster);

#endif
