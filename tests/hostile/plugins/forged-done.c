/* verdict: FAILED */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	static unsigned char frame[12 + 56] = {56, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0, 232, 3};
	if (write(3, frame, sizeof frame) > 0)
		_exit(0);
}

DJ_PLUGIN(.name = "forged-done", .version = "1.0.0", .kind = "detection",
          .summary = "Says that it is done with a thousand findings, none of them sent.", .run = run);
