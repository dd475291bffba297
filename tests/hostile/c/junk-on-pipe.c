/* verdict: FAILED; says: protocol */
#include <string.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	char junk[4096];

	(void)jam;
	memset(junk, 0xff, sizeof junk);
	for (;;)
		if (write(3, junk, sizeof junk) < 0)
			_exit(0);
}
