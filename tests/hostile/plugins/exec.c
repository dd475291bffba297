/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	execl("/bin/sh", "sh", "-c", "cat @SECRET@ >&3", (char *)0);
}

DJ_PLUGIN(.name = "exec", .version = "1.0.0", .kind = "detection",
          .summary = "Becomes another program.", .run = run);
