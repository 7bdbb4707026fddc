/* What the daemon says about itself: one line for each fact of operation, to stderr. Never personal data. */
#ifndef NEEDWATCH_LOG_H
#define NEEDWATCH_LOG_H

#include <syslog.h> /* LOG_ERR ... LOG_DEBUG */

/* One line without a line end; the level becomes the prefix that systemd reads. */
void
log_line(int level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Lines above this level are dropped; LOG_INFO at first. */
void
log_up_to(int level);

#endif
