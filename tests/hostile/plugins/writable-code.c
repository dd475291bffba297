/* verdict: SANDBOX-VIOLATION */
#define _GNU_SOURCE
#include <datajam/plugin.h>
#include <sys/mman.h>

static void run(dj_jam *jam)
{
	(void)jam;
	mmap(0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

DJ_PLUGIN(.name = "writable-code", .version = "1.0.0", .kind = "detection",
          .summary = "Makes memory that it can write and run.", .run = run);
