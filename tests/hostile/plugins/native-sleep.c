/* verdict: TIMEOUT "wall clock" */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	sleep(1000);
}

DJ_PLUGIN(.name = "native-sleep", .version = "1.0.0", .kind = "detection",
          .summary = "Waits for the judge to give up.", .run = run);
