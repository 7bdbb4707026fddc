/* What a terminal makes of our texts: widths, and the language of its user. */
#ifndef NEEDWATCH_TERMINAL_H
#define NEEDWATCH_TERMINAL_H

#include <stdbool.h>

/* Once, before the others: our texts are UTF-8, whatever the terminal says. */
void
terminal_open(void);

/* Columns that a text takes; an ideograph takes two. */
int
terminal_width(const char *text);

/* The environment asks for Chinese. */
bool
terminal_chinese(void);

#endif
