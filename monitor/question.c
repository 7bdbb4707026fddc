/* Listens, checks who asks, reads questions and writes answers. Knows no question. */
#include "question.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/listener.h>

#include "bounds.h"
#include "log.h"
#include "memory.h"

#define PEERS_MOST 32
#define IDLE_SECONDS 60
#define GROUPS_MOST 256

/* One connection. It asks one question at a time: the next is read when the last is answered. */
struct question_peer {
	LIST_ENTRY(question_peer) link;
	struct question_server *server;
	struct bufferevent *stream;
	struct question_call *call; /* under way */
};

struct question_call {
	LIST_ENTRY(question_call) link;
	struct question_server *server;
	struct question_peer *peer; /* NULL: has left */
	json_t *asked;
};

struct question_server {
	struct event_base *base;
	struct evconnlistener *listener;
	const struct question_row *rows;
	void *owner;
	char *path;
	gid_t group; /* (gid_t)-1: none */
	dev_t device; /* of the socket's name, to know it again */
	ino_t inode;
	LIST_HEAD(, question_peer) peers;
	LIST_HEAD(, question_call) calls;
	int peer_count;
};

static void
peer_free(struct question_peer *peer)
{
	if (peer->call)
		peer->call->peer = NULL;
	LIST_REMOVE(peer, link);
	if (peer->server->peer_count-- == PEERS_MOST)
		evconnlistener_enable(peer->server->listener);
	bufferevent_free(peer->stream);
	free(peer);
}

static void
call_free(struct question_call *call)
{
	LIST_REMOVE(call, link);
	json_decref(call->asked);
	free(call);
}

/* ---- answering ---- */

static void
peer_read(struct question_peer *peer);

static void
peer_write(struct question_peer *peer, const json_t *answer)
{
	char *text = json_dumps(answer, JSON_COMPACT);
	size_t length = strlen(text);
	uint32_t header = htonl((uint32_t)length);

	bufferevent_write(peer->stream, &header, sizeof(header));
	bufferevent_write(peer->stream, text, length);
	free(text);
}

