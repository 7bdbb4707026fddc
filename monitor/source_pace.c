/* Arithmetic of beats and pauses; starts no timer. */
#include "source_pace.h"

#define BACK_OFF_MOST (300 * US_PER_SECOND)

static bool
hours_hold(const struct hours *hours, int second)
{
	if (hours->from <= hours->until)
		return second >= hours->from && second < hours->until;
	return second >= hours->from || second < hours->until;
}

int64_t
pace_until(int second_of_day, struct instant now)
{
	int64_t us = instant_at(instant_day(now), second_of_day).us - now.us;

	return us > 0 ? us : us + US_PER_DAY;
}

bool
pace_open(const struct source_config *source, struct instant now, int64_t *ret_us)
{
	int second = instant_second(now);

	*ret_us = 0;
	if (source->hours_count == 0)
		return true;
	*ret_us = US_PER_DAY;
	for (int i = 0; i < source->hours_count; i++) {
		int64_t until = pace_until(source->hours[i].from, now);

		if (hours_hold(&source->hours[i], second)) {
			*ret_us = 0;
			return true;
		}
		if (until < *ret_us)
			*ret_us = until;
	}
	return false;
}

int64_t
pace_pause(const struct source_config *source, int64_t rows, int64_t took_us)
{
	int64_t needs;

	if (source->rows_per_second == 0)
		return 0;
	needs = rows * US_PER_SECOND / source->rows_per_second;
	return needs > took_us ? needs - took_us : 0;
}

int64_t
pace_back_off(int attempt, uint32_t chance)
{
	int64_t us = US_PER_SECOND;

	for (int i = 0; i < attempt && us < BACK_OFF_MOST; i++)
		us *= 2;
	if (us > BACK_OFF_MOST)
		us = BACK_OFF_MOST;
	return us * 3 / 4 + us / 2 * (chance % 1001) / 1000;
}
