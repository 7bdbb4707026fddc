/* Spells instants and numbers in JSON. Asks nobody and answers nobody. */
#include "answer.h"

json_t *
answer_instant(struct instant instant)
{
	char text[INSTANT_TEXT_SIZE];

	if (instant.us == INSTANT_NONE)
		return json_null();
	instant_format(instant, text);
	return json_string(text);
}

void
answer_number(json_t *object, const char *key, int64_t number)
{
	json_object_set_new(object, key, json_integer(number));
}
