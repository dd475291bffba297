/* verdict: OK */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <fcntl.h>
#include <stdlib.h>

__attribute__((constructor)) static void early(void)
{
	if (open("@SECRET@", O_RDONLY) >= 0 || open("/etc/passwd", O_RDONLY) >= 0)
		abort();
}

static void run(dj_jam *jam)
{
	(void)jam;
}

DJ_PLUGIN(.name = "constructor-open", .version = "1.0.0", .kind = "detection",
          .summary = "Opens a file while it is loaded: refused, and no harm.", .run = run);
