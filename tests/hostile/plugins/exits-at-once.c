/* verdict: FAILED */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <stdlib.h>

static void run(dj_jam *jam)
{
	(void)jam;
	exit(0);
}

DJ_PLUGIN(.name = "exits-at-once", .version = "1.0.0", .kind = "detection",
          .summary = "Leaves before it has said anything, as if all were well.", .run = run);
