/* verdict: FAILED; says: protocol */
#include <stdint.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	const uint32_t head[3] = {1000, 6, 1};

	(void)jam;
	if (write(3, head, sizeof head) > 0)
		_exit(0);
}
