/* verdict: MEMORY "memory" release */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <stdlib.h>
#include <string.h>

static void run(dj_jam *jam)
{
	(void)jam;
	volatile int k = 1;
	while (k)
		memset(malloc(1 << 20), 1, 1 << 20);
}

DJ_PLUGIN(.name = "native-memory", .version = "1.0.0", .kind = "detection",
          .summary = "Takes all the memory there is.", .run = run);
