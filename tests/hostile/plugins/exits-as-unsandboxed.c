/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <stdio.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	fprintf(stderr, "sandbox-unavailable: landlock: Operation not supported\n");
	_exit(72);
}

DJ_PLUGIN(.name = "exits-as-unsandboxed", .version = "1.0.0", .kind = "detection",
          .summary = "Claims that the cage never closed, so that it costs nothing.", .run = run);
