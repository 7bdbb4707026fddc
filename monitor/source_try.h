/* `needwatch source check`: asks a department's database what needwatchd would ask, and says
 * what is in the way. Changes nothing there. */
#ifndef NEEDWATCH_SOURCE_TRY_H
#define NEEDWATCH_SOURCE_TRY_H

#include "config.h"

/* Rights, columns and rows go to stdout; whatever keeps needwatchd from reading the source into
 * `diags`, at the place of the configuration where it may be mended. Returns an enum
 * command_exit: the configuration, or the world. */
int
source_try(
	const struct config *config, const struct source_config *source, struct diags *diags);

#endif
