/* verdict: FAILED "protocol" */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	static const unsigned char frame[] = {255, 255, 255, 255, 6, 0, 0, 0, 1, 0, 0, 0};
	if (write(3, frame, sizeof frame) < 0)
		return;
}

DJ_PLUGIN(.name = "forged-size", .version = "1.0.0", .kind = "detection",
          .summary = "A frame that says it is 4 GiB long.", .run = run);
