/* The words of the reasons; never says when one applies. */
#include "reason.h"

#include <string.h>

struct reason_row {
	const char *name;
	enum reason_sort sort;
	const char *chinese;
	const char *english;
};

static const struct reason_row rows[REASON_COUNT] = {
#define X(name, word, sort, chinese, english) [REASON_##name] = {word, REASON_##sort, chinese, english},
	REASONS(X)
#undef X
};

const char *
reason_name(enum reason reason)
{
	return rows[reason].name;
}

const char *
reason_chinese(enum reason reason)
{
	return rows[reason].chinese;
}

const char *
reason_english(enum reason reason)
{
	return rows[reason].english;
}

const char *
reason_remedy(enum reason reason)
{
	static const char *const remedies[REASON_COUNT] = {
#define X(name, chinese) [REASON_##name] = chinese,
		REASON_REMEDIES(X)
#undef X
	};
	return remedies[reason];
}

enum reason_sort
reason_sort(enum reason reason)
{
	return rows[reason].sort;
}

enum reason
reason_find(const char *name)
{
	int reason = 0;
	while (reason < REASON_COUNT && strcmp(rows[reason].name, name) != 0) {
		reason++;
	}
	return (enum reason)reason;
}
