/* Reads configuration files from the disk; parses nothing itself. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "arena.h"
#include "bounds.h"
#include "buffer.h"
#include "config_reader.h"
#include "memory.h"

struct files {
	struct source_text *texts;
	size_t count;
};

static void
files_free(struct files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free((char *)(uintptr_t)files->texts[i].name);
		free((char *)(uintptr_t)files->texts[i].bytes);
	}
	free(files->texts);
}

static bool
fault_of(const char *path, const char *what, char **ret_fault)
{
	if (asprintf(ret_fault, "%s: %s", path, what) < 0)
		*ret_fault = xstrdup(what);
	return false;
}

static bool
files_add(struct files *files, const char *path, char **ret_fault)
{
	struct buffer bytes = {0};
	char block[8192];
	size_t got;
	FILE *file = fopen(path, "re");

	if (!file)
		return fault_of(path, strerror(errno), ret_fault);
	while ((got = fread(block, 1, sizeof(block), file)) > 0 &&
		bytes.length <= RULE_TEXT_LIMIT)
		buffer_add(&bytes, block, got);
	got = ferror(file) != 0;
	fclose(file);
	if (got || bytes.length > RULE_TEXT_LIMIT) {
		buffer_free(&bytes);
		return fault_of(path,
			got ? "cannot be read" : "is too large for a configuration", ret_fault);
	}
	files->texts = xrealloc(files->texts, files->count + 1, sizeof(*files->texts));
	files->texts[files->count++] = (struct source_text){.name = xstrdup(path),
		.bytes = bytes.bytes ? bytes.bytes : xstrdup(""),
		.length = bytes.length};
	return true;
}

static int
is_conf(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && strcmp(entry->d_name + length - 5, ".conf") == 0;
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool
files_add_folder(struct files *files, const char *path, char **ret_fault)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_conf, by_bytes);
	bool well = count >= 0 || fault_of(path, strerror(errno), ret_fault);

	for (int i = 0; i < count; i++) {
		char *name;

		if (well && asprintf(&name, "%s/%s", path, entries[i]->d_name) >= 0) {
			well = files_add(files, name, ret_fault);
			free(name);
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	if (well && files->count == 0)
		return fault_of(path, "holds no .conf file", ret_fault);
	return well;
}

/* The folder that relative paths of this text start from, without the last '/'. */
static const char *
text_folder(struct config *config, const struct source_text *text)
{
	char *path = arena_strdup(config->arena, text->name);
	char *absolute = realpath(path, NULL);
	char *slash;

	if (absolute) {
		path = arena_strdup(config->arena, absolute);
		free(absolute);
	}
	slash = strrchr(path, '/');
	if (!slash)
		return ".";
	*slash = '\0';
	return path;
}

static const char *
absolute_path(struct config *config, const struct setting_value *value, const char *path)
{
	if (!path || *path == '/' || !value->given || !value->span.text)
		return path;
	return arena_printf(
		config->arena, "%s/%s", text_folder(config, value->span.text), path);
}

static void
make_absolute(struct config *config, struct setting_value *settings)
{
	for (size_t i = 0; i < SETTING_COUNT_ALL; i++) {
		struct setting_value *value = &settings[i];
		enum setting_type type = setting_row((enum setting)i)->type;

		if (type == SETTING_PATH)
			value->text = absolute_path(config, value, value->text);
		if (type != SETTING_PATHS || i == SETTING_SERVICE_WEB_HOSTS)
			continue;
		for (size_t n = 0; n < value->count; n++)
			value->list[n] = absolute_path(config, value, value->list[n]);
	}
}

bool
config_read_area_changes(struct config *config, struct diags *diags, char **ret_fault)
{
	const char *path = config_text(config, SETTING_SERVICE_AREA_CHANGES);
	struct files files = {0};
	char *fault = NULL;
	struct source_text *text;

	*ret_fault = NULL;
	if (!path)
		return true;
	if (!files_add(&files, path, &fault)) {
		fault_of(fault, "service { area_changes ...; } names it", ret_fault);
		free(fault);
		return false;
	}
	text = arena_alloc(config->arena, sizeof(*text));
	text->name = arena_strdup(config->arena, files.texts[0].name);
	text->bytes = arena_strndup(config->arena, files.texts[0].bytes, files.texts[0].length);
	text->length = files.texts[0].length;
	files_free(&files);
	config_take_area_changes(config, text, diags);
	return true;
}

struct config *
config_read(const char *path, struct diags *diags, char **ret_fault)
{
	struct files files = {0};
	struct config *config = NULL;
	struct stat status;
	bool well;

	*ret_fault = NULL;
	if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
		well = files_add_folder(&files, path, ret_fault);
	else
		well = files_add(&files, path, ret_fault);
	if (well) {
		config = config_parse(files.texts, files.count, diags);
		make_absolute(config, config->settings);
		for (size_t i = 0; i < config->channel_count; i++)
			make_absolute(config, config->channels[i].settings);
	}
	files_free(&files);
	return config;
}
