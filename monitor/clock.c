/* Reads the machine's clocks and stretches them into business time. Decides nothing. */
#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"

struct clock {
	int64_t start_us; /* real time at which both clocks agreed */
	int64_t day_us;
};

static int64_t
read_clock(clockid_t id)
{
	struct timespec time;

	clock_gettime(id, &time);
	return (int64_t)time.tv_sec * US_PER_SECOND + time.tv_nsec / 1000;
}

struct instant
clock_real(void)
{
	return (struct instant){read_clock(CLOCK_REALTIME)};
}

struct mono
clock_mono(void)
{
	return (struct mono){read_clock(CLOCK_MONOTONIC)};
}

/* The moment that stands in the file; false if it is not there or unreadable. */
static bool
read_start(const char *path, int64_t *ret_us)
{
	FILE *file = fopen(path, "re");
	long long us;
	bool read;

	if (!file)
		return false;
	read = fscanf(file, "%lld", &us) == 1;
	fclose(file);
	*ret_us = us;
	return read;
}

/* Two programs may start at once: the file comes into being whole, by a link, and the loser reads the winner's. */
static bool
share_start(const char *path, int64_t *ret_us)
{
	char fresh[4096 + 32];
	int64_t now = clock_real().us;
	FILE *file;
	bool written;

	if (read_start(path, ret_us))
		return true;
	snprintf(fresh, sizeof(fresh), "%s.%ld", path, (long)getpid());
	file = fopen(fresh, "wxe");
	if (!file)
		return false;
	written = fprintf(file, "%lld\n", (long long)now) > 0;
	written = fclose(file) == 0 && written;
	if (written && link(fresh, path) < 0 && errno != EEXIST)
		written = false;
	unlink(fresh);
	return written && read_start(path, ret_us);
}

struct clock *
clock_open(int64_t day_us, const char *state, char **ret_fault)
{
	struct clock *clock = xcalloc(1, sizeof(*clock));
	char path[4096];

	clock->day_us = day_us;
	if (day_us >= US_PER_DAY)
		return clock;
	snprintf(path, sizeof(path), "%s/clock", state);
	if (share_start(path, &clock->start_us))
		return clock;
	if (asprintf(ret_fault, "%s: the start of the fast clock cannot be kept there: %s", path,
			strerror(errno)) < 0)
		*ret_fault = NULL;
	free(clock);
	return NULL;
}

void
clock_free(struct clock *clock)
{
	free(clock);
}

struct instant
clock_now(const struct clock *clock)
{
	int64_t real = clock_real().us;

	if (clock->day_us >= US_PER_DAY)
		return (struct instant){real};
	return (struct instant){clock->start_us +
		(int64_t)((__int128)(real - clock->start_us) * US_PER_DAY / clock->day_us)};
}

struct day
clock_today(const struct clock *clock)
{
	return instant_day(clock_now(clock));
}

struct instant
clock_ahead(const struct clock *clock, int64_t us)
{
	if (clock->day_us < US_PER_DAY)
		us = (int64_t)((__int128)us * US_PER_DAY / clock->day_us);
	return (struct instant){clock_now(clock).us + us};
}

int64_t
clock_wait_us(const struct clock *clock, struct instant at)
{
	int64_t wait = at.us - clock_now(clock).us;

	if (wait <= 0)
		return 0;
	if (clock->day_us >= US_PER_DAY)
		return wait;
	return (int64_t)((__int128)wait * clock->day_us / US_PER_DAY) + 1;
}
