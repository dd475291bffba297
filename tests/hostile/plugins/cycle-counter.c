/* verdict: FAILED "signal 11" */
#include <datajam/plugin.h>

static void run(dj_jam *jam)
{
	#ifdef __x86_64__
	dj_log(jam, dj_format(jam, "%llu", (unsigned long long)__builtin_ia32_rdtsc()));
#else
	__builtin_trap();
#endif
}

DJ_PLUGIN(.name = "cycle-counter", .version = "1.0.0", .kind = "detection",
          .summary = "Has a clock in the CPU.", .run = run);
