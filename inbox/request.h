/* Reading what a browser sent: paths, queries, cookies, keys and JSON bodies. Pure: trusts nothing, changes nothing. */
#ifndef NEEDWATCH_REQUEST_H
#define NEEDWATCH_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "instant.h"

/* What stands in a path in place of :alert and :person. */
struct request_ids {
	int32_t county;
	int64_t alert;
	int64_t person;
};

/* `path` lies behind "/api/v1/"; `pattern` is like "alerts/:alert/people/:person". The whole path or nothing. */
bool
path_matches(const char *pattern, const char *path, struct request_ids *ret_ids);

/* Digits alone, no sign, nothing before or behind, at most `most`. */
bool
number_parse(const char *text, size_t length, int64_t most, int64_t *ret_number);

/* The last line of a page: the list goes on behind it. */
struct keyset {
	bool set;
	int level;
	struct instant wake; /* INSTANT_NONE: no next moment */
	int32_t county;
	int64_t alert;
};

#define KEYSET_TEXT 80

void
keyset_format(const struct keyset *keyset, char ret_text[KEYSET_TEXT]);

bool
keyset_parse(const char *text, size_t length, struct keyset *ret_keyset);

struct list_query {
	bool all;  /* the whole area; otherwise what the own office leads */
	int level; /* -1: every one */
	struct keyset after; /* .wake of one that is not set: INSTANT_NONE */
};

/* `query` NULL or empty: the own office, every level. False: something in it cannot be read, or stands twice. */
bool
list_query_parse(const char *query, struct list_query *ret_query);

#define COOKIE_NAME "needwatch"
#define COOKIE_LENGTH 43 /* 32 bytes in base64url */

/* The session in a Cookie header; false if there is none or it has not the form of one. */
bool
cookie_parse(const char *header, char ret_cookie[COOKIE_LENGTH + 1]);

/* 8 to 100 letters, digits, '-', '_'. */
bool
key_valid(const char *key);

/* True if a Host header ("name", "name:8480", "[::1]:8480") names one of `hosts`. */
bool
host_known(const char *header, const char *const *hosts, size_t count);

/* True if an Origin header ("https://name:8480") is that of the Host header. */
bool
origin_is_host(const char *origin, const char *host);

/* ---- bodies ---- */

/* NULL: no JSON object, a member stands twice, or it nests too deep. The caller owns it. */
json_t *
body_parse(const char *bytes, size_t length);

/* Borrowed from the body. Missing or null: "" unless `needed`. False: wrong type, too long (bytes), or missing. */
bool
body_text(const json_t *body, const char *member, size_t most, bool needed, const char **ret_text);

/* An integer from 1 to `most`, as a number or a string of digits; missing or null: 0 unless `needed`. */
bool
body_number(const json_t *body, const char *member, int64_t most, bool needed, int64_t *ret_number);

#endif
