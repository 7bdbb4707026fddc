/* Texts for people with values put in; never decides who may read them. */
#include <inttypes.h>
#include <stdio.h>

#include "buffer.h"
#include "money.h"
#include "rows.h"
#include "truth.h"

#define UNKNOWN_TEXT "不明"

static const char *
text_of_cell(struct batch *batch, const struct node *node, int64_t value)
{
	if (node->op != OP_FIELD)
		return UNKNOWN_TEXT;
	return population_text(batch->population, (size_t)node->kind_index,
		(size_t)node->field_index, (size_t)value);
}

const char *
value_text(struct batch *batch, const struct node *node, struct vector vector, size_t row)
{
	int64_t value = vector.value[row];
	char text[MONEY_TEXT_SIZE];
	char day[DAY_TEXT_SIZE];

	if (!vector.known[row])
		return UNKNOWN_TEXT;
	switch (node->type) {
	case TYPE_TRUTH:
		return value == TRUTH_YES ? "是" : value == TRUTH_NO ? "否" : UNKNOWN_TEXT;
	case TYPE_MONEY:
		money_format((struct money){value}, false, text);
		return arena_strdup(batch->keep, text);
	case TYPE_DAY:
		day_format((struct day){(int32_t)value}, day);
		return arena_strdup(batch->keep, day);
	case TYPE_CODE:
		return field_label(node->field, (size_t)value);
	case TYPE_TEXT:
		return text_of_cell(batch, node, value);
	case TYPE_PERSON:
		return value < 0 ? UNKNOWN_TEXT
				 : population_person_label(batch->population, (uint32_t)value);
	case TYPE_INT:
	case TYPE_FACT:
	case TYPE_ANY:
	case TYPE_ERROR:
		break;
	}
	return arena_printf(batch->keep, "%" PRId64, value);
}

#define MONTH_LENGTH 7 /* of 2026-06 in 2026-06-10 */

static void
add_value(struct batch *batch, const struct text_piece *piece, struct rows *rows, size_t row,
	struct buffer *out)
{
	struct vector vector = eval(batch, piece->value, rows);
	const char *text = value_text(batch, piece->value, vector, row);

	if (piece->as_month && vector.known[row])
		buffer_add(out, text, MONTH_LENGTH);
	else
		buffer_text(out, text);
}

const char *
message_text(struct batch *batch, const struct message *message, struct rows *rows, size_t row)
{
	struct buffer out = {0};
	char *copy;

	for (size_t i = 0; i < message->piece_count; i++) {
		const struct text_piece *piece = &message->pieces[i];

		if (piece->text)
			buffer_text(&out, piece->text);
		else
			add_value(batch, piece, rows, row, &out);
	}
	copy = arena_strndup(batch->keep, out.bytes ? out.bytes : "", out.length);
	buffer_free(&out);
	return copy;
}
