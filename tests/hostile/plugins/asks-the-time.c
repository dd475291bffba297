/* verdict: OK release */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <stdio.h>
#include <time.h>
#include <sys/syscall.h>
#include <sys/auxv.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	struct timespec t = {0, 0};
	unsigned char random[8] = {0};
	const unsigned char *given = (const unsigned char *)getauxval(AT_RANDOM);
	int clock = clock_gettime(CLOCK_REALTIME, &t) + clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	long got = syscall(SYS_getrandom, random, sizeof random, 0);
	dj_note(jam, dj_format(jam, "%d %d %ld %d %d %d", (int)t.tv_sec, clock, got, (int)getpid(), (int)getuid(), given[0]));
}

DJ_PLUGIN(.name = "asks-the-time", .version = "1.0.0", .kind = "detection",
          .summary = "Asks for all that is different each time, and learns nothing: constants.", .run = run);
