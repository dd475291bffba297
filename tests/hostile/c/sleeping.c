/* verdict: TIMEOUT; says: wall clock; limits: --wall 1 */
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	for (;;)
		sleep(1000);
}
