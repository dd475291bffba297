/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	if (pwrite(6, "gone", 4, 0) < 0)
		return;
}

DJ_PLUGIN(.name = "writes-to-the-snapshot", .version = "1.0.0", .kind = "detection",
          .summary = "Changes the data for those who come after.",
          .needs = {{"incidents", "n"}}, .run = run);
