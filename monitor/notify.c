/* Speaks sd_notify(3). Judges no progress: canary.c does. */
#include "notify.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <systemd/sd-daemon.h>

#include "clock.h"

void
notify_ready(void)
{
	sd_notify(0, "READY=1");
}

void
notify_status(const char *format, ...)
{
	char line[256];
	va_list list;

	va_start(list, format);
	vsnprintf(line, sizeof(line), format, list);
	va_end(list);
	sd_notifyf(0, "STATUS=%s", line);
}

void
notify_alive(void)
{
	sd_notify(0, "WATCHDOG=1");
}

void
notify_reloading(void)
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_mono().us);
}

void
notify_stopping(void)
{
	sd_notify(0, "STOPPING=1");
}

/* Half of what systemd allows: one late turn of the loop must not kill the daemon. */
int64_t
notify_watchdog_us(void)
{
	uint64_t us;

	return sd_watchdog_enabled(0, &us) > 0 ? (int64_t)(us / 2) : 0;
}
