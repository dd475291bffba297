/* verdict: FAILED release */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <assert.h>

static void run(dj_jam *jam)
{
	assert(jam == 0);
}

DJ_PLUGIN(.name = "abort", .version = "1.0.0", .kind = "detection",
          .summary = "Gives up, with a message.", .run = run);
