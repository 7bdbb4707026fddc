/* A private PostgreSQL: made, started, stopped, and its database. Opens no port and touches no
 * other cluster. */
#include "cluster.h"

#include <errno.h>
#include <libpq-fe.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "cluster_files.h"
#include "db_sync.h"
#include "memory.h"
#include "migration.h"
#include "refuse.h"
#include "statement.h"

/* The state folder holds
 *
 *	postgresql/  the cluster, 0700, of the user who runs it
 *	socket/      its Unix socket, for those whom pg_ident.conf names
 *
 * The port only names the socket's file; nothing listens on the network. */
#define PORT "5432"
#define SOCKET_FILE "/.s.PGSQL." PORT
#define FAILS_AFTER_SECONDS "60"
#define STOP_PATIENCE 600 /* tenths of a second */

struct cluster {
	char *directory;
	char *data;
	char *socket;
	char *binaries; /* as configured, or NULL */
	char *user;     /* wanted when we are root */
	char *settings;
	struct cluster_map *maps;
	size_t map_count;
	char *conninfo;
	char *program;
};

static char *
joined(const char *folder, const char *name)
{
	struct buffer path = {0};

	buffer_printf(&path, "%s/%s", folder, name);
	return path.bytes;
}

static char *
copy_or_null(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

struct cluster *
cluster_open(const struct cluster_config *config, char **ret_error)
{
	struct cluster *cluster = xcalloc(1, sizeof(*cluster));

	cluster->directory = xstrdup(config->directory);
	cluster->data = joined(config->directory, "postgresql");
	cluster->socket = joined(config->directory, "socket");
	cluster->binaries = copy_or_null(config->binaries);
	cluster->user = xstrdup(config->user ? config->user : "postgres");
	cluster->settings = copy_or_null(config->settings);
	cluster->maps = xcalloc(config->map_count + 1, sizeof(*cluster->maps));
	for (size_t i = 0; i < config->map_count; i++)
		cluster->maps[i] = (struct cluster_map){
			xstrdup(config->maps[i].user), xstrdup(config->maps[i].role)};
	cluster->map_count = config->map_count;
	if (config->directory[0] == '/' && strlen(cluster->socket) + strlen(SOCKET_FILE) <
						   sizeof(((struct sockaddr_un *)0)->sun_path))
		return cluster;
	refuse(ret_error, "%s: %s", config->directory,
		config->directory[0] == '/'
			? "the path of a socket in it would be longer than 107 bytes: choose a "
			  "shorter one"
			: "the folder of the private store must be an absolute path");
	cluster_free(cluster);
	return NULL;
}

void
cluster_free(struct cluster *cluster)
{
	if (!cluster)
		return;
	for (size_t i = 0; i < cluster->map_count; i++) {
		free((char *)cluster->maps[i].user);
		free((char *)cluster->maps[i].role);
	}
	free(cluster->maps);
	free(cluster->directory);
	free(cluster->data);
	free(cluster->socket);
	free(cluster->binaries);
	free(cluster->user);
	free(cluster->settings);
	free(cluster->conninfo);
	free(cluster->program);
	free(cluster);
}

const char *
cluster_folder(const struct cluster *cluster)
{
	return cluster->data;
}

/* Its clients may not look into it, but see that it is there. */
bool
cluster_exists(const struct cluster *cluster)
{
	char *version = joined(cluster->data, "PG_VERSION");
	bool there = access(version, F_OK) == 0 || errno == EACCES;

	free(version);
	return there;
}

static bool
find_binaries(const struct cluster *cluster, char ret_path[PATH_MAX], char **ret_error)
{
	if (!cluster->binaries)
		return cluster_binaries_find(
			cluster_version(cluster->data), ret_path, PATH_MAX, ret_error);
	snprintf(ret_path, PATH_MAX, "%s", cluster->binaries);
	return true;
}

const char *
cluster_program(struct cluster *cluster)
{
	char binaries[PATH_MAX];
	struct buffer program = {0};
	char *error = NULL;

	buffer_printf(&program, "%s/postgres -D %s",
		find_binaries(cluster, binaries, &error) ? binaries
							 : "/usr/lib/postgresql/*/bin",
		cluster->data);
	free(error);
	free(cluster->program);
	cluster->program = program.bytes;
	return cluster->program;
}

const char *
cluster_conninfo(struct cluster *cluster, const char *role)
{
	struct buffer conninfo = {0};

	buffer_text(&conninfo, "host='");
	for (const char *at = cluster->socket; *at; at++) {
		if (*at == '\'' || *at == '\\')
			buffer_text(&conninfo, "\\");
		buffer_add(&conninfo, at, 1);
	}
	buffer_printf(&conninfo, "' port=" PORT " dbname=needwatch user=%s", role);
	free(cluster->conninfo);
	cluster->conninfo = conninfo.bytes;
	return cluster->conninfo;
}

/* ---- its files ---- */

/* Peer authentication alone: the kernel says who connects, pg_ident.conf whom that makes. */
static const char hba_text[] = "# Made by `needwatch init`. Whoever connects is known by his "
			       "operating system's user; pg_ident.conf says which role\n"
			       "# that is. There are no passwords and no network.\n"
			       "# TYPE  DATABASE  USER  METHOD\n"
			       "local   all       all   peer map=needwatch\n";

static void
add_map(struct buffer *text, const char *user, const char *role)
{
	buffer_printf(text, "needwatch \"%s\" %s\n", user, role);
}

/* Who made it and who runs it may be every role; the daemons only their own. */
static void
ident_text(const struct cluster *cluster, const struct cluster_user *user, struct buffer *text)
{
	static const char *const every[] = {
		"needwatch_admin", "needwatch_owner", "needwatch_monitor", "needwatch_web"};

	buffer_text(text,
		"# Made by `needwatch init`: which user of the system is which role.\n"
		"# MAPNAME  SYSTEM-USERNAME  PG-USERNAME\n");
	for (size_t i = 0; i < sizeof(every) / sizeof(*every); i++) {
		add_map(text, user->name, every[i]);
		if (user->switched)
			add_map(text, "root", every[i]);
	}
	for (size_t i = 0; i < cluster->map_count; i++)
		add_map(text, cluster->maps[i].user, cluster->maps[i].role);
}

/* A value of postgresql.conf between its quotes. */
static void
add_quoted(struct buffer *text, const char *value)
{
	for (; *value; value++) {
		if (*value == '\'')
			buffer_text(text, "'");
		buffer_add(text, value, 1);
	}
}

/* Where the group of the sockets is there, it alone may connect; else peer authentication is
 * the only gate. `named`: the group is not the first one of who runs it, so that the socket
 * must be given to it. */
static void
settings_text(const struct cluster *cluster, bool grouped, bool named, struct buffer *text)
{
	buffer_text(text, "\n# ---- made by `needwatch init` ----\n"
			  "listen_addresses = ''                # the socket alone\n"
			  "port = " PORT "\n"
			  "unix_socket_directories = '");
	add_quoted(text, cluster->socket);
	buffer_printf(text, "'\nunix_socket_permissions = %s\n", grouped ? "0770" : "0777");
	if (named)
		buffer_text(text, "unix_socket_group = '" CLUSTER_GROUP "'\n");
	buffer_text(text, "timezone = 'Asia/Shanghai'\n"
			  "log_timezone = 'Asia/Shanghai'\n"
			  "jit = off                            # makes machine code, which "
			  "the unit forbids\n"
			  "password_encryption = 'scram-sha-256'\n"
			  "idle_in_transaction_session_timeout = '10min'\n");
	if (cluster->settings)
		buffer_printf(text, "%s\n", cluster->settings);
}

static bool
write_files(const struct cluster *cluster, const char *folder, const struct cluster_user *user,
	bool grouped, gid_t group, char **ret_error)
{
	struct buffer ident = {0}, settings = {0};
	bool well;

	ident_text(cluster, user, &ident);
	settings_text(cluster, grouped, grouped && group != user->gid, &settings);
	well = cluster_file_write(folder, "pg_hba.conf", hba_text, false, user, ret_error) &&
	       cluster_file_write(
		       folder, "pg_ident.conf", ident.bytes, false, user, ret_error) &&
	       cluster_file_write(
		       folder, "postgresql.conf", settings.bytes, true, user, ret_error);
	buffer_free(&ident);
	buffer_free(&settings);
	return well;
}

/* ---- making ---- */

/* The state folder itself may be there, the daemon's; its users pass through it. */
static bool
make_state(const struct cluster *cluster, char **ret_error)
{
	if (mkdir(cluster->directory, 0711) == 0 || errno == EEXIST)
		return true;
	return refuse(ret_error, "%s: cannot be made: %s", cluster->directory, strerror(errno));
}

static bool
initialise(const char *binaries, const char *folder, const struct cluster_user *user,
	char **ret_error)
{
	char *initdb = joined(binaries, "initdb");
	const char *const arguments[] = {initdb, "-D", folder, "-U", "needwatch_admin", "-A",
		"peer", "-E", "UTF8", "--locale=C.UTF-8", "-k", NULL};
	bool well = cluster_run(user, arguments, ret_error);

	free(initdb);
	return well;
}

/* Beside its place first: what a crash leaves is never mistaken for a cluster. */
static bool
make_beside(const struct cluster *cluster, const char *beside, char **ret_error)
{
	char binaries[PATH_MAX];
	struct cluster_user user;
	gid_t group = 0;
	bool grouped;

	if (!cluster_user_find(cluster->user, &user, ret_error) ||
		!find_binaries(cluster, binaries, ret_error) || !make_state(cluster, ret_error))
		return false;
	grouped = cluster_user_in_group(&user, &group);
	return cluster_folder_remove(beside, ret_error) &&
	       cluster_folder_make(beside, 0700, &user, user.gid, ret_error) &&
	       cluster_folder_make(cluster->socket, grouped ? 0750 : 0755, &user,
		       grouped ? group : user.gid, ret_error) &&
	       initialise(binaries, beside, &user, ret_error) &&
	       write_files(cluster, beside, &user, grouped, group, ret_error);
}

bool
cluster_make(struct cluster *cluster, char **ret_error)
{
	struct buffer beside = {0};
	bool well;

	if (access(cluster->data, F_OK) == 0 && rmdir(cluster->data) < 0)
		return refuse(
			ret_error, "%s is there already, and is left as it is", cluster->data);
	buffer_printf(&beside, "%s" CLUSTER_UNFINISHED, cluster->data);
	well = make_beside(cluster, beside.bytes, ret_error);
	if (well && rename(beside.bytes, cluster->data) < 0)
		well = refuse(ret_error, "%s: cannot be put in place: %s", cluster->data,
			strerror(errno));
	buffer_free(&beside);
	return well;
}

/* ---- running ---- */

bool
cluster_running(const struct cluster *cluster)
{
	return cluster_postmaster(cluster->data) > 0;
}

/* pg_ctl leaves the server in the background, and its messages in the cluster's own folder. */
static bool
control_start(const struct cluster *cluster, char **ret_error)
{
	char binaries[PATH_MAX];
	struct cluster_user user;
	char *control, *log;
	bool well;

	if (!cluster_user_find(cluster->user, &user, ret_error) ||
		!find_binaries(cluster, binaries, ret_error))
		return false;
	control = joined(binaries, "pg_ctl");
	log = joined(cluster->data, "server.log");
	{
		const char *const arguments[] = {control, "start", "-D", cluster->data, "-l",
			log, "-w", "-t", FAILS_AFTER_SECONDS, "-s", NULL};

		well = cluster_run(&user, arguments, ret_error);
	}
	free(control);
	free(log);
	return well;
}

bool
cluster_start(struct cluster *cluster, char **ret_error)
{
	char *reason = NULL;

	if (cluster_running(cluster))
		return true;
	if (control_start(cluster, &reason))
		return true;
	refuse(ret_error,
		"the private store did not start: %s; its messages are in %s/server.log",
		reason, cluster->data);
	free(reason);
	return false;
}

bool
cluster_stop(struct cluster *cluster, char **ret_error)
{
	pid_t pid = cluster_postmaster(cluster->data);
	const struct timespec tenth = {0, 100000000};

	if (pid == 0)
		return true;
	if (kill(pid, SIGINT) < 0)
		return refuse(ret_error, "the private store (process %d) cannot be stopped: %s",
			(int)pid, strerror(errno));
	for (int i = 0; i < STOP_PATIENCE; i++) {
		if (cluster_postmaster(cluster->data) != pid)
			return true;
		nanosleep(&tenth, NULL);
	}
	return refuse(ret_error, "the private store (process %d) was told to stop and has not",
		(int)pid);
}

/* ---- its database ---- */

static bool
make_database(struct db_sync *sync, char **ret_error)
{
	const struct db_result *there =
		db_sync_ask_statement(sync, statement(STATEMENT_DATABASE_PRESENT), NULL);

	if (there->status != DB_OK)
		return refuse(ret_error, "the database needwatch: %s", there->error);
	if (db_result_rows(there) == 1)
		return true;
	if (!db_sync_run(sync,
		    "create database needwatch owner needwatch_owner template template0"
		    " encoding 'UTF8'") ||
		!db_sync_run(sync, "revoke all on database needwatch from public") ||
		!db_sync_run(sync, "grant connect on database needwatch to needwatch_monitor,"
				   " needwatch_web"))
		return refuse(ret_error, "the database needwatch: %s", db_sync_error(sync));
	return true;
}

bool
cluster_database(struct cluster *cluster, char **ret_error)
{
	struct buffer conninfo = {0};
	struct db_sync *sync;
	bool well;

	/* The later dbname wins: needwatch may not be there yet. */
	buffer_printf(
		&conninfo, "%s dbname=postgres", cluster_conninfo(cluster, "needwatch_admin"));
	sync = db_sync_open(conninfo.bytes, NULL, "needwatch init", ret_error);
	buffer_free(&conninfo);
	if (!sync)
		return false;
	well = migration_roles(sync, ret_error) && make_database(sync, ret_error);
	db_sync_close(sync);
	return well;
}
