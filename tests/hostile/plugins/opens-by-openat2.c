/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sys/syscall.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	syscall(437, -100, "@SECRET@", 0, 0);
}

DJ_PLUGIN(.name = "opens-by-openat2", .version = "1.0.0", .kind = "detection",
          .summary = "Opens by the newest door.", .run = run);
