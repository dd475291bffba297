/* verdict: OK */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <stdio.h>

static void run(dj_jam *jam)
{
	(void)jam;
	for (long k = 0; k < 500000; k++)
		fprintf(stderr, "line %ld of far too many\n", k);
}

DJ_PLUGIN(.name = "native-flood-of-log", .version = "1.0.0", .kind = "detection",
          .summary = "A log without measure: cut, and no reason to end anything.", .run = run);
