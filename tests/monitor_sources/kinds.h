/* Kinds as the standard rules declare them, for tests that need no rule files. */
#ifndef NEEDWATCH_TEST_KINDS_H
#define NEEDWATCH_TEST_KINDS_H

#include "kind.h"

#define TEST_KINDS 6
extern const struct kind *const test_kinds[TEST_KINDS];

#endif
