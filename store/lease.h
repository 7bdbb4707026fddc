/* Who may write: a row with a holder, a fencing number and an end. Compare-and-set; keeps no timer. */
#ifndef NEEDWATCH_LEASE_H
#define NEEDWATCH_LEASE_H

#include <stdbool.h>
#include <stdint.h>

struct db;
struct db_session;

/* `held`: it is ours until `seconds` from now, under `fence`, which grows with every change of holder. Not held: `holder`
 * names who has it. `error` NULL: the store answered. */
typedef void (*lease_on_answer)(void *owner, bool held, int64_t fence, const char *holder,
	const char *error);

/* Takes it if it is free, ended, or ours already (then it is renewed and the fence stays). */
void
lease_acquire(struct db *db, const char *name, const char *holder, int seconds,
	lease_on_answer on_answer, void *owner);

/* Fails, instead of taking it again, if the fence has moved on. */
void
lease_renew(struct db *db, const char *name, int64_t fence, int seconds,
	lease_on_answer on_answer, void *owner);

/* Inside a transaction: holds the row for share, so that nobody takes over before it ends. */
void
lease_verify(struct db_session *session, const char *name, int64_t fence,
	lease_on_answer on_answer, void *owner);

void
lease_release(struct db *db, const char *name, int64_t fence, lease_on_answer on_answer,
	void *owner);

#endif
