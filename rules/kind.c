/* Looks names up in a kind; never knows a kind by name. */
#include "kind.h"

#include <string.h>

int
kind_field(const struct kind *kind, const char *name)
{
	for (size_t i = 0; i < kind->field_count; i++)
		if (strcmp(kind->fields[i].name, name) == 0)
			return (int)i;
	return -1;
}

int
field_word(const struct field *field, const char *word)
{
	for (size_t i = 0; i < field->word_count; i++)
		if (strcmp(field->words[i], word) == 0)
			return (int)i;
	return -1;
}

const char *
field_label(const struct field *field, size_t word)
{
	const char *label = field->word_labels ? field->word_labels[word] : NULL;

	return label ? label : field->words[word];
}
