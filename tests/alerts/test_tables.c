/* The tables of alerts/: every row has its words, basis and reason. */
#include "../cases.h"

#include <string.h>

#include "buffer.h"
#include "decide.h"
#include "transition.h"

static void
profile_every_number_has_a_basis(void **state)
{
	(void)state;
	const struct profile *profile = profile_default();
	assert_non_null(strstr(profile->name, "default"));
	assert_non_null(strstr(profile->name, "not national law"));
	for (int row = 0; row < ROW_COUNT; row++) {
		const struct profile_line *line = &profile->lines[row];
		assert_non_null(line->lead_basis);
		assert_non_null(line->copy_basis);
		for (int stage = 0; stage < STAGE_COUNT; stage++) {
			const struct clock_span *span = &line->spans[stage];
			assert_true(span->unit == SPAN_NONE || (span->length > 0 && span->basis));
		}
	}
	for (int i = 0; i < NUMBER_COUNT; i++) {
		assert_true(strlen(profile->numbers[i].basis) > 0);
	}
}

static void
reasons_are_found_by_their_word(void **state)
{
	(void)state;
	for (int reason = 0; reason < REASON_COUNT; reason++) {
		assert_int_equal(reason_find(reason_name((enum reason)reason)), reason);
		assert_true(strlen(reason_chinese((enum reason)reason)) > 0);
		assert_true(strlen(reason_english((enum reason)reason)) > 0);
	}
	assert_int_equal(reason_find("because"), REASON_COUNT);
}

static void
transitions_name_their_rule(void **state)
{
	(void)state;
	const struct transition *row;
	size_t count = transitions(&row);
	for (int action = 0; action < ACTION_COUNT; action++) {
		size_t rows = 0;
		for (size_t i = 0; i < count; i++) {
			rows += row[i].action == (enum action)action;
			assert_true(strlen(row[i].why) > 0);
			assert_true(row[i].roles != 0 && row[i].from != 0);
		}
		assert_int_equal(rows, 1);
		assert_int_equal(action_find(action_name((enum action)action)), action);
	}
}

static void
supervisor_never_confirms(void **state)
{
	(void)state;
	const enum action confirming[] = {ACTION_VERIFY_TRUE, ACTION_VERIFY_FALSE, ACTION_DISPOSE,
		ACTION_CLOSE, ACTION_SIGN};
	const struct transition *row;
	size_t count = transitions(&row);
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < sizeof confirming / sizeof confirming[0]; j++) {
			assert_true(row[i].action != confirming[j] ||
				(row[i].roles & ROLE_BIT(SUPERVISOR)) == 0);
		}
	}
}

static void
messages_carry_level_deadline_and_number_only(void **state)
{
	(void)state;
	struct buffer text = {0};
	struct plan_message message = {.level = LEVEL_RED,
		.template = MESSAGE_NEW,
		.reason = REASON_OPENED,
		.due = instant_at((struct day){20614}, 64800)};
	plan_message_text(&message, 42, &text);
	assert_string_equal(text.bytes,
		"【预警】红色 编号42：发现新的困难风险。请于06-10 18:00前签收。");
	buffer_free(&text);
}

int
main(void)
{
	const struct CMUnitTest cases[] = {
		cmocka_unit_test(profile_every_number_has_a_basis),
		cmocka_unit_test(reasons_are_found_by_their_word),
		cmocka_unit_test(transitions_name_their_rule),
		cmocka_unit_test(supervisor_never_confirms),
		cmocka_unit_test(messages_carry_level_deadline_and_number_only),
	};
	return cmocka_run_group_tests(cases, NULL, NULL);
}
