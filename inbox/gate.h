/* Who may stay connected: a cap on connections, and a deadline for the whole of a request, which evhttp lacks: a client that
 * trickles its headers would otherwise stay for ever. Reads no byte. */
#ifndef NEEDWATCH_GATE_H
#define NEEDWATCH_GATE_H

#include <stddef.h>

struct event_base;
struct evconnlistener;
struct evhttp;
struct evhttp_request;
struct gate;

/* At `most` connections nobody is accepted until one has gone. */
struct gate *
gate_new(struct event_base *base, struct evhttp *http, size_t most, int seconds);

/* The listener that is shut when it is full; borrowed. */
void
gate_guard(struct gate *gate, struct evconnlistener *listener);

/* The request has come whole: what follows is our own time. Until its answer has been written. */
void
gate_request_came(struct gate *gate, struct evhttp_request *request);

/* How many requests have come whole and not been answered to the last byte. */
size_t
gate_busy(const struct gate *gate);

/* After evhttp_free(). NULL is fine. */
void
gate_free(struct gate *gate);

#endif
