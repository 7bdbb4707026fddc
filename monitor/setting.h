/* The table of settings: every statement of the blocks store, service and channel, and every beat of a
 * source, with type, default, unit and description. Read by the parser, the daemon, the manual and a test. */
#ifndef NEEDWATCH_SETTING_H
#define NEEDWATCH_SETTING_H

#include <stddef.h>
#include <stdint.h>

struct buffer;

enum setting_block {
	BLOCK_STORE,
	BLOCK_SERVICE,
	BLOCK_CHANNEL,
	BLOCK_SOURCE,
};

enum setting_type {
	SETTING_TEXT,     /* "..." or a word */
	SETTING_PATH,     /* "..."; relative to the folder of the configuration file */
	SETTING_PATHS,    /* one or more of them, with commas */
	SETTING_CONNECT,  /* libpq parameters: host = "/run/x" dbname = y, or one "..."; no password */
	SETTING_COUNT,    /* a whole number */
	SETTING_DURATION, /* 500ms 20s 5min 2h 1d; held in microseconds */
	SETTING_FLAG,     /* yes or no */
	SETTING_WORD,     /* one of `words` */
};

/* X(enum, block, name, type, default, least, most, words, description). Durations are bounded in
 * milliseconds. An empty default means: not set unless said. */
#define SETTINGS(X) \
	X(STORE_CONNECT, STORE, "connect", CONNECT, "", 0, 0, "", \
		"the store's database for needwatchd; without it the private cluster in the state folder") \
	X(STORE_WEB_CONNECT, STORE, "web_connect", CONNECT, "", 0, 0, "", \
		"the same database for needwatch-web, as user needwatch_web") \
	X(STORE_OWNER_CONNECT, STORE, "owner_connect", CONNECT, "", 0, 0, "", \
		"the same database for `needwatch init`, as user needwatch_owner") \
	X(STORE_STATEMENT_TIMEOUT, STORE, "statement_timeout", DURATION, "60s", 100, 3600000, "", \
		"the store ends a statement that takes longer") \
	X(STORE_ASYNC_COMMIT, STORE, "asynchronous_commit", FLAG, "no", 0, 0, "", \
		"commit facts before they are on disk; sources are read again after a crash of the server") \
	X(SERVICE_STATE, SERVICE, "state", PATH, "/var/lib/needwatch", 0, 0, "", \
		"folder of the daemon's own files: sockets, private cluster") \
	X(SERVICE_RULES, SERVICE, "rules", PATHS, "/usr/share/needwatch/rules", 0, 0, "", \
		"rule files, or folders of them") \
	X(SERVICE_AREAS, SERVICE, "areas", PATH, "", 0, 0, "", \
		"CSV of the area tree: code, name, parent_code, level") \
	X(SERVICE_AREA_CHANGES, SERVICE, "area_changes", PATH, "", 0, 0, "", \
		"CSV of abolished area codes: old_code, new_code, change_date") \
	X(SERVICE_CALENDAR, SERVICE, "calendar", PATHS, "", 0, 0, "", \
		"official work calendars, one file per year") \
	X(SERVICE_CREDENTIALS, SERVICE, "credentials", PATH, "", 0, 0, "", \
		"folder of passwords and keys; without it $CREDENTIALS_DIRECTORY") \
	X(SERVICE_DAY, SERVICE, "day", DURATION, "1d", 1000, 86400000, "", \
		"length of a civil day: demonstrations only") \
	X(SERVICE_LEASE, SERVICE, "lease", DURATION, "15s", 1000, 3600000, "", \
		"a waiting daemon takes over when the active one has been silent this long") \
	X(SERVICE_CANARY, SERVICE, "canary", DURATION, "5min", 0, 86400000, "", \
		"how often the canary household travels the line; 0s: never") \
	X(SERVICE_WEB_ADDRESS, SERVICE, "web_address", TEXT, "127.0.0.1", 0, 0, "", \
		"address on which needwatch-web listens") \
	X(SERVICE_WEB_PORT, SERVICE, "web_port", COUNT, "8480", 0, 65535, "", \
		"its port; 0: any free one") \
	X(SERVICE_WEB_HOSTS, SERVICE, "web_hosts", PATHS, "", 0, 0, "", \
		"names by which browsers may call it, besides its address") \
	X(SERVICE_WEB_PAGES, SERVICE, "web_pages", PATH, "/usr/share/needwatch/pages", 0, 0, "", \
		"folder of the built pages") \
	X(SERVICE_SOCKET_GROUP, SERVICE, "socket_group", TEXT, "", 0, 0, "", \
		"group that may ask on the question socket, besides the daemon's own user") \
	X(CHANNEL_KIND, CHANNEL, "kind", WORD, "", 0, 0, "log webhook null", \
		"how messages leave") \
	X(CHANNEL_SOCKET, CHANNEL, "socket", PATH, "", 0, 0, "", \
		"log: syslog-ng's socket (RFC 5424); without it the journal, else stderr") \
	X(CHANNEL_URL, CHANNEL, "url", TEXT, "", 0, 0, "", \
		"webhook: where messages are posted") \
	X(CHANNEL_SECRET, CHANNEL, "secret", TEXT, "", 0, 0, "", \
		"webhook: name of the credential file with the key that signs messages") \
	X(CHANNEL_TIMEOUT, CHANNEL, "timeout", DURATION, "10s", 10, 600000, "", \
		"a delivery that takes longer has failed") \
	X(CHANNEL_AT_ONCE, CHANNEL, "at_once", COUNT, "4", 1, 1000, "", \
		"deliveries under way at the same time") \
	X(CHANNEL_ATTEMPTS, CHANNEL, "attempts", COUNT, "8", 1, 100, "", \
		"then the message is a dead letter and the alert climbs") \
	X(SOURCE_EVERY, SOURCE, "every", DURATION, "1s", 10, 86400000, "", \
		"beat of the forward poll, or of the comparison of a snapshot") \
	X(SOURCE_MARGIN, SOURCE, "margin", DURATION, "200ms", 0, 3600000, "", \
		"the forward poll stays this far behind the earlier of the two clocks") \
	X(SOURCE_TIMEOUT, SOURCE, "timeout", DURATION, "60s", 10, 3600000, "", \
		"the source ends a statement of ours that takes longer") \
	X(SOURCE_BRAKE, SOURCE, "brake", COUNT, "2", 0, 100, "", \
		"percent of a source that may vanish at once; beyond it waits for `needwatch source accept`")

enum setting {
#define X(id, block, name, type, preset, least, most, words, description) SETTING_##id,
	SETTINGS(X)
#undef X
	SETTING_COUNT_ALL,
};

struct setting_row {
	enum setting_block block;
	const char *name;
	enum setting_type type;
	const char *preset;
	int64_t least;
	int64_t most;
	const char *words; /* separated by one blank */
	const char *description;
};

const struct setting_row *
setting_row(enum setting setting);

/* The setting of that name, or SETTING_COUNT_ALL. */
enum setting
setting_find(enum setting_block block, const char *name, size_t length);

/* "500ms", "20s", "5min", "2h", "1d" in microseconds; false otherwise. */
_Bool
setting_duration(const char *text, size_t length, int64_t *ret_us);

/* One line per setting for needwatch.conf(5): name, type, default, description. */
void
settings_print(struct buffer *out);

#endif
