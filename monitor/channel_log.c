/* Messages as log records: to syslog-ng's datagram socket when one is configured (RFC 5424), else to the systemd
 * journal, else to stderr. Never blocks the loop; a copy, the truth about messages is the outbox. */
#include "channel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/event.h>
#include <systemd/sd-journal.h>

#include "buffer.h"
#include "clock.h"
#include "log.h"
#include "memory.h"
#include "rfc5424.h"

#define RING_MOST 1024 /* records waiting for a receiver that is away or slow */
#define FACILITY_LOCAL0 16
#define RECONNECT_FIRST_US (US_PER_SECOND / 10)
#define RECONNECT_MOST_US (5 * US_PER_SECOND)
#define JOURNAL_SOCKET "/run/systemd/journal/socket"

struct log_entry {
	TAILQ_ENTRY(log_entry) link;
	int64_t ticket;
	struct mono since;
	struct delivery_outcome outcome;
	struct buffer bytes;
};

TAILQ_HEAD(log_entries, log_entry);

struct channel_log {
	struct channel base;
	struct log_entries ring;   /* not sent yet, oldest first */
	struct log_entries told;   /* ended, to be told on the next turn of the loop */
	size_t ring_count;
	int fd;                    /* -1: not connected */
	struct event *writable;    /* while fd is open */
	struct event *turn;        /* tells what ended, connects, gives up what waited too long */
	int64_t reconnect_us;
	char host[256];
};

/* Severity by level: red critical, orange and yellow warnings of two weights. */
static int
severity_of(const char *level)
{
	static const struct {
		const char *level;
		int severity;
	} severities[] = {{"red", LOG_CRIT}, {"orange", LOG_WARNING}, {"yellow", LOG_NOTICE}};

	for (size_t i = 0; i < sizeof(severities) / sizeof(*severities); i++)
		if (strcmp(severities[i].level, level) == 0)
			return severities[i].severity;
	return LOG_INFO;
}

/* ---- what a record says: one list for the socket and for the journal ---- */

#define PARAMS 10

struct log_words {
	char alert[24];
	char office[16];
	char due[INSTANT_TEXT_SIZE];
	struct rfc5424_param params[PARAMS];
};

static void
words_of(const struct channel_log *log, const struct message *message, struct log_words *ret_words)
{
	struct log_words *w = ret_words;
	const struct rfc5424_param params[PARAMS] = {
		{"key", message->key},
		{"alert", w->alert},
		{"level", message->level},
		{"code", message->code},
		{"reason", message->reason},
		{"office", w->office},
		{"role", message->role},
		{"lead", message->lead ? "1" : "0"},
		{"due", message->due.us == INSTANT_NONE ? NULL : w->due},
		{"channel", log->base.settings.name},
	};

	snprintf(w->alert, sizeof(w->alert), "%lld", (long long)message->alert);
	snprintf(w->office, sizeof(w->office), "%d", message->office);
	if (message->due.us != INSTANT_NONE)
		instant_format(message->due, w->due);
	memcpy(w->params, params, sizeof(params));
}

static void
record_write(const struct channel_log *log, const struct message *message, struct buffer *out)
{
	struct log_words words;
	struct rfc5424_record record = {
		.facility = FACILITY_LOCAL0,
		.severity = severity_of(message->level),
		.at = message->at,
		.host = log->host,
		.program = "needwatchd",
		.process = getpid(),
		.message_id = message->code,
		.element = "needwatch",
		.enterprise = log->base.settings.enterprise,
		.params = words.params,
		.param_count = PARAMS,
		.text = message->text,
	};

	words_of(log, message, &words);
	rfc5424_write(&record, out);
}

/* Fields NEEDWATCH_ALERT=... beside MESSAGE and PRIORITY. */
static bool
journal_send(const struct channel_log *log, const struct message *message)
{
	struct log_words words;
	struct buffer fields[PARAMS + 2] = {{0}};
	struct iovec parts[PARAMS + 2];
	int count = 0, result;

	words_of(log, message, &words);
	buffer_printf(&fields[count++], "MESSAGE=%s", message->text);
	buffer_printf(&fields[count++], "PRIORITY=%d", severity_of(message->level));
	for (size_t i = 0; i < PARAMS; i++) {
		if (!words.params[i].value)
			continue;
		buffer_printf(&fields[count], "NEEDWATCH_%s=%s", words.params[i].name,
			words.params[i].value);
		for (char *c = fields[count].bytes + strlen("NEEDWATCH_"); *c != '='; c++)
			*c = (char)(*c - 'a' + 'A');
		count++;
	}
	for (int i = 0; i < count; i++)
		parts[i] = (struct iovec){fields[i].bytes, fields[i].length};
	result = sd_journal_sendv(parts, count);
	for (int i = 0; i < count; i++)
		buffer_free(&fields[i]);
	return result >= 0;
}

/* ---- the ring ---- */

static void
turn_in(struct channel_log *log, int64_t us)
{
	struct timeval wait = {.tv_sec = us / US_PER_SECOND, .tv_usec = us % US_PER_SECOND};

	event_add(log->turn, &wait);
}

static void
entry_end(struct channel_log *log, struct log_entry *entry, struct delivery_outcome outcome)
{
	TAILQ_REMOVE(&log->ring, entry, link);
	log->ring_count--;
	entry->outcome = outcome;
	TAILQ_INSERT_TAIL(&log->told, entry, link);
	turn_in(log, 0);
}

static void
on_writable(evutil_socket_t fd, short what, void *owner);

