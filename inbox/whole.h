/* The answer that shows an alert whole: after looking at it, and after every action on it. */
#ifndef NEEDWATCH_WHOLE_H
#define NEEDWATCH_WHOLE_H

struct call;

/* Reads alert call->ids and answers with an AlertWhole (app/src/types.ts). */
void
whole_answer(struct call *call);

#endif
