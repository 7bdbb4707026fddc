/* Asks, renews and counts down by the interval clock: a lease whose renewal has not been
 * confirmed in its length is lost, whatever the store may say later. Opens no connection. */
#include "lease_keeper.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "clock.h"
#include "db.h"
#include "lease.h"
#include "memory.h"

#define RELEASE_US (2 * US_PER_SECOND)
#define AWAY_US                                                                                \
	(US_PER_SECOND / 5) /* the store did not answer: the connection comes back by itself   \
			     */
#define ASK_LEAST_US (US_PER_SECOND / 5)
#define ASK_MOST_US (3 * US_PER_SECOND)

struct lease_keeper {
	struct lease_keeper_config config;
	const struct lease_keeper_face *face;
	void *owner;
	enum keeper_state state;
	struct event *beat;     /* asking or renewing next */
	struct event *deadline; /* held: of the lease; releasing: of patience */
	struct mono asked;      /* when the newest question was put */
	bool under_way;         /* it is not answered */
	bool stale;             /* its answer is of no use: the state has changed since */
	int64_t fence;
	char holder[128];
	bool told; /* the owner knows who has it */
};

static const char *const words[] = {
#define X(name, word, meaning) [name] = word,
	KEEPER_STATES(X)
#undef X
};

const char *
keeper_state_word(enum keeper_state state)
{
	return words[state];
}

static void
arm(struct event *event, int64_t us)
{
	struct timeval wait;

	if (us < 0)
		us = 0;
	wait = (struct timeval){.tv_sec = us / US_PER_SECOND, .tv_usec = us % US_PER_SECOND};
	evtimer_add(event, &wait);
}

static void
give_back(struct lease_keeper *keeper);

/* The one writer of the state. What is under way is answered before anything else is asked. */
static void
keeper_set_state(struct lease_keeper *keeper, enum keeper_state state)
{
	keeper->stale = keeper->under_way;
	evtimer_del(keeper->beat);
	evtimer_del(keeper->deadline);
	keeper->state = state;
	switch (state) {
	case KEEPER_IDLE:
		break;
	case KEEPER_ASKING:
		keeper->fence = 0;
		keeper->told = false;
		arm(keeper->beat, 0);
		break;
	case KEEPER_HELD:
		arm(keeper->beat, keeper->config.length_us / 3);
		arm(keeper->deadline,
			keeper->asked.us + keeper->config.length_us - clock_mono().us);
		break;
	case KEEPER_RELEASING:
		arm(keeper->deadline, RELEASE_US);
		if (!keeper->under_way)
			give_back(keeper);
		break;
	}
}

static int
seconds(const struct lease_keeper *keeper)
{
	return (int)((keeper->config.length_us + US_PER_SECOND - 1) / US_PER_SECOND);
}

static void
lose(struct lease_keeper *keeper, const char *reason)
{
	keeper_set_state(keeper, KEEPER_IDLE);
	keeper->fence = 0;
	keeper->face->lost(keeper->owner, reason);
}

/* ---- asking ---- */

static int64_t
ask_pause_us(const struct lease_keeper *keeper)
{
	int64_t us = keeper->config.length_us / 5;

	return us < ASK_LEAST_US ? ASK_LEAST_US : us > ASK_MOST_US ? ASK_MOST_US : us;
}

static void
note_holder(struct lease_keeper *keeper, const char *holder)
{
	bool news = !keeper->told || strcmp(keeper->holder, holder) != 0;

	snprintf(keeper->holder, sizeof(keeper->holder), "%s", holder);
	keeper->told = true;
	if (news)
		keeper->face->waiting(keeper->owner, keeper->holder);
}

/* True if the answer is of use. A lease that came too late is given back. */
static bool
take_answer(struct lease_keeper *keeper, bool held, int64_t fence)
{
	bool stale = keeper->stale;

	keeper->under_way = false;
	keeper->stale = false;
	if (keeper->state == KEEPER_RELEASING) {
		keeper->fence = held ? fence : 0;
		give_back(keeper);
		return false;
	}
	if (stale && keeper->state != KEEPER_IDLE)
		arm(keeper->beat, 0);
	return !stale;
}

