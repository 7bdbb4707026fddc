/* Writes an assessment as JSON; never reads one. */
#include "assessment.h"

#include "buffer.h"

static void
write_day(struct buffer *out, const char *key, struct day day)
{
	char text[DAY_TEXT_SIZE];

	json_key(out, key);
	if (day.n == DAY_NONE) {
		json_text(out, NULL);
		return;
	}
	day_format(day, text);
	json_text(out, text);
}

static void
write_text(struct buffer *out, const char *key, const char *text)
{
	json_key(out, key);
	json_text(out, text);
}

static void
write_evidence(const struct finding *finding, struct buffer *out)
{
	json_key(out, "evidence");
	json_open(out, '[');
	for (size_t i = 0; i < finding->evidence_count; i++) {
		const struct evidence *evidence = &finding->evidence[i];

		json_item(out);
		json_open(out, '{');
		write_text(out, "kind", evidence->kind);
		write_day(out, "on", evidence->on);
		if (evidence->source)
			write_text(out, "source", evidence->source);
		if (evidence->record)
			write_text(out, "record", evidence->record);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
write_finding(const struct finding *finding, const struct ruleset *ruleset, bool detail,
	struct buffer *out)
{
	const struct rule_face *face = ruleset_rule(ruleset, finding->rule);

	json_item(out);
	json_open(out, '{');
	write_text(out, "rule", face->id);
	write_text(out, "kind", finding_kind_name(finding->kind));
	json_key(out, "points");
	json_int(out, finding->points);
	write_text(out, "family", face->family);
	write_day(out, "on", finding->on);
	write_text(out, "because",
		detail && finding->detail ? finding->detail : finding->because);
	write_evidence(finding, out);
	json_close(out, '}');
}

void
assessment_json(const struct assessment *assessment, const struct ruleset *ruleset, bool detail,
	struct buffer *out)
{
	char area[AREA_TEXT_SIZE];

	area_format(assessment->area, area);
	json_open(out, '{');
	write_text(out, "household", assessment->household);
	write_text(out, "area", area);
	write_day(out, "as_of", assessment->as_of);
	json_key(out, "score");
	json_int(out, assessment->score);
	write_text(out, "level", level_name(assessment->level));
	json_key(out, "findings");
	json_open(out, '[');
	for (size_t i = 0; i < assessment->finding_count; i++)
		write_finding(&assessment->findings[i], ruleset, detail, out);
	json_close(out, ']');
	json_key(out, "unknown");
	json_open(out, '[');
	for (size_t i = 0; i < assessment->unknown_count; i++) {
		json_item(out);
		json_open(out, '{');
		write_text(out, "rule", ruleset_rule(ruleset, assessment->unknown[i].rule)->id);
		write_text(out, "missing", assessment->unknown[i].missing);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
}
