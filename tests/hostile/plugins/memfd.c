/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sys/mman.h>

static void run(dj_jam *jam)
{
	(void)jam;
	memfd_create("x", 0);
}

DJ_PLUGIN(.name = "memfd", .version = "1.0.0", .kind = "detection",
          .summary = "Makes a file that no folder knows.", .run = run);
