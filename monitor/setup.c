/* Reads configuration, rules and keys, and tries what can be tried without any other machine.
 * Starts nothing. */
#include "setup.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "buffer.h"
#include "credential.h"
#include "diag.h"
#include "memory.h"
#include "outbox_sender.h"
#include "store_place.h"
#include "verdict.h"

/* ---- keys ---- */

static bool
read_key(const char *folder, const char *name, uint8_t ret_key[32], struct buffer *ret_report)
{
	char text[CREDENTIAL_SIZE];
	bool well = credential_read(folder, name, text) && identity_key_parse(text, ret_key);

	sodium_memzero(text, sizeof(text));
	if (!well)
		buffer_printf(ret_report,
			"%s/%s: the key is missing or no 64 hexadecimal digits; "
			"`needwatch init` makes it\n",
			folder ? folder : "$CREDENTIALS_DIRECTORY", name);
	return well;
}

static bool
read_keys(struct setup *setup, struct buffer *ret_report)
{
	const char *folder = config_text(setup->config, SETTING_SERVICE_CREDENTIALS);
	bool hash = read_key(folder, "pseudonym.key", setup->keys.hash, ret_report);
	bool box = read_key(folder, "seal.public", setup->keys.box, ret_report);

	setup->keys.id = 1;
	return hash && box;
}

/* ---- the store ---- */

static bool
find_store(struct setup *setup, struct buffer *ret_report)
{
	char *error = NULL;

	setup->conninfo = store_conninfo(setup->config, SETTING_STORE_CONNECT, &error);
	if (!setup->conninfo)
		buffer_printf(ret_report, "%s: %s\n", setup->path, error);
	free(error);
	return setup->conninfo != NULL;
}

/* ---- channels ---- */

static bool
try_channels(struct setup *setup, struct event_base *base, struct buffer *ret_report)
{
	const struct outbox_sender_config config = {.base = base, .config = setup->config};
	struct outbox_sender *sender = outbox_sender_new(&config);
	const char *fault = outbox_sender_fault(sender);
	bool well = fault == NULL;

	if (fault)
		buffer_printf(ret_report, "%s: %s\n", setup->path, fault);
	outbox_sender_free(sender);
	setup->channel_count = config_channel_count(setup->config);
	setup->channels = xcalloc(setup->channel_count + 1, sizeof(*setup->channels));
	for (size_t i = 0; i < setup->channel_count; i++)
		setup->channels[i] = config_channel_name(setup->config, i);
	return well;
}

/* ---- the whole ---- */

/* The faults of the rules are told apart from those of the configuration, so that one does not
 * hide the other. */
static bool
read_rules(struct setup *setup, struct buffer *ret_report)
{
	struct diags *diags = diags_new();
	const char *const *paths;
	size_t count;

	paths = config_list(setup->config, SETTING_SERVICE_RULES, &count);
	setup->ruleset = verdict_rules(paths, count, &setup->files, diags);
	if (!setup->ruleset && diags_errors(diags) == 0)
		buffer_printf(ret_report, "%s: its rules could not be read\n", setup->path);
	diags_print(diags, ret_report);
	diags_free(diags);
	return setup->ruleset != NULL;
}

static bool
read_texts(struct setup *setup, struct diags *diags, struct buffer *ret_report)
{
	const struct kind *const *kinds;
	char *fault = NULL;
	size_t count;
	bool well;

	setup->config = config_read(setup->path, diags, &fault);
	if (!setup->config) {
		buffer_printf(ret_report, "%s\n", fault);
		free(fault);
		return false;
	}
	well = config_read_area_changes(setup->config, diags, &fault);
	if (!well)
		buffer_printf(ret_report, "%s\n", fault);
	free(fault);
	if (!read_rules(setup, ret_report))
		return false;
	kinds = ruleset_kinds(setup->ruleset, &count);
	return config_bind(setup->config, kinds, count, diags) && well &&
	       diags_errors(diags) == 0;
}

struct setup *
setup_read(const char *path, struct event_base *base, struct buffer *ret_report)
{
	struct setup *setup = xcalloc(1, sizeof(*setup));
	struct diags *diags = diags_new();
	bool well;

	setup->path = xstrdup(path);
	well = read_texts(setup, diags, ret_report);
	diags_print(diags, ret_report);
	diags_free(diags);
	if (well) {
		bool keys = read_keys(setup, ret_report);
		bool store = find_store(setup, ret_report);

		well = try_channels(setup, base, ret_report) && keys && store;
	}
	if (well)
		return setup;
	setup_free(setup);
	return NULL;
}

void
setup_free(struct setup *setup)
{
	if (!setup)
		return;
	config_free(setup->config);
	ruleset_unref(setup->ruleset);
	text_files_free(&setup->files);
	sodium_memzero(&setup->keys, sizeof(setup->keys));
	free(setup->conninfo);
	free(setup->channels);
	free(setup->path);
	free(setup);
}

static bool
same_text(const char *one, const char *other)
{
	return one == other || (one && other && strcmp(one, other) == 0);
}

const char *
setup_differs(const struct setup *one, const struct setup *other)
{
	if (!same_text(one->conninfo, other->conninfo))
		return "store.connect";
	if (!same_text(config_text(one->config, SETTING_SERVICE_STATE),
		    config_text(other->config, SETTING_SERVICE_STATE)))
		return "service.state";
	if (!same_text(config_text(one->config, SETTING_SERVICE_SOCKET_GROUP),
		    config_text(other->config, SETTING_SERVICE_SOCKET_GROUP)))
		return "service.socket_group";
	if (config_number(one->config, SETTING_SERVICE_DAY) !=
		config_number(other->config, SETTING_SERVICE_DAY))
		return "service.day";
	if (config_number(one->config, SETTING_SERVICE_LEASE) !=
		config_number(other->config, SETTING_SERVICE_LEASE))
		return "service.lease";
	if (memcmp(&one->keys, &other->keys, sizeof(one->keys)) != 0)
		return "service.credentials (the keys)";
	return NULL;
}
