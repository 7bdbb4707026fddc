/* How an explanation is asked for on the command line, and shown: language, depth, length, JSON. */
#ifndef NEEDWATCH_WHY_FACE_H
#define NEEDWATCH_WHY_FACE_H

#include <stdbool.h>

#include <jansson.h>

struct why_face {
	bool chinese;
	bool whole;
	bool json;
	bool plain; /* at the depth of a village */
};

/* In the language that the environment asks for, and whole in depth. */
struct why_face
why_face_default(void);

/* EXIT_DONE, or EXIT_USAGE after saying what is wrong. */
int
why_face_tier(const char *command, const char *tier, struct why_face *face);

int
why_face_lang(const char *command, const char *lang, struct why_face *face);

/* To stdout. */
void
why_face_show(const struct why_face *face, const json_t *why);

#endif
