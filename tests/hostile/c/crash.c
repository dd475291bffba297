/* verdict: FAILED; says: signal 11; nine; release-only */
static void run(dj_jam *jam)
{
	(void)jam;
	*(volatile int *)8 = 1;
}
