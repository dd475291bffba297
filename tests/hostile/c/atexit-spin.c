/* verdict: TIMEOUT */
#include <stdlib.h>

static void spin(void)
{
	for (volatile int x = 0;; x++)
		;
}

static void run(dj_jam *jam)
{
	(void)jam;
	atexit(spin);
	exit(0);
}
