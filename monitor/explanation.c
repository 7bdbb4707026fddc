/* Writes why a household has its score; adds nothing that the assessment does not hold. */
#include "explanation.h"

#include "buffer.h"

static void
write_finding(const struct finding *finding, const struct ruleset *ruleset, struct buffer *out)
{
	const struct rule_face *face = ruleset_rule(ruleset, finding->rule);
	const char *reason = finding->detail ? finding->detail : finding->because;
	char day[DAY_TEXT_SIZE];

	buffer_printf(out, "%5d  %s %s", (int)finding->points, face->id,
		face->name ? face->name : "");
	if (finding->on.n != DAY_NONE) {
		day_format(finding->on, day);
		buffer_printf(out, "  %s", day);
	}
	if (finding->floor != LEVEL_NONE)
		buffer_printf(out, "  floor %s", level_name(finding->floor));
	buffer_text(out, "\n");
	if (reason && *reason)
		buffer_printf(out, "       %s\n", reason);
	for (size_t i = 0; i < finding->evidence_count; i++) {
		day_format(finding->evidence[i].on, day);
		buffer_printf(out, "       - %s %s\n", finding->evidence[i].kind, day);
	}
}

void
explanation_write(
	const struct assessment *assessment, const struct ruleset *ruleset, struct buffer *out)
{
	char day[DAY_TEXT_SIZE];

	day_format(assessment->as_of, day);
	buffer_printf(out, "%s on %s: score %d, level %s, class %s\n", assessment->household,
		day, (int)assessment->score, level_name(assessment->level), assessment->class);
	for (size_t i = 0; i < assessment->finding_count; i++)
		write_finding(&assessment->findings[i], ruleset, out);
	if (assessment->finding_count == 0)
		buffer_text(out, "no finding\n");
	for (size_t i = 0; i < assessment->unknown_count; i++)
		buffer_printf(out, "    ?  %s: unknown is %s\n",
			ruleset_rule(ruleset, assessment->unknown[i].rule)->id,
			assessment->unknown[i].missing);
}
