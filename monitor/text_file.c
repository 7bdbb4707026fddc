/* Reads files and folders of files into memory; never looks at what they say. */
#include "text_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

static enum text_file_answer
fail(const char *path, const char *reason)
{
	fprintf(stderr, "needwatch: %s: %s\n", path, reason);
	return TEXT_FILE_FAILED;
}

/* All that the file holds, with a NUL behind it; NULL if reading fails. */
static char *
read_all(int fd, size_t expected, size_t *ret_length)
{
	size_t room = expected + 2, length = 0;
	char *bytes = xcalloc(room, 1);

	for (;;) {
		ssize_t got = read(fd, bytes + length, room - length - 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			free(bytes);
			return NULL;
		}
		if (got == 0)
			break;
		length += (size_t)got;
		if (length + 1 == room) {
			room *= 2;
			bytes = xrealloc(bytes, room, 1);
		}
	}
	bytes[length] = '\0';
	*ret_length = length;
	return bytes;
}

static void
keep_text(struct text_files *files, const char *path, char *bytes, size_t length)
{
	struct source_text *text = xcalloc(1, sizeof(*text));

	*text = (struct source_text){.name = xstrdup(path), .bytes = bytes, .length = length};
	files->texts = xrealloc(files->texts, files->count + 1, sizeof(struct source_text *));
	files->texts[files->count++] = text;
}

void
text_files_add_text(struct text_files *files, const char *name, const char *text)
{
	keep_text(files, name, xstrdup(text), strlen(text));
}

enum text_file_answer
text_files_add(struct text_files *files, const char *path, size_t limit)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length;
	struct stat st;
	char *bytes;

	if (fd < 0 && errno == ENOENT)
		return TEXT_FILE_ABSENT;
	if (fd < 0)
		return fail(path, strerror(errno));
	if (fstat(fd, &st) < 0 || S_ISDIR(st.st_mode)) {
		close(fd);
		return fail(path, "is a folder, a file was expected");
	}
	bytes = read_all(fd, S_ISREG(st.st_mode) ? (size_t)st.st_size : 0, &length);
	close(fd);
	if (!bytes)
		return fail(path, strerror(errno));
	if (limit && length > limit) {
		free(bytes);
		return fail(path, "is larger than a file of its kind may be");
	}
	keep_text(files, path, bytes, length);
	return TEXT_FILE_READ;
}

/* Paths below a folder, in the order the folder gives them. */
struct paths {
	char **all;
	size_t count;
};

static void
paths_add(struct paths *paths, char *path)
{
	paths->all = xrealloc(paths->all, paths->count + 1, sizeof(*paths->all));
	paths->all[paths->count++] = path;
}

static char *
join(const char *folder, const char *name)
{
	size_t length = strlen(folder);
	bool slash = length && folder[length - 1] == '/';
	char *path = xcalloc(length + strlen(name) + 2, 1);

	memcpy(path, folder, length);
	strcpy(path + length, slash ? "" : "/");
	strcat(path, name);
	return path;
}

static bool
ends_with(const char *name, const char *suffix)
{
	size_t length = strlen(name), size = strlen(suffix);

	return length > size && strcmp(name + length - size, suffix) == 0;
}

static bool
collect(struct paths *paths, const char *folder, const char *suffix)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool good = true;

	if (!dir)
		return fail(folder, strerror(errno)) == TEXT_FILE_READ;
	while ((entry = readdir(dir))) {
		struct stat st;
		char *path;

		if (entry->d_name[0] == '.')
			continue;
		path = join(folder, entry->d_name);
		if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
			good &= collect(paths, path, suffix);
			free(path);
		} else if (ends_with(entry->d_name, suffix)) {
			paths_add(paths, path);
		} else {
			free(path);
		}
	}
	closedir(dir);
	return good;
}

static int
path_order(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

bool
text_files_add_tree(
	struct text_files *files, const char *path, const char *suffix, size_t limit)
{
	struct paths paths = {0};
	struct stat st;
	bool good;

	if (stat(path, &st) < 0)
		return fail(path, strerror(errno)) == TEXT_FILE_READ;
	if (!S_ISDIR(st.st_mode))
		return text_files_add(files, path, limit) == TEXT_FILE_READ;
	good = collect(&paths, path, suffix);
	if (good && paths.count == 0) {
		fprintf(stderr, "needwatch: %s: no file that ends with %s\n", path, suffix);
		good = false;
	}
	if (paths.count)
		qsort(paths.all, paths.count, sizeof(*paths.all), path_order);
	for (size_t i = 0; i < paths.count; i++) {
		good = good && text_files_add(files, paths.all[i], limit) == TEXT_FILE_READ;
		free(paths.all[i]);
	}
	free(paths.all);
	return good;
}

const struct source_text *
text_files_block(struct text_files *files)
{
	files->block = xcalloc(files->count, sizeof(*files->block));
	for (size_t i = 0; i < files->count; i++)
		files->block[i] = *files->texts[i];
	return files->block;
}

void
text_files_free(struct text_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free((char *)(uintptr_t)files->texts[i]->name);
		free((char *)(uintptr_t)files->texts[i]->bytes);
		free(files->texts[i]);
	}
	free(files->texts);
	free(files->block);
	*files = (struct text_files){0};
}
