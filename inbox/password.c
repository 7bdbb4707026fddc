/* One thread, a bounded queue in, a list out and an eventfd that wakes the loop. Shares nothing else. */
#include "password.h"

#include <pthread.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <event2/event.h>

#include "memory.h"
#include "sign_in.h"

/* Forty wait three seconds for the last; more would only time out. */
#define WAITING_MOST 40

struct check {
	struct check *next;
	char *password;
	char *hash; /* NULL: nobody's */
	bool right;
	password_checked *checked;
	void *owner;
};

struct checks {
	struct check *first;
	struct check *last;
};

struct password_checker {
	pthread_t thread;
	pthread_mutex_t mutex; /* over all up to `ending` */
	pthread_cond_t more;
	struct checks asked;
	struct checks done;
	int waiting;
	bool ending;
	int wake;
	struct event *woken;
};

static void
checks_add(struct checks *checks, struct check *check)
{
	check->next = NULL;
	if (checks->first == NULL) {
		checks->first = check;
	} else {
		checks->last->next = check;
	}
	checks->last = check;
}

static struct check *
checks_take(struct checks *checks)
{
	struct check *check = checks->first;
	if (check != NULL) {
		checks->first = check->next;
	}
	return check;
}

static void
check_free(struct check *check)
{
	sodium_memzero(check->password, strlen(check->password));
	free(check->password);
	free(check->hash);
	free(check);
}

/* Against a hash of nobody's when there is none: the time tells nothing about who exists. */
static void
carry_out(struct check *check, const char *nobody)
{
	const char *hash = check->hash != NULL ? check->hash : nobody;
	bool fits = hash != NULL &&
		crypto_pwhash_str_verify(hash, check->password, strlen(check->password)) == 0;
	check->right = fits && check->hash != NULL;
}

static char *
hash_of_nobody(void)
{
	char random[SIGN_IN_TOKEN + 1];
	sign_in_token_new(random);
	return password_hash(random);
}

static void *
run(void *owner)
{
	struct password_checker *checker = owner;
	char *nobody = hash_of_nobody();
	uint64_t one = 1;
	pthread_mutex_lock(&checker->mutex);
	while (!checker->ending) {
		struct check *check = checks_take(&checker->asked);
		if (check == NULL) {
			pthread_cond_wait(&checker->more, &checker->mutex);
			continue;
		}
		pthread_mutex_unlock(&checker->mutex);
		carry_out(check, nobody);
		pthread_mutex_lock(&checker->mutex);
		checks_add(&checker->done, check);
		/* Full at 2^64 - 1 wakes alone: it never blocks. */
		(void)!write(checker->wake, &one, sizeof one);
	}
	pthread_mutex_unlock(&checker->mutex);
	free(nobody);
	return NULL;
}

static void
on_woken(evutil_socket_t fd, short what, void *owner)
{
	struct password_checker *checker = owner;
	uint64_t count;
	(void)what;
	(void)!read(fd, &count, sizeof count);
	for (;;) {
		pthread_mutex_lock(&checker->mutex);
		struct check *check = checks_take(&checker->done);
		checker->waiting -= check != NULL;
		pthread_mutex_unlock(&checker->mutex);
		if (check == NULL) {
			return;
		}
		check->checked(check->owner, check->right);
		check_free(check);
	}
}

struct password_checker *
password_checker_new(struct event_base *base)
{
	struct password_checker *checker = xcalloc(1, sizeof *checker);
	pthread_mutex_init(&checker->mutex, NULL);
	pthread_cond_init(&checker->more, NULL);
	checker->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (checker->wake < 0 || pthread_create(&checker->thread, NULL, run, checker) != 0) {
		if (checker->wake >= 0) {
			close(checker->wake);
		}
		free(checker);
		return NULL;
	}
	checker->woken = event_new(base, checker->wake, EV_READ | EV_PERSIST, on_woken, checker);
	event_add(checker->woken, NULL);
	return checker;
}

void
password_checker_free(struct password_checker *checker)
{
	struct check *check;
	if (checker == NULL) {
		return;
	}
	pthread_mutex_lock(&checker->mutex);
	checker->ending = true;
	pthread_cond_signal(&checker->more);
	pthread_mutex_unlock(&checker->mutex);
	pthread_join(checker->thread, NULL);
	while ((check = checks_take(&checker->asked)) != NULL ||
		(check = checks_take(&checker->done)) != NULL) {
		check_free(check);
	}
	event_free(checker->woken);
	close(checker->wake);
	pthread_cond_destroy(&checker->more);
	pthread_mutex_destroy(&checker->mutex);
	free(checker);
}

bool
password_check(struct password_checker *checker, const char *password, const char *hash,
	password_checked *checked, void *owner)
{
	pthread_mutex_lock(&checker->mutex);
	bool room = checker->waiting < WAITING_MOST;
	if (room) {
		struct check *check = xcalloc(1, sizeof *check);
		check->password = xstrdup(password);
		check->hash = hash == NULL ? NULL : xstrdup(hash);
		check->checked = checked;
		check->owner = owner;
		checker->waiting++;
		checks_add(&checker->asked, check);
		pthread_cond_signal(&checker->more);
	}
	pthread_mutex_unlock(&checker->mutex);
	return room;
}