static void
on_acquired(void *owner, bool held, int64_t fence, const char *holder, const char *error)
{
	struct lease_keeper *keeper = owner;

	if (!take_answer(keeper, held, fence))
		return;
	if (error) {
		arm(keeper->beat, AWAY_US);
	} else if (!held) {
		arm(keeper->beat, ask_pause_us(keeper));
		note_holder(keeper, holder);
	} else {
		keeper->fence = fence;
		snprintf(keeper->holder, sizeof(keeper->holder), "%s", holder);
		keeper_set_state(keeper, KEEPER_HELD);
		keeper->face->held(keeper->owner, fence);
	}
}

/* ---- renewing ---- */

static void
on_renewed(void *owner, bool held, int64_t fence, const char *holder, const char *error)
{
	struct lease_keeper *keeper = owner;
	char reason[200];

	if (!take_answer(keeper, held, fence))
		return;
	if (error) {
		arm(keeper->beat, AWAY_US);
	} else if (held) {
		keeper_set_state(keeper, KEEPER_HELD);
	} else {
		snprintf(reason, sizeof(reason), "%s has taken it over", holder);
		lose(keeper, reason);
	}
}

static void
on_beat(evutil_socket_t fd, short what, void *owner)
{
	struct lease_keeper *keeper = owner;
	const struct lease_keeper_config *config = &keeper->config;

	(void)fd;
	(void)what;
	if (keeper->under_way)
		return; /* its answer goes on */
	keeper->under_way = true;
	keeper->asked = clock_mono();
	if (keeper->state == KEEPER_ASKING)
		lease_acquire(config->db, config->name, config->holder, seconds(keeper),
			on_acquired, keeper);
	else if (keeper->state == KEEPER_HELD)
		lease_renew(config->db, config->name, keeper->fence, seconds(keeper),
			on_renewed, keeper);
}

/* ---- giving back ---- */

static void
on_released(void *owner, bool held, int64_t fence, const char *holder, const char *error)
{
	struct lease_keeper *keeper = owner;

	(void)held;
	(void)fence;
	(void)holder;
	(void)error;
	keeper->under_way = false;
	keeper->fence = 0;
	arm(keeper->deadline, 0);
}

static void
give_back(struct lease_keeper *keeper)
{
	const struct lease_keeper_config *config = &keeper->config;

	keeper->under_way = keeper->fence != 0;
	if (keeper->under_way)
		lease_release(config->db, config->name, keeper->fence, on_released, keeper);
	else
		arm(keeper->deadline, 0); /* never from inside the call */
}

static void
on_deadline(evutil_socket_t fd, short what, void *owner)
{
	struct lease_keeper *keeper = owner;

	(void)fd;
	(void)what;
	if (keeper->state == KEEPER_HELD) {
		lose(keeper, "the store has not confirmed it within its length");
	} else if (keeper->state == KEEPER_RELEASING) {
		keeper_set_state(keeper, KEEPER_IDLE);
		keeper->fence = 0;
		keeper->face->released(keeper->owner);
	}
}

void
lease_keeper_start(struct lease_keeper *keeper)
{
	assert(keeper->state == KEEPER_IDLE);
	keeper_set_state(keeper, KEEPER_ASKING);
}

void
lease_keeper_release(struct lease_keeper *keeper)
{
	keeper_set_state(keeper, KEEPER_RELEASING);
}

void
lease_keeper_lose(struct lease_keeper *keeper, const char *reason)
{
	if (keeper->state == KEEPER_HELD)
		lose(keeper, reason);
}

enum keeper_state
lease_keeper_state(const struct lease_keeper *keeper)
{
	return keeper->state;
}

int64_t
lease_keeper_fence(const struct lease_keeper *keeper)
{
	return keeper->fence;
}

const char *
lease_keeper_holder(const struct lease_keeper *keeper)
{
	return keeper->holder;
}

struct lease_keeper *
lease_keeper_new(const struct lease_keeper_config *config, const struct lease_keeper_face *face,
	void *owner)
{
	struct lease_keeper *keeper = xcalloc(1, sizeof(*keeper));

	keeper->config = *config;
	keeper->face = face;
	keeper->owner = owner;
	keeper->beat = evtimer_new(config->base, on_beat, keeper);
	keeper->deadline = evtimer_new(config->base, on_deadline, keeper);
	return keeper;
}

void
lease_keeper_free(struct lease_keeper *keeper)
{
	if (!keeper)
		return;
	event_free(keeper->beat);
	event_free(keeper->deadline);
	free(keeper);
}
