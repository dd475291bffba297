/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	syscall(0x40000000 | 39);
}

DJ_PLUGIN(.name = "x32", .version = "1.0.0", .kind = "detection",
          .summary = "Asks by the side door.", .run = run);
