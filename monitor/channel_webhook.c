/* Messages posted as JSON to a gateway (SMS, WeCom, DingTalk, a syslog of another house) by libcurl on the loop. Calls
 * the hosts it was allowed and no other: never follows a redirect. */
#include "channel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include <curl/curl.h>
#include <event2/event.h>
#include <jansson.h>
#include <sodium.h>

#include "buffer.h"
#include "log.h"
#include "memory.h"

#define ANSWER_MOST 65536 /* bytes of an answer that are looked at; a longer one is a fault */
#define PAUSE_MOST_S 3600 /* a gateway may ask for this pause at most */
#define SECRET_MOST 512

struct transfer {
	LIST_ENTRY(transfer) link;
	CURL *easy;
	struct curl_slist *headers;
	int64_t ticket;
	struct buffer body;
	struct buffer answer;
	bool too_long;
	char error[CURL_ERROR_SIZE];
};

struct channel_webhook {
	struct channel base;
	CURLM *multi;
	struct event *timer;
	LIST_HEAD(, transfer) transfers;
	unsigned char secret[SECRET_MOST];
	size_t secret_length; /* 0: messages are not signed */
};

/* ---- libcurl on the loop ---- */

static void
collect_ended(struct channel_webhook *webhook);

static void
on_socket(evutil_socket_t fd, short what, void *owner)
{
	struct channel_webhook *webhook = owner;
	int running, action = 0;

	action |= what & EV_READ ? CURL_CSELECT_IN : 0;
	action |= what & EV_WRITE ? CURL_CSELECT_OUT : 0;
	curl_multi_socket_action(webhook->multi, fd, action, &running);
	collect_ended(webhook);
}

static void
on_timer(evutil_socket_t fd, short what, void *owner)
{
	struct channel_webhook *webhook = owner;
	int running;

	(void)fd;
	(void)what;
	curl_multi_socket_action(webhook->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect_ended(webhook);
}

/* The event is made anew at every change: a reused descriptor must not keep the former one's. */
static int
watch_socket(CURL *easy, curl_socket_t fd, int what, void *owner, void *watched)
{
	struct channel_webhook *webhook = owner;
	struct event *event = watched;
	short wanted = EV_PERSIST;

	(void)easy;
	if (event)
		event_free(event);
	event = NULL;
	if (what != CURL_POLL_REMOVE) {
		wanted = (short)(wanted | (what & CURL_POLL_IN ? EV_READ : 0) |
			(what & CURL_POLL_OUT ? EV_WRITE : 0));
		event = event_new(webhook->base.base, fd, wanted, on_socket, webhook);
		event_add(event, NULL);
	}
	curl_multi_assign(webhook->multi, fd, event);
	return 0;
}

static int
set_timer(CURLM *multi, long wait_ms, void *owner)
{
	struct channel_webhook *webhook = owner;
	struct timeval wait = {.tv_sec = wait_ms / 1000, .tv_usec = wait_ms % 1000 * 1000};

	(void)multi;
	if (wait_ms < 0)
		evtimer_del(webhook->timer);
	else
		evtimer_add(webhook->timer, &wait);
	return 0;
}

/* ---- one transfer ---- */

static size_t
take_answer(char *bytes, size_t size, size_t count, void *owner)
{
	struct transfer *transfer = owner;
	size_t length = size * count;

	if (transfer->answer.length + length > ANSWER_MOST) {
		transfer->too_long = true;
		return 0;
	}
	buffer_add(&transfer->answer, bytes, length);
	return length;
}

static void
transfer_free(struct channel_webhook *webhook, struct transfer *transfer)
{
	LIST_REMOVE(transfer, link);
	curl_multi_remove_handle(webhook->multi, transfer->easy);
	curl_easy_cleanup(transfer->easy);
	curl_slist_free_all(transfer->headers);
	buffer_free(&transfer->body);
	buffer_free(&transfer->answer);
	free(transfer);
}

/* Gateways of WeCom and DingTalk say 200 and the fault in the body: {"errcode": 45009, ...}. */
static int64_t
answer_fault(const struct buffer *answer)
{
	json_t *root = answer->length
		? json_loadb(answer->bytes, answer->length, JSON_REJECT_DUPLICATES, NULL)
		: NULL;
	int64_t code = json_integer_value(json_object_get(root, "errcode"));

	json_decref(root);
	return code;
}

/* Statuses with which a receiver says that this very message will never do. */
static bool
status_refuses(long status)
{
	return status == 400 || status == 410 || status == 413 || status == 422;
}

static struct delivery_outcome
transfer_outcome(struct transfer *transfer, CURLcode code)
{
	struct delivery_outcome outcome;
	curl_off_t pause = 0;
	long status = 0;

	if (transfer->too_long)
		return delivery_outcome(DELIVERY_AGAIN, "the answer is too long");
	if (code != CURLE_OK)
		return delivery_outcome(DELIVERY_AGAIN, "%s",
			transfer->error[0] ? transfer->error : curl_easy_strerror(code));
	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status >= 200 && status < 300) {
		int64_t fault = answer_fault(&transfer->answer);

		if (fault == 0)
			return delivery_outcome(DELIVERY_SENT, "%s", "");
		return delivery_outcome(DELIVERY_AGAIN, "errcode %lld", (long long)fault);
	}
	outcome = delivery_outcome(status_refuses(status) ? DELIVERY_REFUSED : DELIVERY_AGAIN,
		"status %ld", status);
	curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &pause);
	if (pause > PAUSE_MOST_S)
		pause = PAUSE_MOST_S;
	outcome.wait_us = pause * US_PER_SECOND;
	return outcome;
}

