/* Whether needwatchd answers on its question socket: asked at most every two seconds, once for all who wait. */
#ifndef NEEDWATCH_LIVENESS_H
#define NEEDWATCH_LIVENESS_H

struct event_base;
struct liveness;

/* `path` of the socket; copied. */
struct liveness *
liveness_new(struct event_base *base, const char *path);

/* Those who wait are never answered. NULL is fine. */
void
liveness_free(struct liveness *status);

/* `message` says in Chinese why it is not live, "" when it is. Possibly at once. */
typedef void liveness_heard(void *owner, int live, const char *message);

void
liveness_ask(struct liveness *status, liveness_heard *heard, void *owner);

#endif
