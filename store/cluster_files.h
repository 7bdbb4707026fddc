/* Folders, files and programs of a private cluster, under the user who runs it. For cluster.c
 * alone. */
#ifndef NEEDWATCH_CLUSTER_FILES_H
#define NEEDWATCH_CLUSTER_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "cluster.h"

/* The group whose members may come near the sockets, where there is one
 * (systemd/needwatch.sysusers). */
#define CLUSTER_GROUP "needwatch-socket"

/* Who runs PostgreSQL, which refuses root. */
struct cluster_user {
	char name[64];
	uid_t uid;
	gid_t gid;
	bool switched; /* we are root and become this user */
};

/* `wanted` counts only when we are root. False: there is no such user. */
bool
cluster_user_find(const char *wanted, struct cluster_user *ret_user, char **ret_error);

/* Is the user in CLUSTER_GROUP? Then *ret_gid is that group. */
bool
cluster_user_in_group(const struct cluster_user *user, gid_t *ret_gid);

/* Makes the folder, or finds it, and gives it to the user. */
bool
cluster_folder_make(const char *path, mode_t mode, const struct cluster_user *user, gid_t group,
	char **ret_error);

/* Takes a half-made cluster away, whose name ends with CLUSTER_UNFINISHED; nothing else. */
#define CLUSTER_UNFINISHED ".unfinished"
bool
cluster_folder_remove(const char *path, char **ret_error);

/* Replaces or extends a file in a folder of the user. */
bool
cluster_file_write(const char *folder, const char *name, const char *text, bool append,
	const struct cluster_user *user, char **ret_error);

/* Runs a program as the user and waits for it. False: the last line that it wrote is the
 * reason. */
bool
cluster_run(const struct cluster_user *user, const char *const *arguments, char **ret_error);

/* The folder that holds initdb and postgres: of this major version, or (0) the newest that is
 * installed. */
bool
cluster_binaries_find(int version, char *ret_path, size_t room, char **ret_error);

/* Major version of the cluster in the folder; 0: none is there. */
int
cluster_version(const char *data);

/* Its postmaster's process id, looked for in postmaster.pid and proved by the process's working
 * folder; 0: it does not run. */
pid_t
cluster_postmaster(const char *data);

#endif