static void
socket_close(struct channel_log *log)
{
	if (log->writable)
		event_free(log->writable);
	log->writable = NULL;
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

static bool
socket_open(struct channel_log *log)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", log->base.settings.socket);
	log->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (log->fd < 0)
		return false;
	if (connect(log->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		socket_close(log);
		return false;
	}
	log->writable = event_new(log->base.base, log->fd, EV_WRITE, on_writable, log);
	if (log->reconnect_us > RECONNECT_FIRST_US)
		log_line(LOG_NOTICE, "channel %s: its socket is back", log->base.settings.name);
	log->reconnect_us = RECONNECT_FIRST_US;
	return true;
}

/* Sends what the socket takes. Keeps order: what cannot go holds up what is behind it. */
static void
ring_pump(struct channel_log *log)
{
	struct log_entry *entry;

	while (log->fd >= 0 && (entry = TAILQ_FIRST(&log->ring))) {
		ssize_t sent = send(log->fd, entry->bytes.bytes, entry->bytes.length,
			MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent >= 0) {
			entry_end(log, entry, delivery_outcome(DELIVERY_SENT, "%s", ""));
		} else if (errno == EAGAIN || errno == ENOBUFS) {
			event_add(log->writable, NULL);
			return;
		} else if (errno == EMSGSIZE) {
			entry_end(log, entry, delivery_outcome(DELIVERY_REFUSED, "record too long"));
		} else if (errno != EINTR) {
			log_line(LOG_WARNING, "channel %s: socket %s is away: %s",
				log->base.settings.name, log->base.settings.socket, strerror(errno));
			socket_close(log);
		}
	}
}

static void
on_writable(evutil_socket_t fd, short what, void *owner)
{
	(void)fd;
	(void)what;
	ring_pump(owner);
}

static void
ring_give_up(struct channel_log *log)
{
	struct mono now = clock_mono();
	struct log_entry *entry;

	while ((entry = TAILQ_FIRST(&log->ring)) &&
		now.us - entry->since.us >= log->base.settings.timeout_us)
		entry_end(log, entry, delivery_outcome(DELIVERY_AGAIN, "nobody reads the socket"));
}

/* Owners may send again from `ended`: what they add stands behind the end of this list. */
static void
tell_ended(struct channel_log *log)
{
	struct log_entries told = TAILQ_HEAD_INITIALIZER(told);
	struct log_entry *entry;

	TAILQ_CONCAT(&told, &log->told, link);
	while ((entry = TAILQ_FIRST(&told))) {
		TAILQ_REMOVE(&told, entry, link);
		channel_ended(&log->base, entry->ticket, &entry->outcome);
		buffer_free(&entry->bytes);
		free(entry);
	}
}

static void
on_turn(evutil_socket_t fd, short what, void *owner)
{
	struct channel_log *log = owner;

	(void)fd;
	(void)what;
	tell_ended(log);
	if (TAILQ_EMPTY(&log->ring))
		return;
	if (log->fd < 0 && !socket_open(log)) {
		log->reconnect_us *= 2;
		if (log->reconnect_us > RECONNECT_MOST_US)
			log->reconnect_us = RECONNECT_MOST_US;
	}
	ring_pump(log);
	ring_give_up(log);
	if (!TAILQ_EMPTY(&log->ring))
		turn_in(log, log->reconnect_us);
}

/* ---- the channel ---- */

static bool
log_open(struct channel *channel, char **ret_fault)
{
	struct channel_log *log = (struct channel_log *)channel;

	TAILQ_INIT(&log->ring);
	TAILQ_INIT(&log->told);
	log->fd = -1;
	log->reconnect_us = RECONNECT_FIRST_US;
	if (channel->settings.socket &&
		strlen(channel->settings.socket) >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
		*ret_fault = xstrdup("the path of the socket is too long");
		return false;
	}
	gethostname(log->host, sizeof(log->host) - 1);
	log->turn = evtimer_new(channel->base, on_turn, log);
	return true;
}

/* Without a socket of its own a record is told at once, and its end on the next turn. */
static struct delivery_outcome
local_send(struct channel_log *log, const struct message *message)
{
	if (access(JOURNAL_SOCKET, W_OK) == 0) {
		if (journal_send(log, message))
			return delivery_outcome(DELIVERY_SENT, "%s", "");
		return delivery_outcome(DELIVERY_AGAIN, "the journal does not take it");
	}
	log_line(severity_of(message->level), "message %s to office %d (%s): %s", message->key,
		message->office, message->role, message->text);
	return delivery_outcome(DELIVERY_SENT, "%s", "");
}

static void
log_send(struct channel *channel, int64_t ticket, const struct message *message)
{
	struct channel_log *log = (struct channel_log *)channel;
	struct log_entry *entry = xcalloc(1, sizeof(*entry));

	entry->ticket = ticket;
	entry->since = clock_mono();
	TAILQ_INSERT_TAIL(&log->ring, entry, link);
	log->ring_count++;
	if (!channel->settings.socket) {
		entry_end(log, entry, local_send(log, message));
	} else if (log->ring_count > RING_MOST) {
		channel->counts.dropped++;
		entry_end(log, entry, delivery_outcome(DELIVERY_AGAIN, "the ring is full"));
	} else {
		record_write(log, message, &entry->bytes);
		if (!evtimer_pending(log->turn, NULL))
			turn_in(log, 0);
	}
}

static void
log_close(struct channel *channel)
{
	struct channel_log *log = (struct channel_log *)channel;
	struct log_entry *entry;

	socket_close(log);
	TAILQ_CONCAT(&log->ring, &log->told, link);
	while ((entry = TAILQ_FIRST(&log->ring))) {
		TAILQ_REMOVE(&log->ring, entry, link);
		buffer_free(&entry->bytes);
		free(entry);
	}
	event_free(log->turn);
}

const struct channel_class channel_log_class = {
	.kind = "log",
	.size = sizeof(struct channel_log),
	.open = log_open,
	.send = log_send,
	.close = log_close,
};
