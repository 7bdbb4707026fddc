/* Reads the options of `needwatch score`; opens nothing. */
#include "score_call.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "memory.h"

#define THREADS_LIMIT 256
#define REPEAT_LIMIT 1000000

static const char *const options[] = {"--rules", "--facts", "--areas", "--as-of", "--threshold",
	"--threads", "--repeat", "--why", "--why-all", "--tier", "--lang", "--json"};
enum option { RULES, FACTS, AREAS, AS_OF, THRESHOLD, THREADS, REPEAT, WHY, WHY_ALL, TIER, LANG, JSON, OPTIONS };

/* The option that `word` is, with its value if that stands behind '='. OPTIONS: none. */
static enum option
option_of(const char *word, const char **ret_value)
{
	for (enum option o = RULES; o < OPTIONS; o++) {
		size_t length = strlen(options[o]);

		if (strncmp(word, options[o], length) != 0)
			continue;
		if (word[length] == '\0' || word[length] == '=') {
			*ret_value = word[length] ? word + length + 1 : NULL;
			return o;
		}
	}
	return OPTIONS;
}

static int
unknown_option(const char *word)
{
	const char *near = nearest_name(word, strlen(word), options, OPTIONS);

	if (near)
		return usage_error("score", "no option '%s'; did you mean '%s'?", word, near);
	return usage_error("score", "no option '%s'", word);
}

static bool
parse_count(const char *text, size_t limit, size_t *ret_count)
{
	size_t length = strlen(text);

	if (length == 0 || length > 9 || strspn(text, "0123456789") != length)
		return false;
	*ret_count = (size_t)strtoul(text, NULL, 10);
	return *ret_count >= 1 && *ret_count <= limit;
}

static int
take_value(struct score_call *call, enum option option, const char *value)
{
	switch (option) {
	case RULES:
		call->rules[call->rule_count++] = value;
		break;
	case FACTS:
		call->facts = value;
		break;
	case AREAS:
		call->areas = value;
		break;
	case AS_OF:
		if (!day_parse(value, &call->as_of))
			return usage_error(
				"score", "--as-of wants a date as 2026-06-10, not '%s'", value);
		break;
	case THRESHOLD:
		if (!strchr(value, '='))
			return usage_error(
				"score", "--threshold wants NAME=VALUE, not '%s'", value);
		call->thresholds[call->threshold_count++] = value;
		break;
	case THREADS:
		if (!parse_count(value, THREADS_LIMIT, &call->threads))
			return usage_error("score",
				"--threads wants a number from 1 to %d, not '%s'",
				THREADS_LIMIT, value);
		break;
	case REPEAT:
		if (!parse_count(value, REPEAT_LIMIT, &call->repeat))
			return usage_error("score",
				"--repeat wants a number from 1 to %d, not '%s'", REPEAT_LIMIT,
				value);
		break;
	case WHY:
	case WHY_ALL:
		call->why = value;
		call->face.whole = option == WHY_ALL;
		break;
	case TIER:
		return why_face_tier("score", value, &call->face);
	case LANG:
		return why_face_lang("score", value, &call->face);
	case JSON:
		call->face.json = true;
		break;
	case OPTIONS:
		break;
	}
	return EXIT_DONE;
}

static int
find_missing(const struct score_call *call)
{
	if (call->rule_count == 0)
		return usage_error("score", "--rules is missing");
	if (!call->facts)
		return usage_error("score", "--facts is missing");
	if (!call->areas)
		return usage_error("score", "--areas is missing");
	if (call->as_of.n == DAY_NONE)
		return usage_error("score", "--as-of is missing");
	return EXIT_DONE;
}

int
score_call_parse(int argc, char **argv, struct score_call *ret_call)
{
	enum option option = OPTIONS;
	int code = EXIT_DONE;

	*ret_call = (struct score_call){
		.rules = xcalloc((size_t)argc, sizeof(*ret_call->rules)),
		.thresholds = xcalloc((size_t)argc, sizeof(*ret_call->thresholds)),
		.as_of = {DAY_NONE},
		.threads = 1,
		.face = why_face_default(),
		.repeat = 1,
	};
	for (int i = 1; i < argc && code == EXIT_DONE; i++) {
		const char *value = argv[i];

		/* --rules goes on until the next option: a shell expands *.rules to many words.
		 */
		if (strncmp(argv[i], "--", 2) == 0) {
			option = option_of(argv[i], &value);
			if (option == OPTIONS)
				return unknown_option(argv[i]);
			if (!value && option != JSON)
				value = ++i < argc ? argv[i] : NULL;
			if (!value && option != JSON)
				return usage_error(
					"score", "%s wants a value", options[option]);
		} else if (option != RULES) {
			return usage_error("score", "'%s' belongs to no option", argv[i]);
		}
		code = take_value(ret_call, option, value);
	}
	return code == EXIT_DONE ? find_missing(ret_call) : code;
}

void
score_call_free(struct score_call *call)
{
	free(call->rules);
	free(call->thresholds);
}
