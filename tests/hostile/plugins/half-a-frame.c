/* verdict: FAILED */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	static const unsigned char head[] = {200, 0, 0, 0, 6, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3};
	if (write(3, head, sizeof head) > 0)
		_exit(0);
}

DJ_PLUGIN(.name = "half-a-frame", .version = "1.0.0", .kind = "detection",
          .summary = "Stops in the middle of a word.", .run = run);
