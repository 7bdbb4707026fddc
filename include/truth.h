/* Three values, after Kleene: unknown is neither yes nor no. */
#ifndef NEEDWATCH_TRUTH_H
#define NEEDWATCH_TRUTH_H

/* The order makes and = min, or = max. */
enum truth {
	TRUTH_NO,
	TRUTH_UNKNOWN,
	TRUTH_YES,
};

static inline enum truth
truth_and(enum truth a, enum truth b)
{
	return a < b ? a : b;
}

static inline enum truth
truth_or(enum truth a, enum truth b)
{
	return a > b ? a : b;
}

static inline enum truth
truth_not(enum truth a)
{
	return (enum truth)(TRUTH_YES - a);
}

#endif