static void
collect_ended(struct channel_webhook *webhook)
{
	CURLMsg *news;
	int left;

	while ((news = curl_multi_info_read(webhook->multi, &left))) {
		struct delivery_outcome outcome;
		struct transfer *transfer;
		int64_t ticket;

		if (news->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(news->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
		outcome = transfer_outcome(transfer, news->data.result);
		ticket = transfer->ticket;
		transfer_free(webhook, transfer);
		channel_ended(&webhook->base, ticket, &outcome);
	}
}

/* Code, level, deadline and link: nothing about anybody. */
static void
body_write(const struct channel_webhook *webhook, const struct message *message,
	struct buffer *out)
{
	const char *link = webhook->base.settings.link;
	char due[INSTANT_TEXT_SIZE];
	char address[512];

	json_open(out, '{');
	json_key(out, "key");
	json_text(out, message->key);
	json_key(out, "code");
	json_text(out, message->code);
	json_key(out, "alert");
	json_int(out, message->alert);
	json_key(out, "level");
	json_text(out, message->level);
	json_key(out, "reason");
	json_text(out, message->reason);
	json_key(out, "office");
	json_int(out, message->office);
	json_key(out, "role");
	json_text(out, message->role);
	json_key(out, "lead");
	json_bool(out, message->lead);
	if (message->due.us != INSTANT_NONE) {
		instant_format(message->due, due);
		json_key(out, "due");
		json_text(out, due);
	}
	if (link) {
		snprintf(address, sizeof(address), "%s%lld", link, (long long)message->alert);
		json_key(out, "link");
		json_text(out, address);
	}
	json_key(out, "text");
	json_text(out, message->text);
	json_close(out, '}');
}

static void
add_header(struct transfer *transfer, const char *name, const char *value)
{
	char line[1024];

	snprintf(line, sizeof(line), "%s: %s", name, value);
	transfer->headers = curl_slist_append(transfer->headers, line);
}

static void
add_signature(const struct channel_webhook *webhook, struct transfer *transfer)
{
	crypto_auth_hmacsha256_state state;
	unsigned char sum[crypto_auth_hmacsha256_BYTES];
	char value[8 + 2 * sizeof(sum)] = "sha256=";

	if (webhook->secret_length == 0)
		return;
	crypto_auth_hmacsha256_init(&state, webhook->secret, webhook->secret_length);
	crypto_auth_hmacsha256_update(&state, (const unsigned char *)transfer->body.bytes,
		transfer->body.length);
	crypto_auth_hmacsha256_final(&state, sum);
	sodium_bin2hex(value + 7, sizeof(value) - 7, sum, sizeof(sum));
	add_header(transfer, "X-Needwatch-Signature", value);
}

static void
transfer_set_up(struct channel_webhook *webhook, struct transfer *transfer)
{
	const struct channel_settings *settings = &webhook->base.settings;
	CURL *easy = transfer->easy;
	long timeout_ms = (long)(settings->timeout_us / 1000);

	curl_easy_setopt(easy, CURLOPT_URL, settings->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* the environment may not redirect it either */
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body.bytes);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->body.length);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, (char *)transfer);
}

