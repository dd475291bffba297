/* verdict: TIMEOUT */
#include <datajam/plugin.h>

__attribute__((constructor)) static void early(void)
{
	volatile int k = 1;
	while (k)
		continue;
}

static void run(dj_jam *jam)
{
	(void)jam;
}

DJ_PLUGIN(.name = "constructor-loop", .version = "1.0.0", .kind = "detection",
          .summary = "Never ends, before it began.", .run = run);
