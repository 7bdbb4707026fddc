/* Reads credential files; keeps nothing. */
#include "credential.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool
credential_read(const char *folder, const char *name, char ret_secret[CREDENTIAL_SIZE])
{
	char path[4096];
	FILE *file;
	bool well;

	if (!folder)
		folder = getenv("CREDENTIALS_DIRECTORY");
	if (!folder || strchr(name, '/') || strcmp(name, "..") == 0)
		return false;
	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return false;
	file = fopen(path, "re");
	if (!file)
		return false;
	setvbuf(file, NULL, _IONBF, 0); /* no copy of the secret stays in a buffer */
	well = fgets(ret_secret, CREDENTIAL_SIZE, file) != NULL;
	fclose(file);
	ret_secret[strcspn(ret_secret, "\r\n")] = '\0';
	return well;
}
