/* verdict: FAILED */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	close(3);
}

DJ_PLUGIN(.name = "closes-the-pipe", .version = "1.0.0", .kind = "detection",
          .summary = "Takes its own voice away.", .run = run);
