/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sys/syscall.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	syscall(425, 8, 0);
}

DJ_PLUGIN(.name = "io-uring", .version = "1.0.0", .kind = "detection",
          .summary = "Has others make its calls.", .run = run);
