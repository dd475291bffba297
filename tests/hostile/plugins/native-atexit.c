/* verdict: TIMEOUT */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <stdlib.h>

static void linger(void)
{
	volatile int k = 1;
	while (k)
		continue;
}

static void run(dj_jam *jam)
{
	(void)jam;
	atexit(linger);
	exit(0);
}

DJ_PLUGIN(.name = "native-atexit", .version = "1.0.0", .kind = "detection",
          .summary = "Never ends, when it should be over.", .run = run);
