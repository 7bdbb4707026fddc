/* What every cmocka program needs before cmocka.h, in the order it asks for. */
#ifndef NEEDWATCH_CASES_H
#define NEEDWATCH_CASES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
