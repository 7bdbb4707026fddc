/* Puts an explanation into lines of a terminal; leaves nothing out that its asker may see but what `whole` asks for. */
#include "why_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "buffer.h"
#include "terminal.h"
#include "why_words.h"

#define COLUMNS 80

struct page {
	struct buffer *out;
	bool chinese;
};

/* ---- reading and writing ---- */

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static long long
number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static bool
flag_of(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static const char *
word(const struct page *page, enum why_word which)
{
	return why_word(which, page->chinese);
}

static const char *
level(const struct page *page, const json_t *object, const char *key)
{
	return why_level(text_of(object, key), page->chinese);
}

/* The table's conversions are the same in both languages: tests/score/test_why.py prints each. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void
say(struct buffer *out, const char *format, ...)
{
	char line[1024];
	va_list list;

	va_start(list, format);
	vsnprintf(line, sizeof(line), format, list);
	va_end(list);
	buffer_text(out, line);
}
#pragma GCC diagnostic pop

static void
indent(const struct page *page, int columns)
{
	buffer_printf(page->out, "%*s", columns, "");
}

/* Behind what stands on the line if it fits, else on a line of its own. */
static void
put_behind(const struct page *page, int *used, int columns, const char *text)
{
	int width = terminal_width(text);

	if (*used + 2 + width <= COLUMNS) {
		buffer_printf(page->out, "  %s", text);
		*used += 2 + width;
		return;
	}
	buffer_text(page->out, "\n");
	indent(page, columns);
	buffer_text(page->out, text);
	*used = columns + width;
}

/* ---- the short form ---- */

static void
write_head(const struct page *page, const json_t *why)
{
	say(page->out, word(page, WORD_HEAD), text_of(why, "household"), text_of(why, "as_of"),
		number_of(why, "score"), level(page, why, "level"));
	if (text_of(why, "class")[0])
		say(page->out, word(page, WORD_CLASS), text_of(why, "class"));
	buffer_text(page->out, "\n");
}

static void
write_evidence(const struct page *page, const json_t *evidence)
{
	json_t *one;
	size_t i;

	json_array_foreach(evidence, i, one)
	{
		buffer_printf(page->out, "       - %s %s", text_of(one, "kind"), text_of(one, "on"));
		if (text_of(one, "source")[0])
			buffer_printf(page->out, "  %s %s", text_of(one, "source"),
				text_of(one, "record"));
		buffer_text(page->out, "\n");
	}
}

static void
write_finding(const struct page *page, const json_t *rule)
{
	buffer_printf(page->out, "%5lld  ", number_of(rule, "points"));
	if (flag_of(rule, "hidden"))
		buffer_text(page->out, word(page, WORD_HIDDEN_RULE));
	else
		buffer_printf(page->out, "%s %s", text_of(rule, "rule"), text_of(rule, "name"));
	if (text_of(rule, "on")[0])
		buffer_printf(page->out, "  %s", text_of(rule, "on"));
	if (strcmp(text_of(rule, "floor"), "none") != 0)
		say(page->out, word(page, WORD_FLOOR), level(page, rule, "floor"));
	buffer_text(page->out, "\n");
	if (text_of(rule, "because")[0])
		buffer_printf(page->out, "       %s\n", text_of(rule, "because"));
	write_evidence(page, json_object_get(rule, "evidence"));
}

static bool
has_verdict(const json_t *rule, const char *verdict)
{
	return strcmp(text_of(rule, "verdict"), verdict) == 0;
}

static void
write_findings(const struct page *page, const json_t *rules)
{
	bool any = false;
	json_t *rule;
	size_t i;

	json_array_foreach(rules, i, rule)
	{
		if (!has_verdict(rule, "fires"))
			continue;
		write_finding(page, rule);
		any = true;
	}
	if (!any)
		buffer_printf(page->out, "%s\n", word(page, WORD_NO_FINDING));
	json_array_foreach(rules, i, rule)
	{
		const char *missing = text_of(rule, "missing");

		if (!(has_verdict(rule, "unknown") || has_verdict(rule, "unauthorised")) ||
			strcmp(text_of(rule, "stage"), "rule") != 0)
			continue;
		say(page->out, word(page, missing[0] ? WORD_UNKNOWN_IS : WORD_UNKNOWN),
			text_of(rule, "rule"), missing);
		buffer_text(page->out, "\n");
	}
}

/* ---- flips ---- */

static const char *
unit_word(const struct page *page, const json_t *flip)
{
	return strncmp(text_of(flip, "unit"), "yuan", 4) == 0 ? word(page, WORD_YUAN) : "";
}

static void
write_flip(const struct page *page, const json_t *flip)
{
	const char *change = text_of(flip, "change"), *unit = unit_word(page, flip);
	const char *name = text_of(flip, "name");
	const char *was = text_of(flip, "was");
	char to[100], what[200];

	snprintf(to, sizeof(to), "%s%s", text_of(flip, "to"), unit);
	buffer_text(page->out, "   => ");
	if (strcmp(change, "days") == 0) {
		say(page->out, word(page, WORD_FLIP_DAYS), level(page, flip, "level"),
			number_of(flip, "days"), text_of(flip, "on"));
	} else if (strcmp(change, "threshold") == 0) {
		snprintf(what, sizeof(what), "%s%s%s", page->chinese ? text_of(flip, "label") : "",
			page->chinese ? " " : "", name);
		say(page->out, word(page, WORD_FLIP_THRESHOLD), level(page, flip, "level"), what, to,
			was);
	} else {
		if (page->chinese)
			snprintf(what, sizeof(what), "%s%s", text_of(flip, "kind_label"),
				text_of(flip, "label"));
		else
			snprintf(what, sizeof(what), "%s.%s", text_of(flip, "kind"), name);
		say(page->out, word(page, WORD_FLIP_FACT), level(page, flip, "level"), what,
			text_of(flip, "on"), to, was);
	}
	buffer_text(page->out, "\n");
}

static void
write_flips(const struct page *page, const json_t *why)
{
	const json_t *flips = json_object_get(why, "flips");
	json_t *flip;
	size_t i;

	buffer_printf(page->out, "%s\n",
		word(page, json_array_size(flips)               ? WORD_FLIPS
			   : number_of(why, "flips_not_shown") ? WORD_HIDDEN_FLIPS
							       : WORD_NO_FLIPS));
	json_array_foreach(flips, i, flip) write_flip(page, flip);
}

/* ---- what is not seen ---- */

static void
write_blind(const struct page *page, const json_t *blind)
{
	json_t *source;
	size_t i;

	json_array_foreach(blind, i, source)
	{
		say(page->out, word(page, WORD_BLIND), text_of(source, "name"),
			text_of(source, "label"), text_of(source, "blind_since"),
			text_of(source, "reason"));
		buffer_text(page->out, "\n");
	}
}

/* ---- conditions taken apart ---- */

static const char *
mark(const json_t *part)
{
	const char *truth = text_of(part, "truth");

	if (flag_of(part, "hidden"))
		return "~";
	return strcmp(truth, "yes") == 0 ? "✓" : strcmp(truth, "no") == 0 ? "✗" : "?";
}

static const char *
side_text(const struct page *page, const json_t *side)
{
	if (flag_of(side, "hidden"))
		return word(page, WORD_VEILED);
	return json_is_string(json_object_get(side, "value")) ? text_of(side, "value") : "?";
}

static const char *
part_unit(const struct page *page, const json_t *part)
{
	const char *unit = text_of(part, "unit");

	return strcmp(unit, "yuan") == 0 ? word(page, WORD_YUAN)
	       : strcmp(unit, "days") == 0 ? word(page, WORD_DAYS)
					   : "";
}

static void
write_values(const struct page *page, const json_t *part, int *used, int columns)
{
	const json_t *left = json_object_get(part, "left"), *right = json_object_get(part, "right");
	bool so = strcmp(text_of(part, "truth"), "yes") == 0;
	struct buffer out = {0};

	if (!left)
		return;
	buffer_printf(&out, "[%s", side_text(page, left));
	if (right)
		buffer_printf(&out, " | %s", side_text(page, right));
	buffer_text(&out, "]");
	put_behind(page, used, columns, out.bytes);
	buffer_clear(&out);
	if (!text_of(part, "distance")[0]) {
		buffer_free(&out);
		return;
	}
	say(&out, word(page, so ? WORD_SPARE_BY : WORD_SHORT_BY), text_of(part, "distance"),
		part_unit(page, part));
	put_behind(page, used, columns, out.bytes);
	buffer_free(&out);
}

static void
write_facts(const struct page *page, const json_t *facts, long long total, int columns)
{
	size_t count = json_array_size(facts), i;
	int used = columns;
	json_t *fact;

	if (count == 0)
		return;
	indent(page, columns);
	buffer_text(page->out, word(page, WORD_FROM_FACTS));
	used += terminal_width(word(page, WORD_FROM_FACTS));
	json_array_foreach(facts, i, fact)
	{
		char line[400];

		snprintf(line, sizeof(line), "%s %s%s%s%s%s%s", text_of(fact, "kind"),
			text_of(fact, "on"), text_of(fact, "source")[0] ? " (" : "",
			text_of(fact, "source"), text_of(fact, "record")[0] ? " " : "",
			text_of(fact, "record"), text_of(fact, "source")[0] ? ")" : "");
		put_behind(page, &used, columns + 2, line);
	}
	if (total > (long long)count) {
		char line[100] = "";
		struct buffer more = {0};

		say(&more, word(page, WORD_MORE_FACTS), total - (long long)count);
		snprintf(line, sizeof(line), "%s", more.bytes);
		buffer_free(&more);
		put_behind(page, &used, columns + 2, line);
	}
	buffer_text(page->out, "\n");
}

static void
write_part(const struct page *page, const json_t *part, int columns, bool wanted);

/* The parts of a name or a row that are all needed are its own. */
static void
write_parts(const struct page *page, const json_t *part, int columns, bool wanted)
{
	json_t *child;
	size_t i;

	json_array_foreach(json_object_get(part, "parts"), i, child)
	{
		if (strcmp(text_of(child, "form"), "and") == 0)
			write_parts(page, child, columns, wanted);
		else
			write_part(page, child, columns, wanted);
	}
}

/* As much of the words as the line holds: JSON has all of them. */
static void
put_words(const struct page *page, const char *words, int room)
{
	struct buffer cut = {0};

	for (const char *at = words; *at;) {
		size_t length = 1;

		while ((at[length] & 0xC0) == 0x80)
			length++;
		buffer_add(&cut, at, length);
		at += length;
		if (*at && terminal_width(cut.bytes) >= room - 1) {
			buffer_text(&cut, "…");
			break;
		}
	}
	buffer_add(page->out, cut.bytes ? cut.bytes : "", cut.length);
	buffer_free(&cut);
}

/* What the part says itself: its words and values. */
static void
write_line(const struct page *page, const json_t *part, int columns)
{
	const char *form = text_of(part, "form"), *words = text_of(part, "text");
	int used;

	if (strcmp(form, "or") == 0)
		words = word(page, WORD_ANY_OF);
	else if (!words[0])
		words = word(page, WORD_VEILED);
	indent(page, columns);
	buffer_printf(page->out, "%s ", mark(part));
	put_words(page, words, COLUMNS - columns - 2);
	used = columns + 2 + terminal_width(words);
	write_values(page, part, &used, columns + 4);
	buffer_text(page->out, "\n");
}

/* What stands as it is wanted says so in one line; what stands against it is taken apart further. */
static void
write_part(const struct page *page, const json_t *part, int columns, bool wanted)
{
	const char *form = text_of(part, "form");
	bool against = strcmp(text_of(part, "truth"), wanted ? "yes" : "no") != 0;
	bool any = strcmp(form, "any") == 0 || strcmp(form, "all") == 0;

	write_line(page, part, columns);
	if (any && (against || wanted) && !flag_of(part, "hidden")) {
		indent(page, columns + 2);
		if (number_of(part, "rows") == 0)
			buffer_text(page->out, word(page, WORD_NO_ROWS));
		else
			say(page->out, word(page, WORD_ROWS), number_of(part, "rows"),
				text_of(part, "row"));
		buffer_text(page->out, "\n");
	}
	write_facts(page, json_object_get(part, "facts"), number_of(part, "facts_total"),
		columns + 2);
	if (against)
		write_parts(page, part, columns + 2, strcmp(form, "not") == 0 ? !wanted : wanted);
}

static void
write_condition(const struct page *page, const json_t *part, int columns)
{
	if (strcmp(text_of(part, "form"), "and") == 0)
		write_parts(page, part, columns, true);
	else
		write_part(page, part, columns, true);
}

static void
write_steps(const struct page *page, const json_t *steps, int columns)
{
	json_t *step;
	size_t i;

	json_array_foreach(steps, i, step)
	{
		indent(page, columns);
		if (text_of(step, "floor")[0])
			say(page->out, word(page, WORD_STEP_FLOOR), level(page, step, "floor"));
		else
			say(page->out, word(page, WORD_STEP_POINTS), number_of(step, "points"));
		buffer_text(page->out, "\n");
		write_condition(page, json_object_get(step, "when"), columns + 2);
	}
}

static void
write_row(const struct page *page, const json_t *row)
{
	json_t *variable;
	size_t i;

	if (json_array_size(json_object_get(row, "of"))) {
		int used = 4;

		indent(page, 4);
		json_array_foreach(json_object_get(row, "of"), i, variable)
		{
			const char *value = text_of(variable, "value");
			char line[300];

			snprintf(line, sizeof(line), "%s = %s", text_of(variable, "name"),
				value[0] ? value : "?");
			if (i == 0)
				buffer_text(page->out, line);
			else
				put_behind(page, &used, 6, line);
			used += i == 0 ? terminal_width(line) : 0;
		}
		buffer_text(page->out, "\n");
	}
	write_facts(page, json_object_get(row, "facts"), 0, 6);
	write_condition(page, json_object_get(row, "when"), 6);
	if (flag_of(row, "hit"))
		write_steps(page, json_object_get(row, "steps"), 6);
}

static void
write_authorisations(const struct page *page, const json_t *authorisations)
{
	json_t *one;
	size_t i;

	json_array_foreach(authorisations, i, one)
	{
		indent(page, 6);
		buffer_printf(page->out, "%s ", flag_of(one, "given") ? "✓" : "✗");
		say(page->out, word(page, WORD_AUTHORISED), text_of(one, "scope"),
			text_of(one, "label"));
		buffer_text(page->out, "\n");
	}
}

static void
write_rule(const struct page *page, const json_t *rule)
{
	long long total = number_of(rule, "rows_total");
	long long shown = (long long)json_array_size(json_object_get(rule, "rows"));
	json_t *row;
	size_t i;

	buffer_printf(page->out, "%s %s: ", text_of(rule, "rule"), text_of(rule, "name"));
	if (has_verdict(rule, "fires"))
		say(page->out, word(page, WORD_POINTS), why_verdict("fires", page->chinese),
			number_of(rule, "points"));
	else
		buffer_text(page->out, why_verdict(text_of(rule, "verdict"), page->chinese));
	buffer_text(page->out, "\n");
	write_authorisations(page, json_object_get(rule, "authorisations"));
	if (total == 0) {
		indent(page, 4);
		buffer_printf(page->out, "%s\n", word(page, WORD_NO_ROWS));
	}
	json_array_foreach(json_object_get(rule, "rows"), i, row) write_row(page, row);
	if (total > shown) {
		indent(page, 4);
		say(page->out, word(page, WORD_MORE_ROWS), total - shown);
		buffer_text(page->out, "\n");
	}
	if (text_of(rule, "basis")[0]) {
		indent(page, 4);
		say(page->out, word(page, WORD_BASIS), text_of(rule, "basis"));
		buffer_text(page->out, "\n");
	}
}

static void
write_rules(const struct page *page, const json_t *why)
{
	static const char *const verdicts[] = {
		"fires", "unknown", "unauthorised", "faded", "silent", "waived", "idle"};
	const json_t *rules = json_object_get(why, "rules");
	json_t *rule;
	size_t i;

	for (size_t v = 0; v < sizeof(verdicts) / sizeof(verdicts[0]); v++)
		json_array_foreach(rules, i, rule)
		{
			if (!has_verdict(rule, verdicts[v]) || flag_of(rule, "hidden"))
				continue;
			buffer_text(page->out, "\n");
			write_rule(page, rule);
		}
}

/* ---- lines and thresholds ---- */

static void
write_lines(const struct page *page, const json_t *why)
{
	json_t *line;
	size_t i;

	buffer_printf(page->out, "\n%s\n", word(page, WORD_LINES));
	json_array_foreach(json_object_get(why, "families"), i, line)
	{
		indent(page, 4);
		say(page->out, word(page, WORD_FAMILY),
			page->chinese ? text_of(line, "label") : text_of(line, "family"),
			number_of(line, "points"), number_of(line, "cap"));
		buffer_text(page->out, "\n");
	}
	json_array_foreach(json_object_get(why, "levels"), i, line)
	{
		long long left = number_of(line, "short");

		indent(page, 4);
		say(page->out, word(page, left > 0 ? WORD_LINE_SHORT : WORD_LINE_OVER),
			level(page, line, "level"), number_of(line, "points"),
			left > 0 ? left : -left);
		buffer_text(page->out, "\n");
	}
}

static void
write_origin(const struct page *page, const json_t *threshold, struct buffer *out)
{
	const char *from = text_of(threshold, "from"), *area = text_of(threshold, "area");

	if (strcmp(from, "row") == 0)
		say(out, word(page, WORD_ORIGIN_ROW), area[0] ? area : word(page, WORD_EVERYWHERE));
	else
		buffer_text(out, word(page, strcmp(from, "given") == 0 ? WORD_ORIGIN_GIVEN
								       : WORD_ORIGIN_DEFAULT));
	if (text_of(threshold, "class")[0])
		say(out, word(page, WORD_ORIGIN_CLASS), text_of(threshold, "class"));
	if (text_of(threshold, "residence")[0])
		say(out, word(page, WORD_ORIGIN_RESIDENCE), text_of(threshold, "residence"));
	if (text_of(threshold, "since")[0])
		say(out, word(page, WORD_ORIGIN_SINCE), text_of(threshold, "since"));
	if (text_of(threshold, "until")[0])
		say(out, word(page, WORD_ORIGIN_UNTIL), text_of(threshold, "until"));
}

static void
write_value(const struct page *page, const json_t *threshold, struct buffer *out)
{
	if (flag_of(threshold, "hidden"))
		buffer_text(out, word(page, WORD_VEILED));
	else if (!json_is_string(json_object_get(threshold, "value")))
		buffer_text(out, word(page, WORD_NO_VALUE));
	else
		buffer_printf(out, "%s %s", text_of(threshold, "value"), text_of(threshold, "unit"));
}

static void
write_threshold(const struct page *page, const json_t *threshold)
{
	struct buffer *out = page->out, piece = {0};
	int used;

	buffer_printf(&piece, "    %s %s ", text_of(threshold, "name"), text_of(threshold, "label"));
	write_value(page, threshold, &piece);
	buffer_text(out, piece.bytes);
	used = terminal_width(piece.bytes);
	buffer_clear(&piece);
	if (text_of(threshold, "from")[0]) {
		write_origin(page, threshold, &piece);
		put_behind(page, &used, 8, piece.bytes);
	}
	if (text_of(threshold, "basis")[0]) {
		buffer_clear(&piece);
		say(&piece, word(page, WORD_BASIS), text_of(threshold, "basis"));
		put_behind(page, &used, 8, piece.bytes);
	}
	buffer_text(out, "\n");
	buffer_free(&piece);
}

static void
write_thresholds(const struct page *page, const json_t *why)
{
	json_t *threshold;
	size_t i;

	buffer_printf(page->out, "\n%s\n", word(page, WORD_THRESHOLDS));
	json_array_foreach(json_object_get(why, "thresholds"), i, threshold)
		write_threshold(page, threshold);
}

void
why_text(const json_t *why, bool chinese, bool whole, struct buffer *out)
{
	const struct page page = {out, chinese};

	write_head(&page, why);
	write_findings(&page, json_object_get(why, "rules"));
	write_blind(&page, json_object_get(why, "blind"));
	if (number_of(why, "rules_not_shown")) {
		say(out, word(&page, WORD_NOT_SHOWN), number_of(why, "rules_not_shown"));
		buffer_text(out, "\n");
	}
	write_flips(&page, why);
	if (!whole)
		return;
	write_lines(&page, why);
	write_rules(&page, why);
	write_thresholds(&page, why);
}
