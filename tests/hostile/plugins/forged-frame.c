/* verdict: FAILED "protocol" */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	/* length 4, FINDING, a sequence number that was never due */
	static const unsigned char frame[] = {4, 0, 0, 0, 6, 0, 0, 0, 99, 0, 0, 0, 1, 1, 1, 1};
	if (write(3, frame, sizeof frame) < 0)
		return;
}

DJ_PLUGIN(.name = "forged-frame", .version = "1.0.0", .kind = "detection",
          .summary = "Writes frames of its own making.", .run = run);
