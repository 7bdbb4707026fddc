/* Makes the keys that hide and seal persons. Overwrites no key: what was hashed or sealed with
 * it would be lost. */
#include "init_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "credential.h"
#include "identity.h"
#include "refuse.h"

#define UNITS_FOLDER "/etc/needwatch/keys" /* LoadCredential= in systemd/ */
#define PATH_SIZE 4096

const char *
init_keys_folder(const char *said)
{
	const char *given = getenv("CREDENTIALS_DIRECTORY");

	return said ? said : given && *given ? given : UNITS_FOLDER;
}

/* ---- one file ---- */

enum key_there {
	KEY_ABSENT,
	KEY_THERE,
	KEY_BROKEN,
};

static enum key_there
read_key(const char *folder, const char *name, uint8_t ret_key[IDENTITY_KEY], char **ret_error)
{
	char path[PATH_SIZE], text[CREDENTIAL_SIZE];
	bool well;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (access(path, F_OK) < 0 && errno == ENOENT)
		return KEY_ABSENT;
	well = credential_read(folder, name, text);
	if (!well)
		refuse(ret_error, "%s: cannot be read: %s", path, strerror(errno));
	else if (!identity_key_parse(text, ret_key))
		well = refuse(ret_error,
			"%s: is no key: one line of 64 hexadecimal digits is expected; bring "
			"it back from"
			" your backup",
			path);
	explicit_bzero(text, sizeof(text));
	return well ? KEY_THERE : KEY_BROKEN;
}

/* Beside its place first, so that half a key never stands there; never over one that is
 * there. */
static bool
write_key(const char *folder, const char *name, const uint8_t key[IDENTITY_KEY], mode_t mode,
	char **ret_error)
{
	char path[PATH_SIZE], beside[PATH_SIZE + 8], text[IDENTITY_KEY_TEXT + 1];
	int file;
	bool well;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	snprintf(beside, sizeof(beside), "%s.new", path);
	identity_key_format(key, text);
	strcat(text, "\n");
	unlink(beside);
	file = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	well = file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text) &&
	       fchmod(file, mode) == 0 && fsync(file) == 0 && link(beside, path) == 0;
	if (!well)
		refuse(ret_error, "%s: cannot be written: %s", path, strerror(errno));
	else
		printf("%s: made\n", path);
	explicit_bzero(text, sizeof(text));
	if (file >= 0)
		close(file);
	unlink(beside);
	return well;
}

static void
warn_open(const char *folder, const char *name)
{
	char path[PATH_SIZE];
	struct stat status;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (stat(path, &status) == 0 && (status.st_mode & 077))
		printf("%s: others may read it: chmod 600 %s\n", path, path);
}

/* ---- all ---- */

static bool
make_pseudonym(
	const char *folder, bool in_use, const uint8_t fresh[IDENTITY_KEY], char **ret_error)
{
	uint8_t key[IDENTITY_KEY];
	enum key_there there = read_key(folder, "pseudonym.key", key, ret_error);

	explicit_bzero(key, sizeof(key));
	if (there == KEY_THERE)
		warn_open(folder, "pseudonym.key");
	if (there != KEY_ABSENT)
		return there == KEY_THERE;
	if (in_use)
		return refuse(ret_error,
			"%s/pseudonym.key: is missing, but the store knows persons by it "
			"already: bring it"
			" back from your backup; with another key everybody would be a "
			"stranger",
			folder);
	return write_key(folder, "pseudonym.key", fresh, 0600, ret_error);
}

/* Both, neither, or what follows from the one that is there. */
static bool
make_seal(const char *folder, const uint8_t fresh_public[IDENTITY_PUBLIC_KEY],
	const uint8_t fresh_secret[IDENTITY_SECRET_KEY], char **ret_error)
{
	uint8_t public[IDENTITY_PUBLIC_KEY], secret[IDENTITY_SECRET_KEY],
		derived[IDENTITY_PUBLIC_KEY];
	enum key_there has_public = read_key(folder, "seal.public", public, ret_error);
	enum key_there has_secret =
		has_public == KEY_BROKEN ? KEY_BROKEN
					 : read_key(folder, "seal.secret", secret, ret_error);
	bool well = has_secret != KEY_BROKEN;

	if (has_secret == KEY_THERE) {
		identity_public_key(secret, derived);
		warn_open(folder, "seal.secret");
	}
	if (well && has_secret == KEY_THERE && has_public == KEY_ABSENT) {
		well = write_key(folder, "seal.public", derived, 0644, ret_error);
	} else if (well && has_secret == KEY_THERE &&
		   memcmp(public, derived, sizeof(public)) != 0) {
		well = refuse(ret_error,
			"%s/seal.public: is not the other half of seal.secret: what is sealed "
			"could not be"
			" opened; bring both back from your backup",
			folder);
	} else if (well && has_secret == KEY_ABSENT && has_public == KEY_THERE) {
		printf("%s/seal.secret: not here; needwatch-web needs it where it runs\n",
			folder);
	} else if (well && has_secret == KEY_ABSENT) {
		well = write_key(folder, "seal.secret", fresh_secret, 0600, ret_error) &&
		       write_key(folder, "seal.public", fresh_public, 0644, ret_error);
	}
	explicit_bzero(secret, sizeof(secret));
	return well;
}

bool
init_keys_make(const char *folder, bool in_use, char **ret_error)
{
	uint8_t hash[IDENTITY_KEY], public[IDENTITY_PUBLIC_KEY], secret[IDENTITY_SECRET_KEY];
	bool well;

	if (mkdir(folder, 0700) == 0)
		printf("%s: made, for keys\n", folder);
	else if (errno != EEXIST)
		return refuse(ret_error,
			"%s: the folder of keys cannot be made: %s; service {"
			" credentials ...; } names it",
			folder, strerror(errno));
	if (!identity_ready())
		return refuse(ret_error, "keys: the system gives no random numbers");
	identity_keys_make(hash, public, secret);
	well = make_pseudonym(folder, in_use, hash, ret_error) &&
	       make_seal(folder, public, secret, ret_error);
	explicit_bzero(hash, sizeof(hash));
	explicit_bzero(secret, sizeof(secret));
	return well;
}
