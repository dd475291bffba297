/* verdict: MEMORY "stack" release */
#include <datajam/plugin.h>

static int deeper(volatile int n)
{
	volatile char frame[4096];
	frame[0] = (char)n;
	return n < 0 ? 0 : deeper(n + 1) + frame[0];
}

static void run(dj_jam *jam)
{
	dj_log(jam, dj_format(jam, "%d", deeper(0)));
}

DJ_PLUGIN(.name = "native-stack", .version = "1.0.0", .kind = "detection",
          .summary = "Calls itself without an end.", .run = run);
