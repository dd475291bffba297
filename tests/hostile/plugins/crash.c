/* verdict: FAILED "signal 11" */
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
	(void)jam;
	volatile uintptr_t nothing = 8;
	*(volatile int *)nothing = 1;
}

DJ_PLUGIN(.name = "crash", .version = "1.0.0", .kind = "detection",
          .summary = "Follows a null pointer.", .run = run);
