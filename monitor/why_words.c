/* Hands out the words of an explanation; puts none together. */
#include "why_words.h"

#include <string.h>

const char *
why_word(enum why_word word, bool chinese)
{
	static const char *const words[][2] = {
#define X(name, english, other) {english, other},
		WHY_WORDS(X)
#undef X
	};

	return words[word][chinese];
}

struct pair {
	const char *english;
	const char *chinese;
};

static const char *
translated(const struct pair *pairs, const char *word, bool chinese)
{
	for (; pairs->english; pairs++)
		if (chinese && strcmp(pairs->english, word) == 0)
			return pairs->chinese;
	return word;
}

const char *
why_level(const char *level, bool chinese)
{
	static const struct pair pairs[] = {{"none", "不分级"}, {"blue", "蓝色"}, {"yellow", "黄色"},
		{"orange", "橙色"}, {"red", "红色"}, {NULL, NULL}};

	return translated(pairs, level, chinese);
}

const char *
why_verdict(const char *verdict, bool chinese)
{
	static const struct pair pairs[] = {{"fires", "触发"}, {"faded", "分值已衰减完"},
		{"unknown", "无法判断"}, {"unauthorised", "未获授权"}, {"silent", "未触发"}, {"waived", "不适用"},
		{"idle", "没有可叠加的发现"}, {NULL, NULL}};

	return translated(pairs, verdict, chinese);
}
