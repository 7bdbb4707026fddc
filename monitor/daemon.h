/* The frame of needwatchd: waits for a store of the right shape and for the lease, runs the line while it holds it, and
 * ends in good order. Knows no fact, no rule and no alert. */
#ifndef NEEDWATCH_DAEMON_H
#define NEEDWATCH_DAEMON_H

struct daemon;
struct event_base;
struct setup;

/* X(enum, word, what it means) */
#define DAEMON_STATES(X) \
	X(DAEMON_REACHING, "reaching", "waiting for the store to answer") \
	X(DAEMON_UNFIT, "unfit", "the store has another shape than this program needs: `needwatch init`") \
	X(DAEMON_STANDBY, "standby", "another daemon holds the lease, or it is being asked for") \
	X(DAEMON_ACTIVE, "active", "the lease is held, the line runs") \
	X(DAEMON_CLOSING, "closing", "the lease was lost: the line is cut") \
	X(DAEMON_RELOADING, "reloading", "the line ends, to begin again with new settings") \
	X(DAEMON_ENDING, "ending", "what runs is finished, then the lease is given back") \
	X(DAEMON_ENDED, "ended", "nothing is left to do")

enum daemon_state {
#define X(name, word, meaning) name,
	DAEMON_STATES(X)
#undef X
};

/* Takes the set-up over. Leaves the loop when it has ended. NULL with a reason, owned by the caller, if the state folder
 * cannot be used. */
struct daemon *
daemon_new(struct event_base *base, struct setup *setup, char **ret_fault);

/* Only when it has ended. NULL is fine. */
void
daemon_free(struct daemon *daemon);

/* Ends in good order; a second time, at once. */
void
daemon_end(struct daemon *daemon);

/* Reads configuration and rules aside; keeps the old ones if the new ones are wrong, and says so. */
void
daemon_reload(struct daemon *daemon);

#endif
