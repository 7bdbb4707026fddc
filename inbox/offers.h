/* What an account may do with an alert now, told by putting each action through decide() without carrying it out. */
#ifndef NEEDWATCH_OFFERS_H
#define NEEDWATCH_OFFERS_H

#include <stdbool.h>

#include "alert.h"
#include "alert_event.h"

struct call;

/* The members "actions", "causes", "dispositions" and "targets" of an AlertWhole. */
void
offers_write(struct call *call, const struct alert *alert);

/* One of domain.md 4.7's causes. */
bool
cause_known(const char *cause);

#endif
