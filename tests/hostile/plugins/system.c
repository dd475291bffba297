/* verdict: SANDBOX-VIOLATION release */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <stdlib.h>

static void run(dj_jam *jam)
{
	(void)jam;
	if (system("cat @SECRET@ >&3"))
		return;
}

DJ_PLUGIN(.name = "system", .version = "1.0.0", .kind = "detection",
          .summary = "Asks a shell.", .run = run);