void
question_answer(struct question_call *call, json_t *answer)
{
	struct question_peer *peer = call->peer;

	if (peer) {
		if (!json_object_get(answer, "ok"))
			json_object_set_new(answer, "ok", json_true());
		peer->call = NULL;
		peer_write(peer, answer);
		/* Never from inside an answer: the rest of the input waits for the next turn. */
		bufferevent_trigger(peer->stream, EV_READ,
			BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
	}
	json_decref(answer);
	call_free(call);
}

void
question_refuse(struct question_call *call, const char *format, ...)
{
	char reason[512];
	va_list list;

	va_start(list, format);
	vsnprintf(reason, sizeof(reason), format, list);
	va_end(list);
	question_answer(call, json_pack("{s:b, s:s}", "ok", 0, "error", reason));
}

/* ---- asking ---- */

static const struct question_row *
row_find(const struct question_server *server, const char *name)
{
	for (const struct question_row *row = server->rows; row->name; row++)
		if (name && strcmp(row->name, name) == 0)
			return row;
	return NULL;
}

static void
peer_ask(struct question_peer *peer, const char *text, size_t length)
{
	struct question_server *server = peer->server;
	struct question_call *call = xcalloc(1, sizeof(*call));
	const struct question_row *row;

	call->server = server;
	call->peer = peer;
	peer->call = call;
	LIST_INSERT_HEAD(&server->calls, call, link);
	call->asked = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
	row = row_find(server, json_string_value(json_object_get(call->asked, "ask")));
	if (row)
		row->answer(server->owner, call, call->asked);
	else
		question_refuse(call, "no such question");
}

/* One message off the input, if it is whole. The peer may be gone afterwards. */
static void
peer_read(struct question_peer *peer)
{
	struct evbuffer *input = bufferevent_get_input(peer->stream);
	uint32_t length;
	char *text;

	if (peer->call || evbuffer_copyout(input, &length, sizeof(length)) < (ssize_t)sizeof(length))
		return;
	length = ntohl(length);
	if (length > QUESTION_LIMIT) {
		log_line(LOG_WARNING, "question socket: a question of %u bytes was refused", length);
		peer_free(peer);
		return;
	}
	if (evbuffer_get_length(input) < sizeof(length) + length)
		return;
	evbuffer_drain(input, sizeof(length));
	text = xcalloc(1, (size_t)length + 1);
	evbuffer_remove(input, text, length);
	peer_ask(peer, text, length);
	free(text);
}

static void
on_read(struct bufferevent *stream, void *owner)
{
	(void)stream;
	peer_read(owner);
}

static void
on_event(struct bufferevent *stream, short what, void *owner)
{
	struct question_peer *peer = owner;

	/* A peer that is quiet because we owe it an answer has not been idle. */
	if ((what & BEV_EVENT_TIMEOUT) && peer->call) {
		bufferevent_enable(stream, EV_READ);
		return;
	}
	peer_free(peer);
}

/* ---- who may ask ---- */

static bool
in_group(int fd, gid_t group)
{
	gid_t groups[GROUPS_MOST];
	socklen_t size = sizeof(groups);

	if (group == (gid_t)-1 ||
		getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
		return false;
	for (size_t i = 0; i < size / sizeof(*groups); i++)
		if (groups[i] == group)
			return true;
	return false;
}

static bool
may_ask(const struct question_server *server, int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return false;
	return peer.uid == 0 || peer.uid == geteuid() ||
		(server->group != (gid_t)-1 &&
			(peer.gid == server->group || in_group(fd, server->group)));
}

static void
on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *address, int length,
	void *owner)
{
	struct question_server *server = owner;
	struct timeval idle = {.tv_sec = IDLE_SECONDS};
	struct question_peer *peer;

	(void)address;
	(void)length;
	if (!may_ask(server, fd)) {
		log_line(LOG_WARNING, "question socket: a user who may not ask was turned away");
		close(fd);
		return;
	}
	peer = xcalloc(1, sizeof(*peer));
	peer->server = server;
	peer->stream = bufferevent_socket_new(server->base, fd, BEV_OPT_CLOSE_ON_FREE);
	LIST_INSERT_HEAD(&server->peers, peer, link);
	if (++server->peer_count == PEERS_MOST)
		evconnlistener_disable(listener);
	bufferevent_setwatermark(peer->stream, EV_READ, 0, QUESTION_LIMIT + sizeof(uint32_t));
	bufferevent_setcb(peer->stream, on_read, NULL, on_event, peer);
	bufferevent_set_timeouts(peer->stream, &idle, &idle);
	bufferevent_enable(peer->stream, EV_READ | EV_WRITE);
}

/* ---- opening ---- */

/* A local socket answers at once or not at all. */
bool
question_socket_lives(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool lives;

	if (fd < 0)
		return false;
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	lives = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 || errno == EAGAIN;
	close(fd);
	return lives;
}

static int
socket_fault(char **ret_fault, const char *path, const char *what, int fd)
{
	if (asprintf(ret_fault, "%s: %s: %s", path, what, strerror(errno)) < 0)
		*ret_fault = NULL;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Asks for chown() only where it is needed: under systemd the group is ours already, and the call is not allowed. */
static bool
give_to_group(const char *path, gid_t group)
{
	struct stat named;

	if (group == (gid_t)-1 || (stat(path, &named) == 0 && named.st_gid == group))
		return true;
	return chown(path, (uid_t)-1, group) == 0;
}

/* Bound beside its name and moved there: a name that others find always answers. */
static int
socket_bind(const char *path, gid_t group, char **ret_fault)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char fresh[sizeof(address.sun_path)];
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	errno = ENAMETOOLONG;
	if ((size_t)snprintf(fresh, sizeof(fresh), "%s.%ld", path, (long)getpid()) >= sizeof(fresh))
		return socket_fault(ret_fault, path, "the socket's path is too long", fd);
	strcpy(address.sun_path, fresh);
	unlink(fresh);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return socket_fault(ret_fault, path, "cannot listen", fd);
	if (chmod(fresh, 0660) < 0 || !give_to_group(fresh, group)) {
		unlink(fresh);
		return socket_fault(ret_fault, path, "cannot give it to its group", fd);
	}
	if (listen(fd, PEERS_MOST) < 0 || rename(fresh, path) < 0) {
		unlink(fresh);
		return socket_fault(ret_fault, path, "cannot listen", fd);
	}
	return fd;
}

struct question_server *
question_server_new(struct event_base *base, const char *path, const char *group,
	const struct question_row *rows, void *owner, char **ret_fault)
{
	struct question_server *server = xcalloc(1, sizeof(*server));
	const struct group *found = group ? getgrnam(group) : NULL;
	int fd;

	server->base = base;
	server->rows = rows;
	server->owner = owner;
	server->path = xstrdup(path);
	server->group = found ? found->gr_gid : (gid_t)-1;
	LIST_INIT(&server->peers);
	LIST_INIT(&server->calls);
	if (group && !found)
		log_line(LOG_WARNING, "question socket: there is no group %s", group);
	fd = socket_bind(path, server->group, ret_fault);
	if (fd >= 0)
		server->listener = evconnlistener_new(base, on_accept, server, LEV_OPT_CLOSE_ON_FREE,
			0, fd);
	if (server->listener) {
		struct stat named = {0};

		stat(path, &named);
		server->device = named.st_dev;
		server->inode = named.st_ino;
		return server;
	}
	free(server->path);
	free(server);
	return NULL;
}

/* The name goes only if it is still ours: another daemon may have taken it over. */
static bool
path_is_ours(const struct question_server *server)
{
	struct stat named;

	return stat(server->path, &named) == 0 && named.st_dev == server->device &&
		named.st_ino == server->inode;
}

void
question_server_free(struct question_server *server)
{
	if (!server)
		return;
	if (path_is_ours(server))
		unlink(server->path);
	while (!LIST_EMPTY(&server->peers))
		peer_free(LIST_FIRST(&server->peers));
	while (!LIST_EMPTY(&server->calls))
		call_free(LIST_FIRST(&server->calls));
	evconnlistener_free(server->listener);
	free(server->path);
	free(server);
}
