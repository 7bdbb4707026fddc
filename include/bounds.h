/* Every limit on what comes from outside, each with its reason. X-macro: name, value, reason. */
#ifndef NEEDWATCH_BOUNDS_H
#define NEEDWATCH_BOUNDS_H

#define BOUNDS(X) \
	X(DIAG_LIMIT, 20, "more errors than this in one run are echoes of the first ones") \
	X(RULE_TEXT_LIMIT, 4194304, "bytes of all rule files together; the standard pack is 1/40") \
	X(RULE_FILE_LIMIT, 1000, "rule files in a set; includes are read as deep as there are files") \
	X(RULE_DEPTH_LIMIT, 64, "nesting of an expression; the parser recurses, the stack must hold") \
	X(RULE_COUNT_LIMIT, 1000, "rules in a set; hit keys hold the rule in 16 bits") \
	X(KIND_COUNT_LIMIT, 250, "kinds in a set; columns hold the kind in 8 bits") \
	X(SCOPE_COUNT_LIMIT, 32, "authorisations that rules can ask for; masks are 32 bits") \
	X(FIELD_COUNT_LIMIT, 60, "fields of a kind; known-masks are 64 bits") \
	X(NAME_LIMIT, 63, "bytes of a name: PostgreSQL identifiers end there") \
	X(PATTERN_LIMIT, 1000, "bytes of a regular expression") \
	X(PATTERN_MATCH_LIMIT, 100000, "PCRE2 match limit: (a+)+$ ends in under a millisecond") \
	X(TEXT_FIELD_LIMIT, 2000, "bytes of a text field; longer ones are quarantined") \
	X(RECORD_COLUMN_LIMIT, 200, "columns of a source's query") \
	X(PAGE_ROWS, 10000, "rows of a keyset page (performance: larger pages gain nothing)") \
	X(HTTP_BODY_LIMIT, 65536, "bytes of a request body; the largest form is a tenth") \
	X(HTTP_HEADER_LIMIT, 16384, "bytes of request headers") \
	X(QUESTION_LIMIT, 1048576, "bytes of a question or an answer on the question socket") \
	X(MESSAGE_LIMIT, 8192, "bytes of an outgoing message; RFC 5424 receivers take 8 KiB")

enum {
#define X(name, value, reason) name = (value),
	BOUNDS(X)
#undef X
};

#endif
