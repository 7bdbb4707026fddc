/* Parsers of what a browser sent, each for the whole text or nothing; keeps nothing. */
#include "request.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ruleset.h"

#define COUNTY_MOST 999999
#define BODY_DEPTH 4 /* our forms are flat; the parser recurses */

bool
number_parse(const char *text, size_t length, int64_t most, int64_t *ret_number)
{
	int64_t number = 0;
	if (length == 0 || length > 19) {
		return false;
	}
	for (size_t i = 0; i < length; i++) {
		int digit = text[i] - '0';
		if (digit < 0 || digit > 9 || number > most / 10 || number * 10 > most - digit) {
			return false;
		}
		number = number * 10 + digit;
	}
	*ret_number = number;
	return true;
}

/* "990102-17" */
static bool
alert_parse(const char *text, size_t length, struct request_ids *ids)
{
	const char *dash = memchr(text, '-', length);
	int64_t county;
	if (dash == NULL ||
		!number_parse(text, (size_t)(dash - text), COUNTY_MOST, &county) ||
		!number_parse(dash + 1, length - (size_t)(dash - text) - 1, INT64_MAX, &ids->alert)) {
		return false;
	}
	ids->county = (int32_t)county;
	return ids->alert > 0;
}

static bool
piece_matches(const char *pattern, size_t pattern_length, const char *piece, size_t length,
	struct request_ids *ids)
{
	if (pattern_length == 6 && memcmp(pattern, ":alert", 6) == 0) {
		return alert_parse(piece, length, ids);
	}
	if (pattern_length == 7 && memcmp(pattern, ":person", 7) == 0) {
		return number_parse(piece, length, INT64_MAX, &ids->person) && ids->person > 0;
	}
	return pattern_length == length && memcmp(pattern, piece, length) == 0;
}

bool
path_matches(const char *pattern, const char *path, struct request_ids *ret_ids)
{
	struct request_ids ids = {0};
	for (;;) {
		size_t pattern_length = strcspn(pattern, "/");
		size_t length = strcspn(path, "/");
		if (!piece_matches(pattern, pattern_length, path, length, &ids)) {
			return false;
		}
		pattern += pattern_length;
		path += length;
		if (*pattern != *path) {
			return false;
		}
		if (*path == '\0') {
			*ret_ids = ids;
			return true;
		}
		pattern++;
		path++;
	}
}

/* ---- the list's query ---- */

/* "4.1781082000000000.990102.17"; without a next moment "4.-.990102.17". */
void
keyset_format(const struct keyset *keyset, char ret_text[KEYSET_TEXT])
{
	char wake[24] = "-";
	if (keyset->wake.us != INSTANT_NONE) {
		snprintf(wake, sizeof wake, "%lld", (long long)keyset->wake.us);
	}
	snprintf(ret_text, KEYSET_TEXT, "%d.%s.%d.%lld", keyset->level, wake, (int)keyset->county,
		(long long)keyset->alert);
}

bool
keyset_parse(const char *text, size_t length, struct keyset *ret_keyset)
{
	int64_t numbers[4];
	struct keyset keyset = {.set = true, .wake = {INSTANT_NONE}};
	for (int i = 0; i < 4; i++) {
		static const int64_t most[4] = {LEVEL_RED, INT64_C(253370764800000000), COUNTY_MOST, INT64_MAX};
		const char *dot = memchr(text, '.', length);
		size_t piece = dot == NULL ? length : (size_t)(dot - text);
		bool none = i == 1 && piece == 1 && text[0] == '-';
		if ((dot == NULL) != (i == 3) ||
			(!none && !number_parse(text, piece, most[i], &numbers[i]))) {
			return false;
		}
		if (i == 1 && !none) {
			keyset.wake.us = numbers[1];
		}
		text += piece + (dot != NULL);
		length -= piece + (dot != NULL);
	}
	keyset.level = (int)numbers[0];
	keyset.county = (int32_t)numbers[2];
	keyset.alert = numbers[3];
	*ret_keyset = keyset;
	return true;
}

