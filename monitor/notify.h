/* What systemd is told: ready, status, alive, stopping. Without a NOTIFY_SOCKET it tells nobody. */
#ifndef NEEDWATCH_NOTIFY_H
#define NEEDWATCH_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

/* The line stands. */
void
notify_ready(void);

void
notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Feeds the watchdog: only to be called while the line makes progress. */
void
notify_alive(void);

void
notify_reloading(void);

void
notify_stopping(void);

/* How often to feed it at least, in microseconds; 0: there is none. */
int64_t
notify_watchdog_us(void);

#endif
