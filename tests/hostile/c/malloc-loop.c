/* verdict: MEMORY; release-only */
#include <stdlib.h>
#include <string.h>

static void run(dj_jam *jam)
{
	(void)jam;
	for (;;)
		memset(malloc(1 << 20), 1, 1 << 20);
}
