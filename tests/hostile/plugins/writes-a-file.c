/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <fcntl.h>

static void run(dj_jam *jam)
{
	(void)jam;
	open("@DIR@/was-here", O_WRONLY | O_CREAT, 0600);
}

DJ_PLUGIN(.name = "writes-a-file", .version = "1.0.0", .kind = "detection",
          .summary = "Leaves something behind.", .run = run);
