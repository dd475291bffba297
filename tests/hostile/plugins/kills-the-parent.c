/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <signal.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	kill(getppid(), SIGKILL);
	kill(-1, SIGKILL);
}

DJ_PLUGIN(.name = "kills-the-parent", .version = "1.0.0", .kind = "detection",
          .summary = "Ends who judges it.", .run = run);
