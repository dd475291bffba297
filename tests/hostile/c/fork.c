/* verdict: SANDBOX-VIOLATION; says: asked the kernel; nine; loose */
#include <unistd.h>

static void run(dj_jam *jam)
{
	if (fork() == 0)
		for (;;)
			pause();
	dj_note(jam, "there are two of us");
}
