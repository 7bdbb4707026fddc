/* One line of the list: an alert as the rows of LINE_COLUMNS give it, and its JSON. Asks nothing. */
#ifndef NEEDWATCH_ALERT_LINE_H
#define NEEDWATCH_ALERT_LINE_H

#include "db_result.h"
#include "request.h"

struct call;

/* Writes the members of an AlertLine (app/src/types.ts) as an object. */
void
alert_line_write(struct call *call, const struct db_result *result, int row);

/* Where the list goes on behind that row. */
struct keyset
alert_line_key(const struct db_result *result, int row);

/* "" if unknown. */
const char *
office_name(const struct call *call, int32_t office);

#endif
