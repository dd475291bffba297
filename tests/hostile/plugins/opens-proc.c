/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <fcntl.h>

static void run(dj_jam *jam)
{
	(void)jam;
	open("/proc/self/environ", O_RDONLY);
}

DJ_PLUGIN(.name = "opens-proc", .version = "1.0.0", .kind = "detection",
          .summary = "Looks at what it is.", .run = run);
