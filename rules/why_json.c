/* Writes what was seen of a household as JSON; leaves out what its asker may not see, and looks at nothing. */
#include <inttypes.h>
#include <string.h>

#include "buffer.h"
#include "money.h"
#include "why_parts.h"

static void
text(struct buffer *out, const char *key, const char *value)
{
	json_key(out, key);
	json_text(out, value);
}

static void
number(struct buffer *out, const char *key, int64_t value)
{
	json_key(out, key);
	json_int(out, value);
}

static void
flag(struct buffer *out, const char *key, bool value)
{
	json_key(out, key);
	json_bool(out, value);
}

static void
day(struct buffer *out, const char *key, struct day on)
{
	char shown[DAY_TEXT_SIZE];

	json_key(out, key);
	if (on.n < DAY_MIN || on.n > DAY_MAX) {
		json_text(out, NULL);
		return;
	}
	day_format(on, shown);
	json_text(out, shown);
}

static void
amount(struct buffer *out, const char *key, int64_t value, bool money)
{
	char shown[MONEY_TEXT_SIZE];

	json_key(out, key);
	if (money) {
		money_format((struct money){value}, false, shown);
		json_text(out, shown);
	} else {
		struct buffer plain = {0};

		buffer_printf(&plain, "%" PRId64, value);
		json_text(out, plain.bytes);
		buffer_free(&plain);
	}
}

/* ---- facts and parts ---- */

