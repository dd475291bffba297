/* verdict: SANDBOX-VIOLATION release */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <signal.h>

static void run(dj_jam *jam)
{
	(void)jam;
	signal(SIGXCPU, SIG_IGN);
}

DJ_PLUGIN(.name = "signal-handler", .version = "1.0.0", .kind = "detection",
          .summary = "Would rather not hear that its time is up.", .run = run);
