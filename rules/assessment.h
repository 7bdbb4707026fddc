/* What the rules say about one household on one day, with the reasons. */
#ifndef NEEDWATCH_ASSESSMENT_H
#define NEEDWATCH_ASSESSMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "area.h"
#include "day.h"
#include "ruleset.h"

struct buffer;

struct evidence {
	const char *kind;   /* "settlement" */
	const char *source; /* or NULL */
	const char *record; /* masked key there, or NULL */
	struct day on;
};

/* Same rule and same event key: the same hit (domain.md 4.2). */
struct hit {
	const char *event_key; /* "2026", "<person>/<stay>", ...; "" : the rule alone */
	struct day on;
	struct day since; /* DAY_NONE: rests on absence; the service knows since when */
	int32_t points;
};

struct finding {
	size_t rule; /* of the rule set */
	enum finding_kind kind;
	int32_t points; /* the largest of its hits */
	struct day on;
	enum level floor; /* highest of its hits with points */
	struct hit *hits;
	size_t hit_count;
	const char *because; /* plain: for every tier */
	const char *detail;  /* for those entitled to sensitive fields; NULL: as because */
	struct evidence *evidence;
	size_t evidence_count;
};

struct unjudged {
	size_t rule;
	const char *missing; /* "settlement.self_paid", "dibao_line", "authorised finance", ... */
	const char *threshold; /* the one without a value here, as the rule set names it, or NULL */
};

/* Everything in it lies in the arena of the evaluation. */
struct assessment {
	const char *household;
	struct area area;
	struct day as_of;
	int32_t score; /* 0..100 */
	enum level level;
	const char *class; /* household class: "general", "dibao", ... */
	struct finding *findings; /* in byte order of the rule id */
	size_t finding_count;
	struct unjudged *unknown; /* in byte order of the rule id */
	size_t unknown_count;
};

/* One JSON object (design: outer faces), without a line end. `detail` shows sensitive texts. */
void
assessment_json(const struct assessment *assessment, const struct ruleset *ruleset, bool detail,
	struct buffer *out);

#endif
