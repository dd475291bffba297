/* verdict: SANDBOX-VIOLATION */
/* 72 is how a worker says that the cage did not close: a plugin may not say so. */
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	_exit(72);
}