static bool
is(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

static bool
take_scope(const char *value, size_t length, struct list_query *query)
{
	query->all = is(value, length, "all");
	return query->all || is(value, length, "mine");
}

static bool
take_level(const char *value, size_t length, struct list_query *query)
{
	for (int level = LEVEL_NONE; level <= LEVEL_RED; level++) {
		if (is(value, length, level_name((enum level)level))) {
			query->level = level;
			return true;
		}
	}
	return false;
}

static bool
take_after(const char *value, size_t length, struct list_query *query)
{
	return keyset_parse(value, length, &query->after);
}

static const struct {
	const char *name;
	bool (*take)(const char *value, size_t length, struct list_query *query);
} members[] = {
	{"scope", take_scope},
	{"level", take_level},
	{"after", take_after},
};

#define MEMBERS (sizeof members / sizeof members[0])

static bool
take_member(const char *pair, size_t length, struct list_query *query, unsigned *seen)
{
	const char *equals = memchr(pair, '=', length);
	for (size_t i = 0; equals != NULL && i < MEMBERS; i++) {
		if (is(pair, (size_t)(equals - pair), members[i].name)) {
			bool twice = (*seen & 1U << i) != 0;
			*seen |= 1U << i;
			size_t rest = length - (size_t)(equals - pair) - 1;
			return !twice && members[i].take(equals + 1, rest, query);
		}
	}
	return false;
}

bool
list_query_parse(const char *query, struct list_query *ret_query)
{
	struct list_query parsed = {.level = -1, .after = {.wake = {INSTANT_NONE}}};
	unsigned seen = 0;
	while (query != NULL && *query != '\0') {
		size_t length = strcspn(query, "&");
		if (!take_member(query, length, &parsed, &seen)) {
			return false;
		}
		query += length;
		if (*query == '&' && *++query == '\0') {
			return false;
		}
	}
	*ret_query = parsed;
	return true;
}

/* ---- headers ---- */

static bool
is_token(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

bool
cookie_parse(const char *header, char ret_cookie[COOKIE_LENGTH + 1])
{
	const char *pair = header;
	size_t name = strlen(COOKIE_NAME "=");
	while (pair != NULL && *pair != '\0') {
		pair += strspn(pair, " \t");
		size_t length = strcspn(pair, ";");
		if (length == name + COOKIE_LENGTH && memcmp(pair, COOKIE_NAME "=", name) == 0) {
			for (int i = 0; i < COOKIE_LENGTH; i++) {
				if (!is_token(pair[name + (size_t)i])) {
					return false;
				}
			}
			memcpy(ret_cookie, pair + name, COOKIE_LENGTH);
			ret_cookie[COOKIE_LENGTH] = '\0';
			return true;
		}
		pair += length + (pair[length] == ';');
	}
	return false;
}

bool
key_valid(const char *key)
{
	size_t length = 0;
	while (key != NULL && is_token(key[length]) && length <= 100) {
		length++;
	}
	return length >= 8 && length <= 100 && key[length] == '\0';
}

/* The name without its port; false if the port is none. */
static bool
host_name(const char *header, size_t *ret_length)
{
	size_t length = header[0] == '[' ? strcspn(header, "]") : strcspn(header, ":");
	length += header[0] == '[' && header[length] == ']';
	const char *rest = header + length;
	int64_t port;
	*ret_length = length;
	return length > 0 && (*rest == '\0' ||
		(*rest == ':' && number_parse(rest + 1, strlen(rest + 1), 65535, &port)));
}

bool
host_known(const char *header, const char *const *hosts, size_t count)
{
	size_t length;
	if (header == NULL || !host_name(header, &length)) {
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (strlen(hosts[i]) == length && strncasecmp(hosts[i], header, length) == 0) {
			return true;
		}
	}
	return false;
}

bool
origin_is_host(const char *origin, const char *host)
{
	const char *name = strstr(origin, "://");
	return name != NULL && strcasecmp(name + 3, host) == 0;
}

/* ---- bodies ---- */

/* jansson recurses as deep as 2,048: deeper than any form of ours is refused before it. */
static bool
too_deep(const char *bytes, size_t length)
{
	int depth = 0;
	bool text = false;
	for (size_t i = 0; i < length; i++) {
		char c = bytes[i];
		if (text) {
			i += c == '\\';
			text = c != '"';
		} else if (c == '"') {
			text = true;
		} else if (c == '{' || c == '[') {
			if (++depth > BODY_DEPTH) {
				return true;
			}
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return false;
}

json_t *
body_parse(const char *bytes, size_t length)
{
	if (length == 0 || too_deep(bytes, length)) {
		return NULL;
	}
	json_t *body = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
	if (body != NULL && !json_is_object(body)) {
		json_decref(body);
		body = NULL;
	}
	return body;
}

bool
body_text(const json_t *body, const char *member, size_t most, bool needed, const char **ret_text)
{
	const json_t *value = json_object_get(body, member);
	*ret_text = "";
	if (value == NULL || json_is_null(value)) {
		return !needed;
	}
	if (!json_is_string(value) || json_string_length(value) > most ||
		(needed && json_string_length(value) == 0)) {
		return false;
	}
	*ret_text = json_string_value(value);
	return true;
}

bool
body_number(const json_t *body, const char *member, int64_t most, bool needed, int64_t *ret_number)
{
	const json_t *value = json_object_get(body, member);
	*ret_number = 0;
	if (value == NULL || json_is_null(value)) {
		return !needed;
	}
	if (json_is_integer(value)) {
		*ret_number = json_integer_value(value);
	} else if (!json_is_string(value) ||
		!number_parse(json_string_value(value), json_string_length(value), most, ret_number)) {
		return false;
	}
	return *ret_number >= 1 && *ret_number <= most;
}
