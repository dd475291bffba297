/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sys/mman.h>

static void run(dj_jam *jam)
{
	(void)jam;
	void *at = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(at, 4096, PROT_READ | PROT_EXEC);
}

DJ_PLUGIN(.name = "late-code", .version = "1.0.0", .kind = "detection",
          .summary = "Writes code, then makes it run.", .run = run);
