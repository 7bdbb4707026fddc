/* The words in which an explanation is told, in both languages, each once. */
#ifndef NEEDWATCH_WHY_WORDS_H
#define NEEDWATCH_WHY_WORDS_H

#include <stdbool.h>

/* X(name, English, Chinese): with the same conversions in the same order. */
#define WHY_WORDS(X) \
	X(HEAD, "%s on %s: score %lld, level %s", "%s %s：%lld分，%s") \
	X(CLASS, ", class %s", "，%s") \
	X(FLOOR, "  floor %s", "  至少%s") \
	X(NO_FINDING, "no finding", "没有发现") \
	X(UNKNOWN_IS, "    ?  %s: unknown is %s", "    ?  %s：缺少 %s") \
	X(UNKNOWN, "    ?  %s cannot be judged", "    ?  %s：无法判断") \
	X(HIDDEN_RULE, "(not shown to this tier)", "（本级不显示）") \
	X(NOT_SHOWN, "%lld rules rest on what is not shown to this tier", "另有%lld条规则涉及本级不显示的内容") \
	X(FLIPS, "the smallest changes that give another level:", "最小的变级条件：") \
	X(NO_FLIPS, "no single small change gives another level", "没有单独一项小的变化会变级") \
	X(HIDDEN_FLIPS, "what gives another level is not shown to this tier", "变级条件本级不显示") \
	X(FLIP_THRESHOLD, "%s if %s were %s (now %s)", "%s  若 %s 为 %s（现为 %s）") \
	X(FLIP_FACT, "%s if %s of %s were %s (now %s)", "%s  若 %s（%s）为 %s（现为 %s）") \
	X(FLIP_DAYS, "%s by itself in %lld days, on %s, if nothing new is told", "%s  若无新情况，%lld天后（%s）自行变化") \
	X(LINES, "score and lines:", "分值与分级线：") \
	X(LINE_OVER, "%s from %lld: reached by %lld", "%s %lld分起：已达到，超出%lld分") \
	X(LINE_SHORT, "%s from %lld: %lld short", "%s %lld分起：还差%lld分") \
	X(FAMILY, "%s %lld points, counted up to %lld", "%s %lld分，最多计%lld分") \
	X(POINTS, "%s, %lld points", "%s，%lld分") \
	X(MORE_ROWS, "and %lld more", "另有%lld项") \
	X(SHORT_BY, "%s%s from it", "差 %s%s") \
	X(SPARE_BY, "%s%s to spare", "余 %s%s") \
	X(VEILED, "not shown to this tier", "本级不显示") \
	X(STEP_POINTS, "%lld points when", "满足下列条件计%lld分") \
	X(STEP_FLOOR, "at least %s when", "满足下列条件至少%s") \
	X(FROM_FACTS, "from", "依据") \
	X(MORE_FACTS, "and %lld more", "等共多%lld条") \
	X(ROWS, "of %lld, the one that decides: %s", "共%lld项，起决定作用的：%s") \
	X(NO_ROWS, "there is none", "没有一项") \
	X(AUTHORISED, "authorised %s %s", "授权 %s %s") \
	X(BASIS, "basis: %s", "依据：%s") \
	X(THRESHOLDS, "thresholds:", "阈值：") \
	X(ORIGIN_DEFAULT, "default", "默认值") \
	X(ORIGIN_ROW, "set for %s", "%s 设定") \
	X(ORIGIN_GIVEN, "given by hand", "命令行给定") \
	X(ORIGIN_CLASS, ", class %s", "，人群 %s") \
	X(ORIGIN_RESIDENCE, ", %s", "，%s") \
	X(ORIGIN_SINCE, ", since %s", "，自%s起") \
	X(ORIGIN_UNTIL, ", until %s", "，至%s止") \
	X(NO_VALUE, "no value", "未设定") \
	X(EVERYWHERE, "everywhere", "全部地区") \
	X(YUAN, " yuan", "元") \
	X(DAYS, " days", "天") \
	X(BLIND, "blind: source %s (%s) since %s: %s", "看不到：数据源 %s（%s）自%s起：%s") \
	X(ANY_OF, "one of", "其中之一")

enum why_word {
#define X(name, english, chinese) WORD_##name,
	WHY_WORDS(X)
#undef X
};

/* A format where the table has one: its conversions are those of the table. */
const char *
why_word(enum why_word word, bool chinese);

/* "red" as it is shown: "red", "红"; words that are no level as they are. */
const char *
why_level(const char *level, bool chinese);

/* "fires", "silent", ... */
const char *
why_verdict(const char *verdict, bool chinese);

#endif
