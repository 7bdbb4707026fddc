/* Findings as JSON for the inbox; leaves out what a tier without entitlement may not infer. */
#include "finding_text.h"

#include "arena.h"
#include "buffer.h"

static void
add_day(struct buffer *out, const char *key, struct day day)
{
	char text[DAY_TEXT_SIZE];
	json_key(out, key);
	if (day.n < DAY_MIN || day.n > DAY_MAX) {
		json_text(out, NULL);
		return;
	}
	day_format(day, text);
	json_text(out, text);
}

static void
add_text(struct buffer *out, const char *key, const char *text)
{
	json_key(out, key);
	json_text(out, text);
}

static void
add_evidence(struct buffer *out, const struct finding *finding)
{
	json_key(out, "evidence");
	json_open(out, '[');
	for (size_t i = 0; i < finding->evidence_count; i++) {
		const struct evidence *evidence = &finding->evidence[i];
		json_item(out);
		json_open(out, '{');
		add_day(out, "on", evidence->on);
		add_text(out, "kind", evidence->kind);
		add_text(out, "record", evidence->record);
		add_text(out, "source", evidence->source);
		json_close(out, '}');
	}
	json_close(out, ']');
}

/* Keys by length, then by letter: as the store gives them back, so that texts can be compared. */
static void
add_finding(struct buffer *out, const struct finding *finding, const struct rule_face *rule,
	bool detail)
{
	bool shown = detail || !rule->sensitive;
	json_open(out, '{');
	bool entitled = detail && finding->detail != NULL;
	add_day(out, "on", finding->on);
	add_text(out, "name", shown ? rule->name : NULL);
	add_text(out, "need", shown ? rule->need : NULL);
	add_text(out, "rule", shown ? rule->id : NULL);
	add_text(out, "floor", level_name(finding->floor));
	add_text(out, "family", shown ? rule->family : NULL);
	json_key(out, "points");
	json_int(out, finding->points);
	add_text(out, "because", entitled ? finding->detail : finding->because);
	add_text(out, "category", shown ? rule->category : NULL);
	if (shown) {
		add_evidence(out, finding);
	}
	json_close(out, '}');
}

const char *
finding_text(const struct event_assessed *assessed, enum finding_kind lane, bool detail,
	struct arena *arena)
{
	struct buffer out = {0};
	json_open(&out, '[');
	for (size_t i = 0; i < assessed->assessment->finding_count; i++) {
		const struct finding *finding = &assessed->assessment->findings[i];
		if (finding->kind == lane) {
			json_item(&out);
			add_finding(&out, finding, assessed->rules[finding->rule], detail);
		}
	}
	json_close(&out, ']');
	const char *text = arena_strndup(arena, out.bytes, out.length);
	buffer_free(&out);
	return text;
}

static const char *
after_blanks(const char *text, bool quoted)
{
	while (!quoted && (*text == ' ' || *text == '\n')) {
		text++;
	}
	return text;
}

bool
finding_text_same(const char *left, const char *right)
{
	bool quoted = false;
	for (;;) {
		left = after_blanks(left, quoted);
		right = after_blanks(right, quoted);
		if (*left != *right || *left == '\0') {
			return *left == *right;
		}
		if (quoted && *left == '\\' && left[1] == right[1] && left[1] != '\0') {
			left++;
			right++;
		} else if (*left == '"') {
			quoted = !quoted;
		}
		left++;
		right++;
	}
}
