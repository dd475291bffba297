/* verdict: FAILED "denied" */
#include <datajam/plugin.h>

#include "@SECRET@"

static void run(dj_jam *jam)
{
	(void)jam;
}

DJ_PLUGIN(.name = "includes-the-secret", .version = "1.0.0", .kind = "detection",
          .summary = "Has the compiler read for it.", .run = run);
