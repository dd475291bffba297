/* deeds.h - what a prisoner can be told to do, in three lists; each ends with a deed without a name. */
#ifndef DJ_TEST_DEEDS_H
#define DJ_TEST_DEEDS_H

#include "cage/cage.h"
#include "lockdown/lockdown.h"

enum { REFUSED = 40 }; /* exit code: the call came back with an error */

typedef struct deed {
	const char *name;
	int (*done)(void); /* gives the exit code */
} deed;

extern const deed endings[], calls[], facts[];

/* What a deed gives for a call that gave `rc`. */
static inline int judged(long rc)
{
	return rc < 0 ? REFUSED : 0;
}

void tell(const char *text); /* to the result pipe */

/* The thread that a loader started before its filter: makes a socket now, and gives what came of it. */
int thread_makes_socket(void);

#endif
