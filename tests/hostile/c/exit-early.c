/* verdict: FAILED; says: before it had said that it was done */
#include <stdlib.h>

static void run(dj_jam *jam)
{
	(void)jam;
	exit(0);
}
