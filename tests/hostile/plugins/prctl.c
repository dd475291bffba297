/* verdict: SANDBOX-VIOLATION release */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sys/prctl.h>

static void run(dj_jam *jam)
{
	(void)jam;
	prctl(PR_SET_NAME, "innocent");
}

DJ_PLUGIN(.name = "prctl", .version = "1.0.0", .kind = "detection",
          .summary = "Changes what it is called, for a start.", .run = run);
