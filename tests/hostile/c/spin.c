/* verdict: TIMEOUT; says: CPU: used */
static void run(dj_jam *jam)
{
	(void)jam;
	for (volatile int x = 0;; x++)
		;
}
