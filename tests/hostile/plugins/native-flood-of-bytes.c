/* verdict: FAILED "protocol" */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <unistd.h>

static void run(dj_jam *jam)
{
	(void)jam;
	static char block[65536];
	while (write(3, block, sizeof block) > 0)
		continue;
}

DJ_PLUGIN(.name = "native-flood-of-bytes", .version = "1.0.0", .kind = "detection",
          .summary = "Bytes without measure into the pipe.", .run = run);
