/* `needwatch why`: asks the running daemon about one household and shows what it says. Opens no database. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "config.h"
#include "instant.h"
#include "question_client.h"
#include "why_face.h"

#define ASK_US (30 * US_PER_SECOND)

struct why_call {
	const char *path;
	int64_t county;
	int64_t number;
	bool alert;
	struct why_face face;
};

/* "990102-17", as the inbox calls an alert, or "990102/17": a household. */
static bool
parse_subject(const char *text, struct why_call *call)
{
	size_t county = strspn(text, "0123456789");
	const char *number = text + county + 1;
	size_t digits = text[county] ? strspn(number, "0123456789") : 0;

	if (county == 0 || county > 6 || digits == 0 || digits > 18 || number[digits] ||
		(text[county] != '-' && text[county] != '/'))
		return false;
	call->alert = text[county] == '-';
	call->county = strtoll(text, NULL, 10);
	call->number = strtoll(number, NULL, 10);
	return true;
}

/* An option with a value, which is argv[1]; NULL: none stands there. */
static int
take_option(struct why_call *call, char **argv)
{
	if (!argv[1])
		return usage_error("why", "%s wants a value", argv[0]);
	if (strcmp(argv[0], "--tier") == 0)
		return why_face_tier("why", argv[1], &call->face);
	if (strcmp(argv[0], "--lang") == 0)
		return why_face_lang("why", argv[1], &call->face);
	call->path = argv[1];
	return EXIT_DONE;
}

static bool
has_value(const char *option)
{
	return strcmp(option, "--tier") == 0 || strcmp(option, "--lang") == 0 ||
	       strcmp(option, "--config") == 0;
}

static int
parse_call(int argc, char **argv, struct why_call *call)
{
	int code = EXIT_DONE;

	call->path = "/etc/needwatch/needwatch.conf";
	call->face = why_face_default();
	for (int i = 1; i < argc && code == EXIT_DONE; i++) {
		if (strcmp(argv[i], "--all") == 0)
			call->face.whole = true;
		else if (strcmp(argv[i], "--json") == 0)
			call->face.json = true;
		else if (has_value(argv[i]))
			code = take_option(call, &argv[i++]);
		else if (argv[i][0] == '-')
			return usage_error("why", "no option '%s'", argv[i]);
		else if (call->number || !parse_subject(argv[i], call))
			return usage_error("why",
				"'%s' is no alert as 990102-17 and no household as 990102/17",
				argv[i]);
	}
	if (code == EXIT_DONE && !call->number)
		return usage_error("why", "no household and no alert is named");
	return code;
}

static int
ask(const struct why_call *call, const struct config *config)
{
	char socket[4096];
	char *fault = NULL;
	json_t *answer;
	int code = EXIT_WORLD;

	snprintf(socket, sizeof(socket), "%s/question.sock",
		config_text(config, SETTING_SERVICE_STATE));
	answer = question_ask(socket,
		json_pack("{s:s, s:I, s:I, s:b}", "ask", "why", "county", (json_int_t)call->county,
			call->alert ? "alert" : "household", (json_int_t)call->number, "plain",
			(int)call->face.plain),
		ASK_US, &fault);
	if (answer && json_is_true(json_object_get(answer, "ok"))) {
		json_object_del(answer, "ok");
		why_face_show(&call->face, answer);
		code = EXIT_DONE;
	} else {
		fprintf(stderr, "needwatch why: %s\n",
			fault ? fault : json_string_value(json_object_get(answer, "error")));
	}
	free(fault);
	json_decref(answer);
	return code;
}

int
command_why(int argc, char **argv)
{
	struct why_call call = {.path = NULL};
	struct diags *diags;
	struct config *config;
	char *fault = NULL;
	int code = parse_call(argc, argv, &call);

	if (code != EXIT_DONE)
		return code;
	diags = diags_new();
	config = config_read(call.path, diags, &fault);
	diags_show(diags, false);
	code = EXIT_INPUT;
	if (!config)
		fprintf(stderr, "needwatch why: %s\n", fault);
	else if (diags_errors(diags) == 0)
		code = ask(&call, config);
	free(fault);
	config_free(config);
	diags_free(diags);
	return code;
}
