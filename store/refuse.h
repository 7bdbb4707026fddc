/* The one line that a blocking call leaves behind when it gives up. */
#ifndef NEEDWATCH_REFUSE_H
#define NEEDWATCH_REFUSE_H

#include <stdbool.h>

/* *ret_error becomes the line, owned by the caller. Always false, for `return refuse(...)`. */
bool
refuse(char **ret_error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
