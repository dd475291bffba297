/* verdict: MEMORY; release-only */
static void run(dj_jam *jam)
{
	for (;;)
		((char *)dj_alloc(jam, 1 << 20, 1))[5] = 1;
}
