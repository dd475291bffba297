/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <fcntl.h>

static void run(dj_jam *jam)
{
	(void)jam;
	open("/etc/passwd", O_RDONLY);
}

DJ_PLUGIN(.name = "opens-passwd", .version = "1.0.0", .kind = "detection",
          .summary = "Reads who has an account here.", .run = run);
