/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sys/ptrace.h>

static void run(dj_jam *jam)
{
	(void)jam;
	ptrace(PTRACE_ATTACH, 1, 0, 0);
}

DJ_PLUGIN(.name = "ptrace", .version = "1.0.0", .kind = "detection",
          .summary = "Looks into another process.", .run = run);
