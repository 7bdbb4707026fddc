/* Reads the store's place from the configuration; makes and starts nothing. */
#include "store_place.h"

#include <pwd.h>
#include <stddef.h>

#include "cluster.h"
#include "memory.h"
#include "refuse.h"

/* systemd/needwatch.sysusers */
#define STORE_USER "needwatch-store"

static const struct cluster_map maps[] = {
	{"needwatch", "needwatch_monitor"},
	{"needwatch-web", "needwatch_web"},
};

bool
store_is_outside(const struct config *config)
{
	return config_text(config, SETTING_STORE_CONNECT) ||
	       config_text(config, SETTING_STORE_WEB_CONNECT) ||
	       config_text(config, SETTING_STORE_OWNER_CONNECT);
}

struct cluster *
store_cluster(const struct config *config, char **ret_error)
{
	struct cluster_config cluster = {
		.directory = config_text(config, SETTING_SERVICE_STATE),
		.user = getpwnam(STORE_USER) ? STORE_USER : NULL,
		.maps = maps,
		.map_count = sizeof(maps) / sizeof(*maps),
	};

	return cluster_open(&cluster, ret_error);
}

static const char *
role_of(enum setting setting)
{
	return setting == SETTING_STORE_OWNER_CONNECT ? "needwatch_owner"
	       : setting == SETTING_STORE_WEB_CONNECT ? "needwatch_web"
						      : "needwatch_monitor";
}

char *
store_conninfo(const struct config *config, enum setting setting, char **ret_error)
{
	const char *said = config_text(config, setting);
	struct cluster *cluster;
	char *conninfo;

	if (said)
		return xstrdup(said);
	if (store_is_outside(config)) {
		refuse(ret_error,
			"store {} names an outside server but has no '%s': say how %s reaches "
			"it",
			setting_row(setting)->name, role_of(setting));
		return NULL;
	}
	cluster = store_cluster(config, ret_error);
	if (!cluster)
		return NULL;
	conninfo = xstrdup(cluster_conninfo(cluster, role_of(setting)));
	cluster_free(cluster);
	return conninfo;
}
