/* Words of an alert and its next wake-up; changes no alert. */
#include "alert.h"

#include <string.h>

struct state_row {
	const char *name;
	const char *chinese;
	bool open;
};

static const struct state_row states[] = {
#define X(name, word, chinese, open) {word, chinese, open},
	ALERT_STATES(X)
#undef X
};

struct word {
	const char *name;
	const char *chinese;
};

static const struct word dispositions[] = {
#define X(name, word, chinese) {word, chinese},
	DISPOSITIONS(X)
#undef X
};

bool
alert_state_open(enum alert_state state)
{
	return states[state].open;
}

const char *
alert_state_name(enum alert_state state)
{
	return states[state].name;
}

const char *
alert_state_chinese(enum alert_state state)
{
	return states[state].chinese;
}

enum alert_state
alert_state_find(const char *name)
{
	int state = 0;
	while (state < ALERT_STATE_COUNT && strcmp(states[state].name, name) != 0) {
		state++;
	}
	return (enum alert_state)state;
}

const char *
disposition_name(enum disposition disposition)
{
	return dispositions[disposition].name;
}

const char *
disposition_chinese(enum disposition disposition)
{
	return dispositions[disposition].chinese;
}

enum disposition
disposition_find(const char *name)
{
	int disposition = 0;
	while (disposition < DISPOSITION_COUNT &&
		strcmp(dispositions[disposition].name, name) != 0) {
		disposition++;
	}
	return (enum disposition)disposition;
}

const char *
level_chinese(enum level level)
{
	static const char *const words[] = {
		[LEVEL_NONE] = "未分级",
		[LEVEL_BLUE] = "蓝色",
		[LEVEL_YELLOW] = "黄色",
		[LEVEL_ORANGE] = "橙色",
		[LEVEL_RED] = "红色",
	};
	return words[level];
}

struct instant
alert_wake(const struct alert *alert, enum stage *ret_stage)
{
	struct instant wake = {INSTANT_NONE};
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		const struct alert_clock *clock = &alert->clocks[stage];
		if (!clock->running) {
			continue;
		}
		struct instant next = clock->reminded ? clock->due : clock->reminder;
		if (wake.us == INSTANT_NONE || next.us < wake.us) {
			wake = next;
			if (ret_stage != NULL) {
				*ret_stage = (enum stage)stage;
			}
		}
	}
	return wake;
}
