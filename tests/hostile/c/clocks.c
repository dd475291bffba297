/* verdict: OK; release-only */
/* Nothing in the worker tells the time, the process, or chance. */
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	const unsigned char *random = (const unsigned char *)getauxval(AT_RANDOM);
	struct timespec      t;
	struct timeval       v;
	struct utsname       u;
	char                 bytes[8];

	if (clock_gettime(CLOCK_REALTIME, &t) == 0 || clock_gettime(CLOCK_MONOTONIC_COARSE, &t) == 0)
		dj_fail(jam, "clock_gettime told the time");
	if (gettimeofday(&v, NULL) == 0 || time(NULL) > 0)
		dj_fail(jam, "time told the time");
	if (getrandom(bytes, sizeof bytes, 0) > 0)
		dj_fail(jam, "getrandom gave chance");
	if (getpid() != 0 || getppid() != 0 || getuid() != 0)
		dj_fail(jam, "a process has a number");
	if (uname(&u) == 0)
		dj_fail(jam, "uname named the machine");
	for (int i = 0; i < 16; i++)
		if (random[i] != random[0])
			dj_fail(jam, "AT_RANDOM holds chance");
	if (getenv("HOME") || getenv("PATH") || getenv("USER"))
		dj_fail(jam, "the environment came along");
}
