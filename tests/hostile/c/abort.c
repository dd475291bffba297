/* verdict: FAILED; release-only */
#include <stdlib.h>

static void run(dj_jam *jam)
{
	(void)jam;
	abort();
}
