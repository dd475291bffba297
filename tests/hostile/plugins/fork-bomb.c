/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	for (;;)
		fork();
}

DJ_PLUGIN(.name = "fork-bomb", .version = "1.0.0", .kind = "detection",
          .summary = "Becomes many.", .run = run);
