/* Units of numbers and amounts: an amount of a month is not compared with one of a year. A product has no unit, since
 * converting is multiplying; nor has a sum, since what is added up over a month is an amount of that month. */
#include "check.h"

#include <string.h>

static bool
differ(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

const char *
same_measure(struct checker *c, struct node *node, const struct node *a, const struct node *b)
{
	if (node->type != TYPE_ERROR && differ(a->measure, b->measure)) {
		fail(c, node, "%s and %s do not fit together", a->measure, b->measure);
		diag_hint(c->diags, "convert one of them; a product has no unit");
	}
	return a->measure ? a->measure : b->measure;
}

void
want_measure(struct checker *c, struct node *node, const char *measure, const char *what)
{
	if (node->type != TYPE_ERROR && differ(node->measure, measure))
		fail(c, node, "%s is counted in %s, not in %s", what, measure, node->measure);
}

const char *
field_measure(const struct field *field)
{
	return field->unit ? field->unit : field->type == FIELD_MONEY ? "yuan" : NULL;
}

void
function_measure(struct checker *c, struct node *node)
{
	switch ((enum function)node->index) {
	case FN_AGE:
		node->measure = "years";
		return;
	case FN_ADD_MONTHS:
		want_measure(c, node->args[1], "months", "what add_months() adds");
		return;
	case FN_LEAST:
	case FN_GREATEST:
		node->measure = same_measure(c, node, node->args[0], node->args[1]);
		return;
	case FN_ABS:
		node->measure = node->args[0]->measure;
		return;
	case FN_YEAR: case FN_MONTH: case FN_DAY_OF_MONTH: case FN_DATE: case FN_MONTH_START:
	case FN_IN_FORCE:
		return;
	}
}
