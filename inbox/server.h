/* The HTTP server: limits, the checks that hold for every request, and the way to a page or an endpoint. */
#ifndef NEEDWATCH_SERVER_H
#define NEEDWATCH_SERVER_H

#include <stdbool.h>
#include <stdint.h>

struct server;
struct service;

/* Listens at once. NULL: *ret_error is one line, owned by the caller. */
struct server *
server_new(struct service *service, const char *address, uint16_t port, char **ret_error);

/* The one that was found when 0 was asked for. */
uint16_t
server_port(const struct server *server);

/* Nobody new is accepted; requests under way are finished. */
void
server_stop(struct server *server);

/* Nothing is under way, and every answer has left. */
bool
server_idle(const struct server *server);

/* Only when service->calls is 0: evhttp frees the requests that it still holds. NULL is fine. */
void
server_free(struct server *server);

#endif
