/* One record of the syslog protocol (RFC 5424) written into a buffer. Sends nothing, knows no clock. */
#ifndef NEEDWATCH_RFC5424_H
#define NEEDWATCH_RFC5424_H

#include <stddef.h>
#include <stdint.h>

#include "instant.h"

struct buffer;

struct rfc5424_param {
	const char *name;  /* printable ASCII without = ] " and blanks; at most 32 bytes count */
	const char *value; /* any text; NULL: the parameter is left out */
};

/* NULL or "" for a header field writes the nil value. Borrowed. */
struct rfc5424_record {
	int facility; /* 0..23 */
	int severity; /* 0..7 */
	struct instant at;
	const char *host;
	const char *program;
	int64_t process;
	const char *message_id;
	const char *element;  /* name of the structured element */
	int64_t enterprise;   /* its private enterprise number */
	const struct rfc5424_param *params;
	size_t param_count;
	const char *text;
};

/* At most MESSAGE_LIMIT bytes: the text is cut between two characters. Bytes that are not UTF-8 become U+FFFD,
 * control characters a blank, so that a record is one line. */
void
rfc5424_write(const struct rfc5424_record *record, struct buffer *out);

#endif
