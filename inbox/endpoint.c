/* The table of the API. Runs none of its functions. */
#include "endpoint.h"

static const struct endpoint table[] = {
	{EVHTTP_REQ_POST, "session", NEEDS_NOTHING, ASKED_BY_PERSON, api_sign_in, "signs in with name and password"},
	{EVHTTP_REQ_POST, "session/link", NEEDS_NOTHING, ASKED_BY_PERSON, api_use_link, "signs in with a one-time link"},
	{EVHTTP_REQ_DELETE, "session", NEEDS_TOKEN, ASKED_BY_PERSON, api_sign_out, "signs out"},
	{EVHTTP_REQ_GET, "me", NEEDS_SESSION, ASKED_BY_EITHER, api_me, "who is signed in, and the token for changes"},
	{EVHTTP_REQ_GET, "alerts", NEEDS_SESSION, ASKED_BY_EITHER, api_list,
		"open alerts of the own office (scope=mine) or of the area (scope=all), a page of 30"},
	{EVHTTP_REQ_GET, "alerts/:alert", NEEDS_SESSION, ASKED_BY_EITHER, api_alert,
		"one alert with findings, clocks, members and the actions that are open"},
	{EVHTTP_REQ_GET, "alerts/:alert/history", NEEDS_SESSION, ASKED_BY_EITHER, api_story, "what the ledger says of it"},
	{EVHTTP_REQ_GET, "alerts/:alert/why", NEEDS_SESSION, ASKED_BY_PERSON, api_why,
		"why its household has its level now, and what would change it, at the depth of the account"},
	{EVHTTP_REQ_POST, "alerts/:alert/actions", NEEDS_KEY, ASKED_BY_PERSON, api_act, "does something about it"},
	{EVHTTP_REQ_POST, "alerts/:alert/people/:person", NEEDS_KEY, ASKED_BY_PERSON, api_open_box,
		"opens the name and address of a member, for a reason that the ledger keeps"},
	{EVHTTP_REQ_GET, "status", NEEDS_SESSION, ASKED_BY_EITHER, api_status, "whether needwatchd is answering"},
};

#define ENDPOINTS (sizeof table / sizeof table[0])

const struct endpoint *
endpoint_find(enum evhttp_cmd_type method, const char *path, struct request_ids *ret_ids,
	bool *ret_known)
{
	*ret_known = false;
	for (size_t i = 0; i < ENDPOINTS; i++) {
		if (path_matches(table[i].path, path, ret_ids)) {
			if (table[i].method == method) {
				return &table[i];
			}
			*ret_known = true;
		}
	}
	return NULL;
}

size_t
endpoints(const struct endpoint **ret_first)
{
	*ret_first = table;
	return ENDPOINTS;
}