static void
webhook_send(struct channel *channel, int64_t ticket, const struct message *message)
{
	struct channel_webhook *webhook = (struct channel_webhook *)channel;
	struct transfer *transfer = xcalloc(1, sizeof(*transfer));

	transfer->ticket = ticket;
	transfer->easy = curl_easy_init();
	body_write(webhook, message, &transfer->body);
	add_header(transfer, "Content-Type", "application/json");
	add_header(transfer, "Idempotency-Key", message->key);
	add_header(transfer, "Expect", "");
	add_signature(webhook, transfer);
	transfer_set_up(webhook, transfer);
	LIST_INSERT_HEAD(&webhook->transfers, transfer, link);
	curl_multi_add_handle(webhook->multi, transfer->easy);
}

/* ---- opening ---- */

static bool
host_allowed(const char *hosts, const char *host)
{
	size_t length = strlen(host);

	while (*hosts) {
		size_t word = strcspn(hosts, " ");

		if (word == length && strncasecmp(hosts, host, length) == 0)
			return true;
		hosts += word + strspn(hosts + word, " ");
	}
	return false;
}

static char *
url_part(CURLU *url, CURLUPart part)
{
	char *text = NULL;

	curl_url_get(url, part, &text, 0);
	return text;
}

/* http or https, no password in it, and a host on the list. */
static const char *
url_fault(const struct channel_settings *settings)
{
	CURLU *url = curl_url();
	const char *fault = NULL;
	char *host, *scheme, *user;

	if (!settings->url || curl_url_set(url, CURLUPART_URL, settings->url, 0) != CURLUE_OK)
		fault = "its url cannot be read";
	host = url_part(url, CURLUPART_HOST);
	scheme = url_part(url, CURLUPART_SCHEME);
	user = url_part(url, CURLUPART_USER);
	if (!fault && (!scheme || strncmp(scheme, "http", 4) != 0))
		fault = "its url must begin with http:// or https://";
	if (!fault && user)
		fault = "its url holds a user name; use `secret`";
	if (!fault && settings->hosts && !host_allowed(settings->hosts, host))
		fault = "the host of its url is not in `hosts`";
	curl_free(host);
	curl_free(scheme);
	curl_free(user);
	curl_url_cleanup(url);
	return fault;
}

static bool
read_secret(struct channel_webhook *webhook)
{
	const struct channel_settings *settings = &webhook->base.settings;
	char path[4096];
	FILE *file;

	if (!settings->secret)
		return true;
	if (!settings->credentials)
		return false;
	snprintf(path, sizeof(path), "%s/%s", settings->credentials, settings->secret);
	file = fopen(path, "re");
	if (!file)
		return false;
	webhook->secret_length = fread(webhook->secret, 1, sizeof(webhook->secret), file);
	fclose(file);
	while (webhook->secret_length > 0 && webhook->secret[webhook->secret_length - 1] == '\n')
		webhook->secret_length--;
	return webhook->secret_length > 0;
}

static bool
webhook_open(struct channel *channel, char **ret_fault)
{
	struct channel_webhook *webhook = (struct channel_webhook *)channel;
	const char *fault = url_fault(&channel->settings);

	if (!fault && !read_secret(webhook))
		fault = "the credential file of its secret is missing or empty";
	if (fault) {
		*ret_fault = xstrdup(fault);
		return false;
	}
	LIST_INIT(&webhook->transfers);
	webhook->multi = curl_multi_init();
	webhook->timer = evtimer_new(channel->base, on_timer, webhook);
	curl_multi_setopt(webhook->multi, CURLMOPT_SOCKETFUNCTION, watch_socket);
	curl_multi_setopt(webhook->multi, CURLMOPT_SOCKETDATA, webhook);
	curl_multi_setopt(webhook->multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(webhook->multi, CURLMOPT_TIMERDATA, webhook);
	curl_multi_setopt(webhook->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
		(long)channel->settings.at_once);
	return true;
}

static void
webhook_close(struct channel *channel)
{
	struct channel_webhook *webhook = (struct channel_webhook *)channel;

	while (!LIST_EMPTY(&webhook->transfers))
		transfer_free(webhook, LIST_FIRST(&webhook->transfers));
	curl_multi_cleanup(webhook->multi);
	event_free(webhook->timer);
	sodium_memzero(webhook->secret, sizeof(webhook->secret));
}

const struct channel_class channel_webhook_class = {
	.kind = "webhook",
	.size = sizeof(struct channel_webhook),
	.open = webhook_open,
	.send = webhook_send,
	.close = webhook_close,
};
