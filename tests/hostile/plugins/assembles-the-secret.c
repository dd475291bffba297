/* verdict: FAILED "rror" */
#include <datajam/plugin.h>

__asm__(".incbin \"@SECRET@\"");

static void run(dj_jam *jam)
{
	(void)jam;
}

DJ_PLUGIN(.name = "assembles-the-secret", .version = "1.0.0", .kind = "detection",
          .summary = "Has the assembler read for it.", .run = run);
