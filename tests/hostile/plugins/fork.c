/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	if (fork() == 0)
		sleep(1000);
}

DJ_PLUGIN(.name = "fork", .version = "1.0.0", .kind = "detection",
          .summary = "Becomes two.", .run = run);
