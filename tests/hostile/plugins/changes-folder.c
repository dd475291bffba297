/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	if (chdir("/") < 0)
		return;
}

DJ_PLUGIN(.name = "changes-folder", .version = "1.0.0", .kind = "detection",
          .summary = "Goes where the files are.", .run = run);
