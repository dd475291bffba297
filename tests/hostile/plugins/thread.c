/* verdict: SANDBOX-VIOLATION release */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <pthread.h>
#include <unistd.h>

static void *other(void *nothing)
{
	sleep(1000);
	return nothing;
}

static void run(dj_jam *jam)
{
	(void)jam;
	pthread_t t;
	pthread_create(&t, 0, other, 0);
}

DJ_PLUGIN(.name = "thread", .version = "1.0.0", .kind = "detection",
          .summary = "Starts a thread, to go on unseen.", .run = run);
