/* Folders, files and programs of a private cluster. Speaks no SQL, and removes nothing but what
 * it was making itself. */
#include "cluster_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "refuse.h"

#define DEBIAN_FOLDER "/usr/lib/postgresql"
#define GROUPS_MOST 64

/* ---- users ---- */

bool
cluster_user_find(const char *wanted, struct cluster_user *ret_user, char **ret_error)
{
	const struct passwd *entry;

	ret_user->switched = geteuid() == 0;
	entry = ret_user->switched ? getpwnam(wanted) : getpwuid(geteuid());
	if (!entry && ret_user->switched)
		return refuse(ret_error,
			"there is no user '%s', and PostgreSQL does not run as root: make the "
			"users with"
			" systemd-sysusers, or install Debian's postgresql, which makes "
			"'postgres'",
			wanted);
	if (!entry)
		return refuse(ret_error, "the system does not know our own user %lu",
			(unsigned long)geteuid());
	if (entry->pw_uid == 0)
		return refuse(ret_error, "PostgreSQL does not run as root: name another user");
	snprintf(ret_user->name, sizeof(ret_user->name), "%s", entry->pw_name);
	ret_user->uid = entry->pw_uid;
	ret_user->gid = entry->pw_gid;
	return true;
}

bool
cluster_user_in_group(const struct cluster_user *user, gid_t *ret_gid)
{
	const struct group *group = getgrnam(CLUSTER_GROUP);
	gid_t groups[GROUPS_MOST];
	int count = GROUPS_MOST;

	if (!group)
		return false;
	*ret_gid = group->gr_gid;
	if (getgrouplist(user->name, user->gid, groups, &count) < 0)
		count = GROUPS_MOST;
	for (int i = 0; i < count; i++)
		if (groups[i] == *ret_gid)
			return true;
	return false;
}

/* In the child alone. */
static bool
become(const struct cluster_user *user)
{
	return !user->switched || (initgroups(user->name, user->gid) == 0 &&
					  setgid(user->gid) == 0 && setuid(user->uid) == 0);
}

/* ---- folders and files ---- */

bool
cluster_folder_make(const char *path, mode_t mode, const struct cluster_user *user, gid_t group,
	char **ret_error)
{
	int folder;
	bool well;

	if (mkdir(path, mode) < 0 && errno != EEXIST)
		return refuse(ret_error, "%s: cannot be made: %s", path, strerror(errno));
	/* Never through a link: who owns the folder above could have put it there for root to
	 * follow. */
	folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	well = folder >= 0 && (!user->switched || fchown(folder, user->uid, group) == 0) &&
	       fchmod(folder, mode) == 0; /* mkdir's was cut by the umask */
	if (!well)
		refuse(ret_error, "%s: cannot be given to %s: %s", path, user->name,
			strerror(errno));
	if (folder >= 0)
		close(folder);
	return well;
}

static int
remove_one(const char *path, const struct stat *status, int flag, struct FTW *place)
{
	(void)status;
	(void)flag;
	(void)place;
	return remove(path);
}

bool
cluster_folder_remove(const char *path, char **ret_error)
{
	size_t length = strlen(path), end = strlen(CLUSTER_UNFINISHED);

	if (length <= end || strcmp(path + length - end, CLUSTER_UNFINISHED) != 0)
		return refuse(ret_error, "%s: is not what an earlier attempt left", path);
	if (access(path, F_OK) < 0)
		return true;
	if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS) != 0)
		return refuse(ret_error,
			"%s: what an earlier attempt left cannot be removed: %s", path,
			strerror(errno));
	return true;
}

bool
cluster_file_write(const char *folder, const char *name, const char *text, bool append,
	const struct cluster_user *user, char **ret_error)
{
	char path[PATH_MAX];
	int file;
	bool well;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = open(path,
		O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | (append ? O_APPEND : O_TRUNC),
		0600);
	well = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text) &&
	       (!user->switched || fchown(file, user->uid, user->gid) == 0) && fsync(file) == 0;
	if (!well)
		refuse(ret_error, "%s: cannot be written: %s", path, strerror(errno));
	if (file >= 0)
		close(file);
	return well;
}

