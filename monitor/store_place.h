/* Where the store is and as whom one comes to it: what the configuration names, or the private
 * cluster in the state folder. Connects to nothing. */
#ifndef NEEDWATCH_STORE_PLACE_H
#define NEEDWATCH_STORE_PLACE_H

#include <stdbool.h>

#include "config.h"

struct cluster;

/* Does the configuration name a server? Then there is no private cluster. */
bool
store_is_outside(const struct config *config);

/* The private cluster with its users. NULL: *ret_error is one line, owned by the caller. */
struct cluster *
store_cluster(const struct config *config, char **ret_error);

/* For libpq, owned by the caller. `setting`: SETTING_STORE_CONNECT, _WEB_CONNECT or
 * _OWNER_CONNECT says as whom. NULL: *ret_error is one line, owned by the caller. */
char *
store_conninfo(const struct config *config, enum setting setting, char **ret_error);

#endif
