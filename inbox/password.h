/* Checks passwords (argon2id, 64 MiB, about 70 ms each) in one thread beside the loop. Keeps none and logs none. */
#ifndef NEEDWATCH_PASSWORD_H
#define NEEDWATCH_PASSWORD_H

#include <stdbool.h>

struct event_base;
struct password_checker;

/* Once, on the loop. */
typedef void password_checked(void *owner, bool right);

/* NULL: no thread, or no event; the reason is in errno. */
struct password_checker *
password_checker_new(struct event_base *base);

/* Waits for the check under way; those behind it are never answered. NULL is fine. */
void
password_checker_free(struct password_checker *checker);

/* Copies both. `hash` NULL (nobody of that name, or one without a password): takes as long and is never right. False: too
 * many wait already, and it is not called back. */
bool
password_check(struct password_checker *checker, const char *password, const char *hash,
	password_checked *checked, void *owner) __attribute__((warn_unused_result));

#endif