/* ---- programs ---- */

static _Noreturn void
run_child(const struct cluster_user *user, const char *const *arguments, int output)
{
	int nothing = open("/dev/null", O_RDONLY);

	if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 ||
		chdir("/") < 0 || !become(user))
		_exit(126);
	umask(0077);
	setenv("LC_ALL", "C", 1);
	execv(arguments[0], (char *const *)arguments);
	dprintf(2, "%s: cannot be run: %s\n", arguments[0], strerror(errno));
	_exit(127);
}

/* The last line of what a program says is its reason. */
static void
read_last_line(int input, char *ret_line, size_t room)
{
	FILE *stream = fdopen(input, "r");
	char line[500];

	ret_line[0] = '\0';
	while (stream && fgets(line, sizeof(line), stream)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[strspn(line, " \t")])
			snprintf(ret_line, room, "%s", line);
	}
	if (stream)
		fclose(stream);
	else
		close(input);
}

bool
cluster_run(const struct cluster_user *user, const char *const *arguments, char **ret_error)
{
	char line[500];
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return refuse(ret_error, "%s: %s", arguments[0], strerror(errno));
	child = fork();
	if (child == 0)
		run_child(user, arguments, ends[1]);
	close(ends[1]);
	if (child < 0) {
		close(ends[0]);
		return refuse(ret_error, "%s: %s", arguments[0], strerror(errno));
	}
	read_last_line(ends[0], line, sizeof(line));
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	return refuse(ret_error, "%s: %s", arguments[0],
		line[0] ? line : "it failed and did not say why");
}

bool
cluster_binaries_find(int version, char *ret_path, size_t room, char **ret_error)
{
	DIR *folder = opendir(DEBIAN_FOLDER);
	const struct dirent *entry;
	int newest = 0;

	while (folder && (entry = readdir(folder))) {
		int found = atoi(entry->d_name);

		if (found <= newest || (version && found != version))
			continue;
		snprintf(ret_path, room, DEBIAN_FOLDER "/%d/bin/initdb", found);
		if (access(ret_path, X_OK) == 0)
			newest = found;
	}
	if (folder)
		closedir(folder);
	snprintf(ret_path, room, DEBIAN_FOLDER "/%d/bin", newest);
	if (newest)
		return true;
	return refuse(ret_error,
		"PostgreSQL%s%.0d is not installed below " DEBIAN_FOLDER
		": apt install postgresql",
		version ? " " : "", version);
}

/* ---- what is there ---- */

static bool
read_line(const char *folder, const char *name, char *ret_line, int room)
{
	char path[PATH_MAX];
	FILE *file;
	bool well;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "re");
	if (!file)
		return false;
	well = fgets(ret_line, room, file) != NULL;
	fclose(file);
	return well;
}

int
cluster_version(const char *data)
{
	char line[32];

	return read_line(data, "PG_VERSION", line, sizeof(line)) ? atoi(line) : 0;
}

/* A number left in postmaster.pid by a crash may be another process by now: PostgreSQL alone
 * works in this folder. */
pid_t
cluster_postmaster(const char *data)
{
	char line[32], link[64], works_in[PATH_MAX], really[PATH_MAX];
	ssize_t length;
	pid_t pid;

	if (!read_line(data, "postmaster.pid", line, sizeof(line)))
		return 0;
	pid = atoi(line);
	if (pid <= 1 || kill(pid, 0) < 0 || !realpath(data, really))
		return 0;
	snprintf(link, sizeof(link), "/proc/%d/cwd", (int)pid);
	length = readlink(link, works_in, sizeof(works_in) - 1);
	if (length < 0)
		return 0;
	works_in[length] = '\0';
	return strcmp(works_in, really) == 0 ? pid : 0;
}