static void
write_facts(struct buffer *out, const struct part_fact *facts, size_t count)
{
	json_key(out, "facts");
	json_open(out, '[');
	for (size_t i = 0; i < count; i++) {
		json_item(out);
		json_open(out, '{');
		text(out, "kind", facts[i].kind);
		text(out, "label", facts[i].label);
		day(out, "on", facts[i].on);
		if (facts[i].source)
			text(out, "source", facts[i].source);
		if (facts[i].record)
			text(out, "record", facts[i].record);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
write_side(const struct why *why, struct buffer *out, const char *key, const struct part_side *side)
{
	const struct ruleset *set = why->question.ruleset;

	json_key(out, key);
	json_open(out, '{');
	if (side->hidden)
		flag(out, "hidden", true);
	else
		text(out, "value", side->known ? side->value : NULL);
	text(out, "text", side->text);
	if (side->threshold >= 0)
		text(out, "threshold", set->thresholds[side->threshold].name);
	json_close(out, '}');
}

static const char *
truth_word(enum truth truth)
{
	return truth == TRUTH_YES ? "yes" : truth == TRUTH_NO ? "no" : "unknown";
}

static void
write_part(const struct why *why, struct buffer *out, const struct part *part)
{
	bool compared = part->side_count > 0;

	json_open(out, '{');
	text(out, "form", part_form_word(part->form));
	if (part->hidden)
		flag(out, "hidden", true);
	else
		text(out, "truth", truth_word(part->truth));
	if (*part->text)
		text(out, "text", part->text);
	if (compared)
		write_side(why, out, "left", &part->sides[0]);
	if (part->side_count > 1)
		write_side(why, out, "right", &part->sides[1]);
	if (part->distance) {
		text(out, "distance", part->distance);
		text(out, "distance_of", part->distance_of);
		text(out, "unit", part->unit);
	}
	if ((part->form == PART_ANY || part->form == PART_ALL) && !part->hidden) {
		number(out, "rows", (int64_t)part->row_count);
		text(out, "row", part->row);
	}
	if (part->part_count) {
		json_key(out, "parts");
		json_open(out, '[');
		for (size_t i = 0; i < part->part_count; i++) {
			json_item(out);
			write_part(why, out, &part->parts[i]);
		}
		json_close(out, ']');
	}
	if (part->fact_count) {
		write_facts(out, part->facts, part->fact_count);
		number(out, "facts_total", (int64_t)part->fact_total);
	}
	json_close(out, '}');
}

/* ---- rules ---- */

static void
write_step(const struct why *why, struct buffer *out, const struct part_step *step)
{
	json_item(out);
	json_open(out, '{');
	if (step->floor != LEVEL_NONE)
		text(out, "floor", level_name(step->floor));
	else
		number(out, "points", step->points);
	json_key(out, "when");
	write_part(why, out, &step->part);
	json_close(out, '}');
}

static void
write_row(const struct why *why, struct buffer *out, const struct part_row *row)
{
	json_item(out);
	json_open(out, '{');
	json_key(out, "of");
	json_open(out, '[');
	for (size_t i = 0; i < row->name_count; i++) {
		json_item(out);
		json_open(out, '{');
		text(out, "name", row->names[i]);
		text(out, "value", row->values[i]);
		json_close(out, '}');
	}
	json_close(out, ']');
	flag(out, "hit", row->hit);
	if (row->hit) {
		number(out, "points", row->points);
		day(out, "on", row->on);
	}
	write_facts(out, row->facts, row->fact_count);
	json_key(out, "when");
	write_part(why, out, &row->part);
	json_key(out, "steps");
	json_open(out, '[');
	for (size_t i = 0; i < row->step_count; i++)
		write_step(why, out, &row->steps[i]);
	json_close(out, ']');
	json_close(out, '}');
}

static void
write_evidence(struct buffer *out, const struct finding *finding)
{
	json_key(out, "evidence");
	json_open(out, '[');
	for (size_t i = 0; i < finding->evidence_count; i++) {
		const struct evidence *evidence = &finding->evidence[i];

		json_item(out);
		json_open(out, '{');
		text(out, "kind", evidence->kind);
		day(out, "on", evidence->on);
		if (evidence->source)
			text(out, "source", evidence->source);
		if (evidence->record)
			text(out, "record", evidence->record);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
write_finding(const struct why *why, struct buffer *out, const struct rule_seen *seen)
{
	const struct finding *finding = seen->finding;

	number(out, "points", finding->points);
	text(out, "floor", level_name(finding->floor));
	day(out, "on", finding->on);
	text(out, "because", why->detail && finding->detail ? finding->detail : finding->because);
	if (!seen->hidden)
		write_evidence(out, finding);
}

static void
write_rows(const struct why *why, struct buffer *out, const struct rule_seen *seen)
{
	json_key(out, "rows");
	json_open(out, '[');
	for (size_t i = 0; i < seen->row_count; i++)
		write_row(why, out, &seen->rows[i]);
	json_close(out, ']');
	number(out, "rows_total", (int64_t)seen->row_total);
}

static void
write_authorisations(const struct why *why, struct buffer *out, size_t r)
{
	const struct ruleset *set = why->question.ruleset;

	if (!set->rules[r].scope_mask)
		return;
	json_key(out, "authorisations");
	json_open(out, '[');
	for (size_t s = 0; s < set->scope_count; s++) {
		if (!(set->rules[r].scope_mask >> s & 1))
			continue;
		json_item(out);
		json_open(out, '{');
		text(out, "scope", set->scopes[s].name);
		text(out, "label", set->scopes[s].label);
		flag(out, "given", why->rules[r].authorised >> s & 1);
		json_close(out, '}');
	}
	json_close(out, ']');
}

/* Of a hidden rule a tier sees what its plain text says when it fires, and not that it was silent. */
static void
write_rule(const struct why *why, struct buffer *out, size_t r)
{
	const struct rule *rule = &why->question.ruleset->rules[r];
	const struct rule_seen *seen = &why->rules[r];
	bool veiled = seen->hidden && seen->verdict != VERDICT_FIRES;
	static const char *const stages[] = {"rule", "combination", "mitigation"};

	if (veiled)
		return;
	json_item(out);
	json_open(out, '{');
	text(out, "rule", seen->hidden ? NULL : rule->face.id);
	text(out, "name", seen->hidden ? NULL : rule->face.name);
	text(out, "family", seen->hidden ? NULL : rule->face.family);
	text(out, "stage", stages[rule->stage]);
	text(out, "kind", finding_kind_name(rule->face.kind));
	text(out, "basis", seen->hidden ? NULL : rule->basis);
	text(out, "verdict", verdict_word(seen->verdict));
	if (seen->finding)
		write_finding(why, out, seen);
	if (seen->missing)
		text(out, "missing", seen->missing);
	if (seen->hidden) {
		flag(out, "hidden", true);
	} else {
		write_authorisations(why, out, r);
		write_rows(why, out, seen);
	}
	json_close(out, '}');
}

static void
write_rules(const struct why *why, struct buffer *out)
{
	size_t veiled = 0;

	json_key(out, "rules");
	json_open(out, '[');
	for (size_t r = 0; r < why->question.ruleset->rule_count; r++) {
		veiled += why->rules[r].hidden && why->rules[r].verdict != VERDICT_FIRES;
		write_rule(why, out, r);
	}
	json_close(out, ']');
	number(out, "rules_not_shown", (int64_t)veiled);
}

/* ---- score, levels, families ---- */

static void
write_levels(const struct why *why, struct buffer *out)
{
	const struct question *q = &why->question;

	json_key(out, "levels");
	json_open(out, '[');
	for (int level = LEVEL_BLUE; level <= LEVEL_RED; level++) {
		int index = q->ruleset->levels[level];

		if (index < 0 || !why->thresholds[index].known)
			continue;
		json_item(out);
		json_open(out, '{');
		text(out, "level", level_name((enum level)level));
		text(out, "threshold", q->ruleset->thresholds[index].name);
		number(out, "points", why->thresholds[index].value);
		number(out, "short", why->thresholds[index].value - why->assessment.score);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
write_families(const struct why *why, struct buffer *out)
{
	const struct ruleset *set = why->question.ruleset;

	json_key(out, "families");
	json_open(out, '[');
	for (size_t f = 0; f < set->family_count; f++) {
		const struct family *family = &set->families[f];
		int32_t points = 0;

		for (size_t r = 0; r < set->rule_count; r++)
			if (set->rules[r].family == (int)f && set->rules[r].stage == STAGE_RULE &&
				why->rules[r].finding)
				points += why->rules[r].finding->points;
		if (points == 0 || (!why->detail && depth_family(why, (int)f)))
			continue;
		json_item(out);
		json_open(out, '{');
		text(out, "family", family->name);
		text(out, "label", family->label);
		number(out, "points", points);
		number(out, "cap", family->cap);
		json_close(out, '}');
	}
	json_close(out, ']');
}

/* ---- thresholds ---- */

/* The class that a default is for; NULL: it is for all. */
static const char *
default_class(const struct why *why, size_t index)
{
	const struct declared_threshold *t = &why->question.ruleset->thresholds[index];

	for (size_t i = 0; i < t->default_count; i++)
		if (t->defaults[i].class && strcmp(t->defaults[i].class, why->assessment.class) == 0)
			return t->defaults[i].class;
	return t->by_class ? "others" : NULL;
}

static void
write_origin(const struct why *why, struct buffer *out, size_t index)
{
	const struct threshold_row *row = why->thresholds[index].row;
	char area[AREA_TEXT_SIZE];

	if (thresholds_overridden(why->question.thresholds, index)) {
		text(out, "from", "given");
		return;
	}
	text(out, "from", row ? "row" : "default");
	if (!row) {
		text(out, "class", default_class(why, index));
		return;
	}
	area_format(row->area, area);
	text(out, "area", area);
	text(out, "class", row->class && *row->class ? row->class : NULL);
	text(out, "residence", row->residence == RESIDENCE_URBAN   ? "urban"
			       : row->residence == RESIDENCE_RURAL ? "rural"
								   : NULL);
	day(out, "since", row->from);
	day(out, "until", row->until);
}

static void
write_thresholds(const struct why *why, struct buffer *out)
{
	const struct ruleset *set = why->question.ruleset;

	json_key(out, "thresholds");
	json_open(out, '[');
	for (size_t i = 0; i < set->threshold_count; i++) {
		const struct declared_threshold *t = &set->thresholds[i];
		const struct threshold_seen *seen = &why->thresholds[i];

		if (!seen->used)
			continue;
		json_item(out);
		json_open(out, '{');
		text(out, "name", t->name);
		text(out, "label", t->label);
		text(out, "unit", t->unit_text);
		text(out, "basis", t->basis);
		if (seen->hidden) {
			flag(out, "hidden", true);
		} else if (seen->known) {
			amount(out, "value", seen->value, t->unit == UNIT_MONEY);
			write_origin(why, out, i);
		} else {
			text(out, "value", NULL);
		}
		json_close(out, '}');
	}
	json_close(out, ']');
}

/* ---- flips ---- */

static void
write_moved_threshold(const struct why *why, struct buffer *out, const struct flip *flip)
{
	const struct declared_threshold *t = &why->question.ruleset->thresholds[flip->index];

	text(out, "change", "threshold");
	text(out, "name", t->name);
	text(out, "label", t->label);
	text(out, "unit", t->unit_text);
	amount(out, "was", flip->from, t->unit == UNIT_MONEY);
	amount(out, "to", flip->to, t->unit == UNIT_MONEY);
}

static void
write_moved_fact(const struct why *why, struct buffer *out, const struct flip *flip)
{
	const struct kind *kind = &why->question.ruleset->kinds[flip->index];
	const struct field *field = &kind->fields[flip->field];
	const struct population *p = why->question.population;
	const char *source = population_fact_source(p, flip->index, flip->fact);
	const char *record = population_fact_record(p, flip->index, flip->fact);

	text(out, "change", "fact");
	text(out, "kind", kind->name);
	text(out, "kind_label", kind->label);
	text(out, "name", field->name);
	text(out, "label", field->label);
	text(out, "unit", field->type == FIELD_MONEY ? "yuan" : NULL);
	day(out, "on", (struct day){population_facts(p, flip->index).on[flip->fact]});
	if (source)
		text(out, "source", source);
	if (record)
		text(out, "record", record);
	amount(out, "was", flip->from, field->type == FIELD_MONEY);
	amount(out, "to", flip->to, field->type == FIELD_MONEY);
}

static void
write_flip(const struct why *why, struct buffer *out, const struct flip *flip)
{
	json_item(out);
	json_open(out, '{');
	switch (flip->change) {
	case FLIP_THRESHOLD:
		write_moved_threshold(why, out, flip);
		break;
	case FLIP_FACT:
		write_moved_fact(why, out, flip);
		break;
	case FLIP_DAYS:
		text(out, "change", "days");
		number(out, "days", flip->to);
		day(out, "on", (struct day){why->question.as_of.n + (int32_t)flip->to});
		break;
	}
	text(out, "level", level_name(flip->level));
	number(out, "score", flip->score);
	json_close(out, '}');
}

static void
write_flips(struct why *why, struct buffer *out)
{
	size_t count, hidden = 0;
	const struct flip *flips = flip_search_found(why->search, &count);

	json_key(out, "flips");
	json_open(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (depth_hides_flip(why, &flips[i]))
			hidden++;
		else
			write_flip(why, out, &flips[i]);
	}
	json_close(out, ']');
	number(out, "flips_not_shown", (int64_t)hidden);
}

void
why_json(struct why *why, struct buffer *out)
{
	const struct assessment *a = &why->assessment;
	char area[AREA_TEXT_SIZE];

	area_format(a->area, area);
	json_open(out, '{');
	text(out, "household", a->household);
	text(out, "area", area);
	day(out, "as_of", a->as_of);
	number(out, "score", a->score);
	text(out, "level", level_name(a->level));
	text(out, "class", why->class_hidden ? NULL : a->class);
	text(out, "depth", why->detail ? "detail" : "plain");
	write_levels(why, out);
	write_families(why, out);
	write_rules(why, out);
	write_thresholds(why, out);
	write_flips(why, out);
	json_close(out, '}');
}
