/* verdict: FAILED; only: x64; release-only */
static void run(dj_jam *jam)
{
	unsigned low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	dj_note(jam, dj_format(jam, "it is %u", low));
}
