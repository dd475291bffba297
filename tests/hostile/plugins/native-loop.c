/* verdict: TIMEOUT "CPU" */
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
	(void)jam;
	volatile int k = 1;
	while (k)
		continue;
}

DJ_PLUGIN(.name = "native-loop", .version = "1.0.0", .kind = "detection",
          .summary = "Never ends.", .run = run);
