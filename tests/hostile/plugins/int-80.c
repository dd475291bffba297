/* verdict: SANDBOX-VIOLATION */
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
	(void)jam;
	#ifdef __x86_64__
	long rc = 20;
	__asm__ volatile("int $0x80" : "+a"(rc) : : "memory", "r8", "r9", "r10", "r11");
#else
	__asm__ volatile("brk #0");
#endif
}

DJ_PLUGIN(.name = "int-80", .version = "1.0.0", .kind = "detection",
          .summary = "Asks by the old door.", .run = run);
