/* What facts mean at present: the rule set and its thresholds, as the running daemon judges by them. Reads the rule
 * files, and no clock. */
#ifndef NEEDWATCH_VERDICT_H
#define NEEDWATCH_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "assessment.h"
#include "evaluate.h"
#include "text_file.h"

struct diags;

/* The files of the configuration and the canary's own kind and rule as one set. NULL with faults in `diags`, or with
 * none there when a file could not be read, which stderr says. */
struct ruleset *
verdict_rules(const char *const *paths, size_t count, struct text_files *files,
	struct diags *diags);

struct verdict {
	struct ruleset *ruleset;
	struct thresholds *thresholds;
	const struct rule_face **faces; /* by rule; ends with NULL */
};

/* Takes the rule set over; thresholds are its defaults, to be added to. */
struct verdict *
verdict_new(struct ruleset *ruleset);

void
verdict_free(struct verdict *verdict); /* NULL is fine */

/* What the rules say about the household of that key; a household that is not in the population is judged as
 * nobody: no finding. In the arena. */
struct assessment *
verdict_of(const struct verdict *verdict, const struct population *population, const char *key,
	struct day as_of, struct arena *arena);

/* Where an emergency happened that is among the findings: the town or village of the newest accident or disaster
 * whose facts name one. Code 0: none. */
struct area
verdict_emergency(const struct verdict *verdict, const struct population *population,
	const struct assessment *assessment);

/* The canary's home county, where nobody lives; the kind and the rule by which its fact becomes a finding. */
#define CANARY_COUNTY 990099
#define CANARY_KIND "canary"
#define CANARY_RULE "canary_beat"

#endif
