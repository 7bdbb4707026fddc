/* Sessions: a random cookie whose hash the store knows, and the token that proves that a change comes from our pages. */
#ifndef NEEDWATCH_SESSION_H
#define NEEDWATCH_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "request.h"

struct call;

#define SESSION_SECONDS 43200 /* a working day; the store ends it after two hours without a person's act, too */

/* Derived from the cookie, which no other site can read: 43 characters. */
void
session_token(const char *cookie, char ret_token[COOKIE_LENGTH + 1]);

/* In equal time for all. */
bool
session_token_right(const char *cookie, const char *token);

/* Fills call->account from call->cookie and goes on with `found`; without a session the call is refused. */
void
session_find(struct call *call, void (*found)(struct call *call));

#endif
