/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <fcntl.h>

static void run(dj_jam *jam)
{
	open("@DIR@/.datajam/jam.db", O_RDWR);
}

DJ_PLUGIN(.name = "opens-jam-db", .version = "1.0.0", .kind = "detection",
          .summary = "Writes its own results.", .run = run);
