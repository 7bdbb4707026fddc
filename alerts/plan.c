/* Words of a plan and its messages; sends nothing. */
#include "plan.h"

#include <string.h>

#include "buffer.h"

struct word {
	const char *name;
	const char *chinese;
};

static const struct word templates[] = {
#define X(name, word, chinese) {word, chinese},
	MESSAGE_TEMPLATES(X)
#undef X
};

const char *
message_template_name(enum message_template template)
{
	return templates[template].name;
}

const char *
message_template_chinese(enum message_template template)
{
	return templates[template].chinese;
}

/* "06-10 18:00", Asia/Shanghai. */
static void
add_moment(struct buffer *out, struct instant instant)
{
	char text[INSTANT_TEXT_SIZE];
	if (instant.us == INSTANT_NONE) {
		buffer_text(out, "尽快");
		return;
	}
	instant_format(instant, text);
	buffer_add(out, text + 5, 5);
	buffer_text(out, " ");
	buffer_add(out, text + 11, 5);
}

void
plan_message_text(const struct plan_message *message, int64_t alert, struct buffer *out)
{
	const char *text = templates[message->template].chinese;
	for (const char *open; (open = strchr(text, '{')) != NULL;) {
		buffer_add(out, text, (size_t)(open - text));
		if (strncmp(open, "{alert}", 7) == 0) {
			buffer_printf(out, "%lld", (long long)alert);
		} else if (strncmp(open, "{level}", 7) == 0) {
			buffer_text(out, level_chinese(message->level));
		} else if (strncmp(open, "{due}", 5) == 0) {
			add_moment(out, message->due);
		} else if (strncmp(open, "{reason}", 8) == 0) {
			buffer_text(out, reason_chinese(message->reason));
		}
		text = strchr(open, '}') + 1;
	}
	buffer_text(out, text);
}

static void
print_post(const struct organisation *organisation, struct post_ref post, struct buffer *out)
{
	const struct office *office = organisation_office(organisation, post.office);
	if (office == NULL) {
		buffer_text(out, "nobody");
		return;
	}
	buffer_printf(out, "%s/%s", office->name, role_name(post.role));
}

static void
print_moment(struct instant instant, struct buffer *out)
{
	char text[INSTANT_TEXT_SIZE];
	if (instant.us == INSTANT_NONE) {
		buffer_text(out, "-");
		return;
	}
	instant_format(instant, text);
	buffer_add(out, text, 10);
	buffer_text(out, "T");
	buffer_add(out, text + 11, 5);
}

static void
print_alert(const struct alert *alert, const struct organisation *organisation, struct buffer *out)
{
	buffer_printf(out, "alert %s %s score %d owner ", alert_state_name(alert->state),
		level_name(alert->level), (int)alert->score);
	print_post(organisation, alert->owner, out);
	buffer_text(out, "\n");
	for (int stage = 0; stage < STAGE_COUNT; stage++) {
		if (alert->clocks[stage].running) {
			buffer_printf(out, "clock %s due ", stage_name((enum stage)stage));
			print_moment(alert->clocks[stage].due, out);
			buffer_text(out, "\n");
		}
	}
}

void
plan_print(const struct plan *plan, const struct organisation *organisation, struct buffer *out)
{
	buffer_printf(out, "%s %s\n", plan->refused ? "refused" : "outcome",
		reason_name(plan->outcome));
	if (plan->refused) {
		return;
	}
	if (plan->after != NULL) {
		print_alert(plan->after, organisation, out);
	}
	if (plan->refreshes && plan->line_count == 0) {
		buffer_text(out, "refreshed\n");
	}
	for (size_t i = 0; i < plan->line_count; i++) {
		buffer_printf(out, "line %s\n", reason_name(plan->lines[i].reason));
	}
	for (size_t i = 0; i < plan->message_count; i++) {
		const struct plan_message *message = &plan->messages[i];
		buffer_printf(out, "tell %s ", message->lead ? "lead" : "copy");
		print_post(organisation, message->to, out);
		buffer_printf(out, " %s %s %s at ", message_template_name(message->template),
			level_name(message->level), reason_name(message->reason));
		print_moment(message->not_before, out);
		buffer_text(out, "\n");
	}
}
