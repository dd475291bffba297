/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sched.h>

static void run(dj_jam *jam)
{
	(void)jam;
	unshare(CLONE_NEWUSER);
}

DJ_PLUGIN(.name = "unshare", .version = "1.0.0", .kind = "detection",
          .summary = "Makes itself root in a world of its own.", .run = run);
