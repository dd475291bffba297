/* verdict: SANDBOX-VIOLATION */
#include <pthread.h>
#include <unistd.h>

static void *work(void *user)
{
	return user;
}

static void run(dj_jam *jam)
{
	pthread_t t;

	if (pthread_create(&t, NULL, work, NULL) == 0)
		dj_note(jam, "there are two threads");
}
